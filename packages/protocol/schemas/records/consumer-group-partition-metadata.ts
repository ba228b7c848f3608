/** __consumer_offsets: ConsumerGroupPartitionMetadata of a KIP-848 group (key version 4). */
import { array, data, int32, message, string, struct, uuid, type DataSchema } from '../notation.ts';

export const consumerGroupPartitionMetadataKey: DataSchema = data(
  'ConsumerGroupPartitionMetadataKey',
  message('4', 'none', [string('groupId', '4+')]),
);

export const consumerGroupPartitionMetadataValue: DataSchema = data(
  'ConsumerGroupPartitionMetadataValue',
  message('0', '0+', [
    array(
      'topics',
      '0+',
      struct('TopicMetadata', [
        uuid('topicId', '0+'),
        string('topicName', '0+'),
        int32('numPartitions', '0+'),
        array(
          'partitionMetadata',
          '0+',
          struct('PartitionMetadata', [int32('partition', '0+'), array('racks', '0+', 'string')]),
        ),
      ]),
    ),
  ]),
);
