/**
 * The configuration of one consumer group: its own overrides on top of the broker's, within the broker's bounds.
 *
 * Owns: that resolution, and the check of overrides before they are stored. Pure.
 */
import { ConfigError } from './config-error.ts';
import type { ConfigReader } from './config-reader.ts';
import type { TopicConfigDefinition } from './definition.ts';
import { groupDefinitions } from './definitions/group.ts';
import { parseValue } from './value-parser.ts';

export type GroupConfigKey = keyof typeof groupDefinitions;

/** Overrides of one group, as texts, by name. */
export type GroupOverrides = Readonly<Record<string, string>>;

/** What members of the consumer protocol are held to. */
export interface ConsumerTimeouts {
  readonly sessionTimeoutMs: number;
  readonly heartbeatIntervalMs: number;
}

/** Every config of a group by name. */
export const groupDefinitionByKey: ReadonlyMap<string, TopicConfigDefinition> = new Map(
  Object.entries(groupDefinitions),
);

const SESSION = 'consumer.session.timeout.ms';
const HEARTBEAT = 'consumer.heartbeat.interval.ms';

/** The broker's config of the same meaning, and the bounds of both. */
const BROKER_KEYS = {
  [SESSION]: {
    value: 'group.consumer.session.timeout.ms',
    min: 'group.consumer.min.session.timeout.ms',
    max: 'group.consumer.max.session.timeout.ms',
  },
  [HEARTBEAT]: {
    value: 'group.consumer.heartbeat.interval.ms',
    min: 'group.consumer.min.heartbeat.interval.ms',
    max: 'group.consumer.max.heartbeat.interval.ms',
  },
} as const;

/**
 * What holds for a group now. Never throws: what was stored while other bounds held counts as the nearest value that is allowed today, and what
 * cannot be read not at all.
 */
export function consumerTimeouts(
  config: ConfigReader,
  overrides: GroupOverrides,
): ConsumerTimeouts {
  return {
    sessionTimeoutMs: effectiveMs(config, overrides, SESSION),
    heartbeatIntervalMs: effectiveMs(config, overrides, HEARTBEAT),
  };
}

/** Why a group may not have these overrides; undefined when it may. */
export function groupConfigProblem(
  config: ConfigReader,
  overrides: GroupOverrides,
): string | undefined {
  for (const name of Object.keys(overrides)) {
    if (!groupDefinitionByKey.has(name)) return `Unknown group config name: ${name}`;
  }
  try {
    for (const key of [HEARTBEAT, SESSION] as const) {
      const valueMs = ownMs(overrides, key);
      if (valueMs === undefined) continue;
      const { min, max } = BROKER_KEYS[key];
      if (valueMs < config.get(min)) return `${key} must be greater than or equal to ${min}`;
      if (valueMs > config.get(max)) return `${key} must be less than or equal to ${max}`;
    }
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  const { sessionTimeoutMs, heartbeatIntervalMs } = consumerTimeouts(config, overrides);
  return sessionTimeoutMs > heartbeatIntervalMs
    ? undefined
    : `${SESSION} must be greater than ${HEARTBEAT}`;
}

function effectiveMs(config: ConfigReader, overrides: GroupOverrides, key: GroupConfigKey): number {
  const { value, min, max } = BROKER_KEYS[key];
  const own = readableMs(overrides, key);
  if (own === undefined) return config.get(value);
  return Math.min(Math.max(own, config.get(min)), config.get(max));
}

function readableMs(overrides: GroupOverrides, key: GroupConfigKey): number | undefined {
  try {
    return ownMs(overrides, key);
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}

/** Throws ConfigError. */
function ownMs(overrides: GroupOverrides, key: GroupConfigKey): number | undefined {
  const text = Object.hasOwn(overrides, key) ? overrides[key] : undefined;
  if (text === undefined) return undefined;
  return parseValue(key, groupDefinitions[key], text).value as number;
}
