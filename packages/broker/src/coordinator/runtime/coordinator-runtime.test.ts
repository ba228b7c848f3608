/**
 * The runtime with the least of tenants: counters by name, one record an addition.
 */
import { simulatedPlatform, type SimulatedHost } from '@zurau/platform';
import { ErrorCode, encodeControlBatch, encodeRecordBatch } from '@zurau/protocol';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { CoordinatorError } from './coordinator-error.ts';
import { CoordinatorRuntime } from './coordinator-runtime.ts';
import { MemoryCoordinatorLog } from './memory-coordinator-log.ts';
import type {
  RecordCodec,
  RecordOrigin,
  ShardContext,
  StateMachine,
  WriteResult,
} from './state-machine.ts';
import { TimelineMap } from './timeline.ts';

interface Addition {
  readonly name: string;
  readonly amount: number;
}

const codec: RecordCodec<Addition> = {
  encode: ({ name, amount }) => ({ key: Buffer.from(name), value: Buffer.from(String(amount)) }),
  decode: (key, value) =>
    key.toString().startsWith('?')
      ? undefined
      : { name: key.toString(), amount: Number(value?.toString()) },
};

class Counters implements StateMachine<Addition> {
  readonly #context: ShardContext<Addition>;
  readonly #counts: TimelineMap<string, number>;
  readonly ended: string[] = [];
  readonly events: string[];

  constructor(context: ShardContext<Addition>, events: string[]) {
    this.#context = context;
    this.#counts = new TimelineMap(context.timeline);
    this.events = events;
  }

  add(name: string, ...amounts: number[]): WriteResult<Addition, number> {
    const total = amounts.reduce((sum, amount) => sum + amount, this.#counts.get(name) ?? 0);
    return {
      records: amounts.map((amount) => ({ name, amount })),
      response: total,
      onSettled: (errorCode) => this.events.push(`${name}=${total} settled ${errorCode ?? 'ok'}`),
    };
  }

  addLater(name: string, delayMs: number): WriteResult<Addition, void> {
    this.#context.timers.schedule(name, delayMs, () => this.add(name, 1));
    return { records: [], response: undefined };
  }

  get(name: string): number | undefined {
    return this.#counts.getReplicated(name);
  }

  latest(name: string): number | undefined {
    return this.#counts.get(name);
  }

  replay({ name, amount }: Addition, origin: RecordOrigin): void {
    if (origin.transactional) this.ended.push(`${name} in transaction of ${origin.producerId}`);
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + amount);
  }

  replayTransactionEnd(producerId: number, committed: boolean): void {
    this.ended.push(`${producerId} ${committed ? 'committed' : 'aborted'}`);
  }

  onLoaded(): void {
    this.events.push('loaded');
  }

  onUnloaded(): void {
    this.events.push('unloaded');
  }
}

interface World {
  readonly platform: SimulatedHost;
  readonly log: MemoryCoordinatorLog;
  readonly events: string[];
  readonly runtime: CoordinatorRuntime<Addition, Counters>;
}

function world(log = new MemoryCoordinatorLog(), waitsForReplication = false): World {
  const platform = simulatedPlatform(1);
  const events: string[] = [];
  const runtime = new CoordinatorRuntime<Addition, Counters>({
    platform,
    log,
    codec,
    logger: pino({ level: 'silent' }),
    compression: 'none',
    writeTimeoutMs: 5000,
    waitsForReplication,
    createMachine: (context) => new Counters(context, events),
  });
  return { platform, log, events, runtime };
}

async function loadedWorld(log = new MemoryCoordinatorLog()): Promise<World> {
  const made = world(log);
  made.runtime.onElected(0, 1);
  await made.runtime.loaded();
  return made;
}

/** The error code that a promise is rejected with. */
async function refusal(promise: Promise<unknown>): Promise<number> {
  return await promise.then(
    () => ErrorCode.NONE,
    (error: unknown) => {
      if (error instanceof CoordinatorError) return error.errorCode;
      throw error;
    },
  );
}

