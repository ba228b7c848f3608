/**
 * Who writes while brokers fail: our producer and Java's verifiable producer, both idempotent and with acks=all, each to a topic of its own.
 *
 * Each writes ascending numbers under keys, and knows which of them were acknowledged.
 */
import { Producer } from '@zurau/client';
import { VerifiableProducer } from '@zurau/testkit';
import { waitFor } from '../../interop/wait-for.ts';

const KEYS_PER_PARTITION = 2;
const RECORDS_PER_SECOND = 500;
const TICK_MS = 20;
const OUTSTANDING_MAX = 4_000;
const PROGRESS_MS_MAX = 40_000;
const REQUEST_MS_MAX = 3_000;
const DELIVERY_MS_MAX = 120_000;

export interface Writer {
  readonly topic: string;
  readonly failures: readonly string[];
  /** Numbers that were acknowledged, by partition. */
  readonly acknowledged: ReadonlyMap<number, readonly number[]>;
  /** Resolves when in every partition something was acknowledged that was sent after the call. */
  progress(): Promise<void>;
  /** Resolves when everything sent is settled. */
  stop(): Promise<void>;
}

/** Our own producer. A number's partition and key follow from the number. */
export class OwnWriter implements Writer {
  readonly topic: string;
  readonly failures: string[] = [];
  readonly acknowledged = new Map<number, number[]>();
  readonly #producer: Producer;
  readonly #partitionCount: number;
  readonly #timer: NodeJS.Timeout;
  readonly #outstanding = new Set<Promise<void>>();
  #next = 0;

  constructor(bootstrapServers: string, topic: string, partitionCount: number) {
    this.topic = topic;
    this.#partitionCount = partitionCount;
    this.#producer = new Producer({
      bootstrapServers: bootstrapServers.split(','),
      deliveryTimeoutMs: DELIVERY_MS_MAX,
      requestTimeoutMs: REQUEST_MS_MAX,
    });
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  async progress(): Promise<void> {
    const from = this.#next;
    await reached(this, new Map(this.#partitions().map((partition) => [partition, from])));
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#outstanding);
    await this.#producer.close();
  }

  #partitions(): number[] {
    return Array.from({ length: this.#partitionCount }, (_, partition) => partition);
  }

  #tick(): void {
    for (let count = 0; count < (RECORDS_PER_SECOND * TICK_MS) / 1000; count++) {
      if (this.#outstanding.size >= OUTSTANDING_MAX) return;
      const sending = this.#send(this.#next++).finally(() => this.#outstanding.delete(sending));
      this.#outstanding.add(sending);
    }
  }

  async #send(number: number): Promise<void> {
    const { topic } = this;
    const partition = number % this.#partitionCount;
    const key = String(number % (this.#partitionCount * KEYS_PER_PARTITION));
    try {
      await this.#producer.send({ topic, partition, key, value: String(number) });
      add(this.acknowledged, partition, number);
    } catch (error) {
      this.failures.push(`${number}: ${String(error)}`);
    }
  }
}

/** Java's verifiable producer, told to be idempotent and to try again. */
export class JavaWriter implements Writer {
  readonly topic: string;
  readonly #producer: VerifiableProducer;
  readonly #acknowledged = new Map<number, number[]>();
  #taken = 0;

  constructor(bootstrapServers: string, topic: string, partitionCount: number, configDir: string) {
    this.topic = topic;
    this.#producer = new VerifiableProducer({
      ...{ bootstrapServers, topic, configDir },
      recordsPerSecond: RECORDS_PER_SECOND,
      // Enough for the partitioner to hit every partition.
      keyCount: partitionCount * 8,
      config: {
        'enable.idempotence': 'true',
        retries: '2147483647',
        'request.timeout.ms': String(REQUEST_MS_MAX),
        'delivery.timeout.ms': String(DELIVERY_MS_MAX),
      },
    });
  }

  get failures(): readonly string[] {
    return this.#producer.failures;
  }

  get acknowledged(): ReadonlyMap<number, readonly number[]> {
    const { acknowledged } = this.#producer;
    for (; this.#taken < acknowledged.length; this.#taken++) {
      const { partition, value } = acknowledged[this.#taken]!;
      add(this.#acknowledged, partition, Number(value));
    }
    return this.#acknowledged;
  }

  /** It does not say what it has sent: what lies so far ahead of all that was acknowledged was not sent yet. */
  async progress(): Promise<void> {
    const from = Math.max(-1, ...[...this.acknowledged.values()].map((each) => each.at(-1)!));
    const marks = [...this.acknowledged.keys()].map(
      (partition) => [partition, from + RECORDS_PER_SECOND / 2] as const,
    );
    await reached(this, new Map(marks.length === 0 ? [[0, 0]] : marks));
  }

  async stop(): Promise<void> {
    await this.#producer.stop();
  }
}

function add(numbers: Map<number, number[]>, partition: number, number: number): void {
  const found = numbers.get(partition);
  if (found === undefined) numbers.set(partition, [number]);
  else found.push(number);
}

async function reached(writer: Writer, marks: ReadonlyMap<number, number>): Promise<void> {
  await waitFor(() => {
    for (const [partition, mark] of marks) {
      const last = writer.acknowledged.get(partition)?.at(-1) ?? -1;
      if (last >= mark) continue;
      throw new Error(
        `${writer.topic}-${partition}: nothing acknowledged since ${mark}, ${last} was the last; ${writer.failures.slice(0, 3).join('; ')}`,
      );
    }
  }, PROGRESS_MS_MAX);
}
