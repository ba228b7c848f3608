import { ErrorCode } from '@zurau/protocol';
import { simulatedPlatform } from '@zurau/platform';
import type { SimulatedHost } from '@zurau/platform';
import { describe, expect, it } from 'vitest';
import { asLeader, batchOf, bytesOf, configOf, startManager } from './fixtures/batches.ts';
import type { LogConfig } from './log-config.ts';
import type { LogError } from './log-error.ts';
import type { LogManager, LogManagerOptions } from './log-manager.ts';
import type { PartitionLog } from './partition-log.ts';

const everything = { maxBytes: 1e9, upToOffset: Number.MAX_SAFE_INTEGER, minOneBatch: true };

class World {
  readonly host: SimulatedHost = simulatedPlatform(7);
  manager!: LogManager;
  log!: PartitionLog;
  readonly written: number[] = [];
  readonly failures: LogError[] = [];

  async open(
    config: Partial<LogConfig> = {},
    options: Partial<LogManagerOptions> = {},
  ): Promise<this> {
    this.manager = await this.settle(startManager({ platform: this.host, ...options }));
    this.log = this.manager.getOrCreate('t', 0, configOf(config));
    this.log.listener = {
      onWritten: (log) => this.written.push(log.writtenOffset),
      onWriteFailed: (_, error) => this.failures.push(error),
    };
    return this;
  }

  settle<T>(promise: Promise<T>): Promise<T> {
    return this.host.simulation.runUntilSettled(promise);
  }

  run(durationMs: number): Promise<void> {
    return this.host.simulation.runFor(durationMs);
  }
}

describe('writing', () => {
  it('happens once for all that one turn appended', async () => {
    const { log, written, host } = await new World().open();
    for (let i = 0; i < 100; i++) log.append(batchOf(), asLeader);
    expect(log.writtenOffset).toBe(0);
    await host.simulation.runFor(1);
    expect(written).toEqual([100]);
  });

  it('is asynchronous for much, and takes along in one write what comes meanwhile', async () => {
    const world = await new World().open();
    world.host.disk.faults.setLatency('write', { min: 5, max: 5 });
    for (let i = 0; i < 3; i++) world.log.append(batchOf({ valueBytes: 50_000 }), asLeader);
    await world.run(1);
    expect(world.written).toEqual([]);
    for (let i = 0; i < 40; i++) world.log.append(batchOf({ valueBytes: 10_000 }), asLeader);
    await world.run(5);
    expect(world.written).toEqual([3]);
    await world.run(20);
    expect(world.written).toEqual([3, 43]);
    expect((await world.settle(bytesOf(world.log.read(0, everything)))).length).toBe(
      world.log.sizeBytes,
    );
  });

  it('waits for the sync where flush.messages asks for it', async () => {
    const world = await new World().open({ flushMessages: 1 });
    world.host.disk.faults.setLatency('sync', { min: 20, max: 20 });
    world.log.append(batchOf(), asLeader);
    await world.run(15);
    expect(world.written).toEqual([]);
    world.log.append(batchOf(), asLeader);
    world.log.append(batchOf(), asLeader);
    await world.run(30);
    expect(world.written).toEqual([1, 3]);
    world.host.crash();
    world.host.powerOn();
    await world.open();
    expect(world.log.logEndOffset).toBe(3);
  });

  it('takes along with its first sync after a crash what the process before did not sync', async () => {
    const world = await new World().open({ segmentBytes: 3000, flushMs: Infinity });
    // Syncs of full segments in the background would hide it.
    world.host.disk.faults.setLatency('sync', { min: 1e6, max: 1e6 });
    for (let i = 0; i < 10; i++) world.log.append(batchOf({ valueBytes: 1000 }), asLeader);
    await world.run(20);
    expect([world.log.writtenOffset, world.log.segmentCount]).toEqual([10, 5]);
    world.host.kill();
    world.host.disk.faults.setLatency('sync', { min: 1, max: 1 });
    await world.open({}, { defaultConfig: configOf({ segmentBytes: 3000, flushMessages: 1 }) });
    expect([world.log.logEndOffset, world.log.recoveryPoint]).toEqual([10, 0]);
    const { log } = world;
    log.append(batchOf(), asLeader);
    while (log.writtenOffset < 11) await world.run(1);
    world.host.crash();
    world.host.powerOn();
    await world.open();
    expect(world.log.logEndOffset).toBe(11);
  });

  it('is followed by a sync after flush.ms', async () => {
    const world = await new World().open({ flushMs: 1000 });
    world.log.append(batchOf(), asLeader);
    await world.run(900);
    expect(world.log.recoveryPoint).toBe(0);
    await world.run(300);
    expect(world.log.recoveryPoint).toBe(1);
  });
});

