import { type SimulatedHost, simulatedPlatform, type Simulation } from '@zurau/platform';
import {
  batchAttributes,
  batchProducerEpoch,
  batchRecordCount,
  ErrorCode,
  loadCodecs,
} from '@zurau/protocol';
import { beforeAll, describe, expect, it } from 'vitest';
import type { KafkaError } from '../errors.ts';
import { type Fate, SmallCluster } from '../fixtures/small-cluster.ts';
import { Producer } from './producer.ts';
import type { ProducerConfig } from './producer-config.ts';
import type { RecordMetadata } from './record.ts';

interface World {
  readonly simulation: Simulation;
  readonly client: SimulatedHost;
  readonly cluster: SmallCluster;
}

async function world(seed = 1, brokerCount = 2): Promise<World> {
  const client = simulatedPlatform(seed);
  const { simulation } = client;
  const hosts = Array.from({ length: brokerCount }, (_, id) => simulation.host(`broker${id}`));
  const cluster = new SmallCluster(hosts);
  await simulation.runUntilSettled(cluster.start());
  return { simulation, client, cluster };
}

function producerOf({ client, cluster }: World, config: Partial<ProducerConfig> = {}): Producer {
  return new Producer({ bootstrapServers: cluster.bootstrapServers, platform: client, ...config });
}

/** Fates in turn for the batches that arrive; then all are served. */
function script(...fates: Fate[]): () => Fate {
  return () => fates.shift() ?? 'serve';
}

function valuesIn({ cluster }: World, topic: string, partition = 0): string[] {
  return (
    cluster.topics
      .get(topic)
      ?.[partition]?.records()
      .map(({ value }) => String(value)) ?? []
  );
}

async function outcomes(
  promises: readonly Promise<RecordMetadata>[],
): Promise<(number | string)[]> {
  return await Promise.all(
    promises.map((promise) =>
      promise.then(
        ({ offset }) => offset,
        (error: unknown) => (error as KafkaError).code,
      ),
    ),
  );
}

/** Sends one batch a value: each is flushed out by a turn of its own. */
async function sendApart(
  { simulation }: World,
  producer: Producer,
  topic: string,
  values: readonly string[],
): Promise<Promise<RecordMetadata>[]> {
  const promises: Promise<RecordMetadata>[] = [];
  for (const value of values) {
    const promise = producer.send({ topic, partition: 0, value });
    promise.catch(() => {});
    promises.push(promise);
    await simulation.runFor(0.01);
  }
  return promises;
}

/** Of a batch's attributes. */
const CODEC_MASK = 0x07;
const GZIP = 1;
const LZ4 = 3;

const NUMBERS = ['0', '1', '2', '3', '4', '5', '6', '7'];

beforeAll(async () => {
  await loadCodecs();
});

