/** __consumer_offsets: ConsumerGroupCurrentMemberAssignment of a KIP-848 group (key version 8). */
import {
  array,
  data,
  int32,
  int8,
  message,
  string,
  struct,
  uuid,
  type DataSchema,
} from '../notation.ts';

export const consumerGroupCurrentMemberAssignmentKey: DataSchema = data(
  'ConsumerGroupCurrentMemberAssignmentKey',
  message('8', 'none', [string('groupId', '8+'), string('memberId', '8+')]),
);

const topicPartitions = struct('TopicPartitions', [
  uuid('topicId', '0+'),
  array('partitions', '0+', 'int32'),
]);

export const consumerGroupCurrentMemberAssignmentValue: DataSchema = data(
  'ConsumerGroupCurrentMemberAssignmentValue',
  message('0', '0+', [
    int32('memberEpoch', '0+'),
    int32('previousMemberEpoch', '0+'),
    int8('state', '0+'),
    array('assignedPartitions', '0+', topicPartitions),
    array('partitionsPendingRevocation', '0+', topicPartitions),
  ]),
);
