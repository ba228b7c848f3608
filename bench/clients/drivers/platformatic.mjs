/** `@platformatic/kafka`, as the benchmark of clients drives each. It has zstd where Node has it, from 22.15 on. */
import { Consumer, MessagesStreamModes, Producer } from '@platformatic/kafka';

export async function openProducer({ bootstrapServers, topic, acks, codec }) {
  const producer = new Producer({
    clientId: 'bench',
    bootstrapBrokers: bootstrapServers.split(','),
    acks: acks === 'all' ? -1 : acks,
    compression: codec,
  });
  const send = (messages) => producer.send({ messages });
  return {
    sendOne: ({ key, value }) => send([{ topic, key, value }]),
    sendMany: (records) => send(records.map(({ key, value }) => ({ topic, key, value }))),
    close: () => producer.close(),
  };
}

export async function consume({ bootstrapServers, topic, groupId }, onRecord) {
  const consumer = new Consumer({
    clientId: 'bench',
    groupId,
    bootstrapBrokers: bootstrapServers.split(','),
    autocommit: 5_000,
  });
  const stream = await consumer.consume({
    topics: [topic],
    mode: MessagesStreamModes.EARLIEST,
    // Its default of 1,024 messages; fetches as large as those of the others.
    maxBytes: 50 * 1024 * 1024,
    maxBytesPerPartition: 1024 * 1024,
    maxWaitTime: 500,
  });
  stream.on('data', ({ key, value }) => onRecord(key, value));
  return () => consumer.close(true);
}
