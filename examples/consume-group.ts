/** Reads as a member of a group, and commits what it is done with. Ends when nothing more comes for a while. */
import { Consumer, Producer } from '@zurau/client';

const bootstrapServers = process.env['BOOTSTRAP'] ?? 'localhost:9092';

{
  await using producer = new Producer({ bootstrapServers });
  const values = ['a', 'b', 'c'];
  await producer.sendBatch(values.map((value) => ({ topic: 'example-jobs', value })));
}

await using consumer = new Consumer({
  bootstrapServers,
  groupId: 'example-workers',
  autoOffsetReset: 'earliest',
  enableAutoCommit: false,
});
consumer.subscribe(['example-jobs']);

let done = 0;
while (done < 3) {
  for (const batch of await consumer.poll({ timeoutMs: 10_000 })) {
    for (const { offset, value } of batch.records) {
      console.log(`${batch.topic}-${batch.partition} ${offset}: ${value?.toString()}`);
      done += 1;
    }
  }
  // At least once: what is not committed when the program dies is read again.
  await consumer.commit();
}
