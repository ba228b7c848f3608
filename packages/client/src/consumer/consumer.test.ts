import { type SimulatedHost, simulatedPlatform } from '@zurau/platform';
import { encodeControlBatch, encodeRecordBatch, loadCodecs } from '@zurau/protocol';
import { beforeAll, expect, it } from 'vitest';
import type { KafkaError } from '../errors.ts';
import type { PartitionLog } from '../fixtures/partition-log.ts';
import { SmallCluster } from '../fixtures/small-cluster.ts';
import type { ConsumedBatch } from './consumed-batch.ts';
import { Consumer } from './consumer.ts';
import type { ConsumerConfig } from './consumer-config.ts';

interface World {
  readonly client: SimulatedHost;
  readonly cluster: SmallCluster;
  readonly run: <T>(promise: Promise<T>) => Promise<T>;
}

async function world(seed = 1): Promise<World> {
  const client = simulatedPlatform(seed);
  const { simulation } = client;
  const cluster = new SmallCluster([simulation.host('broker0'), simulation.host('broker1')]);
  const run = <T>(promise: Promise<T>): Promise<T> => simulation.runUntilSettled(promise);
  await run(cluster.start());
  return { client, cluster, run };
}

function consumerOf({ client, cluster }: World, config: Partial<ConsumerConfig> = {}): Consumer {
  const { bootstrapServers } = cluster;
  const autoOffsetReset = 'earliest';
  return new Consumer({ bootstrapServers, platform: client, autoOffsetReset, ...config });
}

/** Appends batches of so many records; values count up from the log's end, timestamps are the values times a thousand. */
function fill(log: PartitionLog | undefined, ...recordCounts: number[]): void {
  for (const count of recordCounts) {
    const first = log?.endOffset ?? 0;
    const records = Array.from({ length: count }, (_, i) => ({
      timestamp: (first + i) * 1_000,
      value: String(first + i),
    }));
    log?.append(encodeRecordBatch(records, { codec: count > 3 ? 'gzip' : 'none' }));
  }
}

function offsetsOf(batches: readonly ConsumedBatch[]): number[] {
  return batches.flatMap(({ records }) => records.map(({ offset }) => offset));
}

const AT = { topic: 't', partition: 0 };

beforeAll(async () => {
  await loadCodecs();
});

it('reads all partitions from the beginning, each record once and in order', async () => {
  const w = await world();
  const logs = w.cluster.createTopic('t', 3);
  for (const log of logs) fill(log, 3, 50, 1, 20);
  const consumer = consumerOf(w, { maxPollRecords: 7 });
  await w.run(consumer.assign([{ topic: 't' }]));
  const seen: number[][] = [[], [], []];
  while (seen.some(({ length }) => length < 74)) {
    const batches = await w.run(consumer.poll());
    expect(offsetsOf(batches).length).toBeLessThanOrEqual(7);
    for (const batch of batches) seen[batch.partition]?.push(...offsetsOf([batch]));
  }
  const all = Array.from({ length: 74 }, (_, i) => i);
  expect(seen).toEqual([all, all, all]);
  expect(consumer.position(AT)).toBe(74);
  await w.run(consumer.close());
});

it.each([
  ['beginning' as const, 0],
  ['end' as const, 20],
  [13, 13],
  [{ timestamp: 4_500 }, 5],
  [{ timestamp: 1_000_000 }, 20],
])('starts at %j', async (from, first) => {
  const w = await world();
  const [log] = w.cluster.createTopic('t', 1);
  fill(log, 10, 10);
  const consumer = consumerOf(w);
  await w.run(consumer.assign([{ ...AT, from }]));
  const polled = consumer.poll({ timeoutMs: 60_000 });
  await w.client.simulation.runFor(100);
  fill(log, 1);
  expect(offsetsOf(await w.run(polled))[0]).toBe(first);
  await w.run(consumer.close());
});

it('seeks in what was fetched ahead and outside of it', async () => {
  const w = await world();
  const [log] = w.cluster.createTopic('t', 1);
  fill(log, 10, 10);
  const consumer = consumerOf(w, { maxPollRecords: 2 });
  await w.run(consumer.assign([AT]));
  expect(offsetsOf(await w.run(consumer.poll()))).toEqual([0, 1]);
  consumer.seek(AT, 15);
  expect(offsetsOf(await w.run(consumer.poll()))).toEqual([15, 16]);
  consumer.seek(AT, 'beginning');
  expect(consumer.position(AT)).toBeUndefined();
  expect(offsetsOf(await w.run(consumer.poll()))).toEqual([0, 1]);
  await w.run(consumer.close());
});

it('returns nothing when there is nothing, after the time it was given', async () => {
  const w = await world();
  w.cluster.createTopic('t', 1);
  const consumer = consumerOf(w);
  await w.run(consumer.assign([AT]));
  const startMs = w.client.simulation.nowMs;
  expect(await w.run(consumer.poll({ timeoutMs: 5_000 }))).toEqual([]);
  expect(w.client.simulation.nowMs - startMs).toBeGreaterThanOrEqual(5_000);
  await w.run(consumer.close());
});

