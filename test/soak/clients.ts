/**
 * The clients of the soak, in a process of their own so that its memory is theirs: an idempotent producer of numbered records; two relays that read them in a
 * group and write them on in transactions, with their offsets; a reader of what the relays committed; and a group of readers that come and go.
 *
 * Every record must be seen exactly once and in order behind the relays, and at least once and in order by the group.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Consumer, KafkaError, Producer, type ConsumedBatch } from '@zurau/client';
import { Ledger } from './ledger.ts';
import {
  PARTITIONS,
  RELAYED_TOPIC,
  SOURCE_TOPIC,
  type Finish,
  type Finished,
  type Progress,
} from './messages.ts';

const KEYS = 120;
const VALUE_BYTES = 200;
/** Records that were sent and not yet read behind the relays: a bound for the brokers' memory, not for the clients'. */
const UNVERIFIED_MAX = 20_000;
const TICK_MS = 20;
const PROGRESS_MS = 5_000;
const SETTLE_MS_MAX = 120_000;
const MEMBER_LIFE_MS = 25_000;
const GROUP_READERS = 2;
const RELAYS = 2;

export interface ClientsOptions {
  readonly bootstrapServers: string;
  readonly recordsPerSecond: number;
}

/** Runs until it was told to finish, and all is settled. */
export async function runClients(options: ClientsOptions): Promise<void> {
  const soak = new Soak(options);
  await soak.run();
}

class Soak {
  readonly #options: ClientsOptions;
  /** Quick to notice what is gone: faults last for seconds. */
  readonly #common: { readonly bootstrapServers: string; readonly requestTimeoutMs: number };
  readonly #relayed = new Ledger('behind the relays', 'exactly-once');
  readonly #grouped = new Ledger('in the group', 'at-least-once');
  readonly #problems: string[] = [];
  /** No more records. */
  #isFinishing = false;
  /** No more work. */
  readonly #end = new AbortController();
  #sent = 0;
  #transactions = 0;
  #aborted = 0;

  constructor(options: ClientsOptions) {
    this.#options = options;
    this.#common = { bootstrapServers: options.bootstrapServers, requestTimeoutMs: 3_000 };
  }

