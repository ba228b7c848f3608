/** Where a leader epoch ended: how followers and consumers detect truncation (KIP-101, KIP-320). */
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

export const offsetForLeaderEpoch: ApiSchema = api(23, 'OffsetForLeaderEpoch', {
  request: message('0-4', '4+', [
    int32('replicaId', '3+', { default: -2, ignorable: true, entity: 'brokerId' }),
    array(
      'topics',
      '0+',
      struct('OffsetForLeaderTopic', [
        string('topic', '0+', { mapKey: true, entity: 'topicName' }),
        array(
          'partitions',
          '0+',
          struct('OffsetForLeaderPartition', [
            int32('partition', '0+'),
            int32('currentLeaderEpoch', '2+', { default: -1, ignorable: true }),
            int32('leaderEpoch', '0+'),
          ]),
        ),
      ]),
    ),
  ]),
  response: message('0-4', '4+', [
    int32('throttleTimeMs', '2+', { ignorable: true }),
    array(
      'topics',
      '0+',
      struct('OffsetForLeaderTopicResult', [
        string('topic', '0+', { mapKey: true, entity: 'topicName' }),
        array(
          'partitions',
          '0+',
          struct('EpochEndOffset', [
            int16('errorCode', '0+'),
            int32('partition', '0+'),
            int32('leaderEpoch', '1+', { default: -1, ignorable: true }),
            int64('endOffset', '0+', { default: -1 }),
          ]),
        ),
      ]),
    ),
  ]),
});