describe('a disk that is full', () => {
  it('loses what was not written and nothing else, and takes records again when it has room', async () => {
    const world = await new World().open();
    const { log, host } = world;
    log.append(batchOf({ producerId: 1, producerEpoch: 0, baseSequence: 0, count: 2 }), asLeader);
    await world.run(1);
    const stop = host.disk.faults.inject({
      operation: 'write',
      code: 'NO_SPACE',
      path: /\.log$/,
      times: Infinity,
    });
    log.append(batchOf({ producerId: 1, producerEpoch: 0, baseSequence: 2, count: 3 }), asLeader);
    log.append(batchOf({ producerId: 2, producerEpoch: 0, baseSequence: 0 }), asLeader);
    await world.run(50);
    expect(world.failures.map((error) => error.errorCode)).toEqual([ErrorCode.KAFKA_STORAGE_ERROR]);
    expect([log.logEndOffset, log.writtenOffset]).toEqual([2, 2]);
    expect([...log.activeProducers()]).toMatchObject([{ producerId: 1, lastSequence: 1 }]);
    stop();
    const retried = log.append(
      batchOf({ producerId: 1, producerEpoch: 0, baseSequence: 2, count: 3 }),
      asLeader,
    );
    expect(retried).toMatchObject({ firstOffset: 2, duplicate: false });
    await world.run(5);
    expect(log.writtenOffset).toBe(5);
    await world.settle(world.manager.close());
    await world.open();
    expect(world.log.logEndOffset).toBe(5);
  });

  it('fails a large, asynchronous write in the same way, across a roll', async () => {
    const world = await new World().open({ segmentBytes: 100_000 });
    const { log, host } = world;
    log.append(batchOf({ valueBytes: 1000 }), asLeader);
    await world.run(1);
    const stop = host.disk.faults.inject({
      operation: 'write',
      code: 'NO_SPACE',
      path: /\.log$/,
      times: 1,
    });
    for (let i = 0; i < 8; i++) log.append(batchOf({ valueBytes: 40_000 }), asLeader);
    expect(log.segmentCount).toBeGreaterThan(2);
    await world.run(100);
    stop();
    expect([log.logEndOffset, log.segmentCount, world.failures.length]).toEqual([1, 1, 1]);
    for (let i = 0; i < 8; i++) log.append(batchOf({ valueBytes: 40_000 }), asLeader);
    await world.run(100);
    expect(log.writtenOffset).toBe(9);
  });

  it('that cannot sync is not trusted any more', async () => {
    const world = await new World().open();
    world.log.append(batchOf(), asLeader);
    world.host.disk.faults.inject({ operation: 'sync', code: 'IO', path: /\.log$/ });
    await expect(world.settle(world.log.flush())).rejects.toMatchObject({
      errorCode: ErrorCode.KAFKA_STORAGE_ERROR,
    });
    expect(() => world.log.append(batchOf(), asLeader)).toThrow();
    await world.settle(world.manager.close());
    await world.open();
    expect(world.log.logEndOffset).toBe(1);
  });
});

describe('memory for the tail', () => {
  it('is bounded for a log and for all, and gives large buffers back when they leave', async () => {
    const bounds = { tailCacheLogBytes: 300_000, tailCacheTotalBytes: 400_000 };
    const world = await new World().open({}, bounds);
    const other = world.manager.getOrCreate('u', 0, configOf());
    const unused: number[] = [];
    for (let i = 0; i < 6; i++) {
      const batch = batchOf({ valueBytes: 100_000 });
      const log = i === 5 ? other : world.log;
      log.append(batch, { ...asLeader, ownsBuffer: true, onBufferUnused: () => unused.push(i) });
      await world.run(10);
    }
    expect(unused).toEqual([0, 1, 2]);
    const all = await world.settle(bytesOf(world.log.read(0, everything)));
    expect(all.length).toBe(world.log.sizeBytes);
    expect(world.log.read(4, everything).buffers?.length).toBe(1);
  });

  it('uses the same memory again and again, for large batches too', async () => {
    const world = await new World().open({}, { tailCacheLogBytes: 1_000_000 });
    const memory = new Set<ArrayBufferLike>();
    for (let offset = 0; offset < 60; offset++) {
      world.log.append(batchOf({ valueBytes: 100_000 }), asLeader);
      await world.run(10);
      const read = world.log.read(offset, everything);
      for (const { buffer } of read.buffers ?? []) memory.add(buffer);
      read.release();
    }
    expect(memory.size).toBeLessThan(8);
  });

  it('stays with a reader that holds it', async () => {
    const world = await new World().open({}, { tailCacheLogBytes: 150_000 });
    let unused = 0;
    const append = (): void => {
      const options = { ...asLeader, ownsBuffer: true, onBufferUnused: () => unused++ };
      world.log.append(batchOf({ valueBytes: 100_000 }), options);
    };
    append();
    await world.run(10);
    const read = world.log.read(0, everything);
    append();
    await world.run(10);
    expect(unused).toBe(0);
    read.release();
    expect(unused).toBe(1);
  });
});