describe('leadership', () => {
  test('a partition that is not here, is loading, is here, is gone', async () => {
    const { runtime } = world();
    expect(await refusal(runtime.write(0, (m) => m.add('a', 1)))).toBe(ErrorCode.NOT_COORDINATOR);
    runtime.onElected(0, 1);
    expect(runtime.readAll((m) => m.get('a'))).toEqual({ values: [], loading: true });
    expect(await refusal(runtime.write(0, (m) => m.add('a', 1)))).toBe(
      ErrorCode.COORDINATOR_LOAD_IN_PROGRESS,
    );
    await runtime.loaded();
    expect(await runtime.write(0, (m) => m.add('a', 1))).toBe(1);
    runtime.onResigned(0, 1);
    expect(() => runtime.read(0, (m) => m.get('a'))).toThrow(CoordinatorError);
    await runtime.close();
  });

  test('state comes back from the log, record types that are not known are passed over', async () => {
    const first = await loadedWorld();
    await first.runtime.write(0, (m) => m.add('a', 1, 2));
    await first.runtime.write(0, (m) => m.add('?', 5));
    await first.runtime.write(0, (m) => m.add('a', 4));
    await first.runtime.close();
    const second = await loadedWorld(first.log);
    expect(second.runtime.read(0, (m) => m.get('a'))).toBe(7);
    expect(second.runtime.read(0, (m) => m.get('?'))).toBeUndefined();
    expect(await second.runtime.write(0, (m) => m.add('a', 1))).toBe(8);
  });

  test('transactions are told from plain records, their ends from both', async () => {
    const log = new MemoryCoordinatorLog();
    const producer = { producerId: 9, producerEpoch: 0, baseSequence: 0, transactional: true };
    log.append(0, encodeRecordBatch([{ timestamp: 1, key: 'a', value: '1' }], producer));
    const marker = { producerId: 9, producerEpoch: 0, coordinatorEpoch: 1, timestamp: 1 };
    log.append(0, encodeControlBatch({ ...marker, type: 'commit' }));
    log.append(0, encodeControlBatch({ ...marker, type: 'abort' }));
    const { runtime } = await loadedWorld(log);
    expect(runtime.read(0, (m) => m.ended)).toEqual([
      'a in transaction of 9',
      '9 committed',
      '9 aborted',
    ]);
    expect(await runtime.write(0, (m) => m.add('a', 1))).toBe(2);
  });

  test('resigning during the load stops it', async () => {
    const first = await loadedWorld();
    await first.runtime.write(0, (m) => m.add('a', 1));
    const { runtime, events } = world(first.log);
    runtime.onElected(0, 1);
    runtime.onResigned(0, 1);
    await runtime.loaded();
    expect(events).toEqual([]);
    expect(runtime.activePartitions()).toEqual([]);
  });

  test('a resignation of an older epoch is out of date, another election changes nothing', async () => {
    const { runtime, events } = await loadedWorld();
    runtime.onElected(0, 7);
    runtime.onResigned(0, 6);
    expect(runtime.activePartitions()).toEqual([0]);
    runtime.onResigned(0, 7);
    expect(runtime.activePartitions()).toEqual([]);
    expect(events).toEqual(['loaded', 'unloaded']);
  });

  test('a damaged log fails the load, a new election tries again', async () => {
    const log = new MemoryCoordinatorLog();
    log.append(0, encodeRecordBatch([{ timestamp: 1, key: 'a', value: '1' }]));
    const batch = log.batches(0)[0] ?? Buffer.alloc(0);
    const sound = Buffer.from(batch);
    batch.fill(0xff, 61);
    const { runtime } = await loadedWorld(log);
    expect(await refusal(runtime.write(0, (m) => m.add('a', 1)))).toBe(ErrorCode.NOT_COORDINATOR);
    sound.copy(batch);
    runtime.onElected(0, 2);
    await runtime.loaded();
    expect(await runtime.write(0, (m) => m.add('a', 1))).toBe(2);
  });
});

