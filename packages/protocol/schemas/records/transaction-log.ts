/** __transaction_state: one transactional id. */
import {
  array,
  data,
  int16,
  int32,
  int64,
  int8,
  message,
  string,
  struct,
  type DataSchema,
} from '../notation.ts';

export const transactionLogKey: DataSchema = data(
  'TransactionLogKey',
  message('0', 'none', [string('transactionalId', '0+')]),
);

export const transactionLogValue: DataSchema = data(
  'TransactionLogValue',
  message('0-1', '1+', [
    int64('producerId', '0+'),
    int64('previousProducerId', '1+', { tag: 0, default: -1 }),
    int64('nextProducerId', '1+', { tag: 1, default: -1 }),
    int16('producerEpoch', '0+'),
    int32('transactionTimeoutMs', '0+'),
    int8('transactionStatus', '0+'),
    array(
      'transactionPartitions',
      '0+',
      struct('PartitionsSchema', [string('topic', '0+'), array('partitionIds', '0+', 'int32')]),
      { nullable: true },
    ),
    int64('transactionLastUpdateTimestampMs', '0+'),
    int64('transactionStartTimestampMs', '0+'),
    int16('clientTransactionVersion', '1+', { tag: 2, default: 0 }),
  ]),
);
