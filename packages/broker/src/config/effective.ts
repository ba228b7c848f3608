/**
 * Values that several broker configs decide together: the same thing in other units, older names,
 * texts with a structure of their own.
 *
 * Owns: which of them wins. Pure functions over {@link ConfigReader}.
 */
import type { ConfigReader } from './config-reader.ts';
import { invalidValue } from './config-error.ts';

const MS_PER_MINUTE = 60_000;
const MS_PER_HOUR = 3_600_000;

/** `log.dirs`, or else `log.dir`. */
export function logDirs(config: ConfigReader): string[] {
  return (config.get('log.dirs') ?? config.get('log.dir'))
    .split(',')
    .map((dir) => dir.trim())
    .filter((dir) => dir !== '');
}

/** -1 for no limit. */
export function logRetentionMs(config: ConfigReader): number {
  const minutes = config.get('log.retention.minutes');
  const ms =
    config.get('log.retention.ms') ??
    (minutes === null ? config.get('log.retention.hours') * MS_PER_HOUR : minutes * MS_PER_MINUTE);
  return ms < 0 ? -1 : ms;
}

export function logRollMs(config: ConfigReader): number {
  return config.get('log.roll.ms') ?? config.get('log.roll.hours') * MS_PER_HOUR;
}

export function logRollJitterMs(config: ConfigReader): number {
  return config.get('log.roll.jitter.ms') ?? config.get('log.roll.jitter.hours') * MS_PER_HOUR;
}

export function logFlushIntervalMs(config: ConfigReader): number {
  return config.get('log.flush.interval.ms') ?? config.get('log.flush.scheduler.interval.ms');
}

/** Connections allowed for single addresses. Throws ConfigError. */
export function maxConnectionsPerIpOverrides(config: ConfigReader): ReadonlyMap<string, number> {
  const key = 'max.connections.per.ip.overrides';
  const text = config.get(key);
  const overrides = new Map<string, number>();
  for (const part of text.split(',')) {
    const entry = part.trim();
    if (entry === '') continue;
    const colon = entry.lastIndexOf(':');
    const address = entry.slice(0, colon).trim();
    const count = entry.slice(colon + 1).trim();
    if (colon < 0 || !/^[0-9a-zA-Z.:%_-]+$/.test(address) || !/^\d+$/.test(count)) {
      throw invalidValue(key, text, `${entry} must be address:count`);
    }
    overrides.set(address, Number(count));
  }
  return overrides;
}