  async run(): Promise<void> {
    process.on('message', (message: Finish) => {
      if (message.kind === 'finish') this.#isFinishing = true;
    });
    process.on('warning', (warning) => this.#problems.push(`warning: ${warning.message}`));
    const progress = setInterval(() => this.#report(), PROGRESS_MS);
    const work = [
      this.#verify(),
      ...Array.from({ length: RELAYS }, (_, index) => this.#relay(index)),
      ...Array.from({ length: GROUP_READERS }, (_, index) => this.#readInGroup(index)),
    ];
    await this.#produce();
    const deadline = performance.now() + SETTLE_MS_MAX;
    while (this.#open() > 0 && performance.now() < deadline) await sleep(TICK_MS);
    if (this.#open() > 0) {
      const { count } = this.#relayed;
      this.#problems.push(`of ${this.#sent} sent, ${count} and ${this.#grouped.count} arrived`);
    }
    this.#end.abort();
    await Promise.all(work);
    clearInterval(progress);
    this.#report();
    const finished: Finished = { kind: 'finished', problems: this.#allProblems() };
    process.send?.(finished, () => process.disconnect());
  }

  /** How many have not arrived everywhere yet. */
  #open(): number {
    return this.#sent - Math.min(this.#relayed.count, this.#grouped.count);
  }

  #allProblems(): string[] {
    return [...this.#problems, ...this.#relayed.problems, ...this.#grouped.problems];
  }

  #report(): void {
    (globalThis as { gc?: () => void }).gc?.();
    const { rss, heapUsed } = process.memoryUsage();
    const progress: Progress = {
      kind: 'progress',
      sent: this.#sent,
      verified: this.#relayed.count,
      readInGroup: this.#grouped.count,
      repeatedInGroup: this.#grouped.repeated,
      transactions: this.#transactions,
      aborted: this.#aborted,
      residentBytes: rss,
      heapBytes: heapUsed,
      problems: this.#allProblems(),
    };
    process.send?.(progress);
  }

  // --- out ------------------------------------------------------------------------------------------------------------------------

  async #produce(): Promise<void> {
    const producer = new Producer({ ...this.#common, compressionType: 'lz4', lingerMs: 5 });
    const numbers = Array.from({ length: KEYS }, () => 0);
    const filler = 'x'.repeat(VALUE_BYTES);
    let owed = 0;
    let lastMs = performance.now();
    let turn = 0;
    while (!this.#isFinishing) {
      const nowMs = performance.now();
      owed += ((nowMs - lastMs) / 1000) * this.#options.recordsPerSecond;
      lastMs = nowMs;
      // What could not be sent in time is not made up for.
      owed = Math.min(owed, this.#options.recordsPerSecond);
      while (owed >= 1 && this.#sent - this.#relayed.count < UNVERIFIED_MAX) {
        owed -= 1;
        const key = turn % KEYS;
        turn += 1;
        const value = `${numbers[key]}|${filler}`;
        numbers[key]! += 1;
        this.#sent += 1;
        producer.send({ topic: SOURCE_TOPIC, key: `key-${key}`, value }).catch((error: unknown) => {
          this.#problems.push(`a send failed: ${String(error)}`);
        });
      }
      await sleep(TICK_MS);
    }
    await producer.flush();
    await producer.close();
  }

  // --- on -------------------------------------------------------------------------------------------------------------------------

  async #relay(index: number): Promise<void> {
    const consumer = new Consumer({
      ...this.#common,
      groupId: 'relays',
      clientId: `relay-${index}`,
      autoOffsetReset: 'earliest',
      enableAutoCommit: false,
      isolationLevel: 'read_committed',
      sessionTimeoutMs: 10_000,
    });
    consumer.subscribe([SOURCE_TOPIC]);
    const newProducer = (): Producer =>
      new Producer({ ...this.#common, transactionalId: `relay-${index}` });
    let producer = newProducer();
    while (!this.#end.signal.aborted) {
      const batches = await this.#poll(consumer);
      if (batches.length === 0) continue;
      try {
        await this.#passOn(producer, consumer, batches);
        this.#transactions += 1;
      } catch (error) {
        if (!(error instanceof KafkaError)) throw error;
        this.#aborted += 1;
        // Whatever became of it, a new producer ends it before anything is read of it.
        await producer.close();
        producer = newProducer();
        await this.#untilDone(() => producer.initTransactions());
        await this.#untilDone(() => backToCommitted(consumer));
      }
    }
    await producer.close();
    await consumer.close();
  }

  async #passOn(
    producer: Producer,
    consumer: Consumer,
    batches: readonly ConsumedBatch[],
  ): Promise<void> {
    await producer.transaction(async (transaction) => {
      const records = batches.flatMap((batch) =>
        batch.records.map(({ key, value }) => ({ topic: RELAYED_TOPIC, key, value })),
      );
      await transaction.sendBatch(records);
      const offsets = batches.map(({ topic, partition, nextOffset, leaderEpoch }) => ({
        topic,
        partition,
        offset: nextOffset,
        leaderEpoch,
      }));
      await transaction.sendOffsets(offsets, consumer.groupMetadata());
    });
  }

  // --- in -------------------------------------------------------------------------------------------------------------------------

  async #verify(): Promise<void> {
    const consumer = new Consumer({ ...this.#common, isolationLevel: 'read_committed' });
    const assignments = Array.from({ length: PARTITIONS }, (_, partition) => ({
      topic: RELAYED_TOPIC,
      partition,
      from: 'beginning' as const,
    }));
    await this.#untilDone(() => consumer.assign(assignments));
    while (!this.#end.signal.aborted) enter(this.#relayed, await this.#poll(consumer));
    await consumer.close();
  }

  async #readInGroup(index: number): Promise<void> {
    while (!this.#end.signal.aborted) {
      const consumer = new Consumer({
        ...this.#common,
        groupId: 'readers',
        clientId: `reader-${index}`,
        autoOffsetReset: 'earliest',
        autoCommitIntervalMs: 1_000,
        sessionTimeoutMs: 10_000,
        partitionAssignmentStrategy: ['cooperative-sticky'],
      });
      consumer.subscribe([SOURCE_TOPIC]);
      // The first stays, so that there is always one.
      const until = index === 0 ? Number.POSITIVE_INFINITY : performance.now() + MEMBER_LIFE_MS;
      while (!this.#end.signal.aborted && performance.now() < until) {
        enter(this.#grouped, await this.#poll(consumer));
      }
      await consumer.close({ timeoutMs: 5_000 });
    }
  }

  async #poll(consumer: Consumer): Promise<ConsumedBatch[]> {
    try {
      return await consumer.poll({ timeoutMs: 500, signal: this.#end.signal });
    } catch (error) {
      if (error instanceof KafkaError && (error.retriable || error.code === 'ABORTED')) return [];
      this.#problems.push(`a poll failed: ${String(error)}`);
      await sleep(TICK_MS);
      return [];
    }
  }

  /** Again until it works; what cannot get better is a problem. */
  async #untilDone(work: () => Promise<void>): Promise<void> {
    while (!this.#end.signal.aborted) {
      try {
        await work();
        return;
      } catch (error) {
        if (!(error instanceof KafkaError)) throw error;
        await sleep(TICK_MS);
      }
    }
  }
}

function enter(ledger: Ledger, batches: readonly ConsumedBatch[]): void {
  for (const { topic, partition, records } of batches) {
    for (const { key, value, offset } of records) {
      const number = Number.parseInt(String(value), 10);
      ledger.enter(String(key), number, `${topic}-${partition} at ${offset}`);
    }
  }
}

/** What an aborted transaction read is to be read again. */
async function backToCommitted(consumer: Consumer): Promise<void> {
  const partitions = consumer.assignment();
  const committed = await consumer.committed(partitions);
  const still = new Set(
    consumer.assignment().map(({ topic, partition }) => `${topic}-${partition}`),
  );
  for (const of of partitions) {
    if (!still.has(`${of.topic}-${of.partition}`)) continue;
    const found = committed.find(
      ({ topic, partition }) => topic === of.topic && partition === of.partition,
    );
    consumer.seek(of, found?.offset ?? 'beginning');
  }
}
