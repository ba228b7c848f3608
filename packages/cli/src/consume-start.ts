/** Where `zurau consume` starts: what `--from` and `--tail` say, as positions of the consumer. */
import type { Admin, Position } from '@zurau/client';
import { UsageError } from './usage-error.ts';

/** `beginning`, `end`, an offset, or a time in ISO 8601. */
export function parseFrom(text: string): Position {
  if (text === 'beginning' || text === 'end') return text;
  if (/^\d+$/.test(text)) return Number(text);
  const timestamp = /^\d{4}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(timestamp)) return { timestamp };
  throw new UsageError(
    `--from takes beginning, end, an offset, or a time such as 2026-01-31T12:00:00Z, not "${text}".`,
  );
}

export interface PartitionBounds {
  readonly partition: number;
  readonly beginOffset: number;
  readonly endOffset: number;
}

/** First and next offset of each partition, as of now. */
export async function boundsOf(
  admin: Admin,
  topic: string,
  partitions: readonly number[],
): Promise<PartitionBounds[]> {
  const [begins, ends] = await Promise.all([
    admin.listOffsets(
      partitions.map((partition) => ({ topic, partition, at: 'beginning' as const })),
    ),
    admin.listOffsets(partitions.map((partition) => ({ topic, partition, at: 'end' as const }))),
  ]);
  return partitions.map((partition, index) => ({
    partition,
    beginOffset: begins[index]?.offset ?? 0,
    endOffset: ends[index]?.offset ?? 0,
  }));
}

/** The last `count` offsets of a partition; fewer records where some were compacted away. */
export function tailOf({ beginOffset, endOffset }: PartitionBounds, count: number): number {
  return Math.max(beginOffset, endOffset - count);
}
