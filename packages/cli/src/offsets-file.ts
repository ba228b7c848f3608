/**
 * Offsets of a group as the lines that Kafka's own tool writes and reads: `topic,partition,offset`, or `group,topic,partition,offset`.
 *
 * Names of topics need no quotes; those of groups may have them.
 */
import type { TopicPartition } from '@zurau/client';
import { keyOf } from './topic-selection.ts';
import { UsageError } from './usage-error.ts';

export interface FileOffset extends TopicPartition {
  readonly offset: number;
}

const LINE = /^(?:(?<group>"(?:[^"]|"")*"|[^",]*),)?(?<topic>"[^"]+"|[^",]+),(?<numbers>\d+,\d+)$/;

/** The offsets of this group; where a partition comes twice, the last. Throws UsageError that names the line. */
export function parseOffsets(text: string, group: string): FileOffset[] {
  const offsets = new Map<string, FileOffset>();
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const parts = LINE.exec(line.trim())?.groups;
    const [partition = -1, offset = -1] = (parts?.['numbers'] ?? '').split(',').map(Number);
    if (parts === undefined || !Number.isSafeInteger(offset)) {
      throw new UsageError(
        `Line ${index + 1} is not topic,partition,offset or group,topic,partition,offset: "${line}".`,
      );
    }
    const ofGroup = parts['group'];
    if (ofGroup !== undefined && unquoted(ofGroup) !== group) continue;
    const of = { topic: unquoted(parts['topic'] ?? ''), partition, offset };
    offsets.set(keyOf(of), of);
  }
  if (offsets.size > 0) return [...offsets.values()];
  throw new UsageError(`The file has no offsets of group ${group}.`);
}

/** One line a partition, as {@link parseOffsets} reads it for one group. */
export function formatOffsets(offsets: readonly FileOffset[]): string {
  return offsets
    .map(({ topic, partition, offset }) => `${topic},${partition},${offset}\n`)
    .join('');
}

function unquoted(text: string): string {
  return text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text;
}
