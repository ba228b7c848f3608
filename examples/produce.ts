/** Sends records: one that is waited for, and many at once. */
import { KafkaError, Producer } from '@zurau/client';

const producer = new Producer({
  bootstrapServers: process.env['BOOTSTRAP'] ?? 'localhost:9092',
  clientId: 'example',
  compressionType: 'lz4',
});

try {
  const { partition, offset } = await producer.send({
    topic: 'example-events',
    key: 'user-1',
    value: JSON.stringify({ action: 'login' }),
    headers: { source: 'example' },
  });
  console.log(`one record is at ${partition}:${offset}`);

  const many = Array.from({ length: 1_000 }, (_, i) => ({
    topic: 'example-events',
    key: `user-${i % 10}`,
    value: JSON.stringify({ action: 'click', i }),
  }));
  const places = await producer.sendBatch(many);
  console.log(`${places.length} records were acknowledged`);
} catch (error) {
  // Errors have a stable code, and say whether trying again may help.
  if (error instanceof KafkaError) console.error(error.code, error.retriable, error.message);
  throw error;
} finally {
  await producer.close();
}
