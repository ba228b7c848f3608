/** Where `zurau groups reset` moves a group to, partition by partition. */
import type { Admin, GroupOffset, TopicPartition } from '@zurau/client';
import type { FileOffset } from './offsets-file.ts';
import { keyOf } from './topic-selection.ts';
import { UsageError } from './usage-error.ts';

export type ResetTarget =
  | { readonly kind: 'earliest' }
  | { readonly kind: 'latest' }
  /** Where the group is; the end where it has committed nothing. */
  | { readonly kind: 'current' }
  | { readonly kind: 'offset'; readonly offset: number }
  | { readonly kind: 'time'; readonly timestampMs: number }
  | { readonly kind: 'shift'; readonly by: number }
  | { readonly kind: 'listed'; readonly offsets: readonly FileOffset[] };

export interface Move extends TopicPartition {
  /** Null when the group has committed none. */
  readonly from: number | null;
  readonly to: number;
}

/** Every partition's new offset, never outside of what its log has, but for `current`. Throws UsageError for a shift of nothing. */
export async function planReset(
  admin: Admin,
  partitions: readonly TopicPartition[],
  committed: readonly GroupOffset[],
  target: ResetTarget,
): Promise<Move[]> {
  const ask = async (at: 'beginning' | 'end' | { timestamp: number }): Promise<Offsets> => {
    const answers = await admin.listOffsets(
      partitions.map(({ topic, partition }) => ({ topic, partition, at })),
    );
    return new Map(answers.map((answer) => [keyOf(answer), answer.offset]));
  };
  const [begins, ends, atTime] = await Promise.all([
    ask('beginning'),
    ask('end'),
    target.kind === 'time' ? ask({ timestamp: target.timestampMs }) : new Map<string, number>(),
  ]);
  const current = new Map(committed.map((each) => [keyOf(each), each.offset]));
  const listed = new Map(
    target.kind === 'listed' ? target.offsets.map((each) => [keyOf(each), each.offset]) : [],
  );
  return partitions.map(({ topic, partition }) => {
    const key = keyOf({ topic, partition });
    const begin = begins.get(key) ?? 0;
    const end = ends.get(key) ?? begin;
    const from = current.get(key);
    if (target.kind === 'current') return { topic, partition, from: from ?? null, to: from ?? end };
    const known = { name: key, begin, end, from, atTime: atTime.get(key), listed: listed.get(key) };
    const to = Math.min(Math.max(wantedOffset(target, known), begin), end);
    return { topic, partition, from: from ?? null, to };
  });
}

type Offsets = ReadonlyMap<string, number>;

interface Known {
  readonly name: string;
  readonly begin: number;
  readonly end: number;
  readonly from: number | undefined;
  /** -1 when all records are older. */
  readonly atTime: number | undefined;
  readonly listed: number | undefined;
}

function wantedOffset(
  target: Exclude<ResetTarget, { kind: 'current' }>,
  { name, begin, end, from, atTime, listed }: Known,
): number {
  switch (target.kind) {
    case 'earliest':
      return begin;
    case 'latest':
      return end;
    case 'offset':
      return target.offset;
    case 'time':
      return atTime === undefined || atTime < 0 ? end : atTime;
    case 'listed':
      return listed ?? end;
    case 'shift':
      if (from !== undefined) return from + target.by;
      throw new UsageError(`There is no offset of ${name} to shift; name topics with --topic.`);
  }
}

/** An ISO 8601 date with or without a time; without a zone it is UTC, as for Kafka's own tools. In milliseconds since the epoch. */
export function parseDatetime(text: string): number {
  const [, date = '', time = 'T00:00', zone = 'Z'] =
    /^(\d{4}-\d{2}-\d{2})(?:(T[\d:.]+)(Z|[+-]\d{2}(?::?\d{2})?)?)?$/.exec(text) ?? [];
  const offset = /^[+-]\d{2}$/.test(zone) ? `${zone}:00` : zone;
  const timestampMs = Date.parse(`${date}${time}${offset}`);
  if (Number.isNaN(timestampMs)) {
    throw new UsageError(
      `--to-datetime takes a date as 2026-01-31T12:00:00.000 or 2026-01-31T12:00Z, not "${text}".`,
    );
  }
  return timestampMs;
}

/** ISO 8601 durations: `PT1H30M`, `P7D`. In milliseconds. */
export function parseDuration(text: string): number {
  const [whole, days, hours, minutes, seconds] =
    /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/.exec(text) ?? [];
  const parts = [days, hours, minutes, seconds];
  if (whole === undefined || parts.every((part) => part === undefined)) {
    throw new UsageError(`--by-duration takes a duration as PT1H30M or P7D, not "${text}".`);
  }
  const [d = 0, h = 0, m = 0, s = 0] = parts.map((part) => Number(part ?? 0));
  return (((d * 24 + h) * 60 + m) * 60 + s) * 1000;
}
