/**
 * The process is killed, or the power fails, before every single step of a compaction and of the recovery after it: either way all records that
 * count are there, and the next compaction does the rest.
 */
import { simulatedPlatform } from '@zurau/platform';
import type { SimulatedHost } from '@zurau/platform';
import { batchLastOffset, encodeRecordBatch } from '@zurau/protocol';
import { describe, expect, it } from 'vitest';
import { asLeader } from '../fixtures/batches.ts';
import { compactedConfig, readRecords, shown } from '../fixtures/compaction.ts';
import { mortalDisk } from '../fixtures/mortal-disk.ts';
import { LogManager } from '../log-manager.ts';
import { silentLogger } from '../logger.ts';
import type { PartitionLog } from '../partition-log.ts';

/** Written in small segments, so that several of them become one. */
const writtenConfig = compactedConfig({ segmentBytes: 600, fileDeleteDelayMs: 5 });
const config = compactedConfig({ segmentBytes: 2000, fileDeleteDelayMs: 5 });
const DIRECTORY = '/data/t-0';
const NEVER = Number.MAX_SAFE_INTEGER;

/** One record a batch: few keys, a tombstone now and then. */
const written = Array.from({ length: 60 }, (_, i) => {
  const key = `k${(i * 7) % 11}`;
  const value = i % 10 === 3 ? null : `${i}`.padEnd(60, '.');
  return { key, value, batch: encodeRecordBatch([{ timestamp: 1000 + i, key, value }]) };
});

type Death = 'kill' | 'power loss';

class World {
  readonly host: SimulatedHost;
  readonly expected: string[];
  log!: PartitionLog;
  manager!: LogManager;
  readonly #kind: Death;

  constructor(seed: number, kind: Death) {
    this.host = simulatedPlatform(seed);
    this.#kind = kind;
    this.expected = [];
  }

  settle<T>(promise: Promise<T>): Promise<T> {
    return this.host.simulation.runUntilSettled(promise, 600_000);
  }

  /** Opens the log in a process that dies at step `dieAt`; returns how many steps were taken up to now. */
  async open(dieAt = NEVER, defaultConfig = config): Promise<() => number> {
    const { host } = this;
    const disk = mortalDisk(host.disk, dieAt, () => this.die());
    const platform = {
      disk,
      clock: host.clock,
      timers: host.timers,
      random: host.random,
      network: host.network,
    };
    this.manager = new LogManager({
      platform,
      dirs: ['/data'],
      logger: silentLogger,
      defaultConfig,
    });
    await this.#orDeath(this.manager.start());
    return disk.steps;
  }

  async openLog(dieAt = NEVER, logConfig = config): Promise<() => number> {
    const steps = await this.open(dieAt, logConfig);
    this.log = this.manager.getOrCreate('t', 0, logConfig);
    this.log.setHighWatermark(this.log.logEndOffset);
    return steps;
  }

  isDead = false;

  die(): void {
    this.isDead = true;
    if (this.#kind === 'kill') this.host.kill();
    else {
      this.host.crash();
      this.host.powerOn();
    }
  }

  /** Runs until `promise` settles or the process is dead. */
  async #orDeath(promise: Promise<void>): Promise<void> {
    let isOver = false;
    const over = (): void => {
      isOver = true;
    };
    promise.then(over, over);
    try {
      await this.host.simulation.runUntil(() => isOver || this.isDead, 600_000);
    } catch (error) {
      // Nothing is left to happen, or a timer was the one to die: the dead do not go on.
      if (!this.isDead) throw error;
    }
  }

  async compact(): Promise<void> {
    await this.#orDeath(this.manager.compact());
    if (this.isDead) return;
    // The timers of deleted segments.
    const { timers } = this.host;
    await this.#orDeath(new Promise((resolve) => timers.after(100, () => resolve())));
  }

  async fill(): Promise<void> {
    const { log } = this;
    const last = new Map<string, string>();
    for (const { key, value, batch } of written) {
      const { lastOffset } = log.append(Buffer.from(batch), asLeader);
      last.set(key, `${key}=${value ?? ''}@${lastOffset}`);
    }
    await this.settle(log.flush());
    log.setHighWatermark(log.logEndOffset);
    this.expected.push(...last.values());
  }