describe('replication', () => {
  test('responses wait for the high watermark, in order, and readers see nothing earlier', async () => {
    const { runtime, log, events } = await loadedWorld();
    log.replicatesAtOnce = false;
    const first = runtime.write(0, (m) => m.add('a', 1, 1));
    const second = runtime.write(0, (m) => m.add('b', 1));
    const nothing = runtime.write(0, (m) => m.add('a'));
    expect(runtime.read(0, (m) => [m.get('a'), m.latest('a')])).toEqual([undefined, 2]);
    log.replicate(0, 1);
    expect(events).toEqual(['loaded']);
    log.replicate(0, 2);
    expect(await first).toBe(2);
    expect(runtime.read(0, (m) => [m.get('a'), m.get('b')])).toEqual([2, undefined]);
    log.replicate(0, 3);
    expect(await second).toBe(1);
    expect(await nothing).toBe(2);
    expect(events).toEqual(['loaded', 'a=2 settled ok', 'b=1 settled ok', 'a=2 settled ok']);
  });

  test('what is not replicated in time fails', async () => {
    const { runtime, log, platform } = await loadedWorld();
    log.replicatesAtOnce = false;
    const first = refusal(runtime.write(0, (m) => m.add('a', 1)));
    await platform.simulation.runFor(3000);
    const second = runtime.write(0, (m) => m.add('a', 1));
    await platform.simulation.runFor(2000);
    expect(await first).toBe(ErrorCode.REQUEST_TIMED_OUT);
    log.replicate(0);
    expect(await second).toBe(2);
  });

  test('a deposed leader fails what is parked; the next one has only what was replicated', async () => {
    const { runtime, log, events } = await loadedWorld();
    await runtime.write(0, (m) => m.add('a', 1));
    log.replicatesAtOnce = false;
    const parked = refusal(runtime.write(0, (m) => m.add('a', 10)));
    runtime.onResigned(0, 1);
    expect(await parked).toBe(ErrorCode.NOT_COORDINATOR);
    expect(events.slice(-2)).toEqual([`a=11 settled ${ErrorCode.NOT_COORDINATOR}`, 'unloaded']);
    log.truncateToHighWatermark(0);
    const next = await loadedWorld(log);
    expect(next.runtime.read(0, (m) => m.get('a'))).toBe(1);
  });

  test('what was loaded is shown: the high watermark of a new leader lags behind what was acknowledged', async () => {
    const { runtime, log } = await loadedWorld();
    await runtime.write(0, (m) => m.add('a', 1));
    log.replicatesAtOnce = false;
    void refusal(runtime.write(0, (m) => m.add('a', 10)));
    await runtime.close();
    const next = await loadedWorld(log);
    expect(next.runtime.read(0, (m) => [m.get('a'), m.latest('a')])).toEqual([11, 11]);
    void refusal(next.runtime.write(0, (m) => m.add('a', 100)));
    expect(next.runtime.read(0, (m) => [m.get('a'), m.latest('a')])).toEqual([11, 111]);
    log.replicate(0);
    expect(next.runtime.read(0, (m) => m.get('a'))).toBe(111);
  });
});

