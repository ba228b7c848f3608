/**
 * The text form that Kafka's checkpoints share. Pure.
 *
 *   0                 version
 *   2                 number of lines that follow
 *   orders 0 1234     topic partition offset; or: epoch startOffset
 *   orders 1 98
 */

/** An offset for each partition, keyed by its directory name (`topic-0`). */
export type PartitionOffsets = ReadonlyMap<string, number>;

export function formatCheckpoint(lines: readonly string[]): string {
  return `0\n${lines.length}\n${lines.map((line) => `${line}\n`).join('')}`;
}

/** The lines of a checkpoint, split at spaces; undefined when it is damaged. */
export function parseCheckpoint(text: string): string[][] | undefined {
  const lines = text.split('\n');
  if (lines[0]?.trim() !== '0') return undefined;
  const count = Number(lines[1]);
  if (!Number.isSafeInteger(count) || count < 0) return undefined;
  const entries = lines.slice(2).filter((line) => line.trim() !== '');
  return entries.length === count ? entries.map((line) => line.trim().split(/\s+/)) : undefined;
}

export function formatPartitionOffsets(
  offsets: Iterable<{ topic: string; partition: number; offset: number }>,
): string {
  const lines: string[] = [];
  for (const { topic, partition, offset } of offsets) lines.push(`${topic} ${partition} ${offset}`);
  return formatCheckpoint(lines);
}

/** Undefined when the text is damaged. */
export function parsePartitionOffsets(text: string): PartitionOffsets | undefined {
  const entries = parseCheckpoint(text);
  if (entries === undefined) return undefined;
  const offsets = new Map<string, number>();
  for (const [topic, partition, offset] of entries) {
    const value = Number(offset);
    if (partition === undefined || !Number.isSafeInteger(value) || value < 0) return undefined;
    offsets.set(`${topic}-${partition}`, value);
  }
  return offsets;
}
