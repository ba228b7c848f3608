/** Topics page by page (KIP-966). */
import {
  api,
  array,
  bool,
  int16,
  int32,
  message,
  object,
  string,
  struct,
  uuid,
  type ApiSchema,
} from './notation.ts';

export const describeTopicPartitions: ApiSchema = api(75, 'DescribeTopicPartitions', {
  request: message('0', '0+', [
    array('topics', '0+', struct('TopicRequest', [string('name', '0+', { entity: 'topicName' })])),
    int32('responsePartitionLimit', '0+', { default: 2000 }),
    object(
      'cursor',
      '0+',
      struct('Cursor', [
        string('topicName', '0+', { entity: 'topicName' }),
        int32('partitionIndex', '0+'),
      ]),
      { nullable: true, default: null },
    ),
  ]),
  response: message('0', '0+', [
    int32('throttleTimeMs', '0+', { ignorable: true }),
    array(
      'topics',
      '0+',
      struct('DescribeTopicPartitionsResponseTopic', [
        int16('errorCode', '0+'),
        string('name', '0+', { nullable: true, mapKey: true, entity: 'topicName' }),
        uuid('topicId', '0+', { ignorable: true }),
        bool('isInternal', '0+', { default: false, ignorable: true }),
        array(
          'partitions',
          '0+',
          struct('DescribeTopicPartitionsResponsePartition', [
            int16('errorCode', '0+'),
            int32('partitionIndex', '0+'),
            int32('leaderId', '0+', { entity: 'brokerId' }),
            int32('leaderEpoch', '0+', { default: -1, ignorable: true }),
            array('replicaNodes', '0+', 'int32', { entity: 'brokerId' }),
            array('isrNodes', '0+', 'int32', { entity: 'brokerId' }),
            array('eligibleLeaderReplicas', '0+', 'int32', {
              nullable: true,
              default: null,
              entity: 'brokerId',
            }),
            array('lastKnownElr', '0+', 'int32', {
              nullable: true,
              default: null,
              entity: 'brokerId',
            }),
            array('offlineReplicas', '0+', 'int32', { ignorable: true, entity: 'brokerId' }),
          ]),
        ),
        int32('topicAuthorizedOperations', '0+', { default: -2147483648 }),
      ]),
    ),
    object(
      'nextCursor',
      '0+',
      struct('Cursor', [
        string('topicName', '0+', { entity: 'topicName' }),
        int32('partitionIndex', '0+'),
      ]),
      { nullable: true, default: null },
    ),
  ]),
});
