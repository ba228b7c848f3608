/**
 * Requests that the broker takes seriously: names of topics and groups that exist, record batches of all codecs, metadata of consumers. What
 * is mutated starts here, so that it gets past the first checks.
 */
import {
  consumerProtocolAssignment,
  consumerProtocolSubscription,
  encodeControlBatch,
  encodeRecordBatch,
  encodeVersioned,
  loadCodecs,
  ZERO_UUID,
} from '@zurau/protocol';
import { bodiesBetweenBrokers } from './corpus-between-brokers.mjs';

/** Made before the attack, and again when they are gone. */
export const BASE_TOPICS = [
  { name: 'fuzz-plain', partitions: 3 },
  { name: 'fuzz-compacted', configs: { 'cleanup.policy': 'compact' } },
  { name: 'fuzz-recompressed', configs: { 'compression.type': 'zstd' } },
  { name: 'fuzz-append-time', configs: { 'message.timestamp.type': 'LogAppendTime' } },
];

const TOPICS = [...BASE_TOPICS.map(({ name }) => name), 'made-0', 'made-1', 'nowhere'];
const GROUPS = ['group-0', 'group-1', 'group-2', 'group-3'];
const MEMBERS = ['', '', 'member-0', 'member-1'];
const TOPIC_CONFIGS = {
  'retention.ms': ['3600000', '-1', 'soon'],
  'cleanup.policy': ['delete', 'compact', 'compact,delete', 'burn'],
  'compression.type': ['producer', 'gzip', 'lz4', 'zstd', 'uncompressed'],
  'max.message.bytes': ['1000', '1048588', '-5'],
  'message.timestamp.type': ['CreateTime', 'LogAppendTime'],
  'min.insync.replicas': ['1', '2'],
  'no.such.config': ['1', ''],
};
const CODECS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];
const SHORT_WAIT_MS = 3;

await loadCodecs();

/** Batches as producers of all kinds send them. */
function batchesOf(random) {
  const now = Date.now();
  const records = (count, valueBytes, keyed) =>
    Array.from({ length: count }, (_, index) => ({
      offset: index,
      timestamp: now + index,
      key: keyed ? `key-${index % 5}` : null,
      value: index % 7 === 6 ? null : Buffer.alloc(valueBytes, `value ${index} `),
      headers:
        index % 3 === 0
          ? [
              { key: 'h', value: 'x' },
              { key: 'none', value: null },
            ]
          : [],
    }));
  const batches = [];
  for (const codec of CODECS) {
    for (const keyed of [true, false]) {
      for (const [count, bytes] of [
        [1, 10],
        [20, 50],
        [5, 3000],
      ]) {
        batches.push(encodeRecordBatch(records(count, bytes, keyed), { codec }));
      }
    }
    for (let sequence = 0; sequence < 4; sequence++) {
      const producer = { producerId: random.int(20), producerEpoch: 0, baseSequence: sequence };
      batches.push(encodeRecordBatch(records(1, 20, true), { codec, ...producer, producer }));
    }
  }
  batches.push(Buffer.concat([batches[0], batches[1]]), Buffer.alloc(0));
  batches.push(
    encodeControlBatch({
      type: 'commit',
      producerId: 1,
      producerEpoch: 0,
      coordinatorEpoch: 0,
      timestamp: now,
    }),
  );
  return batches;
}

