/**
 * The configuration of one broker: what server.properties says, what was changed at runtime, and
 * Kafka's defaults below both.
 *
 * Owns: current values. `get` always answers with the value of now, so readers that want to follow
 * changes need only not keep a copy. Must never be changed but through {@link
 * BrokerConfig.setDynamic}, which `EntityConfigs` calls.
 */
import { checkBrokerRules } from './broker-rules.ts';
import { ConfigError } from './config-error.ts';
import type { ConfigReader } from './config-reader.ts';
import type { ConfigDefinition } from './definition.ts';
import type { ConfigKey, ConfigValue } from './definitions.ts';
import { brokerDefinitions, isPlugInKey } from './definitions.ts';
import { listenerKeyTail } from './listener-keys.ts';
import { nearestName } from './nearest-name.ts';
import { defaultValue, parseValue, type ParsedValue } from './value-parser.ts';

/** Overrides from the metadata store: for this broker, and for all brokers. The first wins. */
export interface DynamicLayers {
  readonly broker: Readonly<Record<string, string>>;
  readonly clusterDefaults: Readonly<Record<string, string>>;
}

/** Called after values have changed, with the keys whose values are different now. */
export type ConfigListener = (changed: ReadonlySet<ConfigKey>) => void;

const NO_LAYERS: DynamicLayers = { broker: {}, clusterDefaults: {} };

const DEFAULTS: ReadonlyMap<string, ParsedValue> = new Map(
  [...brokerDefinitions].map(([key, definition]) => [key, defaultValue(key, definition)]),
);

export class BrokerConfig implements ConfigReader {
  /**
   * What the file and the command line said, keys that stand for each other filled in. Never
   * changes.
   */
  readonly staticProperties: ReadonlyMap<string, string>;
  #layers: DynamicLayers = NO_LAYERS;
  #values: ReadonlyMap<string, ParsedValue>;
  readonly #listeners = new Set<ConfigListener>();

  private constructor(staticProperties: ReadonlyMap<string, string>) {
    this.staticProperties = staticProperties;
    this.#values = parseAll(staticProperties);
  }

  /**
   * Parses and checks everything. Throws {@link ConfigError} naming key, value and allowed range.
   * The warnings are sentences for the operator: unknown keys with the nearest known name, and keys
   * that have no effect.
   */
  static from(properties: ReadonlyMap<string, string>): {
    config: BrokerConfig;
    warnings: string[];
  } {
    const config = new BrokerConfig(withSynonyms(properties));
    checkBrokerRules(config);
    return { config, warnings: warningsAbout(properties, config) };
  }

  /** The value of now. 64-bit values saturate at `Number.MAX_SAFE_INTEGER`. */
  get<K extends ConfigKey>(key: K): ConfigValue<K> {
    const parsed = this.#values.get(key) ?? DEFAULTS.get(key);
    // The table says both what the parser makes of a row and what ConfigValue is, so the two agree.
    return parsed?.value as ConfigValue<K>;
  }

  /**
   * The value for one listener: `listener.name.NAME.KEY` where it is set, the plain key otherwise.
   */
  getForListener<K extends ConfigKey>(listenerName: string, key: K): ConfigValue<K> {
    const own = this.#values.get(`listener.name.${listenerName.toLowerCase()}.${key}`);
    return own === undefined ? this.get(key) : (own.value as ConfigValue<K>);
  }

