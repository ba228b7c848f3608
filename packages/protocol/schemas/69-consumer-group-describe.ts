/** State and members of KIP-848 groups. */
import {
  api,
  array,
  bool,
  int16,
  int32,
  int8,
  message,
  object,
  string,
  struct,
  uuid,
  type ApiSchema,
} from './notation.ts';

const topicPartitions = struct('TopicPartitions', [
  uuid('topicId', '0+'),
  string('topicName', '0+', { entity: 'topicName' }),
  array('partitions', '0+', 'int32'),
]);

const assignment = struct('Assignment', [array('topicPartitions', '0+', topicPartitions)]);

export const consumerGroupDescribe: ApiSchema = api(69, 'ConsumerGroupDescribe', {
  request: message('0-1', '0+', [
    array('groupIds', '0+', 'string', { entity: 'groupId' }),
    bool('includeAuthorizedOperations', '0+'),
  ]),
  response: message('0-1', '0+', [
    int32('throttleTimeMs', '0+'),
    array(
      'groups',
      '0+',
      struct('DescribedGroup', [
        int16('errorCode', '0+'),
        string('errorMessage', '0+', { nullable: true, default: null }),
        string('groupId', '0+', { entity: 'groupId' }),
        string('groupState', '0+'),
        int32('groupEpoch', '0+'),
        int32('assignmentEpoch', '0+'),
        string('assignorName', '0+'),
        array(
          'members',
          '0+',
          struct('Member', [
            string('memberId', '0+'),
            string('instanceId', '0+', { nullable: true, default: null }),
            string('rackId', '0+', { nullable: true, default: null }),
            int32('memberEpoch', '0+'),
            string('clientId', '0+'),
            string('clientHost', '0+'),
            array('subscribedTopicNames', '0+', 'string', { entity: 'topicName' }),
            string('subscribedTopicRegex', '0+', { nullable: true, default: null }),
            object('assignment', '0+', assignment),
            object('targetAssignment', '0+', assignment),
            int8('memberType', '1+', { default: -1, ignorable: true }),
          ]),
        ),
        int32('authorizedOperations', '0+', { default: -2147483648 }),
      ]),
    ),
  ]),
});
