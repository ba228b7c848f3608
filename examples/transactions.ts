/** Takes records from one topic to another, each once, whatever happens in between: offsets and results are committed together. */
import { Consumer, Producer } from '@zurau/client';

const bootstrapServers = process.env['BOOTSTRAP'] ?? 'localhost:9092';

{
  await using source = new Producer({ bootstrapServers });
  const values = ['1', '2', '3'];
  await source.sendBatch(values.map((value) => ({ topic: 'example-numbers', value })));
}

await using producer = new Producer({ bootstrapServers, transactionalId: 'example-doubler' });
await using consumer = new Consumer({
  bootstrapServers,
  groupId: 'example-doublers',
  autoOffsetReset: 'earliest',
  enableAutoCommit: false,
  isolationLevel: 'read_committed',
});
consumer.subscribe(['example-numbers']);

let done = 0;
while (done < 3) {
  const batches = await consumer.poll({ timeoutMs: 10_000 });
  if (batches.length === 0) continue;
  await producer.transaction(async (transaction) => {
    const results = batches.flatMap(({ records }) =>
      records.map(({ value }) => ({
        topic: 'example-doubles',
        value: String(2 * Number(value?.toString())),
      })),
    );
    await transaction.sendBatch(results);
    await transaction.sendOffsets(
      batches.map(({ topic, partition, nextOffset }) => ({ topic, partition, offset: nextOffset })),
      consumer.groupMetadata(),
    );
    done += results.length;
  });
}
console.log(`${done} numbers were doubled`);
