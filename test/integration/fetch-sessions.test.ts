/** What a consumer leaves behind at a broker when it is closed: no fetch session (KIP-227). */
import { startBroker } from '@zurau/broker';
import { Consumer, Producer } from '@zurau/client';
import { fetchApi } from '@zurau/protocol';
import { RawClient } from '@zurau/testkit';
import { expect, it, vi } from 'vitest';

it('frees its slot at the broker when it is closed, also while a fetch waits there', async () => {
  // One slot: who gets a session learns that nobody else has one.
  await using broker = await startBroker({
    port: 0,
    properties: { 'max.incremental.fetch.session.cache.slots': '1' },
  });
  const { bootstrapServers } = broker;
  await using producer = new Producer({ bootstrapServers });
  await producer.send({ topic: 't', partition: 0, value: 'v' });
  const client = await RawClient.connect(bootstrapServers);
  const partitions = [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1_000 }];
  const isSlotFree = async (): Promise<boolean> => {
    const request = { maxWaitMs: 0, minBytes: 0, sessionId: 0, sessionEpoch: 0 };
    const topics = [{ topic: 't', partitions }];
    const outcome = await client.exchange(fetchApi, 12, { ...request, topics });
    if (outcome.kind !== 'answer') throw new Error('the broker does not answer');
    expect(outcome.body).toMatchObject({ errorCode: 0, responses: [{ topic: 't' }] });
    return outcome.body.sessionId !== 0;
  };
  try {
    const consumer = new Consumer({
      bootstrapServers,
      autoOffsetReset: 'earliest',
      fetchMaxWaitMs: 600_000,
    });
    await consumer.assign([{ topic: 't' }]);
    let count = 0;
    while (count === 0) count = (await consumer.poll()).length;
    // By now the next fetch waits at the broker, for a record that does not come.
    await consumer.poll({ timeoutMs: 10 });
    expect(await isSlotFree()).toBe(false);
    await consumer.close();
    await vi.waitFor(async () => expect(await isSlotFree()).toBe(true), 10_000);
  } finally {
    client.close();
  }
});

it('answers the fetch that waits in a session when the session is ended', async () => {
  await using broker = await startBroker({ port: 0 });
  const { bootstrapServers } = broker;
  await using producer = new Producer({ bootstrapServers });
  await producer.send({ topic: 't', partition: 0, value: 'v' });
  const client = await RawClient.connect(bootstrapServers);
  const fetch = async (request: object): Promise<number> => {
    const outcome = await client.exchange(fetchApi, 12, {
      maxWaitMs: 600_000,
      minBytes: 1,
      topics: [],
      ...request,
    });
    if (outcome.kind !== 'answer') throw new Error('the broker does not answer');
    expect(outcome.body.errorCode).toBe(0);
    return outcome.body.sessionId;
  };
  try {
    const partitions = [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1_000 }];
    const full = { sessionEpoch: 0, topics: [{ topic: 't', partitions }] };
    const sessionId = await fetch(full);
    const atEnd = [{ topic: 't', partitions: [{ ...partitions[0]!, fetchOffset: 1 }] }];
    const waiting = fetch({ sessionId, sessionEpoch: 1, topics: atEnd });
    expect(await fetch({ sessionId, sessionEpoch: -1 })).toBe(0);
    expect(await waiting).toBe(sessionId);
  } finally {
    client.close();
  }
});
