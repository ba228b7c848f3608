/**
 * A program written for KafkaJS, for the compiler alone: it is checked against KafkaJS's types (tsconfig.tests.json), and against
 * `@zurau/client/kafkajs` in its place (tsconfig.kafkajs-door.json). Nobody runs it.
 */
import {
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  type Admin,
  AssignerProtocol,
  type Assigner,
  type Batch,
  CompressionCodecs,
  CompressionTypes,
  ConfigResourceTypes,
  type Consumer,
  type ConsumerConfig,
  type ConsumerCrashEvent,
  type ConsumerGroupJoinEvent,
  type EachBatchPayload,
  type EachMessagePayload,
  type GroupDescription,
  type IHeaders,
  Kafka,
  type KafkaConfig,
  KafkaJSConnectionError,
  KafkaJSDeleteTopicRecordsError,
  KafkaJSError,
  KafkaJSNonRetriableError,
  KafkaJSNumberOfRetriesExceeded,
  KafkaJSProtocolError,
  type KafkaMessage,
  type LogEntry,
  logLevel,
  type Message,
  type PartitionAssigner,
  PartitionAssigners,
  type PartitionerArgs,
  Partitioners,
  type Producer,
  type ProducerBatch,
  type ProducerConfig,
  type ProducerRecord,
  type RecordMetadata,
  ResourcePatternTypes,
  type SASLOptions,
  type Transaction,
} from 'kafkajs';

const sasl: SASLOptions = { mechanism: 'scram-sha-256', username: 'me', password: 'secret' };

const config: KafkaConfig = {
  clientId: 'program',
  brokers: async () => ['localhost:9092'],
  ssl: { rejectUnauthorized: false, ca: ['pem'] },
  sasl,
  connectionTimeout: 3_000,
  requestTimeout: 25_000,
  retry: { initialRetryTime: 100, retries: 8, restartOnFailure: async () => true },
  logLevel: logLevel.ERROR,
  logCreator: (level) => (entry: LogEntry) =>
    console.log(level, entry.namespace, entry.log.message),
};

export const kafka: Kafka = new Kafka(config);

const partitioner = () => {
  return ({ topic, partitionMetadata, message }: PartitionerArgs): number =>
    (topic.length + Number(message.key ?? 0)) % partitionMetadata.length;
};

export async function produce(): Promise<RecordMetadata[]> {
  const settings: ProducerConfig = {
    createPartitioner: partitioner,
    idempotent: true,
    maxInFlightRequests: 1,
    transactionalId: 'program',
  };
  const producer: Producer = kafka.producer(settings);
  kafka.producer({ createPartitioner: Partitioners.LegacyPartitioner });
  const off = producer.on(producer.events.CONNECT, ({ timestamp }) => console.log(timestamp));
  producer.on('producer.network.request', ({ payload }) => console.log(payload.apiName));
  await producer.connect();
  const headers: IHeaders = { one: 'text', many: ['a', Buffer.from('b')] };
  const messages: Message[] = [{ key: 'k', value: 'v', headers, partition: 0, timestamp: '1' }];
  const record: ProducerRecord = { topic: 't', messages, acks: -1, timeout: 1_000 };
  const places = await producer.send({ ...record, compression: CompressionTypes.GZIP });
  const batch: ProducerBatch = { topicMessages: [{ topic: 't', messages }] };
  await producer.sendBatch(batch);
  const transaction: Transaction = await producer.transaction();
  try {
    await transaction.send(record);
    const topics = [{ topic: 't', partitions: [{ partition: 0, offset: '1' }] }];
    await transaction.sendOffsets({ consumerGroupId: 'g', topics });
    await transaction.commit();
  } catch {
    if (transaction.isActive()) await transaction.abort();
  }
  off();
  producer.logger().info('done', { places: places.length });
  await producer.disconnect();
  return places;
}

const assigner: PartitionAssigner = ({ cluster, groupId, logger }): Assigner => ({
  name: 'mine',
  version: 1,
  async assign({ members, topics }) {
    logger.debug(groupId);
    const assignment = Object.fromEntries(
      topics.map((topic) => [
        topic,
        cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId),
      ]),
    );
    const userData = Buffer.alloc(0);
    return members.map(({ memberId, memberMetadata }) => {
      console.log(AssignerProtocol.MemberMetadata.decode(memberMetadata)?.topics);
      const encoded = { version: 1, assignment, userData };
      return { memberId, memberAssignment: AssignerProtocol.MemberAssignment.encode(encoded) };
    });
  },
  protocol: ({ topics }) => ({
    name: 'mine',
    metadata: AssignerProtocol.MemberMetadata.encode({
      ...{ version: 1, topics, userData: Buffer.alloc(0) },
    }),
  }),
});

