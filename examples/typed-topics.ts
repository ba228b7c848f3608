/** A topic with types: the compiler knows what goes in and what comes out. */
import { Consumer, json, Producer, string, topic } from '@zurau/client';

interface Order {
  readonly item: string;
  readonly count: number;
}

const orders = topic('example-orders', { key: string(), value: json<Order>() });
const bootstrapServers = process.env['BOOTSTRAP'] ?? 'localhost:9092';

await using producer = new Producer({ bootstrapServers });
await orders.send(producer, { key: 'o-1', value: { item: 'tea', count: 2 } });
await orders.send(producer, { key: 'o-2', value: { item: 'rice', count: 1 } });

await using consumer = new Consumer({ bootstrapServers, autoOffsetReset: 'earliest' });
await consumer.assign([{ topic: orders.name }]);
let total = 0;
let seen = 0;
for await (const { key, value } of orders.records(consumer)) {
  console.log(key, value?.item);
  total += value?.count ?? 0;
  seen += 1;
  if (seen === 2) break;
}
console.log(`${total} things were ordered`);