  /** What counts is there; what is there was written; nothing is there twice. */
  async expectComplete(): Promise<void> {
    expect(this.log.logEndOffset).toBe(60);
    const records = (await this.settle(readRecords(this.log))).map(shown);
    expect(records).toEqual(expect.arrayContaining(this.expected));
    const offsets = records.map((record) => Number(record.slice(record.indexOf('@') + 1)));
    expect(offsets).toEqual([...new Set(offsets)].sort((a, b) => a - b));
    expect(offsets[offsets.length - 1]).toBe(59);
    let endOffset = 0;
    for (const segment of this.log.compaction.segments) {
      expect(segment.baseOffset).toBeGreaterThanOrEqual(endOffset);
      const scanner = segment.scanFrom(segment.baseOffset);
      while (scanner.next()) endOffset = batchLastOffset(scanner.buffer, scanner.at) + 1;
    }
  }

  leftovers(): string[] {
    const names = this.host.disk.readDirSync(DIRECTORY).map(({ name }) => name);
    return names.filter((name) => /\.(cleaned|swap|deleted|tmp)$/.test(name));
  }
}

async function recovered(world: World): Promise<void> {
  world.isDead = false;
  await world.openLog();
  expect(world.leftovers()).toEqual([]);
  await world.expectComplete();
  await world.compact();
  await world.expectComplete();
  const clean = world.manager.cleanOffset(world.log)!;
  expect(clean).toBeGreaterThan(30);
  const records = await world.settle(readRecords(world.log));
  const keys = records.filter(({ offset }) => offset < clean).map(({ key }) => key!.toString());
  expect(new Set(keys).size).toBe(keys.length);
  await world.settle(world.manager.close());
}

async function filledWorld(seed: number, kind: Death): Promise<World> {
  const world = new World(seed, kind);
  await world.openLog(NEVER, writtenConfig);
  await world.fill();
  await world.settle(world.manager.close());
  return world;
}

const deaths: Death[] = ['kill', 'power loss'];

describe.each(deaths)('a compaction interrupted by %s', (kind) => {
  it('at any step loses nothing', { timeout: 120_000 }, async () => {
    const whole = await filledWorld(1, kind);
    const steps = await whole.openLog();
    const before = steps();
    await whole.compact();
    const after = steps();
    expect(after - before).toBeGreaterThan(40);
    await whole.settle(whole.manager.close());

    let deathCount = 0;
    for (let dieAt = before + 1; dieAt <= after + 1; dieAt++) {
      // What of the unsynced survives a power loss is random: two ways for each step.
      for (const seed of kind === 'kill' ? [dieAt] : [dieAt, -dieAt]) {
        const world = await filledWorld(seed, kind);
        await world.openLog(dieAt);
        await world.compact();
        if (world.isDead) deathCount++;
        else world.die();
        try {
          await recovered(world);
        } catch (error) {
          throw new Error(`step ${dieAt}, seed ${seed}`, { cause: error });
        }
      }
    }
    expect(deathCount).toBeGreaterThan(40);
  });

  it('and again at any step of the recovery after it', { timeout: 120_000 }, async () => {
    // Deaths between the first .swap and the end of the exchange leave the recovery something to do.
    let interesting = 0;
    for (let dieAt = 10; dieAt < 75; dieAt += 1) {
      for (let dieAgainAt = 1; dieAgainAt < 60; dieAgainAt += 7) {
        const world = await filledWorld(dieAt, kind);
        const opened = await world.openLog();
        await world.settle(world.manager.close());
        await world.openLog(opened() + dieAt);
        await world.compact();
        if (!world.isDead) world.die();
        if (!world.leftovers().some((name) => name.endsWith('.log.swap'))) break;
        interesting++;
        world.isDead = false;
        await world.open(dieAgainAt).catch(() => undefined);
        if (!world.isDead) world.die();
        await recovered(world);
      }
    }
    expect(interesting).toBeGreaterThan(20);
  });
});
