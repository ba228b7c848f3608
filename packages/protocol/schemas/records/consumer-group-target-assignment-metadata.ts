/** __consumer_offsets: ConsumerGroupTargetAssignmentMetadata of a KIP-848 group (key version 6). */
import { data, int32, message, string, type DataSchema } from '../notation.ts';

export const consumerGroupTargetAssignmentMetadataKey: DataSchema = data(
  'ConsumerGroupTargetAssignmentMetadataKey',
  message('6', 'none', [string('groupId', '6+')]),
);

export const consumerGroupTargetAssignmentMetadataValue: DataSchema = data(
  'ConsumerGroupTargetAssignmentMetadataValue',
  message('0', '0+', [int32('assignmentEpoch', '0+')]),
);
