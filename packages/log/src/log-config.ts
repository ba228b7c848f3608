/**
 * Settings of one log: the topic configuration as far as storage is concerned, under Kafka's names in camel case.
 * Times are milliseconds, -1 means "no limit" where Kafka means it so.
 */
export interface LogConfig {
  readonly cleanupPolicy: { readonly delete: boolean; readonly compact: boolean };
  readonly compressionType: 'producer' | 'uncompressed' | 'gzip' | 'snappy' | 'lz4' | 'zstd';
  readonly compressionLevel: number | undefined;
  readonly deleteRetentionMs: number;
  readonly fileDeleteDelayMs: number;
  readonly flushMessages: number;
  readonly flushMs: number;
  readonly indexIntervalBytes: number;
  readonly maxCompactionLagMs: number;
  readonly maxMessageBytes: number;
  readonly messageTimestampType: 'CreateTime' | 'LogAppendTime';
  readonly messageTimestampBeforeMaxMs: number;
  readonly messageTimestampAfterMaxMs: number;
  readonly minCleanableDirtyRatio: number;
  readonly minCompactionLagMs: number;
  readonly preallocate: boolean;
  readonly retentionBytes: number;
  readonly retentionMs: number;
  readonly segmentBytes: number;
  readonly segmentIndexBytes: number;
  readonly segmentJitterMs: number;
  readonly segmentMs: number;
}

const hourMs = 3_600_000;

/** Kafka 3.9's defaults. "Never" is the largest safe integer, as everywhere an int64 leaves the safe range. */
export const defaultLogConfig: LogConfig = {
  cleanupPolicy: { delete: true, compact: false },
  compressionType: 'producer',
  compressionLevel: undefined,
  deleteRetentionMs: 24 * hourMs,
  fileDeleteDelayMs: 60_000,
  flushMessages: Number.MAX_SAFE_INTEGER,
  flushMs: Number.MAX_SAFE_INTEGER,
  indexIntervalBytes: 4096,
  maxCompactionLagMs: Number.MAX_SAFE_INTEGER,
  maxMessageBytes: 1_048_588,
  messageTimestampType: 'CreateTime',
  messageTimestampBeforeMaxMs: Number.MAX_SAFE_INTEGER,
  messageTimestampAfterMaxMs: Number.MAX_SAFE_INTEGER,
  minCleanableDirtyRatio: 0.5,
  minCompactionLagMs: 0,
  preallocate: false,
  retentionBytes: -1,
  retentionMs: 7 * 24 * hourMs,
  segmentBytes: 1_073_741_824,
  segmentIndexBytes: 10_485_760,
  segmentJitterMs: 0,
  segmentMs: 7 * 24 * hourMs,
};