describe('sending', () => {
  it('tells where each record went', async () => {
    const w = await world();
    w.cluster.createTopic('t', 3);
    const producer = producerOf(w);
    const sent = producer.sendBatch([
      { topic: 't', partition: 2, value: 'a', timestamp: 5 },
      { topic: 't', partition: 2, value: 'b', timestamp: 6 },
      { topic: 't', partition: 1, value: 'c', timestamp: 7 },
    ]);
    expect(await w.simulation.runUntilSettled(sent)).toEqual([
      { topic: 't', partition: 2, offset: 0, timestamp: 5, logStartOffset: -1 },
      { topic: 't', partition: 2, offset: 1, timestamp: 6, logStartOffset: -1 },
      { topic: 't', partition: 1, offset: 0, timestamp: 7, logStartOffset: -1 },
    ]);
    await w.simulation.runUntilSettled(producer.close());
  });

  it('sends what is sent in one turn as one batch', async () => {
    const w = await world();
    const [log] = w.cluster.createTopic('t', 1);
    const producer = producerOf(w);
    const records = Array.from({ length: 100 }, (_, i) => ({ topic: 't', value: String(i) }));
    await w.simulation.runUntilSettled(producer.sendBatch(records));
    expect(log?.batches.length).toBe(1);
    await w.simulation.runUntilSettled(producer.close());
  });

  it('compresses as the call says, and puts in a batch what is compressed alike', async () => {
    const w = await world();
    const [log] = w.cluster.createTopic('t', 1);
    const producer = producerOf(w, { compressionType: 'lz4' });
    const sent = Promise.all([
      producer.send({ topic: 't', value: 'a' }),
      producer.send({ topic: 't', value: 'b' }, { compressionType: 'gzip' }),
      producer.send({ topic: 't', value: 'c' }, { compressionType: 'gzip' }),
      producer.send({ topic: 't', value: 'd' }),
    ]);
    await w.simulation.runUntilSettled(sent);
    const codecs = log?.batches.map(({ bytes }) => batchAttributes(bytes, 0) & CODEC_MASK);
    expect(codecs).toEqual([LZ4, GZIP, LZ4]);
    expect(valuesIn(w, 't')).toEqual(['a', 'b', 'c', 'd']);
    await w.simulation.runUntilSettled(producer.close());
  });

  it('lingers as long as it is told, and no longer when the batch is full or flushed', async () => {
    const w = await world();
    const [log] = w.cluster.createTopic('t', 1);
    const producer = producerOf(w, { lingerMs: 1_000, batchSize: 200 });
    await w.simulation.runUntilSettled(producer.send({ topic: 't', value: 'first' }));
    const startMs = w.simulation.nowMs;
    const lingering = producer.send({ topic: 't', value: 'second' });
    await w.simulation.runFor(900);
    expect(log?.endOffset).toBe(1);
    await w.simulation.runUntilSettled(lingering);
    expect(w.simulation.nowMs - startMs).toBeGreaterThanOrEqual(1_000);
    const full = producer.sendBatch(
      Array.from({ length: 10 }, () => ({ topic: 't', value: Buffer.alloc(100) })),
    );
    await w.simulation.runFor(100);
    expect(log?.endOffset).toBe(11);
    void full;
    const flushed = producer.send({ topic: 't', value: 'last' });
    await w.simulation.runUntilSettled(producer.flush());
    expect((await flushed).offset).toBe(12);
    await w.simulation.runUntilSettled(producer.close());
  });

  it('creates topics by asking for them, and waits until they have leaders', async () => {
    const w = await world();
    w.cluster.autoCreatePartitions = 2;
    const producer = producerOf(w);
    const sent = producer.send({ topic: 'new', key: 'k', value: 'v' });
    expect((await w.simulation.runUntilSettled(sent)).offset).toBe(0);
    await w.simulation.runUntilSettled(producer.close());
  });

  it('gives up on a topic that does not exist after maxBlockMs, and holds up no other topic', async () => {
    const w = await world();
    w.cluster.createTopic('there', 1);
    const producer = producerOf(w, { maxBlockMs: 3_000 });
    const missing = outcomes([producer.send({ topic: 'missing', value: 'v' })]);
    const other = producer.send({ topic: 'there', value: 'v' });
    await w.simulation.runUntilSettled(other);
    expect(w.simulation.nowMs).toBeLessThan(1_000);
    expect(await w.simulation.runUntilSettled(missing)).toEqual(['SEND_BLOCKED_TIMEOUT']);
    expect(w.simulation.nowMs).toBeLessThan(3_100);
    await w.simulation.runUntilSettled(producer.close());
  });

  it('keeps within bufferMemory, and lets those who wait in by their order', async () => {
    const w = await world();
    w.cluster.createTopic('t', 1);
    const producer = producerOf(w, { bufferMemory: 1_000, batchSize: 300 });
    const values = Array.from({ length: 50 }, (_, i) => `${i}`.padEnd(100, '.'));
    const sent = Promise.all(values.map((value) => producer.send({ topic: 't', value })));
    const results = await w.simulation.runUntilSettled(sent);
    expect(results.map(({ offset }) => offset)).toEqual(values.map((_, i) => i));
    expect(valuesIn(w, 't')).toEqual(values);
    await w.simulation.runUntilSettled(producer.close());
  });

  it('does not linger while records wait for room', async () => {
    const w = await world();
    w.cluster.createTopic('t', 1);
    const producer = producerOf(w, { bufferMemory: 1_000, lingerMs: 50_000 });
    const sent = Array.from({ length: 30 }, () =>
      producer.send({ topic: 't', value: Buffer.alloc(100) }),
    );
    await w.simulation.runUntilSettled(Promise.all(sent.slice(0, 20)));
    expect(w.simulation.nowMs).toBeLessThan(1_000);
    await w.simulation.runUntilSettled(Promise.all(sent));
    await w.simulation.runUntilSettled(producer.close());
  });

  it('refuses what can never be sent', async () => {
    const w = await world();
    w.cluster.createTopic('t', 1);
    const producer = producerOf(w, { maxRequestSize: 1_000 });
    const refused = outcomes([
      producer.send({ topic: 't', value: Buffer.alloc(2_000) }),
      producer.send({ topic: 't', value: 'v', partition: 7 }),
      producer.send({ topic: 't', value: 'v', partition: -1 }),
      producer.send({ topic: '', value: 'v' }),
      producer.send({ topic: 't', value: { not: 'bytes' } as unknown as string }),
    ]);
    expect(await w.simulation.runUntilSettled(refused)).toEqual([
      'RECORD_TOO_LARGE',
      'INVALID_ARGUMENT',
      'INVALID_ARGUMENT',
      'INVALID_ARGUMENT',
      'INVALID_ARGUMENT',
    ]);
    await w.simulation.runUntilSettled(producer.close());
  });

  it('with acks 0 resolves without an offset', async () => {
    const w = await world();
    const [log] = w.cluster.createTopic('t', 1);
    const producer = producerOf(w, { acks: 0 });
    const sent = producer.sendBatch([
      { topic: 't', value: 'a' },
      { topic: 't', value: 'b' },
    ]);
    const results = await w.simulation.runUntilSettled(sent);
    expect(results.map(({ offset }) => offset)).toEqual([-1, -1]);
    await w.simulation.runUntilSettled(producer.close());
    await w.simulation.runFor(100);
    expect(log?.endOffset).toBe(2);
  });

  it('on close delivers what was sent, and rejects what cannot be delivered in time', async () => {
    const w = await world();
    w.cluster.createTopic('t', 1);
    const producer = producerOf(w, { lingerMs: 60_000, requestTimeoutMs: 60_000 });
    const sent = outcomes([producer.send({ topic: 't', value: 'a' })]);
    await w.simulation.runUntilSettled(producer.close());
    expect(await sent).toEqual([0]);
    expect(await outcomes([producer.send({ topic: 't', value: 'b' })])).toEqual(['CLIENT_CLOSED']);

    w.cluster.fateOfBatch = () => 'ignore';
    const stuck = producerOf(w);
    const lost = outcomes([stuck.send({ topic: 't', value: 'c' })]);
    await w.simulation.runUntilSettled(stuck.close({ timeoutMs: 500 }));
    expect(await lost).toEqual(['CLIENT_CLOSED']);
  });
});

