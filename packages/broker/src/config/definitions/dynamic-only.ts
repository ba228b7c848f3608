/**
 * Broker configs that exist in the metadata store only: Kafka does not read them from
 * server.properties.
 */
export const dynamicOnlyDefinitions = {
  'leader.replication.throttled.rate': {
    type: 'long',
    default: '9223372036854775807',
    range: { min: 0 },
    importance: 'medium',
    doc: 'Bytes a second that leaders on this broker send to throttled replicas.',
  },
  'follower.replication.throttled.rate': {
    type: 'long',
    default: '9223372036854775807',
    range: { min: 0 },
    importance: 'medium',
    doc: 'Bytes a second that throttled replicas on this broker fetch.',
  },
  'replica.alter.log.dirs.io.max.bytes.per.second': {
    type: 'long',
    default: '9223372036854775807',
    range: { min: 0 },
    importance: 'medium',
    supported: false,
    doc: 'Bytes a second for moves between log directories of this broker.',
  },
} as const;
