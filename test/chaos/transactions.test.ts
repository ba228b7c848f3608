/**
 * Read, transform, write exactly once, with our client in a group, while the broker is killed with -9 in the middle of transactions: whoever reads
 * committed records finds each input transformed once.
 *
 * A worker that fails is started again with a new consumer and a new producer of the same transactional id, as a process would be.
 */
import { describe, expect, it } from 'vitest';
import { Admin, Consumer, KafkaError, Producer } from '@zurau/client';
import { BrokerProcess, freePort, tempDir } from '@zurau/testkit';

const RECORDS = Number(process.env['ZURAU_RECORDS'] ?? 600);
const KILLS = Number(process.env['ZURAU_TRANSACTION_KILLS'] ?? 5);
const PARTITIONS = 2;
const RECORDS_PER_TRANSACTION = 20;
const SETTINGS = {
  'transaction.state.log.num.partitions': '2',
  'offsets.topic.num.partitions': '2',
};

/** One life of a worker: until it has nothing left to read, or fails. */
class Worker {
  readonly #consumer: Consumer;
  readonly #producer: Producer;

  constructor(bootstrapServers: string) {
    this.#consumer = new Consumer({
      bootstrapServers,
      groupId: 'workers',
      enableAutoCommit: false,
      autoOffsetReset: 'earliest',
      isolationLevel: 'read_committed',
      maxPollRecords: RECORDS_PER_TRANSACTION,
      // The one before may have left without a word.
      sessionTimeoutMs: 6_000,
      heartbeatIntervalMs: 1_000,
    });
    this.#producer = new Producer({
      bootstrapServers,
      transactionalId: 'worker',
      deliveryTimeoutMs: 10_000,
      requestTimeoutMs: 5_000,
      maxBlockMs: 20_000,
    });
  }

  /** Calls back after each transaction with how far the group is in all partitions together. */
  async run(onProgress: (offsets: ReadonlyMap<number, number>) => void): Promise<void> {
    const offsets = new Map<number, number>();
    const isDone = (): boolean => sum(offsets) >= RECORDS;
    await this.#producer.initTransactions();
    this.#consumer.subscribe(['input']);
    while (!isDone()) {
      const batches = await this.#consumer.poll({ timeoutMs: 500 });
      if (this.#consumer.assignment().length === PARTITIONS) {
        for (const { partition, offset } of await this.#consumer.committed()) {
          offsets.set(partition, offset);
        }
      }
      if (batches.length === 0) continue;
      await this.#producer.transaction(async (transaction) => {
        const records = batches.flatMap((batch) => batch.records);
        await transaction.sendBatch(
          records.map(({ value }) => ({ topic: 'output', value: `<${String(value)}>` })),
        );
        await transaction.sendOffsets(
          batches.map((batch) => ({
            topic: batch.topic,
            partition: batch.partition,
            offset: batch.records.at(-1)!.offset + 1,
          })),
          this.#consumer.groupMetadata(),
        );
      });
      onProgress(offsets);
    }
  }

  async close(): Promise<void> {
    await this.#producer.close({ timeoutMs: 2_000 });
    await this.#consumer.close({ timeoutMs: 2_000 }).catch(() => undefined);
  }
}

describe('kill -9 in the middle of transactions', () => {
  it(`transforms ${RECORDS} records exactly once through ${KILLS} kills`, async () => {
    using dir = tempDir('chaos-transactions');
    const port = await freePort();
    const start = (): Promise<BrokerProcess> =>
      BrokerProcess.start({ dataDir: dir.path, port, properties: SETTINGS });
    let broker = await start();
    const server = broker.bootstrapServers;
    const failures: string[] = [];
    try {
      const values = await produceInput(server);
      let isDone = false;
      let transactions = 0;
      const work = (async () => {
        while (!isDone) {
          const worker = new Worker(server);
          try {
            await worker.run(() => (transactions += 1));
            isDone = true;
          } catch (error) {
            if (!(error instanceof KafkaError)) throw error;
            failures.push(error.code);
          } finally {
            await worker.close();
          }
        }
      })();
      for (let kill = 0; kill < KILLS && !isDone; kill++) {
        const seen = transactions;
        while (transactions < seen + 2 && !isDone) await sleep(5);
        // Into whatever the next transaction is doing then.
        await sleep(7 * kill);
        await broker.kill();
        broker = await start();
      }
      await work;
      expect((await committedOutput(server)).toSorted()).toEqual(
        values.map((value) => `<${value}>`).toSorted(),
      );
    } finally {
      await broker.stop();
      process.stdout.write(`lives of the worker: ${failures.length + 1} (${failures.join(' ')})\n`);
    }
  });
});

async function produceInput(bootstrapServers: string): Promise<string[]> {
  const admin = new Admin({ bootstrapServers });
  await admin.createTopics([
    { name: 'input', partitions: PARTITIONS },
    { name: 'output', partitions: 1 },
  ]);
  await admin.close();
  const values = Array.from({ length: RECORDS }, (_, number) => `record ${number}`);
  const producer = new Producer({ bootstrapServers });
  await producer.sendBatch(
    values.map((value, index) => ({ topic: 'input', partition: index % PARTITIONS, value })),
  );
  await producer.close();
  return values;
}

async function committedOutput(bootstrapServers: string): Promise<string[]> {
  const at = { topic: 'output', partition: 0 };
  const producer = new Producer({ bootstrapServers, transactionalId: 'worker' });
  await producer.transaction((transaction) => transaction.send({ ...at, value: 'end' }));
  await producer.close();
  const consumer = new Consumer({
    bootstrapServers,
    isolationLevel: 'read_committed',
    autoOffsetReset: 'earliest',
  });
  const values: string[] = [];
  await consumer.assign([at]);
  while (values.at(-1) !== 'end') {
    for (const batch of await consumer.poll({ timeoutMs: 1_000 })) {
      for (const { value } of batch.records) values.push(String(value));
    }
  }
  await consumer.close();
  return values.slice(0, -1);
}

function sum(offsets: ReadonlyMap<number, number>): number {
  return [...offsets.values()].reduce((total, offset) => total + offset, 0);
}

function sleep(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}