describe('retries of an idempotent producer', () => {
  it('keep the order when the first of several batches in flight is refused for a moment', async () => {
    const w = await world();
    w.cluster.createTopic('t', 1);
    const producer = producerOf(w);
    await w.simulation.runUntilSettled(producer.send({ topic: 't', value: 'start' }));
    w.cluster.fateOfBatch = script({ errorCode: ErrorCode.NOT_ENOUGH_REPLICAS });
    const sent = await sendApart(w, producer, 't', NUMBERS);
    expect(await w.simulation.runUntilSettled(outcomes(sent))).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(valuesIn(w, 't')).toEqual(['start', ...NUMBERS]);
    await w.simulation.runUntilSettled(producer.close());
  });

  it('keep the order when the very first batch is refused for a moment', async () => {
    const w = await world();
    w.cluster.createTopic('t', 1);
    const producer = producerOf(w, { batchSize: 0 });
    w.cluster.fateOfBatch = script({ errorCode: ErrorCode.NOT_ENOUGH_REPLICAS });
    const sent = await sendApart(w, producer, 't', NUMBERS);
    expect(await w.simulation.runUntilSettled(outcomes(sent))).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(valuesIn(w, 't')).toEqual(NUMBERS);
    await w.simulation.runUntilSettled(producer.close());
  });

  it('write nothing twice when answers are lost with the connection', async () => {
    const w = await world();
    w.cluster.createTopic('t', 1);
    const producer = producerOf(w);
    await w.simulation.runUntilSettled(producer.send({ topic: 't', value: 'start' }));
    w.cluster.fateOfBatch = script('serve', 'cut-after', 'serve', 'cut-after', 'cut-before');
    const sent = await sendApart(w, producer, 't', NUMBERS);
    expect(await w.simulation.runUntilSettled(outcomes(sent))).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(valuesIn(w, 't')).toEqual(['start', ...NUMBERS]);
    await w.simulation.runUntilSettled(producer.close());
  });

  it('go on behind a batch that is refused for good', async () => {
    const w = await world();
    w.cluster.createTopic('t', 1);
    const producer = producerOf(w);
    await w.simulation.runUntilSettled(producer.send({ topic: 't', value: 'start' }));
    w.cluster.fateOfBatch = script('serve', { errorCode: ErrorCode.INVALID_RECORD });
    const sent = await sendApart(w, producer, 't', NUMBERS);
    expect(await w.simulation.runUntilSettled(outcomes(sent))).toEqual([
      1,
      'INVALID_RECORD',
      2,
      3,
      4,
      5,
      6,
      7,
    ]);
    expect(valuesIn(w, 't')).toEqual(['start', '0', '2', '3', '4', '5', '6', '7']);
    await w.simulation.runUntilSettled(producer.close());
  });

  it('start a new epoch when the broker has forgotten the producer', async () => {
    const w = await world();
    const [log] = w.cluster.createTopic('t', 1);
    const producer = producerOf(w);
    await w.simulation.runUntilSettled(producer.send({ topic: 't', value: 'start' }));
    log?.forgetProducers();
    w.cluster.fateOfBatch = (_, __, records) =>
      batchProducerEpoch(records, 0) > 0 ? 'serve' : { errorCode: ErrorCode.UNKNOWN_PRODUCER_ID };
    const sent = await sendApart(w, producer, 't', NUMBERS);
    expect(await w.simulation.runUntilSettled(outcomes(sent))).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(valuesIn(w, 't')).toEqual(['start', ...NUMBERS]);
    await w.simulation.runUntilSettled(producer.close());
  });

  it('end after deliveryTimeoutMs with the last reason, and the producer goes on', async () => {
    const w = await world();
    w.cluster.createTopic('t', 1);
    const producer = producerOf(w, { deliveryTimeoutMs: 5_000, requestTimeoutMs: 1_000 });
    await w.simulation.runUntilSettled(producer.send({ topic: 't', value: 'start' }));
    w.cluster.fateOfBatch = () => ({ errorCode: ErrorCode.NOT_ENOUGH_REPLICAS });
    const startMs = w.simulation.nowMs;
    const failing = producer.send({ topic: 't', value: 'late' });
    const error = await w.simulation.runUntilSettled(
      failing.then(
        () => undefined,
        (caught: unknown) => caught as KafkaError,
      ),
    );
    expect(error).toMatchObject({
      code: 'DELIVERY_TIMEOUT',
      cause: { code: 'NOT_ENOUGH_REPLICAS' },
    });
    expect(w.simulation.nowMs - startMs).toBeGreaterThanOrEqual(5_000);
    expect(w.simulation.nowMs - startMs).toBeLessThan(5_100);
    w.cluster.fateOfBatch = () => 'serve';
    const next = producer.send({ topic: 't', value: 'next' });
    expect((await w.simulation.runUntilSettled(next)).offset).toBe(1);
    await w.simulation.runUntilSettled(producer.close());
  });

  it('follow the leader', async () => {
    const w = await world();
    const [log] = w.cluster.createTopic('t', 1);
    const producer = producerOf(w);
    await w.simulation.runUntilSettled(producer.send({ topic: 't', value: 'start' }));
    const sent = await sendApart(w, producer, 't', NUMBERS.slice(0, 4));
    log?.moveTo(1);
    sent.push(...(await sendApart(w, producer, 't', NUMBERS.slice(4))));
    expect(await w.simulation.runUntilSettled(outcomes(sent))).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(valuesIn(w, 't')).toEqual(['start', ...NUMBERS]);
    await w.simulation.runUntilSettled(producer.close());
  });

  it.each(Array.from({ length: 24 }, (_, seed) => seed))(
    'deliver once and in order whatever happens (seed %i)',
    async (seed) => {
      const w = await world(seed, 3);
      const { simulation, cluster } = w;
      const { random } = simulation;
      const logs = cluster.createTopic('t', 4);
      const producer = producerOf(w, {
        batchSize: 200,
        lingerMs: random.int(3),
        requestTimeoutMs: 2_000,
        deliveryTimeoutMs: 120_000,
      });
      cluster.fateOfBatch = () => {
        if (simulation.nowMs > 20_000) return 'serve';
        const dice = random.int(100);
        if (dice < 5) return { errorCode: ErrorCode.NOT_ENOUGH_REPLICAS };
        if (dice < 8) return 'cut-before';
        if (dice < 12) return 'cut-after';
        if (dice < 13) return 'ignore';
        if (dice < 16) {
          return { errorCode: ErrorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND, appended: true };
        }
        return 'serve';
      };
      const sent: { partition: number; value: string; promise: Promise<RecordMetadata> }[] = [];
      for (let i = 0; i < 400; i += 1) {
        const partition = random.int(4);
        const value = `${i}`;
        const promise = producer.send({ topic: 't', partition, value });
        promise.catch(() => {});
        sent.push({ partition, value, promise });
        if (random.int(4) === 0) await simulation.runFor(random.int(60));
        if (random.int(50) === 0) logs[random.int(4)]?.moveTo(random.int(3));
        if (random.int(100) === 0) {
          // Half open: both sides believe in their connection until a time limit says otherwise.
          const host = `broker${random.int(3)}`;
          simulation.links.cut('localhost', host);
          await simulation.runFor(random.int(5_000));
          simulation.links.heal('localhost', host);
        }
        if (random.int(100) === 0) {
          const id = random.int(3);
          await simulation.runUntilSettled(cluster.stopBroker(id));
          await simulation.runFor(random.int(1_000));
          await simulation.runUntilSettled(cluster.startBroker(id));
        }
      }
      const results = await simulation.runUntilSettled(
        Promise.all(sent.map(({ promise }) => promise)),
      );
      const stored = logs.map((log) => log.records().map(({ value }) => String(value)));
      for (const [partition, values] of stored.entries()) {
        const mine = sent.filter((record) => record.partition === partition);
        expect(values).toEqual(mine.map(({ value }) => value));
      }
      for (const [index, { partition, offset }] of results.entries()) {
        expect(stored[partition]?.[offset]).toBe(sent[index]?.value);
      }
      await simulation.runUntilSettled(producer.close());
    },
  );

  it('never send more than five batches of a partition at a time', async () => {
    const w = await world();
    w.cluster.createTopic('t', 1);
    const producer = producerOf(w, { batchSize: 0 });
    await w.simulation.runUntilSettled(producer.send({ topic: 't', value: 'start' }));
    // Each way takes two seconds, so that all that may be in flight is.
    w.simulation.links.setDelay('broker0', 'localhost', { min: 2_000, max: 2_000 });
    let arrived = 0;
    w.cluster.fateOfBatch = (_, __, records) => {
      arrived += batchRecordCount(records, 0);
      return 'serve';
    };
    const sent = outcomes(NUMBERS.map((value) => producer.send({ topic: 't', value })));
    await w.simulation.runFor(3_000);
    expect(arrived).toBe(5);
    expect(await w.simulation.runUntilSettled(sent)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    await w.simulation.runUntilSettled(producer.close());
  });
});

describe('a batch that is too large for its topic', () => {
  it.each(['none', 'gzip'] as const)(
    'is sent in parts, in order, each record once (%s)',
    async (compressionType) => {
      const w = await world();
      w.cluster.createTopic('t', 1);
      const sizes: number[] = [];
      w.cluster.fateOfBatch = (_, __, records) => {
        sizes.push(batchRecordCount(records, 0));
        return batchRecordCount(records, 0) > 3
          ? { errorCode: ErrorCode.MESSAGE_TOO_LARGE }
          : 'serve';
      };
      const producer = producerOf(w, { compressionType, lingerMs: 10 });
      const values = Array.from({ length: 20 }, (_, i) => `value ${i}`);
      const sent = outcomes(values.map((value) => producer.send({ topic: 't', value })));
      const flushed = producer.flush();
      expect(await w.simulation.runUntilSettled(sent)).toEqual(values.map((_, i) => i));
      await w.simulation.runUntilSettled(flushed);
      expect(valuesIn(w, 't')).toEqual(values);
      expect(sizes).toContain(20);
      await w.simulation.runUntilSettled(producer.close());
    },
  );

  it('fails with the record that is too large by itself, and goes on with the others', async () => {
    const w = await world();
    w.cluster.createTopic('t', 1);
    w.cluster.fateOfBatch = (_, __, records) =>
      records.length > 300 ? { errorCode: ErrorCode.MESSAGE_TOO_LARGE } : 'serve';
    const producer = producerOf(w, { lingerMs: 10 });
    const values = ['a', 'x'.repeat(1_000), 'b', 'c'];
    const sent = outcomes(values.map((value) => producer.send({ topic: 't', value })));
    const results = await w.simulation.runUntilSettled(sent);
    expect(results.map((result) => typeof result)).toEqual([
      'number',
      'string',
      'number',
      'number',
    ]);
    expect(results[1]).toBe('MESSAGE_TOO_LARGE');
    expect(valuesIn(w, 't')).toEqual(['a', 'b', 'c']);
    await w.simulation.runUntilSettled(producer.close());
  });
});

describe('partitioners', () => {
  it('by turns, of the application, and what becomes of its mistakes', async () => {
    const w = await world();
    w.cluster.createTopic('t', 3);
    const send = async (config: Partial<ProducerConfig>): Promise<(number | string)[]> => {
      const producer = producerOf(w, config);
      const sent = ['a', 'a', 'a'].map((key) =>
        producer.send({ topic: 't', key, value: 'v' }).then(
          ({ partition }) => partition,
          (error: unknown) => (error as KafkaError).code,
        ),
      );
      const partitions = await w.simulation.runUntilSettled(Promise.all(sent));
      await w.simulation.runUntilSettled(producer.close());
      return partitions;
    };
    expect(new Set(await send({})).size).toBe(1);
    expect((await send({ partitioner: 'round-robin' })).toSorted()).toEqual([0, 1, 2]);
    expect(await send({ partitioner: (_, { partitionCount }) => partitionCount - 1 })).toEqual([
      2, 2, 2,
    ]);
    expect(await send({ partitioner: () => 3 })).toEqual(Array(3).fill('INVALID_ARGUMENT'));
    expect(await send({ partitioner: () => 0.5 })).toEqual(Array(3).fill('INVALID_ARGUMENT'));
    const failing = (): number => {
      throw new Error('no idea');
    };
    expect(await send({ partitioner: failing })).toEqual(Array(3).fill('CALLBACK_FAILED'));
    expect(() => producerOf(w, { partitioner: 'random' as 'default' })).toThrow(/round-robin/);
  });
});
