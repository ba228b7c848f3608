/** `@zurau/client`, as the benchmark of clients drives each. */
import { Consumer, Producer } from '@zurau/client';

export async function openProducer({ bootstrapServers, topic, acks, codec, batchBytes, lingerMs }) {
  const producer = new Producer({
    bootstrapServers,
    acks,
    enableIdempotence: false,
    compressionType: codec,
    batchSize: batchBytes,
    lingerMs,
  });
  await producer.connect();
  return {
    sendOne: ({ key, value }) => producer.send({ topic, key, value }),
    sendMany: (records) =>
      producer.sendBatch(records.map(({ key, value }) => ({ topic, key, value }))),
    close: () => producer.close(),
  };
}

export async function consume({ bootstrapServers, topic, groupId }, onRecord) {
  const consumer = new Consumer({ bootstrapServers, groupId, autoOffsetReset: 'earliest' });
  consumer.subscribe([topic]);
  const end = new AbortController();
  const done = (async () => {
    for await (const { records } of consumer.batches({ signal: end.signal })) {
      for (const record of records) onRecord(record.key, record.value);
    }
  })().catch(() => undefined);
  return async () => {
    end.abort();
    await done;
    await consumer.close();
  };
}
