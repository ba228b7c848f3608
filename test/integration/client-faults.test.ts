/**
 * Our client behind proxies that break: nothing lost, nothing twice with idempotence, order kept, memory bounded, and on again as soon as the way is free. Three
 * brokers of ours in this process; between them nothing breaks. `npm run soak` does the same for as long as one likes, with everything at once.
 */
import { Admin, Consumer, Producer } from '@zurau/client';
import type { ConsumerConfig, Metric, ProducerConfig, RecordMetadata } from '@zurau/client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freshTopic } from './cluster-under-test.ts';
import { ProxiedCluster } from './proxied-cluster.ts';

const TIME_LIMIT_MS = 60_000;
/** What is due after seconds in production is due at once. */
const QUICK = {
  'offsets.topic.num.partitions': '1',
  'group.min.session.timeout.ms': '1000',
  'replica.fetch.backoff.ms': '20',
  'replica.fetch.wait.max.ms': '50',
  'replica.lag.time.max.ms': '1000',
  'controlled.shutdown.retry.backoff.ms': '50',
};
/** An answer that is lost is missed soon; the way to a broker that came back is tried again soon. */
const IMPATIENT = {
  requestTimeoutMs: 400,
  retryBackoffMs: 10,
  retryBackoffMaxMs: 50,
  reconnectBackoffMs: 10,
  reconnectBackoffMaxMs: 50,
};

let proxied: ProxiedCluster;
let admin: Admin;

beforeAll(async () => {
  proxied = await ProxiedCluster.start({ properties: QUICK });
  admin = new Admin({ bootstrapServers: proxied.bootstrapServers });
}, TIME_LIMIT_MS);

afterEach(() => proxied.heal());

afterAll(async () => {
  await admin?.close();
  await proxied?.close();
}, TIME_LIMIT_MS);

/** One partition; whoever leads it is what breaks. */
async function newTopic(): Promise<string> {
  const name = freshTopic('faults');
  await admin.createTopics([{ name, partitions: 1, replicationFactor: 3 }]);
  return name;
}

async function leaderOf(topic: string): Promise<number> {
  const [described] = await admin.describeTopics([topic]);
  return described!.partitions[0]!.leader;
}

function producerWith(config: Partial<ProducerConfig> = {}): Producer {
  return new Producer({ bootstrapServers: proxied.bootstrapServers, ...IMPATIENT, ...config });
}

function consumerWith(config: Partial<ConsumerConfig> = {}): Consumer {
  return new Consumer({
    bootstrapServers: proxied.bootstrapServers,
    autoOffsetReset: 'earliest',
    ...IMPATIENT,
    ...config,
  });
}

/** All values of the topic's only partition, in order. */
async function valuesOf(topic: string, count: number): Promise<string[]> {
  await using consumer = consumerWith();
  await consumer.assign([{ topic, partition: 0, from: 'beginning' }]);
  const values: string[] = [];
  while (values.length < count) {
    for (const { records } of await consumer.poll()) {
      values.push(...records.map(({ value }) => String(value)));
    }
  }
  // What came twice would come behind.
  for (const { records } of await consumer.poll({ timeoutMs: 50 })) {
    values.push(...records.map(({ value }) => String(value)));
  }
  return values;
}

const numbered = (count: number): string[] => Array.from({ length: count }, (_, i) => String(i));

/** Sends numbers one after the other, without waiting, until it is told to stop. */
function sendNumbers(
  producer: Producer,
  topic: string,
): { stop(): Promise<RecordMetadata[]>; acknowledged(): number } {
  const sends: Promise<RecordMetadata>[] = [];
  let acknowledged = 0;
  const timer = setInterval(() => {
    for (let i = 0; i < 5; i += 1) {
      const send = producer.send({ topic, partition: 0, value: String(sends.length) });
      send.then(
        () => (acknowledged += 1),
        () => undefined,
      );
      sends.push(send);
    }
  }, 2);
  return {
    stop: () => {
      clearInterval(timer);
      return Promise.all(sends);
    },
    acknowledged: () => acknowledged,
  };
}

const FAULTS: readonly {
  readonly name: string;
  /** The way to the leader is broken until it is mended. */
  readonly strike: (leader: number) => void | Promise<void>;
  readonly mend?: (leader: number) => void | Promise<void>;
}[] = [
  {
    name: 'connections that are reset',
    strike: (leader) => proxied.proxy(leader).reset(),
  },
  {
    name: 'requests that do not arrive',
    strike: (leader) => proxied.proxy(leader).cut('forward'),
    mend: (leader) => {
      proxied.heal();
      proxied.proxy(leader).reset();
    },
  },
  {
    name: 'answers that do not arrive',
    strike: (leader) => proxied.proxy(leader).cut('back'),
    mend: (leader) => {
      proxied.heal();
      proxied.proxy(leader).reset();
    },
  },
  {
    name: 'a way that is cut and comes back',
    strike: (leader) => proxied.proxy(leader).cut(),
    mend: () => proxied.heal(),
  },
  {
    name: 'a way that is long',
    strike: (leader) => proxied.proxy(leader).delay(40),
    mend: () => proxied.heal(),
  },
  {
    name: 'a leader that moves',
    strike: (leader) => proxied.cluster.stop(leader),
    mend: async (leader) => {
      await proxied.cluster.start(leader);
    },
  },
  {
    name: 'a leader that is killed',
    strike: (leader) => proxied.cluster.kill(leader),
    mend: async (leader) => {
      await proxied.cluster.start(leader);
    },
  },
];

