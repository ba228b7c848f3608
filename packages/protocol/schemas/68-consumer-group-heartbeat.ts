/** Everything a member of a KIP-848 group says and hears. */
import {
  api,
  array,
  int16,
  int32,
  message,
  object,
  string,
  struct,
  uuid,
  type ApiSchema,
} from './notation.ts';

export const consumerGroupHeartbeat: ApiSchema = api(68, 'ConsumerGroupHeartbeat', {
  request: message('0-1', '0+', [
    string('groupId', '0+', { entity: 'groupId' }),
    string('memberId', '0+'),
    int32('memberEpoch', '0+'),
    string('instanceId', '0+', { nullable: true, default: null }),
    string('rackId', '0+', { nullable: true, default: null }),
    int32('rebalanceTimeoutMs', '0+', { default: -1 }),
    array('subscribedTopicNames', '0+', 'string', {
      nullable: true,
      default: null,
      entity: 'topicName',
    }),
    string('subscribedTopicRegex', '1+', { nullable: true, default: null }),
    string('serverAssignor', '0+', { nullable: true, default: null }),
    array(
      'topicPartitions',
      '0+',
      struct('TopicPartitions', [uuid('topicId', '0+'), array('partitions', '0+', 'int32')]),
      { nullable: true, default: null },
    ),
  ]),
  response: message('0-1', '0+', [
    int32('throttleTimeMs', '0+'),
    int16('errorCode', '0+'),
    string('errorMessage', '0+', { nullable: true, default: null }),
    string('memberId', '0+', { nullable: true, default: null }),
    int32('memberEpoch', '0+'),
    int32('heartbeatIntervalMs', '0+'),
    object(
      'assignment',
      '0+',
      struct('Assignment', [
        array(
          'topicPartitions',
          '0+',
          struct('TopicPartitions', [uuid('topicId', '0+'), array('partitions', '0+', 'int32')]),
        ),
      ]),
      { nullable: true, default: null },
    ),
  ]),
});
