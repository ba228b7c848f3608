export { defaultCleanerSettings, type CleanerSettings } from './cleaner/cleaner-settings.ts';
export { decodeCoordinatorRecord, type CoordinatorRecord } from './inspect/coordinator-records.ts';
export {
  describedBatches,
  type DescribedBatch,
  type DescribedEnd,
} from './inspect/described-batches.ts';
export { describedSnapshot, type DescribedProducer } from './inspect/described-snapshot.ts';
export { readEpochs } from './inspect/epoch-check.ts';
export { loadLogCodecs } from './inspect/log-codecs.ts';
export type { Finding, FindingSeverity, FindingSink } from './inspect/finding.ts';
export {
  offsetIndexEntries,
  timeIndexEntries,
  transactionIndexEntries,
  type OffsetIndexEntry,
  type TimeIndexEntry,
  type TransactionIndexEntry,
} from './inspect/index-entries.ts';
export {
  isLogDirectory,
  listPartitions,
  OFFSET_CHECKPOINT_FILES,
  readOffsetCheckpoint,
  wasClosedCleanly,
  type CheckpointedOffset,
  type OffsetCheckpointFile,
  type PartitionDirectory,
} from './inspect/log-directory-files.ts';
export {
  listPartitionFiles,
  type PartitionFile,
  type PartitionFiles,
  type SegmentFiles,
} from './inspect/partition-files.ts';
export { highestProducerId, latestLeaderEpoch } from './inspect/partition-highs.ts';
export {
  NotALogDirectoryError,
  verifyDirectory,
  type VerifyOptions,
  type VerifySummary,
} from './inspect/verify-log-directory.ts';
export type { PartitionSummary } from './inspect/verify-partition.ts';
export type { LogConfig } from './log-config.ts';
export { defaultLogConfig } from './log-config.ts';
export type { RecordError } from './log-error.ts';
export { LogError, mayPass } from './log-error.ts';
export type { DirectoryFailure, LogManagerOptions } from './log-manager.ts';
export { LogManager } from './log-manager.ts';
export type { LoadCallback, LogRead } from './log-read.ts';
export type { ReadOptions } from './log-reader.ts';
export type { LogLogger } from './logger.ts';
export { silentLogger } from './logger.ts';
export { parsePartitionDirectoryName, parseSegmentFileName } from './file-names.ts';
export { readTopicId } from './partition-metadata-file.ts';
export type { MetaProperties } from './meta-properties.ts';
export { readMetaProperties, writeMetaProperties } from './meta-properties.ts';
export type { EpochEndOffset } from './leader-epoch-cache.ts';
export type { AppendOptions, AppendResult } from './log-appender.ts';
export type { LogListener } from './partition-log.ts';
export { PartitionLog } from './partition-log.ts';
export type { AppendOrigin, ProducerBatch, ProducerEntry } from './producer-entry.ts';
export { openStandaloneLog, type StandaloneLogOptions } from './standalone-log.ts';
export type { TimestampAndOffset } from './timestamp-lookup.ts';
export type { AbortedTransaction } from './transaction-index.ts';
