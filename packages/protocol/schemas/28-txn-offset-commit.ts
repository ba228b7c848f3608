/** Commits offsets of a group inside a transaction. */
import {
  api,
  array,
  int16,
  int32,
  int64,
  message,
  string,
  struct,
  type ApiSchema,
} from './notation.ts';

export const txnOffsetCommit: ApiSchema = api(28, 'TxnOffsetCommit', {
  request: message('0-5', '3+', [
    string('transactionalId', '0+', { entity: 'transactionalId' }),
    string('groupId', '0+', { entity: 'groupId' }),
    int64('producerId', '0+', { entity: 'producerId' }),
    int16('producerEpoch', '0+'),
    int32('generationId', '3+', { default: -1 }),
    string('memberId', '3+', { default: '' }),
    string('groupInstanceId', '3+', { nullable: true, default: null }),
    array(
      'topics',
      '0+',
      struct('TxnOffsetCommitRequestTopic', [
        string('name', '0+', { entity: 'topicName' }),
        array(
          'partitions',
          '0+',
          struct('TxnOffsetCommitRequestPartition', [
            int32('partitionIndex', '0+'),
            int64('committedOffset', '0+'),
            int32('committedLeaderEpoch', '2+', { default: -1, ignorable: true }),
            string('committedMetadata', '0+', { nullable: true }),
          ]),
        ),
      ]),
    ),
  ]),
  response: message('0-5', '3+', [
    int32('throttleTimeMs', '0+'),
    array(
      'topics',
      '0+',
      struct('TxnOffsetCommitResponseTopic', [
        string('name', '0+', { entity: 'topicName' }),
        array(
          'partitions',
          '0+',
          struct('TxnOffsetCommitResponsePartition', [
            int32('partitionIndex', '0+'),
            int16('errorCode', '0+'),
          ]),
        ),
      ]),
    ),
  ]),
});
