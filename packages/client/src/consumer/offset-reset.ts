/** `autoOffsetReset`: where a consumer begins that has no position, or one that is no longer in the log. */
import { oneOf, type Setting } from '../config/settings.ts';
import { clientError } from '../errors.ts';
import type { Position } from './position.ts';

/** `by_duration:PT1H` begins with the first record that is not older than an hour (KIP-1106); the duration is ISO 8601, of days to seconds. */
export type OffsetReset = 'earliest' | 'latest' | 'none' | `by_duration:${string}`;

/** For all topics, or by topic. */
export type OffsetResetRule = OffsetReset | ((topic: string) => OffsetReset);

const BY_DURATION = 'by_duration:';
const DURATION =
  /^P(?=\d|T\d)(?:(?<days>\d+)D)?(?:T(?=\d)(?:(?<hours>\d+)H)?(?:(?<minutes>\d+)M)?(?:(?<seconds>\d+(?:\.\d{1,9})?)S)?)?$/i;
const MS_OF = { days: 86_400_000, hours: 3_600_000, minutes: 60_000, seconds: 1_000 } as const;

const NAMED = oneOf<OffsetReset>('latest', 'earliest', 'none');

export const offsetReset: Setting<OffsetResetRule> = {
  defaultValue: NAMED.defaultValue,
  check: (value) => {
    if (typeof value === 'function' || NAMED.check(value) === undefined) return undefined;
    if (typeof value === 'string' && durationMsOf(value) !== undefined) return undefined;
    return 'must be "latest", "earliest", "none", "by_duration:" with an ISO 8601 duration such as PT1H, or a function';
  },
};

/** Undefined: nowhere by itself, the application says. Throws KafkaError `INVALID_ARGUMENT` for what a function should not have returned. */
export function resetPositionOf(
  rule: OffsetResetRule,
  topic: string,
  nowMs: number,
): Exclude<Position, number> | undefined {
  const reset = typeof rule === 'function' ? rule(topic) : rule;
  switch (reset) {
    case 'earliest':
      return 'beginning';
    case 'latest':
      return 'end';
    case 'none':
      return undefined;
    default: {
      const durationMs = durationMsOf(reset);
      if (durationMs !== undefined) return { timestamp: Math.max(0, nowMs - durationMs) };
      const about = `autoOffsetReset of topic ${topic} ${offsetReset.check(reset) ?? ''}`;
      throw clientError('INVALID_ARGUMENT', `${about}, not ${JSON.stringify(reset)}.`);
    }
  }
}

/** Whole milliseconds; undefined for what is no duration. */
function durationMsOf(reset: string): number | undefined {
  if (!reset.startsWith(BY_DURATION)) return undefined;
  const groups = DURATION.exec(reset.slice(BY_DURATION.length))?.groups;
  if (groups === undefined) return undefined;
  let durationMs = 0;
  for (const [unit, ms] of Object.entries(MS_OF)) durationMs += Number(groups[unit] ?? 0) * ms;
  return Number.isSafeInteger(Math.floor(durationMs)) ? Math.floor(durationMs) : undefined;
}