export async function consume(): Promise<GroupDescription> {
  const settings: ConsumerConfig = {
    groupId: 'g',
    partitionAssigners: [PartitionAssigners.roundRobin, assigner],
    sessionTimeout: 10_000,
    readUncommitted: true,
    retry: { retries: 2 },
  };
  const consumer: Consumer = kafka.consumer(settings);
  consumer.on(consumer.events.GROUP_JOIN, (event: ConsumerGroupJoinEvent) => {
    console.log(event.payload.memberAssignment['t']?.length);
  });
  consumer.on('consumer.crash', ({ payload }: ConsumerCrashEvent) => console.log(payload.restart));
  await consumer.subscribe({ topics: ['t', /^u-/], fromBeginning: true });
  await consumer.subscribe({ topic: 'v' });
  await consumer.run({
    partitionsConsumedConcurrently: 3,
    autoCommitInterval: null,
    eachMessage: async ({ topic, partition, message, heartbeat, pause }: EachMessagePayload) => {
      const { value, offset }: KafkaMessage = message;
      console.log(topic, partition, offset, value?.toString(), message.headers);
      await heartbeat();
      pause()();
    },
  });
  consumer.seek({ topic: 't', partition: 0, offset: '12' });
  consumer.pause([{ topic: 't', partitions: [1] }]);
  consumer.resume(consumer.paused());
  await consumer.commitOffsets([{ topic: 't', partition: 0, offset: '13', metadata: null }]);
  await consumer.stop();
  return await consumer.describeGroup();
}

export async function inBatches({ batch, ...payload }: EachBatchPayload): Promise<void> {
  const { messages, highWatermark }: Batch = batch;
  for (const { offset } of messages) {
    if (!payload.isRunning() || payload.isStale()) return;
    payload.resolveOffset(offset);
    await payload.commitOffsetsIfNecessary(payload.uncommittedOffsets());
  }
  console.log(highWatermark, batch.firstOffset(), batch.lastOffset(), batch.offsetLag());
}

export async function administer(): Promise<void> {
  const admin: Admin = kafka.admin({ retry: { retries: 1 } });
  const topics = [{ topic: 't', numPartitions: 2, configEntries: [{ name: 'a', value: 'b' }] }];
  const created: boolean = await admin.createTopics({ topics, waitForLeaders: true });
  const [first] = await admin.fetchTopicOffsets('t');
  const offsets = await admin.fetchOffsets({ groupId: 'g', topics: ['t'], resolveOffsets: true });
  console.log(created, first?.high, offsets[0]?.partitions[0]?.metadata);
  await admin.resetOffsets({ groupId: 'g', topic: 't', earliest: true });
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: ConfigResourceTypes.TOPIC, name: 't', configNames: ['cleanup.policy'] }],
  });
  console.log(resources[0]?.configEntries[0]?.configValue);
  await admin.createAcls({
    acl: [
      {
        resourceType: AclResourceTypes.TOPIC,
        resourceName: 't',
        resourcePatternType: ResourcePatternTypes.LITERAL,
        principal: 'User:me',
        host: '*',
        operation: AclOperationTypes.ALL,
        permissionType: AclPermissionTypes.ALLOW,
      },
    ],
  });
  const { groups } = await admin.describeGroups(['g']);
  console.log(groups[0]?.state, (await admin.describeCluster()).brokers[0]?.nodeId);
}

export function explain(error: unknown): string {
  if (error instanceof KafkaJSNumberOfRetriesExceeded) return `${error.retryCount} tries`;
  if (error instanceof KafkaJSProtocolError) return `${error.type} ${error.code}`;
  if (error instanceof KafkaJSConnectionError) return error.broker;
  if (error instanceof KafkaJSDeleteTopicRecordsError) return error.message;
  if (error instanceof KafkaJSNonRetriableError) return error.name;
  return error instanceof KafkaJSError ? String(error.retriable) : 'not of Kafka';
}

CompressionCodecs[CompressionTypes.Snappy] = () => ({ compress: null, decompress: null });
