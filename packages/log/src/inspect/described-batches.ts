/** The batches of a log file as plain data, one at a time, for those who look at a log. */
import {
  CompressionError,
  DecodeError,
  attributesCodec,
  attributesHasDeleteHorizon,
  attributesIsControl,
  attributesIsLogAppendTime,
  attributesIsTransactional,
  batchAttributes,
  batchBaseOffset,
  batchBaseSequence,
  batchBaseTimestamp,
  batchCrc,
  batchLastOffset,
  batchLeaderEpoch,
  batchMaxTimestamp,
  batchProducerEpoch,
  batchProducerId,
  batchRecordCount,
  decodeControlRecord,
  decodeRecords,
} from '@zurau/protocol';
import type { ControlRecord, DecodedRecord } from '@zurau/protocol';
import type { DiskFile } from '@zurau/platform';
import { LogFileWalk, describeStop } from './log-file-walk.ts';

export interface DescribedBatch {
  /** In the file. */
  readonly position: number;
  readonly sizeBytes: number;
  readonly baseOffset: number;
  readonly lastOffset: number;
  readonly recordCount: number;
  readonly leaderEpoch: number;
  readonly codec: string;
  readonly timestampType: 'CreateTime' | 'LogAppendTime';
  /** With a delete horizon, that: until then tombstones and markers in it stay. */
  readonly baseTimestamp: number;
  readonly hasDeleteHorizon: boolean;
  readonly maxTimestamp: number;
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly baseSequence: number;
  readonly isTransactional: boolean;
  /** What a control batch says; undefined for data. */
  readonly control: ControlRecord | undefined;
  readonly crc: number;
  /** Why it cannot be believed; undefined for a sound one. */
  readonly problem: string | undefined;
  /** Those of the batch, as far as they were asked for and can be read. */
  readonly records: readonly DecodedRecord[] | undefined;
}

/** What ends a file early. */
export interface DescribedEnd {
  readonly position: number;
  readonly problem: string;
}

/**
 * Records are views that live until the next step; codecs must be loaded. Returns what ended the file early, undefined at its end. Throws DiskError.
 */
export function* describedBatches(
  file: DiskFile,
  options: { readonly withRecords: boolean },
): Generator<DescribedBatch, DescribedEnd | undefined> {
  const walk = new LogFileWalk(file);
  while (walk.next()) yield describe(walk, options.withRecords);
  return walk.stop && { position: walk.position, problem: describeStop(walk.stop) };
}

function describe(walk: LogFileWalk, withRecords: boolean): DescribedBatch {
  const { buffer, at, position, sizeBytes } = walk;
  const attributes = batchAttributes(buffer, at);
  let problem = walk.crcIsRight ? undefined : 'wrong checksum';
  let records: DecodedRecord[] | undefined;
  let control: ControlRecord | undefined;
  if (withRecords || attributesIsControl(attributes)) {
    try {
      records = decodeRecords(buffer, at, { checkCrc: false });
      const [first] = records;
      if (attributesIsControl(attributes) && first !== undefined) {
        control = decodeControlRecord(first);
      }
    } catch (error) {
      if (!(error instanceof DecodeError || error instanceof CompressionError)) throw error;
      problem ??= error.message;
    }
  }
  return {
    position,
    sizeBytes,
    baseOffset: batchBaseOffset(buffer, at),
    lastOffset: batchLastOffset(buffer, at),
    recordCount: batchRecordCount(buffer, at),
    leaderEpoch: batchLeaderEpoch(buffer, at),
    codec: attributesCodec(attributes) ?? `unknown (${attributes & 7})`,
    timestampType: attributesIsLogAppendTime(attributes) ? 'LogAppendTime' : 'CreateTime',
    baseTimestamp: batchBaseTimestamp(buffer, at),
    hasDeleteHorizon: attributesHasDeleteHorizon(attributes),
    maxTimestamp: batchMaxTimestamp(buffer, at),
    producerId: batchProducerId(buffer, at),
    producerEpoch: batchProducerEpoch(buffer, at),
    baseSequence: batchBaseSequence(buffer, at),
    isTransactional: attributesIsTransactional(attributes),
    control,
    crc: batchCrc(buffer, at),
    problem,
    records: withRecords ? records : undefined,
  };
}
