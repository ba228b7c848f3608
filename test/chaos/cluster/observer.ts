/**
 * A consumer that reads along while brokers fail. What it was shown was committed: it may never change, nor go away.
 *
 * Owns: the consumer, and what it saw.
 */
import { expect } from 'vitest';
import { Consumer } from '@zurau/client';

const POLL_MS = 200;
const QUIET_MS = 2_000;

export class Observer {
  /** `topic-partition@offset` to value. */
  readonly #seen = new Map<string, string>();
  readonly #topics: readonly string[];
  readonly #consumer: Consumer;
  #stopped = false;
  #running: Promise<void> = Promise.resolve();

  private constructor(consumer: Consumer, topics: readonly string[]) {
    this.#consumer = consumer;
    this.#topics = topics;
  }

  static async start(bootstrapServers: string, topics: readonly string[]): Promise<Observer> {
    const consumer = newConsumer(bootstrapServers);
    await assignAll(consumer, topics);
    const observer = new Observer(consumer, topics);
    observer.#running = observer.#run();
    return observer;
  }

  /** Idempotent. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
    await this.#consumer.close();
  }

  /** Reads everything again, from the beginning; stops the observer. */
  async expectUnchanged(bootstrapServers: string): Promise<void> {
    await this.stop();
    const changed: string[] = [];
    const left = new Map(this.#seen);
    const again = newConsumer(bootstrapServers);
    try {
      await assignAll(again, this.#topics);
      for (;;) {
        const batches = await again.poll({ timeoutMs: QUIET_MS });
        if (batches.length === 0) break;
        for (const { topic, partition, records } of batches) {
          for (const { offset, value } of records) {
            const place = `${topic}-${partition}@${offset}`;
            const seen = left.get(place);
            if (seen !== undefined && seen !== value?.toString()) changed.push(place);
            left.delete(place);
          }
        }
      }
    } finally {
      await again.close();
    }
    expect(this.#seen.size).toBeGreaterThan(0);
    expect(changed.slice(0, 10)).toEqual([]);
    expect([...left.keys()].slice(0, 10)).toEqual([]);
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      for (const { topic, partition, records } of await this.#consumer.poll({
        timeoutMs: POLL_MS,
      })) {
        for (const { offset, value } of records) {
          this.#seen.set(`${topic}-${partition}@${offset}`, value?.toString() ?? '');
        }
      }
    }
  }
}

function newConsumer(bootstrapServers: string): Consumer {
  return new Consumer({
    bootstrapServers: bootstrapServers.split(','),
    requestTimeoutMs: 3_000,
  });
}

async function assignAll(consumer: Consumer, topics: readonly string[]): Promise<void> {
  await consumer.assign(topics.map((topic) => ({ topic, from: 'beginning' as const })));
}
