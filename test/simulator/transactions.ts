/**
 * A program that writes in transactions over several partitions, some of which it aborts.
 *
 * Owns: what it sends, and telling the history what it knows of the outcome. Now and then another instance takes over while the one before goes on, as
 * happens where a machine was thought dead.
 */
import { Producer } from '@zurau/client';
import type { SimulatedHost } from '@zurau/platform';
import {
  DELIVERY_TIMEOUT_MS,
  named,
  pause,
  settingsOf,
  type Load,
  type Running,
} from './clients.ts';
import type { SentTransaction } from './history.ts';

const TRANSACTION_TIMEOUT_MS = 10_000;
/** How long the end of a transaction is waited for, and how often it is asked for. */
const END_TIMEOUT_MS = 10_000;
const COMMIT_ATTEMPTS_MAX = 3;
const CLOSE_TIMEOUT_MS = 5_000;
const RECORDS_MAX = 5;
const ABORTED = 0.25;
const TAKEN_OVER = 0.03;
const PAUSE_WITHIN_MS = 60;

/** One transaction after another, `everyMs` between two on average. */
export function startTransactions(load: Load, name: string, everyMs: number): Running {
  const settings = settingsOf(load, name);
  const { platform } = settings;
  const { random } = platform;
  let stopped = false;
  let life = 0;

  const run = async (): Promise<void> => {
    const zombies: Promise<unknown>[] = [];
    while (!stopped) {
      const producer = new Producer({
        ...settings,
        transactionalId: name,
        transactionTimeoutMs: TRANSACTION_TIMEOUT_MS,
        deliveryTimeoutMs: DELIVERY_TIMEOUT_MS,
        maxBlockMs: END_TIMEOUT_MS,
      });
      const instance = new Instance(load, platform, producer, `${name}.${life++}`);
      try {
        for (;;) {
          await instance.transaction(random.chance(ABORTED));
          await pause(platform, random.float() * 2 * everyMs);
          if (stopped || random.chance(TAKEN_OVER)) break;
        }
        if (!stopped) {
          // The next instance does not know of this one.
          const closing = (): Promise<void> => close(producer);
          zombies.push(instance.transaction(false).then(closing, closing));
          await pause(platform, random.float() * 4 * PAUSE_WITHIN_MS);
          continue;
        }
      } catch {
        // It was shut out, or cannot know the outcome: the next instance finds out where it stands.
      }
      await close(producer);
    }
    await Promise.all(zombies);
  };
  const done = run();
  return {
    stop: () => {
      stopped = true;
    },
    done: named(done, name),
  };
}

class Instance {
  readonly #load: Load;
  readonly #platform: SimulatedHost;
  readonly #producer: Producer;
  readonly #name: string;
  #transactionNumber = 0;
  #recordNumber = 0;

  constructor(load: Load, platform: SimulatedHost, producer: Producer, name: string) {
    this.#load = load;
    this.#platform = platform;
    this.#producer = producer;
    this.#name = name;
  }

  /** Rejects when the instance cannot go on. */
  async transaction(isAborted: boolean): Promise<void> {
    const producer = this.#producer;
    await producer.beginTransaction();
    const transaction = this.#load.history.beginning(`${this.#name}/${this.#transactionNumber++}`);
    try {
      const isComplete = await this.#write(transaction);
      if (isComplete && !isAborted) {
        transaction.outcome = 'in doubt';
        await this.#commit();
        transaction.outcome = 'committed';
        return;
      }
    } catch (error) {
      if (transaction.outcome === 'open') transaction.outcome = 'aborted';
      throw error;
    }
    // Whether the coordinator hears of it or not: nobody asks for the commit any more.
    transaction.outcome = 'aborted';
    await producer.abortTransaction({ timeoutMs: END_TIMEOUT_MS });
  }

  /** False when not all records were acknowledged. */
  async #write(transaction: SentTransaction): Promise<boolean> {
    const { topic, partitionCount, history } = this.#load;
    const platform = this.#platform;
    const { random } = platform;
    const sendings: Promise<boolean>[] = [];
    for (let count = 1 + random.int(RECORDS_MAX); count > 0; count--) {
      const partition = random.int(partitionCount);
      const sent = history.sending(this.#name, this.#recordNumber++, partition, transaction);
      sendings.push(
        this.#producer.send({ topic, partition, value: sent.value }).then(
          ({ offset }) => {
            history.acknowledged(sent, offset);
            return true;
          },
          () => false,
        ),
      );
      if (random.chance(0.5)) await pause(platform, random.float() * PAUSE_WITHIN_MS);
    }
    return (await Promise.all(sendings)).every(Boolean);
  }

  async #commit(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#producer.commitTransaction({ timeoutMs: END_TIMEOUT_MS });
      } catch (error) {
        const isOpen = (error as { code?: string }).code === 'OPERATION_TIMEOUT';
        if (!isOpen || attempt === COMMIT_ATTEMPTS_MAX) throw error;
      }
    }
  }
}

async function close(producer: Producer): Promise<void> {
  await producer.close({ timeoutMs: CLOSE_TIMEOUT_MS });
}