it('holds a paused partition and goes on where it was', async () => {
  const w = await world();
  const logs = w.cluster.createTopic('t', 2);
  for (const log of logs) fill(log, 5);
  const consumer = consumerOf(w);
  await w.run(consumer.assign([{ topic: 't' }]));
  consumer.pause(AT);
  const batches = await w.run(consumer.poll());
  batches.push(...(await w.run(consumer.poll())));
  expect(batches.map(({ partition }) => partition)).toEqual([1]);
  consumer.resume(AT);
  expect(offsetsOf(await w.run(consumer.poll()))).toEqual([0, 1, 2, 3, 4]);
  await w.run(consumer.close());
});

it('follows the leader and survives broken connections', async () => {
  const w = await world();
  const [log] = w.cluster.createTopic('t', 1);
  const consumer = consumerOf(w);
  await w.run(consumer.assign([AT]));
  const seen: number[] = [];
  let fetches = 0;
  w.cluster.fateOfRequest = (name) => {
    if (name === 'Fetch') fetches += 1;
    return name === 'Fetch' && fetches % 5 === 0 ? 'cut-before' : 'serve';
  };
  for (let round = 0; round < 20; round += 1) {
    fill(log, 4);
    if (round % 6 === 5) log?.moveTo(1 - log.leader);
    while (seen.length < (round + 1) * 4) seen.push(...offsetsOf(await w.run(consumer.poll())));
  }
  expect(seen).toEqual(Array.from({ length: 80 }, (_, i) => i));
  await w.run(consumer.close());
});

it('goes where autoOffsetReset says when its position is not in the log', async () => {
  const w = await world();
  const [log] = w.cluster.createTopic('t', 1);
  fill(log, 5);
  const earliest = consumerOf(w);
  await w.run(earliest.assign([{ ...AT, from: 99 }]));
  expect(offsetsOf(await w.run(earliest.poll()))).toEqual([0, 1, 2, 3, 4]);
  await w.run(earliest.close());

  const none = consumerOf(w, { autoOffsetReset: 'none' });
  await w.run(none.assign([{ ...AT, from: 99 }]));
  const error = await w.run(none.poll().catch((caught: unknown) => caught as KafkaError));
  expect(error).toMatchObject({ code: 'OFFSET_OUT_OF_RANGE' });
  none.seek(AT, 3);
  expect(offsetsOf(await w.run(none.poll()))).toEqual([3, 4]);
  await w.run(none.close());
});

it('moves behind markers that hold no records', async () => {
  const w = await world();
  const [log] = w.cluster.createTopic('t', 1);
  fill(log, 2);
  log?.append(
    encodeControlBatch({
      type: 'commit',
      producerId: -1,
      producerEpoch: 0,
      coordinatorEpoch: 0,
      timestamp: 0,
    }),
  );
  const consumer = consumerOf(w);
  await w.run(consumer.assign([AT]));
  expect(offsetsOf(await w.run(consumer.poll()))).toEqual([0, 1]);
  await w.run(consumer.poll({ timeoutMs: 10 }));
  expect(consumer.position(AT)).toBe(3);
  await w.run(consumer.close());
});

it('delivers what is in front of a damaged batch, then says what is wrong, and never skips it', async () => {
  const w = await world();
  const [log] = w.cluster.createTopic('t', 1);
  fill(log, 2, 2, 2);
  const damaged = log?.batches[1]?.bytes as Buffer;
  damaged[damaged.length - 1] = (damaged.at(-1) ?? 0) ^ 0xff;
  const consumer = consumerOf(w);
  await w.run(consumer.assign([AT]));
  expect(offsetsOf(await w.run(consumer.poll()))).toEqual([0, 1]);
  for (let i = 0; i < 2; i += 1) {
    const error = await w.run(consumer.poll().catch((caught: unknown) => caught as KafkaError));
    expect(error).toMatchObject({ code: 'PROTOCOL_VIOLATION' });
    expect((error as KafkaError).message).toContain('t-0 at offset 2');
  }
  consumer.seek(AT, 4);
  expect(offsetsOf(await w.run(consumer.poll()))).toEqual([4, 5]);
  await w.run(consumer.close());
});

it('ends a waiting poll and a loop when it is closed, and a poll when it is aborted', async () => {
  const w = await world();
  w.cluster.createTopic('t', 1);
  const consumer = consumerOf(w);
  await w.run(consumer.assign([AT]));
  const abort = new AbortController();
  const aborted = consumer.poll({ timeoutMs: 60_000, signal: abort.signal });
  await w.client.simulation.runFor(10);
  abort.abort();
  expect(await w.run(aborted.catch((error: unknown) => (error as KafkaError).code))).toBe(
    'ABORTED',
  );
  const loop = (async () => {
    for await (const batch of consumer) expect.unreachable(batch.topic);
    return 'ended';
  })();
  await w.client.simulation.runFor(10);
  await w.run(consumer.close());
  expect(await w.run(loop)).toBe('ended');
});

