/**
 * Names of files and directories inside a log directory, exactly Kafka's. Pure: no disk here.
 *
 *   topic-0/                       00000000000000000000.log .index .timeindex .txnindex .snapshot
 *   topic-0.<32 hex>-delete/       a deleted partition on its way out
 *   00000000000000000000.log.deleted   a deleted segment on its way out
 */

export const DELETED_SUFFIX = '.deleted';
export const CLEANED_SUFFIX = '.cleaned';
export const SWAP_SUFFIX = '.swap';
const TOPIC_DELETE_SUFFIX = '-delete';

export const CLEAN_SHUTDOWN_FILE = '.kafka_cleanshutdown';
export const LOCK_FILE = '.lock';
export const META_PROPERTIES_FILE = 'meta.properties';
export const RECOVERY_POINT_FILE = 'recovery-point-offset-checkpoint';
export const HIGH_WATERMARK_FILE = 'replication-offset-checkpoint';
export const CLEANER_OFFSET_FILE = 'cleaner-offset-checkpoint';
export const LOG_START_OFFSET_FILE = 'log-start-offset-checkpoint';
/** Ours; Apache Kafka passes it over. */
export const FOREIGN_LOGS_FILE = '.recovering-foreign-logs';
export const LEADER_EPOCH_FILE = 'leader-epoch-checkpoint';
export const PARTITION_METADATA_FILE = 'partition.metadata';

/** A log in the first log directory that no manager opens: the cluster's metadata. Apache Kafka with ZooKeeper skips it too. */
export const METADATA_LOG_TOPIC = '__cluster_metadata';

export type SegmentFileKind = 'log' | 'index' | 'timeindex' | 'txnindex' | 'snapshot';

/** `name` of a file in `directory`. */
export function pathIn(directory: string, name: string): string {
  return `${directory}/${name}`;
}

export function segmentFileName(offset: number, kind: SegmentFileKind): string {
  return `${String(offset).padStart(20, '0')}.${kind}`;
}

/** Offset and kind of a segment file without suffix; undefined for any other name. */
export function parseSegmentFileName(
  name: string,
): { offset: number; kind: SegmentFileKind } | undefined {
  const match = /^(\d{1,20})\.(log|index|timeindex|txnindex|snapshot)$/.exec(name);
  if (match === null) return undefined;
  const offset = Number(match[1]);
  return Number.isSafeInteger(offset) ? { offset, kind: match[2] as SegmentFileKind } : undefined;
}

export function partitionDirectoryName(topic: string, partition: number): string {
  return `${topic}-${partition}`;
}

/** Topic and partition of a live partition directory; undefined for anything else (deleted, future, stray, foreign). */
export function parsePartitionDirectoryName(
  name: string,
): { topic: string; partition: number } | undefined {
  const dash = name.lastIndexOf('-');
  if (dash <= 0 || name.startsWith('.')) return undefined;
  const digits = name.slice(dash + 1);
  if (!/^(0|[1-9]\d{0,9})$/.test(digits)) return undefined;
  return { topic: name.slice(0, dash), partition: Number(digits) };
}

/** Directory of a deleted partition: `topic-0.<32 hex>-delete`, the topic's end cut where 255 bytes would be exceeded. */
export function deletedDirectoryName(topic: string, partition: number, hex32: string): string {
  const tail = `-${partition}.${hex32}${TOPIC_DELETE_SUFFIX}`;
  return `${topic.slice(0, 255 - tail.length)}${tail}`;
}

export function isDeletedDirectoryName(name: string): boolean {
  return /\.[0-9a-f]{32}-delete$/.test(name);
}
