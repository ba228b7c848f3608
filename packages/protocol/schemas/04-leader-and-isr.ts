/** Controller to broker: who leads which partition, who is in sync. ZooKeeper mode only. */
import {
  api,
  array,
  bool,
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

const leaderAndIsrPartitionState = struct('LeaderAndIsrPartitionState', [
  string('topicName', '0-1', { ignorable: true, entity: 'topicName' }),
  int32('partitionIndex', '0+'),
  int32('controllerEpoch', '0+'),
  int32('leader', '0+', { entity: 'brokerId' }),
  int32('leaderEpoch', '0+'),
  array('isr', '0+', 'int32', { entity: 'brokerId' }),
  int32('partitionEpoch', '0+'),
  array('replicas', '0+', 'int32', { entity: 'brokerId' }),
  array('addingReplicas', '3+', 'int32', { ignorable: true, entity: 'brokerId' }),
  array('removingReplicas', '3+', 'int32', { ignorable: true, entity: 'brokerId' }),
  bool('isNew', '1+', { default: false, ignorable: true }),
  int8('leaderRecoveryState', '6+', { default: 0 }),
]);

const leaderAndIsrPartitionError = struct('LeaderAndIsrPartitionError', [
  string('topicName', '0-4', { ignorable: true, entity: 'topicName' }),
  int32('partitionIndex', '0+'),
  int16('errorCode', '0+'),
]);

export const leaderAndIsr: ApiSchema = api(4, 'LeaderAndIsr', {
  request: message('0-7', '4+', [
    int32('controllerId', '0+', { entity: 'brokerId' }),
    bool('isKRaftController', '7+', { default: false }),
    int32('controllerEpoch', '0+'),
    int64('brokerEpoch', '2+', { default: -1, ignorable: true }),
    int8('type', '5+'),
    array('ungroupedPartitionStates', '0-1', leaderAndIsrPartitionState),
    array(
      'topicStates',
      '2+',
      struct('LeaderAndIsrTopicState', [
        string('topicName', '2+', { entity: 'topicName' }),
        uuid('topicId', '5+', { ignorable: true }),
        array('partitionStates', '2+', leaderAndIsrPartitionState),
      ]),
    ),
    array(
      'liveLeaders',
      '0+',
      struct('LeaderAndIsrLiveLeader', [
        int32('brokerId', '0+', { entity: 'brokerId' }),
        string('hostName', '0+'),
        int32('port', '0+'),
      ]),
    ),
  ]),
  response: message('0-7', '4+', [
    int16('errorCode', '0+'),
    array('partitionErrors', '0-4', leaderAndIsrPartitionError),
    array(
      'topics',
      '5+',
      struct('LeaderAndIsrTopicError', [
        uuid('topicId', '5+', { mapKey: true }),
        array('partitionErrors', '5+', leaderAndIsrPartitionError),
      ]),
    ),
  ]),
});