describe('an idempotent producer writes each record once and in order through', () => {
  it.each(FAULTS)(
    '$name',
    async ({ strike, mend }) => {
      const topic = await newTopic();
      await using producer = producerWith({ compressionType: 'lz4' });
      const sending = sendNumbers(producer, topic);
      const until = async (count: number): Promise<void> => {
        await expect
          .poll(sending.acknowledged, { timeout: TIME_LIMIT_MS, interval: 5 })
          .toBeGreaterThan(count);
      };
      await until(50);
      for (let round = 0; round < 2; round += 1) {
        const leader = await leaderOf(topic);
        await strike(leader);
        // What was under way is missed now, or what is sent from now on.
        await new Promise((resolve) => setTimeout(resolve, 30));
        await mend?.(leader);
        await until(sending.acknowledged() + 50);
      }
      const sent = await sending.stop();
      // Offset by offset, so nothing is in between either.
      expect(sent.map(({ offset }) => offset)).toEqual(sent.map((_, i) => i));
      expect(await valuesOf(topic, sent.length)).toEqual(numbered(sent.length));
    },
    TIME_LIMIT_MS,
  );
});

describe('memory is bounded', () => {
  const bytesIn = (metrics: readonly Metric[]): number => {
    const metric = metrics.find(({ name }) => name === 'kafka_client_received_bytes_total');
    if (metric?.type !== 'counter') throw new Error('no such counter');
    return metric.series[0]!.value;
  };

  it(
    'while a broker takes little: who sends has to wait, and all arrives',
    async () => {
      const topic = await newTopic();
      const leader = await leaderOf(topic);
      const bufferMemory = 100_000;
      await using producer = producerWith({
        bufferMemory,
        batchSize: 10_000,
        requestTimeoutMs: 30_000,
      });
      await producer.send({ topic, partition: 0, value: '0' });
      proxied.proxy(leader).cut('back');
      const value = 'x'.repeat(10_000);
      const sends: Promise<RecordMetadata>[] = [];
      let hasRoom = true;
      while (hasRoom && sends.length < 100) {
        sends.push(producer.send({ topic, partition: 0, value }));
        hasRoom = await Promise.race([
          producer.room().then(() => true),
          new Promise<boolean>((resolve) => setTimeout(resolve, 20, false)),
        ]);
      }
      expect(sends.length).toBeLessThan(bufferMemory / value.length + 2);
      proxied.heal();
      const places = await Promise.all(sends);
      expect(places.map(({ offset }) => offset)).toEqual(places.map((_, i) => i + 1));
    },
    TIME_LIMIT_MS,
  );

  it(
    'while nobody polls: no more is fetched than fits',
    async () => {
      const topic = await newTopic();
      await using producer = producerWith({ requestTimeoutMs: 30_000 });
      const value = 'x'.repeat(50_000);
      await producer.sendBatch(Array.from({ length: 100 }, () => ({ topic, partition: 0, value })));
      await using consumer = consumerWith({
        maxPartitionFetchBytes: 200_000,
        prefetchMaxBytes: 400_000,
        maxPollRecords: 1,
        requestTimeoutMs: 30_000,
      });
      await consumer.assign([{ topic, partition: 0, from: 'beginning' }]);
      expect(await consumer.poll()).toHaveLength(1);
      let before = -1;
      // Until it fetches no more.
      while (bytesIn(consumer.metrics()) !== before) {
        before = bytesIn(consumer.metrics());
        await new Promise((resolve) => setTimeout(resolve, 60));
      }
      expect(before).toBeLessThan(1_000_000);
    },
    TIME_LIMIT_MS,
  );
});

describe('a group', () => {
  it(
    'goes on where it was when its coordinator is killed',
    async () => {
      const topic = await newTopic();
      const groupId = freshTopic('group');
      await using producer = producerWith();
      await using consumer = consumerWith({
        groupId,
        enableAutoCommit: false,
        heartbeatIntervalMs: 50,
        sessionTimeoutMs: 20_000,
      });
      consumer.subscribe([topic]);
      const values: string[] = [];
      const read = async (count: number): Promise<void> => {
        while (values.length < count) {
          for (const { records } of await consumer.poll({ timeoutMs: 100 })) {
            values.push(...records.map((record) => String(record.value)));
          }
        }
      };
      const send = async (from: number, to: number): Promise<void> => {
        const records = numbered(to).slice(from);
        await producer.sendBatch(records.map((value) => ({ topic, partition: 0, value })));
      };
      await send(0, 20);
      await read(20);
      await consumer.commit();
      const [described] = await admin.describeGroups([groupId]);
      const coordinator = described!.coordinator.id;
      await proxied.cluster.kill(coordinator);
      await send(20, 40);
      await read(40);
      await consumer.commit();
      const [committed] = await consumer.committed([{ topic, partition: 0 }]);
      expect(committed?.offset).toBe(40);
      expect(values).toEqual(numbered(40));
      await proxied.cluster.start(coordinator);
    },
    TIME_LIMIT_MS,
  );
});
