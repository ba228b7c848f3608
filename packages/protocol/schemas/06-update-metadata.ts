/** Controller to broker: what to answer to Metadata. ZooKeeper mode only. */
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

const updateMetadataPartitionState = struct('UpdateMetadataPartitionState', [
  string('topicName', '0-4', { ignorable: true, entity: 'topicName' }),
  int32('partitionIndex', '0+'),
  int32('controllerEpoch', '0+'),
  int32('leader', '0+', { entity: 'brokerId' }),
  int32('leaderEpoch', '0+'),
  array('isr', '0+', 'int32', { entity: 'brokerId' }),
  int32('zkVersion', '0+'),
  array('replicas', '0+', 'int32', { entity: 'brokerId' }),
  array('offlineReplicas', '4+', 'int32', { ignorable: true, entity: 'brokerId' }),
]);

export const updateMetadata: ApiSchema = api(6, 'UpdateMetadata', {
  request: message('0-8', '6+', [
    int32('controllerId', '0+', { entity: 'brokerId' }),
    bool('isKRaftController', '8+', { default: false }),
    int8('type', '8+', { tag: 0, default: 0 }),
    int32('controllerEpoch', '0+'),
    int64('brokerEpoch', '5+', { default: -1, ignorable: true }),
    array('ungroupedPartitionStates', '0-4', updateMetadataPartitionState),
    array(
      'topicStates',
      '5+',
      struct('UpdateMetadataTopicState', [
        string('topicName', '5+', { entity: 'topicName' }),
        uuid('topicId', '7+', { ignorable: true }),
        array('partitionStates', '5+', updateMetadataPartitionState),
      ]),
    ),
    array(
      'liveBrokers',
      '0+',
      struct('UpdateMetadataBroker', [
        int32('id', '0+', { entity: 'brokerId' }),
        string('v0Host', '0', { ignorable: true }),
        int32('v0Port', '0', { ignorable: true }),
        array(
          'endpoints',
          '1+',
          struct('UpdateMetadataEndpoint', [
            int32('port', '1+'),
            string('host', '1+'),
            string('listener', '3+', { ignorable: true }),
            int16('securityProtocol', '1+'),
          ]),
          { ignorable: true },
        ),
        string('rack', '2+', { nullable: true, ignorable: true }),
      ]),
    ),
  ]),
  response: message('0-8', '6+', [int16('errorCode', '0+')]),
});