describe('appending', () => {
  test('a machine that must not act on what may be lost is loaded when all of it is replicated', async () => {
    const { log, runtime } = await loadedWorld();
    await runtime.write(0, (m) => m.add('a', 1));
    log.replicatesAtOnce = false;
    void refusal(runtime.write(0, (m) => m.add('a', 10)));
    runtime.onResigned(0);

    const next = world(log, true);
    next.runtime.onElected(0, 2);
    await next.runtime.loaded();
    expect(next.events).toEqual([]);
    expect(await refusal(next.runtime.write(0, (m) => m.add('a', 100)))).toBe(
      ErrorCode.COORDINATOR_LOAD_IN_PROGRESS,
    );
    log.replicate(0);
    expect(next.events).toEqual(['loaded']);
    expect(next.runtime.read(0, (m) => [m.get('a'), m.latest('a')])).toEqual([11, 11]);
  });

  test('one that waits for replication and is deposed first never was loaded', async () => {
    const { log, runtime } = await loadedWorld();
    log.replicatesAtOnce = false;
    void refusal(runtime.write(0, (m) => m.add('a', 10)));
    runtime.onResigned(0);

    const next = world(log, true);
    next.runtime.onElected(0, 2);
    await next.runtime.loaded();
    next.runtime.onResigned(0);
    log.replicate(0);
    expect(next.events).toEqual([]);
  });

  test('a refused append changes nothing and says why in terms of coordinators', async () => {
    const { runtime, log, events } = await loadedWorld();
    log.refusesWith = ErrorCode.NOT_ENOUGH_REPLICAS;
    expect(await refusal(runtime.write(0, (m) => m.add('a', 1)))).toBe(
      ErrorCode.COORDINATOR_NOT_AVAILABLE,
    );
    log.refusesWith = ErrorCode.NOT_LEADER_OR_FOLLOWER;
    expect(await refusal(runtime.write(0, (m) => m.add('a', 1)))).toBe(ErrorCode.NOT_COORDINATOR);
    log.refusesWith = undefined;
    expect(runtime.read(0, (m) => m.latest('a'))).toBeUndefined();
    expect(await runtime.write(0, (m) => m.add('a', 1))).toBe(1);
    expect(events).toEqual([
      'loaded',
      `a=1 settled ${ErrorCode.COORDINATOR_NOT_AVAILABLE}`,
      `a=1 settled ${ErrorCode.NOT_COORDINATOR}`,
      'a=1 settled ok',
    ]);
  });

  test('one write is one batch, unless it may be split', async () => {
    const { runtime, log } = await loadedWorld();
    const many = Array.from({ length: 2500 }, () => 1);
    await runtime.write(0, (m) => m.add('a', ...many));
    expect(log.batches(0)).toHaveLength(1);
    const split = await runtime.write(0, (m) => ({ ...m.add('a', ...many), splittable: true }));
    expect(split).toBe(5000);
    expect(log.batches(0)).toHaveLength(4);
    expect(runtime.read(0, (m) => m.get('a'))).toBe(5000);
  });

  test('a write that a settled one sets off runs after it, not within it', async () => {
    const { runtime, events } = await loadedWorld();
    let inner: Promise<number> | undefined;
    const outer = runtime.write(0, (m) => ({
      ...m.add('a', 1),
      onSettled: () => {
        inner = runtime.write(0, (again) => again.add('b', 1));
        events.push('outer through');
      },
    }));
    expect(await outer).toBe(1);
    expect(await inner).toBe(1);
    expect(events).toEqual(['loaded', 'outer through', 'b=1 settled ok']);
  });

  test('a bug in a decision reaches whoever asked, and the shard lives on', async () => {
    const { runtime } = await loadedWorld();
    const bug = runtime.write<number>(0, () => {
      throw new TypeError('a bug');
    });
    await expect(bug).rejects.toThrow(TypeError);
    expect(await runtime.write(0, (m) => m.add('a', 1))).toBe(1);
  });
});

describe('timers', () => {
  test('write when they fire, once, at the last deadline that was set', async () => {
    const { runtime, platform } = await loadedWorld();
    await runtime.write(0, (m) => m.addLater('a', 100));
    await platform.simulation.runFor(60);
    await runtime.write(0, (m) => m.addLater('a', 100));
    await platform.simulation.runFor(99);
    expect(runtime.read(0, (m) => m.get('a'))).toBeUndefined();
    await platform.simulation.runFor(1);
    expect(runtime.read(0, (m) => m.get('a'))).toBe(1);
    await platform.simulation.runFor(1000);
    expect(runtime.read(0, (m) => m.get('a'))).toBe(1);
  });

  test('an earlier deadline replaces a later one', async () => {
    const { runtime, platform } = await loadedWorld();
    await runtime.write(0, (m) => m.addLater('a', 100));
    await runtime.write(0, (m) => m.addLater('a', 10));
    await platform.simulation.runFor(10);
    expect(runtime.read(0, (m) => m.get('a'))).toBe(1);
    await platform.simulation.runFor(1000);
    expect(runtime.read(0, (m) => m.get('a'))).toBe(1);
  });

  test('end with the shard', async () => {
    const { runtime, platform, log } = await loadedWorld();
    await runtime.write(0, (m) => m.addLater('a', 100));
    await runtime.close();
    await platform.simulation.runFor(1000);
    expect(log.batches(0)).toHaveLength(0);
  });
});
