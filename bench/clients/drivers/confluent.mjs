/** `@confluentinc/kafka-javascript`, the binding of librdkafka, through its promises, as the benchmark of clients drives each. */
import confluent from '@confluentinc/kafka-javascript';

const { Kafka, logLevel } = confluent.KafkaJS;

function connect({ bootstrapServers }) {
  return new Kafka({
    kafkaJS: { brokers: bootstrapServers.split(','), logLevel: logLevel.NOTHING },
  });
}

export async function openProducer(settings) {
  const { topic, acks, codec, batchBytes, lingerMs } = settings;
  const producer = connect(settings).producer({
    kafkaJS: { acks: acks === 'all' ? -1 : acks, compression: codec },
    'linger.ms': lingerMs,
    'batch.size': batchBytes,
    'queue.buffering.max.messages': 1_000_000,
  });
  await producer.connect();
  const send = (messages) => producer.send({ topic, messages });
  return {
    sendOne: (message) => send([message]),
    sendMany: send,
    close: () => producer.disconnect(),
  };
}

export async function consume(settings, onRecord) {
  const consumer = connect(settings).consumer({
    kafkaJS: { groupId: settings.groupId, fromBeginning: true },
    // As many as there are: the default is 32.
    'js.consumer.max.batch.size': -1,
  });
  await consumer.connect();
  await consumer.subscribe({ topic: settings.topic });
  await consumer.run({
    eachBatch: async ({ batch }) => {
      for (const { key, value } of batch.messages) onRecord(key, value);
    },
  });
  return () => consumer.disconnect();
}
