/** __consumer_offsets: ConsumerGroupTargetAssignmentMember of a KIP-848 group (key version 7). */
import { array, data, message, string, struct, uuid, type DataSchema } from '../notation.ts';

export const consumerGroupTargetAssignmentMemberKey: DataSchema = data(
  'ConsumerGroupTargetAssignmentMemberKey',
  message('7', 'none', [string('groupId', '7+'), string('memberId', '7+')]),
);

export const consumerGroupTargetAssignmentMemberValue: DataSchema = data(
  'ConsumerGroupTargetAssignmentMemberValue',
  message('0', '0+', [
    array(
      'topicPartitions',
      '0+',
      struct('TopicPartition', [uuid('topicId', '0+'), array('partitions', '0+', 'int32')]),
    ),
  ]),
);
