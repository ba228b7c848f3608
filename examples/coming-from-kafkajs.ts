/** A program written for KafkaJS: only the import is another. */
import { CompressionTypes, Kafka, logLevel } from '@zurau/client/kafkajs';

const kafka = new Kafka({
  clientId: 'example',
  brokers: [process.env['BOOTSTRAP'] ?? 'localhost:9092'],
  logLevel: logLevel.ERROR,
});
const topic = `example-kafkajs-${Date.now()}`;

const producer = kafka.producer();
await producer.connect();
await producer.send({
  topic,
  compression: CompressionTypes.LZ4,
  messages: ['a', 'b', 'c'].map((value) => ({ key: 'same', value })),
});
await producer.disconnect();

const consumer = kafka.consumer({ groupId: `${topic}-readers` });
await consumer.connect();
await consumer.subscribe({ topics: [topic], fromBeginning: true });
const values: string[] = [];
await new Promise<void>((resolve, reject) => {
  consumer
    .run({
      eachMessage: async ({ message }) => {
        values.push(String(message.value));
        if (values.length === 3) resolve();
      },
    })
    .catch(reject);
});
await consumer.disconnect();
console.log(`read ${values.join(', ')}`);
