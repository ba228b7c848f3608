/** __consumer_offsets: ConsumerGroupMetadata of a KIP-848 group (key version 3). */
import { data, int32, message, string, type DataSchema } from '../notation.ts';

export const consumerGroupMetadataKey: DataSchema = data(
  'ConsumerGroupMetadataKey',
  message('3', 'none', [string('groupId', '3+')]),
);

export const consumerGroupMetadataValue: DataSchema = data(
  'ConsumerGroupMetadataValue',
  message('0', '0+', [int32('epoch', '0+')]),
);
