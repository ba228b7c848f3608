/** Controller to broker: stop, and perhaps delete, replicas. ZooKeeper mode only. */
import {
  api,
  array,
  bool,
  int16,
  int32,
  int64,
  message,
  string,
  struct,
  type ApiSchema,
} from './notation.ts';

export const stopReplica: ApiSchema = api(5, 'StopReplica', {
  request: message('0-4', '2+', [
    int32('controllerId', '0+', { entity: 'brokerId' }),
    bool('isKRaftController', '4+', { default: false }),
    int32('controllerEpoch', '0+'),
    int64('brokerEpoch', '1+', { default: -1, ignorable: true }),
    bool('deletePartitions', '0-2'),
    array(
      'ungroupedPartitions',
      '0',
      struct('StopReplicaPartitionV0', [
        string('topicName', '0', { entity: 'topicName' }),
        int32('partitionIndex', '0'),
      ]),
    ),
    array(
      'topics',
      '1-2',
      struct('StopReplicaTopicV1', [
        string('name', '1-2', { entity: 'topicName' }),
        array('partitionIndexes', '1-2', 'int32'),
      ]),
    ),
    array(
      'topicStates',
      '3+',
      struct('StopReplicaTopicState', [
        string('topicName', '3+', { entity: 'topicName' }),
        array(
          'partitionStates',
          '3+',
          struct('StopReplicaPartitionState', [
            int32('partitionIndex', '3+'),
            int32('leaderEpoch', '3+', { default: -1 }),
            bool('deletePartition', '3+'),
          ]),
        ),
      ]),
    ),
  ]),
  response: message('0-4', '2+', [
    int16('errorCode', '0+'),
    array(
      'partitionErrors',
      '0+',
      struct('StopReplicaPartitionError', [
        string('topicName', '0+', { entity: 'topicName' }),
        int32('partitionIndex', '0+'),
        int16('errorCode', '0+'),
      ]),
    ),
  ]),
});
