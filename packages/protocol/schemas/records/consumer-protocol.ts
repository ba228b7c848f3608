/** What consumers of a classic group tell each other through JoinGroup and SyncGroup (opaque to the broker). */
import {
  array,
  bytes,
  data,
  int32,
  message,
  string,
  struct,
  type DataSchema,
} from '../notation.ts';

export const consumerProtocolSubscription: DataSchema = data(
  'ConsumerProtocolSubscription',
  message('0-3', 'none', [
    array('topics', '0+', 'string'),
    bytes('userData', '0+', { nullable: true, default: null }),
    array(
      'ownedPartitions',
      '1+',
      struct('TopicPartition', [
        string('topic', '1+', { mapKey: true, entity: 'topicName' }),
        array('partitions', '1+', 'int32'),
      ]),
      { ignorable: true },
    ),
    int32('generationId', '2+', { default: -1, ignorable: true }),
    string('rackId', '3+', { nullable: true, default: null, ignorable: true }),
  ]),
);

export const consumerProtocolAssignment: DataSchema = data(
  'ConsumerProtocolAssignment',
  message('0-3', 'none', [
    array(
      'assignedPartitions',
      '0+',
      struct('TopicPartition', [
        string('topic', '0+', { mapKey: true, entity: 'topicName' }),
        array('partitions', '0+', 'int32'),
      ]),
    ),
    bytes('userData', '0+', { nullable: true, default: null }),
  ]),
);
