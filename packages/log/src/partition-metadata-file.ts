/** `partition.metadata`: ties a partition directory to its topic's id (KIP-516), so that a topic made anew under the same name is told apart. */
import type { Disk } from '@zurau/platform';
import { readOptionalFile, replaceFile } from './atomic-file.ts';
import { PARTITION_METADATA_FILE, pathIn } from './file-names.ts';

/** The topic id in Kafka's text form; undefined when the file is missing or damaged. */
export function readTopicId(disk: Disk, directory: string): string | undefined {
  const text = readOptionalFile(disk, pathIn(directory, PARTITION_METADATA_FILE))?.toString('utf8');
  if (text === undefined || !/^version: ?0\s*$/m.test(text)) return undefined;
  return /^topic_id: ?([A-Za-z0-9_-]{22})\s*$/m.exec(text)?.[1];
}

export function writeTopicId(disk: Disk, directory: string, topicId: string): void {
  replaceFile(
    disk,
    pathIn(directory, PARTITION_METADATA_FILE),
    `version: 0\ntopic_id: ${topicId}`,
    { durable: false },
  );
}
