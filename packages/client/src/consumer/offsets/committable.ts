/** What an application may commit, and the offsets that it means. */
import type { DecodedRecord } from '@zurau/protocol';
import type { OperationOptions } from '../../cluster/cluster.ts';
import type { ConsumedBatch } from '../consumed-batch.ts';
import { checkOffset, type OffsetToCommit } from './offset-to-commit.ts';

/** Batches, offsets, or several of them. */
export type Committable =
  ConsumedBatch | OffsetToCommit | readonly (ConsumedBatch | OffsetToCommit)[];

export interface CommitOptions extends OperationOptions {
  /** Of a batch, only up to and with this record. */
  readonly through?: Pick<DecodedRecord, 'offset'> | undefined;
  /** Stored with the offsets. */
  readonly metadata?: string | undefined;
}

/** Throws KafkaError `INVALID_ARGUMENT`. */
export function toOffsets(
  what: Committable,
  { through, metadata }: CommitOptions,
): OffsetToCommit[] {
  const items = 'topic' in what ? [what] : what;
  const extra = metadata === undefined ? {} : { metadata };
  return items.map((item): OffsetToCommit => {
    if (!('records' in item)) return checkOffset({ ...item, ...extra });
    const { topic, partition, leaderEpoch, nextOffset } = item;
    const offset = through === undefined ? nextOffset : through.offset + 1;
    return checkOffset({ topic, partition, offset, leaderEpoch, ...extra });
  });
}