it.each([
  ['earliest', undefined],
  ['none', 'LOG_TRUNCATED'],
] as const)(
  'finds that the log was cut behind its back, and with %s says or does',
  async (autoOffsetReset, code) => {
    const w = await world();
    const [log] = w.cluster.createTopic('t', 1);
    fill(log, 5, 5);
    const consumer = consumerOf(w, { autoOffsetReset, metadataMaxAgeMs: 50 });
    await w.run(consumer.assign([{ ...AT, from: 0 }]));
    const seen: number[] = [];
    while (seen.length < 10) seen.push(...offsetsOf(await w.run(consumer.poll())));
    // The new leader has other records at offsets that were read already, and more.
    log?.cutTo(5);
    fill(log, 3, 3, 3);
    const outcome = async (): Promise<unknown> => {
      for (;;) {
        const batches = await w.run(consumer.poll().catch((error: unknown) => error as KafkaError));
        if (!Array.isArray(batches)) return batches.code;
        if (batches.length > 0) return offsetsOf(batches)[0];
      }
    };
    expect(await outcome()).toBe(code ?? 5);
    await w.run(consumer.close());
  },
);

it('reads from the replica that the leader points to, and from the leader when that fails', async () => {
  const w = await world();
  const [log] = w.cluster.createTopic('t', 1);
  fill(log, 5);
  if (log !== undefined) log.preferredReplica = 1;
  const consumer = consumerOf(w, { clientRack: 'b' });
  await w.run(consumer.assign([AT]));
  expect(offsetsOf(await w.run(consumer.poll()))).toEqual([0, 1, 2, 3, 4]);
  expect([...w.cluster.fetchedFrom]).toEqual([1]);
  if (log !== undefined) log.preferredReplica = undefined;
  fill(log, 1);
  const seen: number[] = [];
  while (seen.length === 0) seen.push(...offsetsOf(await w.run(consumer.poll())));
  expect(seen).toEqual([5]);
  expect([...w.cluster.fetchedFrom]).toEqual([1, 0]);
  await w.run(consumer.close());
});

/** Reads until `done`. */
async function pollUntil(w: World, consumer: Consumer, done: () => boolean): Promise<void> {
  while (!done()) await w.run(consumer.poll({ timeoutMs: 100 }));
}

it('ends its fetch sessions with all brokers when it is closed', async () => {
  const w = await world();
  for (const log of w.cluster.createTopic('t', 2)) fill(log, 5);
  const counts = (): number[] => [0, 1].map((id) => w.cluster.sessionCount(id));
  const consumer = consumerOf(w);
  await w.run(consumer.assign([{ topic: 't' }]));
  await pollUntil(w, consumer, () => counts().every((count) => count === 1));
  await w.run(consumer.close());
  expect(counts()).toEqual([0, 0]);
});

it('ends its fetch session with a broker from which nothing is read any more', async () => {
  const w = await world();
  const logs = w.cluster.createTopic('t', 2);
  for (const log of logs) fill(log, 5);
  const consumer = consumerOf(w, { metadataMaxAgeMs: 1_000 });
  await w.run(consumer.assign([{ topic: 't' }]));
  await pollUntil(w, consumer, () => w.cluster.sessionCount(1) === 1);
  logs[1]?.moveTo(0);
  await pollUntil(w, consumer, () => w.cluster.sessionCount(1) === 0);
  fill(logs[1], 1);
  const batches = await w.run(consumer.poll());
  expect(batches.map(({ partition }) => partition)).toEqual([1]);
  expect(w.cluster.sessionCount(0)).toBe(1);
  await w.run(consumer.close());
  expect(w.cluster.sessionCount(0)).toBe(0);
});

it('keeps its fetch session with a broker while all that it reads there is paused', async () => {
  const w = await world();
  for (const log of w.cluster.createTopic('t', 2)) fill(log, 5);
  const consumer = consumerOf(w);
  await w.run(consumer.assign([{ topic: 't' }]));
  await pollUntil(w, consumer, () => w.cluster.sessionCount(1) === 1);
  consumer.pause({ topic: 't', partition: 1 });
  await w.run(consumer.poll({ timeoutMs: 1_000 }));
  await w.run(consumer.poll({ timeoutMs: 1_000 }));
  expect(w.cluster.sessionCount(1)).toBe(1);
  await w.run(consumer.close());
});

it.each([
  ['is gone', async ({ cluster }: World) => cluster.stopBroker(1)],
  [
    'answers no longer',
    async ({ cluster, client }: World) => {
      cluster.fateOfRequest = () => 'ignore';
      await client.simulation.runFor(1_000);
    },
  ],
] as const)('is closed without delay when a broker %s', async (_, breakIt) => {
  const w = await world();
  for (const log of w.cluster.createTopic('t', 2)) fill(log, 5);
  const consumer = consumerOf(w);
  await w.run(consumer.assign([{ topic: 't' }]));
  await pollUntil(w, consumer, () => w.cluster.sessionCount(1) === 1);
  await breakIt(w);
  // In virtual time.
  const startMs = w.client.simulation.nowMs;
  await w.run(consumer.close());
  expect(w.client.simulation.nowMs - startMs).toBeLessThan(200);
});