/** By API name: a body for a version of it. `topicIds` are those of the base topics. */
export function bodies(random, topicIds) {
  const topic = () => random.pick(TOPICS);
  const topicId = () => (random.chance(90) ? random.pick(topicIds) : ZERO_UUID);
  const partition = () => random.int(4);
  const group = () => random.pick(GROUPS);
  const replicaId = () => random.pick([-1, -1, -1, -1, -2, 0, 1]);
  const member = () => random.pick(MEMBERS);
  const some = (make, max = 3) => Array.from({ length: 1 + random.int(max) }, make);
  const configs = (make) =>
    some(() => {
      const name = random.pick(Object.keys(TOPIC_CONFIGS));
      return make(name, random.pick(TOPIC_CONFIGS[name]));
    });
  const batches = batchesOf(random);
  const subscription = encodeVersioned(
    consumerProtocolSubscription,
    { topics: ['fuzz-plain', 'fuzz-compacted'], userData: null, ownedPartitions: [] },
    1,
  );
  const assignment = encodeVersioned(
    consumerProtocolAssignment,
    { assignedPartitions: [{ topic: 'fuzz-plain', partitions: [0, 1] }], userData: null },
    1,
  );
  const partitions = () => some(partition);
  const draw = { topic, topicId, partition, partitions, group, some };
  return {
    ...bodiesBetweenBrokers(random, draw),
    Produce: () => ({
      transactionalId: random.chance(80) ? null : random.pick(['tx-0', 'tx-1']),
      acks: random.chance(3) ? 0 : random.pick([1, -1]),
      timeoutMs: 1000,
      topicData: some(
        () => ({
          name: topic(),
          partitionData: some(() => ({ index: partition(), records: random.pick(batches) }), 2),
        }),
        2,
      ),
    }),
    Fetch: (version) => ({
      ...(version >= 15
        ? { replicaState: { replicaId: replicaId(), replicaEpoch: -1 } }
        : { replicaId: replicaId() }),
      maxWaitMs: random.int(SHORT_WAIT_MS),
      minBytes: random.int(2),
      maxBytes: random.pick([0, 1000, 1_048_576]),
      isolationLevel: random.int(2),
      ...(version >= 7
        ? { sessionId: random.pick([0, 0, 1, 77]), sessionEpoch: random.pick([-1, 0, 0, 1]) }
        : {}),
      topics: some(() => ({
        topic: topic(),
        topicId: topicId(),
        partitions: some(() => ({
          partition: partition(),
          fetchOffset: random.pick([0, 1, 10, 100, 100_000]),
          partitionMaxBytes: random.pick([0, 100, 1_048_576]),
        })),
      })),
      ...(version >= 7
        ? { forgottenTopicsData: [{ topic: topic(), topicId: topicId(), partitions: [0] }] }
        : {}),
    }),
    ListOffsets: (version) => ({
      replicaId: -1,
      topics: some(() => ({
        name: topic(),
        partitions: some(() => ({
          partitionIndex: partition(),
          timestamp: random.pick([-1, -2, -3, 0, Date.now()]),
          maxNumOffsets: 1,
        })),
      })),
      ...(version >= 2 ? { isolationLevel: random.int(2) } : {}),
    }),
    Metadata: (version) => ({
      topics:
        version >= 1 && random.chance(20)
          ? null
          : some(() => ({ name: topic(), ...(version >= 10 ? { topicId: ZERO_UUID } : {}) })),
      allowAutoTopicCreation: true,
    }),
    OffsetCommit: () => ({
      groupId: group(),
      generationIdOrMemberEpoch: random.pick([-1, -1, 0, 1]),
      memberId: member(),
      retentionTimeMs: -1,
      topics: some(() => ({
        name: topic(),
        partitions: some(() => ({
          partitionIndex: partition(),
          committedOffset: random.int(1000),
          committedMetadata: 'm',
        })),
      })),
    }),
    OffsetFetch: (version) =>
      version >= 8
        ? {
            groups: some(() => ({
              groupId: group(),
              topics: random.chance(30)
                ? null
                : some(() => ({ name: topic(), partitionIndexes: partitions() })),
            })),
          }
        : {
            groupId: group(),
            topics: some(() => ({ name: topic(), partitionIndexes: partitions() })),
          },
    FindCoordinator: (version) =>
      version >= 4
        ? { keyType: 0, coordinatorKeys: some(group) }
        : { key: group(), ...(version >= 1 ? { keyType: 0 } : {}) },
    JoinGroup: () => ({
      groupId: group(),
      sessionTimeoutMs: 6000,
      rebalanceTimeoutMs: 20,
      memberId: member(),
      protocolType: 'consumer',
      protocols: [
        { name: 'range', metadata: subscription },
        { name: 'cooperative-sticky', metadata: subscription },
      ],
    }),
    Heartbeat: () => ({ groupId: group(), generationId: random.int(3), memberId: member() }),
    LeaveGroup: (version) =>
      version >= 3
        ? { groupId: group(), members: some(() => ({ memberId: member() })) }
        : { groupId: group(), memberId: member() },
    SyncGroup: () => ({
      groupId: group(),
      generationId: random.int(3),
      memberId: member(),
      assignments: some(() => ({ memberId: member(), assignment })),
      protocolType: 'consumer',
      protocolName: 'range',
    }),
    ConsumerGroupHeartbeat: () => ({
      groupId: `modern-${random.int(3)}`,
      memberId: member(),
      memberEpoch: random.pick([0, 0, -1, -2, 1, 2]),
      instanceId: random.chance(80) ? null : 'instance-0',
      rackId: null,
      rebalanceTimeoutMs: 1000,
      subscribedTopicNames: random.chance(50) ? null : some(topic),
      serverAssignor: random.pick([null, 'range', 'uniform', 'none']),
      topicPartitions: random.chance(50)
        ? null
        : some(() => ({ topicId: topicId(), partitions: partitions() })),
    }),
    ConsumerGroupDescribe: () => ({
      groupIds: some(() => random.pick([group(), 'modern-0', 'modern-1'])),
      includeAuthorizedOperations: true,
    }),
    DescribeGroups: () => ({ groups: some(group) }),
    ListGroups: (version) => ({ ...(version >= 4 ? { statesFilter: ['Stable', 'Empty'] } : {}) }),
    ApiVersions: () => ({ clientSoftwareName: 'fuzz', clientSoftwareVersion: '1.0' }),
    CreateTopics: (version) => ({
      topics: some(() => ({
        name: `made-${random.int(20)}`,
        ...(random.chance(70)
          ? { numPartitions: 1 + random.int(3), replicationFactor: 1, assignments: [] }
          : {
              numPartitions: -1,
              replicationFactor: -1,
              assignments: [{ partitionIndex: 0, brokerIds: [0] }],
            }),
        configs: configs((name, value) => ({ name, value })),
      })),
      timeoutMs: 1000,
      ...(version >= 1 ? { validateOnly: random.chance(50) } : {}),
    }),
    DeleteTopics: (version) => ({
      ...(version >= 6
        ? { topics: some(() => ({ name: `made-${random.int(20)}`, topicId: ZERO_UUID })) }
        : { topicNames: some(() => `made-${random.int(20)}`) }),
      timeoutMs: 1000,
    }),
    DeleteRecords: () => ({
      topics: some(() => ({
        name: topic(),
        partitions: some(() => ({
          partitionIndex: partition(),
          offset: random.pick([-1, 0, 5, 1000]),
        })),
      })),
      timeoutMs: 100,
    }),
    DescribeConfigs: (version) => ({
      resources: some(() => ({
        resourceType: random.pick([2, 4, 4, 8]),
        resourceName: random.pick([topic(), '0', '']),
        configurationKeys: random.chance(50) ? null : ['retention.ms', 'num.partitions'],
      })),
      ...(version >= 1 ? { includeSynonyms: true } : {}),
      ...(version >= 3 ? { includeDocumentation: random.chance(20) } : {}),
    }),
    AlterConfigs: () => ({
      resources: some(() => ({
        resourceType: 2,
        resourceName: topic(),
        configs: configs((name, value) => ({ name, value })),
      })),
      validateOnly: random.chance(50),
    }),
    IncrementalAlterConfigs: () => ({
      resources: some(() => ({
        resourceType: 2,
        resourceName: topic(),
        configs: configs((name, value) => ({ name, configOperation: random.int(4), value })),
      })),
      validateOnly: random.chance(50),
    }),
    DescribeLogDirs: () => ({
      topics: random.chance(50) ? null : some(() => ({ topic: topic(), partitions: partitions() })),
    }),
    CreatePartitions: () => ({
      topics: some(() => ({
        name: `made-${random.int(20)}`,
        count: 1 + random.int(5),
        assignments: random.chance(70) ? null : [{ brokerIds: [0] }],
      })),
      timeoutMs: 1000,
      validateOnly: random.chance(50),
    }),
    DeleteGroups: () => ({ groupsNames: some(group) }),
    ElectLeaders: (version) => ({
      ...(version >= 1 ? { electionType: random.int(2) } : {}),
      topicPartitions: random.chance(30)
        ? null
        : some(() => ({ topic: topic(), partitions: partitions() })),
      timeoutMs: 100,
    }),
    OffsetDelete: () => ({
      groupId: group(),
      topics: some(() => ({
        name: topic(),
        partitions: some(() => ({ partitionIndex: partition() })),
      })),
    }),
    DescribeCluster: () => ({ includeClusterAuthorizedOperations: true }),
    DescribeProducers: () => ({
      topics: some(() => ({ name: topic(), partitionIndexes: partitions() })),
    }),
    DescribeTopicPartitions: () => ({
      topics: some(() => ({ name: topic() })),
      responsePartitionLimit: random.pick([1, 2, 2000]),
      cursor: random.chance(50) ? null : { topicName: topic(), partitionIndex: 0 },
    }),
  };
}
