/** Brokers, controller, topics with their partitions; creates topics on the way when asked to. Topic ids from 10. */
import {
  api,
  array,
  bool,
  int16,
  int32,
  message,
  string,
  struct,
  uuid,
  type ApiSchema,
} from './notation.ts';

export const metadata: ApiSchema = api(3, 'Metadata', {
  request: message('0-13', '9+', [
    array(
      'topics',
      '0+',
      struct('MetadataRequestTopic', [
        uuid('topicId', '10+', { ignorable: true }),
        string('name', '0+', { nullable: '10+', entity: 'topicName' }),
      ]),
      { nullable: '1+' },
    ),
    bool('allowAutoTopicCreation', '4+', { default: true }),
    bool('includeClusterAuthorizedOperations', '8-10'),
    bool('includeTopicAuthorizedOperations', '8+'),
  ]),
  response: message('0-13', '9+', [
    int32('throttleTimeMs', '3+', { ignorable: true }),
    array(
      'brokers',
      '0+',
      struct('MetadataResponseBroker', [
        int32('nodeId', '0+', { mapKey: true, entity: 'brokerId' }),
        string('host', '0+'),
        int32('port', '0+'),
        string('rack', '1+', { nullable: true, default: null, ignorable: true }),
      ]),
    ),
    string('clusterId', '2+', { nullable: true, default: null, ignorable: true }),
    int32('controllerId', '1+', { default: -1, ignorable: true, entity: 'brokerId' }),
    array(
      'topics',
      '0+',
      struct('MetadataResponseTopic', [
        int16('errorCode', '0+'),
        string('name', '0+', { nullable: '12+', mapKey: true, entity: 'topicName' }),
        uuid('topicId', '10+', { ignorable: true }),
        bool('isInternal', '1+', { default: false, ignorable: true }),
        array(
          'partitions',
          '0+',
          struct('MetadataResponsePartition', [
            int16('errorCode', '0+'),
            int32('partitionIndex', '0+'),
            int32('leaderId', '0+', { entity: 'brokerId' }),
            int32('leaderEpoch', '7+', { default: -1, ignorable: true }),
            array('replicaNodes', '0+', 'int32', { entity: 'brokerId' }),
            array('isrNodes', '0+', 'int32', { entity: 'brokerId' }),
            array('offlineReplicas', '5+', 'int32', { ignorable: true, entity: 'brokerId' }),
          ]),
        ),
        int32('topicAuthorizedOperations', '8+', { default: -2147483648 }),
      ]),
    ),
    int32('clusterAuthorizedOperations', '8-10', { default: -2147483648 }),
    int16('errorCode', '13+', { ignorable: true }),
  ]),
});
