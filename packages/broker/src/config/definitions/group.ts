/**
 * The configs of one consumer group, as Apache Kafka 4 has them (resource type GROUP); Kafka 3.9 has none.
 *
 * What Kafka 4 has here for share groups and streams groups is unknown here as the groups are.
 */
export const groupDefinitions = {
  'consumer.session.timeout.ms': {
    type: 'int',
    default: '45000',
    range: { min: 1 },
    importance: 'medium',
    synonyms: [{ key: 'group.consumer.session.timeout.ms' }],
    doc: 'Session timeout of members of the group that use the consumer protocol (KIP-848).',
  },
  'consumer.heartbeat.interval.ms': {
    type: 'int',
    default: '5000',
    range: { min: 1 },
    importance: 'medium',
    synonyms: [{ key: 'group.consumer.heartbeat.interval.ms' }],
    doc: 'Heartbeat interval given to members of the group that use the consumer protocol.',
  },
} as const;
