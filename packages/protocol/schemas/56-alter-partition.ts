/** Leader to controller: the in-sync replicas have changed (KIP-497). */
import {
  api,
  array,
  int16,
  int32,
  int64,
  int8,
  message,
  string,
  struct,
  uuid,
  type ApiSchema,
} from './notation.ts';

export const alterPartition: ApiSchema = api(56, 'AlterPartition', {
  request: message('0-3', '0+', [
    int32('brokerId', '0+', { entity: 'brokerId' }),
    int64('brokerEpoch', '0+', { default: -1 }),
    array(
      'topics',
      '0+',
      struct('TopicData', [
        string('topicName', '0-1', { ignorable: true, entity: 'topicName' }),
        uuid('topicId', '2+', { ignorable: true }),
        array(
          'partitions',
          '0+',
          struct('PartitionData', [
            int32('partitionIndex', '0+'),
            int32('leaderEpoch', '0+'),
            array('newIsr', '0-2', 'int32', { entity: 'brokerId' }),
            array(
              'newIsrWithEpochs',
              '3+',
              struct('BrokerState', [
                int32('brokerId', '3+', { entity: 'brokerId' }),
                int64('brokerEpoch', '3+', { default: -1 }),
              ]),
            ),
            int8('leaderRecoveryState', '1+', { default: 0 }),
            int32('partitionEpoch', '0+'),
          ]),
        ),
      ]),
    ),
  ]),
  response: message('0-3', '0+', [
    int32('throttleTimeMs', '0+'),
    int16('errorCode', '0+'),
    array(
      'topics',
      '0+',
      struct('TopicData', [
        string('topicName', '0-1', { ignorable: true, entity: 'topicName' }),
        uuid('topicId', '2+', { ignorable: true }),
        array(
          'partitions',
          '0+',
          struct('PartitionData', [
            int32('partitionIndex', '0+'),
            int16('errorCode', '0+'),
            int32('leaderId', '0+', { entity: 'brokerId' }),
            int32('leaderEpoch', '0+'),
            array('isr', '0+', 'int32', { entity: 'brokerId' }),
            int8('leaderRecoveryState', '1+', { default: 0, ignorable: true }),
            int32('partitionEpoch', '0+'),
          ]),
        ),
      ]),
    ),
  ]),
});
