/**
 * What KafkaJS's tests make their clients with (`createProducer({ cluster, ... })`), made of the door instead. The `cluster` is KafkaJS's own: its
 * settings are those of the door's Kafka, and it is connected beside the client, for the tests that look at the broker through it.
 */
const kafkajs = require('@zurau/client/kafkajs');

/** KafkaJS's, in its tests, but not as often: what cannot be reached stays so. */
const RETRY = {
  maxRetryTime: 1000,
  initialRetryTime: 50,
  factor: 0.02,
  multiplier: 1.5,
  retries: 5,
};
const READ_UNCOMMITTED = 0;

const kafkas = new WeakMap();

/** One for each cluster, so that its clients know of each other's commits. */
function kafkaOf(cluster) {
  // Some tests make a client before its cluster, and never use it.
  if (cluster === undefined) return new kafkajs.Kafka({ brokers: [process.env.TEST_BROKER] });
  if (!kafkas.has(cluster)) {
    const {
      logger: _logger,
      socketFactory: _socketFactory,
      host: _host,
      ...options
    } = cluster.doorOptions ?? {};
    const { NOTHING } = kafkajs.logLevel;
    kafkas.set(cluster, new kafkajs.Kafka({ ...options, logLevel: NOTHING, retry: RETRY }));
  }
  return kafkas.get(cluster);
}

function beside(cluster, client) {
  const { connect, disconnect } = client;
  const learn = (topics) => cluster.addMultipleTargetTopics(topics).catch(() => {});
  return {
    ...client,
    ...(client.send === undefined
      ? {}
      : {
          send: async (record) => {
            const result = await client.send(record);
            await learn([record.topic]);
            return result;
          },
        }),
    connect: async () => {
      await connect();
      await cluster?.connect();
    },
    disconnect: async () => {
      await disconnect();
      await cluster?.disconnect();
    },
  };
}

function settingsOf({ cluster, retry, ...options }) {
  const { metadataMaxAge, allowAutoTopicCreation, maxInFlightRequests } =
    cluster?.doorOptions ?? {};
  const given = { metadataMaxAge, allowAutoTopicCreation, maxInFlightRequests, ...options };
  return { ...given, retry: { ...RETRY, ...retry } };
}

exports.doorOf = () => ({
  kafkajs,
  createProducer: (options) =>
    beside(options.cluster, kafkaOf(options.cluster).producer(settingsOf(options))),
  createConsumer: (options) => {
    const readUncommitted = options.isolationLevel === READ_UNCOMMITTED;
    const settings = { ...settingsOf(options), readUncommitted };
    return beside(options.cluster, kafkaOf(options.cluster).consumer(settings));
  },
  createAdmin: (options) =>
    beside(options.cluster, kafkaOf(options.cluster).admin(settingsOf(options))),
});
