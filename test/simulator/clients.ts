/**
 * The clients of a simulated cluster: our own, each on a host of its own.
 *
 * Owns: what they send and ask, and telling the history. They go on until they are told to stop, whatever happens to the brokers.
 */
import { Admin, Consumer, Producer, type KafkaError } from '@zurau/client';
import type { SimulatedHost, Simulation } from '@zurau/platform';
import type { History, Isolation } from './history.ts';

const REQUEST_TIMEOUT_MS = 4_000;
export const DELIVERY_TIMEOUT_MS = 20_000;
const PAUSE_AFTER_ERROR_MS = 200;

export interface Load {
  readonly simulation: Simulation;
  readonly bootstrapServers: readonly string[];
  readonly topic: string;
  readonly partitionCount: number;
  readonly history: History;
}

export interface ClientSettings {
  readonly bootstrapServers: string[];
  readonly platform: SimulatedHost;
  readonly clientId: string;
  readonly requestTimeoutMs: number;
}

/** Something that runs until it is stopped. */
export interface Running {
  stop(): void;
  readonly done: Promise<void>;
}

/** A consumer, and how far it has got. */
export interface Reader extends Running {
  readonly name: string;
  /** The offset that it reads next. */
  readonly position: (partition: number) => number;
}

/** Sends records one after another, `inFlight` of them at a time, `everyMs` on average. */
export function startProducer(load: Load, name: string, everyMs: number): Running {
  const { topic, partitionCount, history } = load;
  const settings = settingsOf(load, name);
  const { platform } = settings;
  const { random } = platform;
  let stopped = false;
  let number = 0;
  let life = 0;

  const run = async (): Promise<void> => {
    while (!stopped) {
      // A producer that failed for good is replaced, as a program would do; records it left open are nobody's any more.
      const producer = new Producer({ ...settings, deliveryTimeoutMs: DELIVERY_TIMEOUT_MS });
      const identity = `${name}.${life++}`;
      const open = new Set<Promise<void>>();
      let failed = false;
      while (!stopped && !failed) {
        const partition = random.int(partitionCount);
        const sent = history.sending(identity, number++, partition);
        const sending = producer.send({ topic, partition, value: sent.value }).then(
          ({ offset }) => history.acknowledged(sent, offset),
          () => {
            failed = true;
          },
        );
        open.add(sending);
        void sending.then(() => open.delete(sending));
        await pause(platform, random.float() * 2 * everyMs);
      }
      await Promise.all(open);
      await producer.close();
    }
  };
  const done = run();
  return {
    stop: () => {
      stopped = true;
    },
    done: named(done, name),
  };
}

/** Reads all partitions from their beginning, again and again from where it is. */
export function startConsumer(load: Load, name: string, isolation: Isolation): Reader {
  const { topic, history } = load;
  const settings = settingsOf(load, name);
  const consumer = new Consumer({ ...settings, isolationLevel: isolation });
  let stopped = false;

  const run = async (): Promise<void> => {
    await untilDone(
      settings.platform,
      () => stopped,
      () => consumer.assign([{ topic, from: 'beginning' }]),
    );
    while (!stopped) {
      try {
        for (const { partition, records } of await consumer.poll({ timeoutMs: 500 })) {
          for (const { offset, value } of records) {
            history.read(partition, offset, String(value), isolation);
          }
        }
      } catch (error) {
        if ((error as KafkaError).code === 'OFFSET_OUT_OF_RANGE') {
          history.violations.push(`${name}: ${String(error)}`);
        }
        await pause(settings.platform, PAUSE_AFTER_ERROR_MS);
      }
    }
    await consumer.close();
  };
  const done = run();
  return {
    name,
    position: (partition) => consumer.position({ topic, partition }) ?? 0,
    stop: () => {
      stopped = true;
    },
    done: named(done, name),
  };
}

/** Asks for the ends of all partitions, one question after another. */
export function startProbe(load: Load, name: string): Running {
  const { topic, partitionCount, history } = load;
  const settings = settingsOf(load, name);
  let stopped = false;
  const partitions = Array.from({ length: partitionCount }, (_, partition) => ({
    topic,
    partition,
  }));

  const run = async (): Promise<void> => {
    const admin = new Admin(settings);
    while (!stopped) {
      try {
        const answers = await admin.listOffsets(
          partitions.map((each) => ({ ...each, at: 'end' as const })),
          { timeoutMs: REQUEST_TIMEOUT_MS },
        );
        for (const { partition, offset } of answers) history.endSeen(partition, offset);
      } catch {
        // No leader, or out of reach: the next question may be answered.
      }
      await pause(settings.platform, PAUSE_AFTER_ERROR_MS);
    }
    await admin.close();
  };
  const done = run();
  return {
    stop: () => {
      stopped = true;
    },
    done: named(done, name),
  };
}

export function settingsOf({ simulation, bootstrapServers }: Load, name: string): ClientSettings {
  return {
    bootstrapServers: [...bootstrapServers],
    platform: simulation.host(name),
    clientId: name,
    requestTimeoutMs: REQUEST_TIMEOUT_MS,
  };
}

async function untilDone(
  host: SimulatedHost,
  isStopped: () => boolean,
  attempt: () => Promise<unknown>,
): Promise<void> {
  while (!isStopped()) {
    try {
      await attempt();
      return;
    } catch {
      await pause(host, PAUSE_AFTER_ERROR_MS);
    }
  }
}

export function pause(host: SimulatedHost, durationMs: number): Promise<void> {
  return new Promise((resolve) => {
    host.timers.after(durationMs, resolve);
  });
}

/** A client that throws what nobody expected ends the run with its name. */
export function named(done: Promise<void>, name: string): Promise<void> {
  return done.catch((error: unknown) => {
    throw new Error(`${name} failed`, { cause: error });
  });
}
