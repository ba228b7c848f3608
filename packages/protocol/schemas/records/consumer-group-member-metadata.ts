/** __consumer_offsets: ConsumerGroupMemberMetadata of a KIP-848 group (key version 5). */
import {
  array,
  bytes,
  data,
  int32,
  message,
  object,
  string,
  struct,
  type DataSchema,
} from '../notation.ts';

export const consumerGroupMemberMetadataKey: DataSchema = data(
  'ConsumerGroupMemberMetadataKey',
  message('5', 'none', [string('groupId', '5+'), string('memberId', '5+')]),
);

export const consumerGroupMemberMetadataValue: DataSchema = data(
  'ConsumerGroupMemberMetadataValue',
  message('0', '0+', [
    string('instanceId', '0+', { nullable: true }),
    string('rackId', '0+', { nullable: true }),
    string('clientId', '0+'),
    string('clientHost', '0+'),
    array('subscribedTopicNames', '0+', 'string'),
    string('subscribedTopicRegex', '0+', { nullable: true }),
    int32('rebalanceTimeoutMs', '0+', { default: -1 }),
    string('serverAssignor', '0+', { nullable: true }),
    object(
      'classicMemberMetadata',
      '0+',
      struct('ClassicMemberMetadata', [
        int32('sessionTimeoutMs', '0+'),
        array(
          'supportedProtocols',
          '0+',
          struct('ClassicProtocol', [string('name', '0+'), bytes('metadata', '0+')]),
        ),
      ]),
      { nullable: true, tag: 0, default: null },
    ),
  ]),
);
