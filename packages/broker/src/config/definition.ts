/**
 * What one row of the config tables says, and the TypeScript type that its values have.
 *
 * Owns: the shape of a definition. The rows are in `definitions/`, one file an area, and are the
 * only statement of names, types, defaults and limits: the parser, the documentation and
 * DescribeConfigs all read them.
 */

export type ConfigType =
  'boolean' | 'string' | 'int' | 'short' | 'long' | 'double' | 'list' | 'class' | 'password';

/**
 * Inclusive limits; `or` is one more value outside them, such as -1 for "the default of the
 * library".
 */
export interface ConfigRange {
  readonly min: number;
  readonly max?: number;
  readonly or?: number;
}

/** Checks that need more than a range or a list of values; see `value-format.ts`. */
export type ConfigFormat = 'kafka-version' | 'throttled-replicas' | 'non-empty';

/**
 * Kafka's update modes (KIP-226): whether a running broker takes a new value, for itself or for all
 * brokers.
 */
export type UpdateMode = 'read-only' | 'per-broker' | 'cluster-wide';

export interface ConfigDefinition {
  readonly type: ConfigType;
  /** As one would write it in server.properties; null when there is none. */
  readonly default: string | null;
  readonly range?: ConfigRange;
  /** Allowed values; of a list, of its elements. */
  readonly oneOf?: readonly string[];
  /** Whether `oneOf` ignores case. */
  readonly caseInsensitive?: true;
  readonly format?: ConfigFormat;
  readonly importance: 'high' | 'medium' | 'low';
  /** `read-only` where absent. Topic configs have none: all of them can be changed. */
  readonly update?: UpdateMode;
  /** Kafka accepts it and tells nobody: neither described nor documented. */
  readonly internal?: true;
  /** False for what is read and checked, and has no effect yet. */
  readonly supported?: false;
  readonly doc: string;
}

/** A broker config from which a topic config takes its default. */
export interface BrokerSynonym {
  readonly key: string;
  /** Factor that turns the broker config's unit into milliseconds. */
  readonly timesMs?: number;
}

export interface TopicConfigDefinition extends ConfigDefinition {
  /** The one that wins first. Empty where only the topic can set it. */
  readonly synonyms: readonly BrokerSynonym[];
}

/**
 * Any value a config can have once parsed. 64-bit values saturate at `Number.MAX_SAFE_INTEGER`,
 * which as a limit means none.
 */
export type ConfigScalar = boolean | number | string | readonly string[] | null;

type ValueOfType<T extends ConfigType> = T extends 'boolean'
  ? boolean
  : T extends 'int' | 'short' | 'long' | 'double'
    ? number
    : T extends 'list'
      ? readonly string[]
      : string;

/** The parsed type of a row: nullable exactly where it has no default. */
export type ValueOf<D extends { readonly type: ConfigType; readonly default: string | null }> =
  D['default'] extends null ? ValueOfType<D['type']> | null : ValueOfType<D['type']>;

/** Passwords are never shown. */
export function isSensitive(definition: ConfigDefinition): boolean {
  return definition.type === 'password';
}