  /**
   * The value of now in the form in which Kafka shows it; null for null. Passwords are not hidden.
   */
  text(key: string): string | null {
    return (this.#values.get(key) ?? DEFAULTS.get(key))?.text ?? null;
  }

  /** Whether anybody set the key, in the file or at runtime. */
  isSet(key: string): boolean {
    return (
      this.staticProperties.has(key) ||
      Object.hasOwn(this.#layers.broker, key) ||
      Object.hasOwn(this.#layers.clusterDefaults, key)
    );
  }

  /** Every key set in the file or at runtime, known or not. */
  setKeys(): Set<string> {
    return new Set([
      ...this.staticProperties.keys(),
      ...Object.keys(this.#layers.clusterDefaults),
      ...Object.keys(this.#layers.broker),
    ]);
  }

  get dynamicLayers(): DynamicLayers {
    return this.#layers;
  }

  /**
   * What the configuration would be with these overrides. Throws {@link ConfigError}; changes
   * nothing here.
   */
  withDynamic(layers: DynamicLayers): BrokerConfig {
    const candidate = new BrokerConfig(overlay(this.staticProperties, layers));
    checkBrokerRules(candidate);
    return candidate;
  }

  /**
   * Replaces the overrides. Entries that cannot be read, or that contradict the rest, are left out:
   * what is in the store must not stop a broker. Returns a sentence about each of those.
   */
  setDynamic(layers: DynamicLayers): string[] {
    const { accepted, problems } = this.#acceptable(layers);
    this.#layers = accepted;
    const before = this.#values;
    this.#values = parseAll(overlay(this.staticProperties, accepted));
    const changed = changedKeys(before, this.#values);
    if (changed.size > 0) for (const listener of this.#listeners) listener(changed);
    return problems;
  }

  /** Returns the function that takes the listener away again. */
  onChange(listener: ConfigListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #acceptable(layers: DynamicLayers): { accepted: DynamicLayers; problems: string[] } {
    const problems: string[] = [];
    let accepted: DynamicLayers = NO_LAYERS;
    for (const layer of ['clusterDefaults', 'broker'] as const) {
      for (const [key, text] of Object.entries(layers[layer])) {
        const candidate = { ...accepted, [layer]: { ...accepted[layer], [key]: text } };
        try {
          this.withDynamic(candidate);
          accepted = candidate;
        } catch (error) {
          if (!(error instanceof ConfigError)) throw error;
          problems.push(`Dynamic config ignored. ${error.message}`);
        }
      }
    }
    return { accepted, problems };
  }
}

/** `node.id` and `broker.id` stand for each other where only one of the two is set. */
function withSynonyms(properties: ReadonlyMap<string, string>): Map<string, string> {
  const result = new Map(properties);
  const brokerId = properties.get('broker.id');
  const nodeId = properties.get('node.id');
  if (brokerId === undefined && nodeId !== undefined) result.set('broker.id', nodeId);
  if (nodeId === undefined && brokerId !== undefined) result.set('node.id', brokerId);
  return result;
}

function overlay(
  properties: ReadonlyMap<string, string>,
  layers: DynamicLayers,
): ReadonlyMap<string, string> {
  return new Map([
    ...properties,
    ...Object.entries(layers.clusterDefaults),
    ...Object.entries(layers.broker),
  ]);
}

/** Parses what is set; defaults are looked up elsewhere. Keys that nobody knows have no value. */
function parseAll(properties: ReadonlyMap<string, string>): ReadonlyMap<string, ParsedValue> {
  const values = new Map<string, ParsedValue>();
  for (const [key, text] of properties) {
    const definition = definitionOf(key);
    if (definition !== undefined) values.set(key, parseValue(key, definition, text));
  }
  return values;
}

/** The row that tells how to read a key; for `listener.name.NAME.KEY` that of KEY. */
export function definitionOf(key: string): ConfigDefinition | undefined {
  const definition = brokerDefinitions.get(key);
  if (definition !== undefined) return definition;
  const tail = listenerKeyTail(key);
  return tail === undefined ? undefined : brokerDefinitions.get(tail);
}

function changedKeys(
  before: ReadonlyMap<string, ParsedValue>,
  after: ReadonlyMap<string, ParsedValue>,
): Set<ConfigKey> {
  const changed = new Set<ConfigKey>();
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const was = (before.get(key) ?? DEFAULTS.get(key))?.text;
    const is = (after.get(key) ?? DEFAULTS.get(key))?.text;
    if (was !== is) changed.add(key as ConfigKey);
  }
  return changed;
}

function warningsAbout(properties: ReadonlyMap<string, string>, config: BrokerConfig): string[] {
  const warnings: string[] = [];
  const withoutEffect: string[] = [];
  for (const key of properties.keys()) {
    const definition = definitionOf(key);
    if (definition === undefined) {
      const nearest = nearestName(key, documentedKeys());
      warnings.push(
        nearest === undefined
          ? `Unknown configuration ${key} is ignored`
          : `Unknown configuration ${key} is ignored; did you mean ${nearest}?`,
      );
    } else if (definition.supported === false && differsFromDefault(key, config)) {
      withoutEffect.push(key);
    }
  }
  if (withoutEffect.length > 0) {
    warnings.push(`Configurations that have no effect yet: ${withoutEffect.join(', ')}`);
  }
  return warnings;
}

function differsFromDefault(key: string, config: BrokerConfig): boolean {
  return isPlugInKey(key) || config.text(key) !== (DEFAULTS.get(key)?.text ?? null);
}

function documentedKeys(): string[] {
  return [...brokerDefinitions].flatMap(([key, { internal }]) => (internal ? [] : [key]));
}

/** The default of a broker config as Kafka shows it; null when it has none. */
export function defaultText(key: string): string | null {
  return DEFAULTS.get(key)?.text ?? null;
}
