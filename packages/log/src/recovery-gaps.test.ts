/** Gaps between segments behind the recovery point: what a crash tore is cut off, what a cleaner took is not. */
import { simulatedPlatform } from '@zurau/platform';
import type { SimulatedHost } from '@zurau/platform';
import { describe, expect, it } from 'vitest';
import { asLeader, batchOf, configOf, startManager } from './fixtures/batches.ts';
import { mortalDisk } from './fixtures/mortal-disk.ts';
import { segmentFileName } from './file-names.ts';
import type { LogManager } from './log-manager.ts';

const CHECKPOINT = '/data/recovery-point-offset-checkpoint';
const INDEX_BYTES = 12_290;
const END = 40;

function settle<T>(host: SimulatedHost, promise: Promise<T>): Promise<T> {
  return host.simulation.runUntilSettled(promise);
}

/** A killed log of several segments with a recovery point of 0, one segment of which ends early: what Kafka's cleaner leaves, or a power failure. */
async function withGap(): Promise<SimulatedHost> {
  const host = simulatedPlatform(41);
  const manager = await settle(host, startManager({ platform: host }));
  const log = manager.getOrCreate('t', 0, configOf({ segmentBytes: 2500 }));
  for (let i = 0; i < END; i++) log.append(batchOf({ valueBytes: 400 }), asLeader);
  await host.simulation.runFor(2000);
  host.kill();
  const second = host.disk
    .readDirSync('/data/t-0')
    .map(({ name }) => name)
    .filter((name) => name.endsWith('.log'))
    .sort()[1]!;
  const file = host.disk.openSync(`/data/t-0/${second}`, 'write');
  const batchBytes = batchOf({ valueBytes: 400 }).length;
  file.truncateSync(file.sizeSync() - batchBytes);
  file.closeSync();
  writeCheckpoint(host, '0\n1\nt 0 0\n');
  return host;
}

/** As Kafka's process leaves the indexes of an active segment behind when it is killed. */
function preallocate(host: SimulatedHost): void {
  const active = host.disk
    .readDirSync('/data/t-0')
    .filter(({ name }) => name.endsWith('.log'))
    .map(({ name }) => Number(name.slice(0, 20)))
    .reduce((a, b) => Math.max(a, b));
  for (const [kind, sizeBytes] of [
    ['index', INDEX_BYTES - (INDEX_BYTES % 8)],
    ['timeindex', INDEX_BYTES - (INDEX_BYTES % 12)],
  ] as const) {
    const file = host.disk.openSync(`/data/t-0/${segmentFileName(active, kind)}`, 'write');
    file.truncateSync(sizeBytes);
    file.closeSync();
  }
}

async function endOf(host: SimulatedHost, manager: Promise<LogManager>): Promise<number> {
  return (await settle(host, manager)).get('t', 0)!.logEndOffset;
}

describe('a gap behind the recovery point', () => {
  it('is a tear in a log that was ours, compacted or not', async () => {
    for (const compact of [false, true]) {
      const host = await withGap();
      const defaultConfig = configOf({ cleanupPolicy: { compact, delete: !compact } });
      const end = await endOf(host, startManager({ platform: host, defaultConfig }));
      expect(end).toBeGreaterThan(0);
      expect(end).toBeLessThan(END);
    }
  });

  it("is left as it is in a log that Apache Kafka's process was killed with, however the topic is configured now", async () => {
    const host = await withGap();
    preallocate(host);
    expect(await endOf(host, startManager({ platform: host }))).toBe(END);
    host.kill();
    // From then on the log is ours, and the gap is below the recovery point.
    expect(await endOf(host, startManager({ platform: host }))).toBe(END);
  });

  it('is left as it is if the start that found it dies at any step, and the next ones, too', async () => {
    let steps = Infinity;
    for (let dieAt = 1; dieAt <= steps; dieAt++) {
      const host = await withGap();
      preallocate(host);
      const disk = mortalDisk(host.disk, dieAt, () => host.kill());
      const dying = startManager({ platform: { ...platformOf(host), disk } });
      const outcome = await settle(
        host,
        dying.then(
          () => 'started',
          () => 'died',
        ),
      );
      if (outcome === 'started') steps = dieAt - 1;
      host.crash();
      host.powerOn();
      for (let start = 0; start < 2; start++) {
        expect(await endOf(host, startManager({ platform: host })), `step ${dieAt}`).toBe(END);
        host.crash();
        host.powerOn();
      }
    }
    expect(steps).toBeGreaterThan(10);
  });

  it('is left as it is where the checkpoint is lost or damaged', async () => {
    for (const content of [undefined, 'damaged']) {
      const host = await withGap();
      if (content === undefined) host.disk.removeFileSync(CHECKPOINT);
      else writeCheckpoint(host, content);
      expect(await endOf(host, startManager({ platform: host }))).toBe(END);
    }
  });
});

function platformOf({ clock, timers, random, network, disk }: SimulatedHost) {
  return { clock, timers, random, network, disk };
}

function writeCheckpoint(host: SimulatedHost, content: string): void {
  const file = host.disk.openSync(CHECKPOINT, 'write');
  file.truncateSync(0);
  file.writeSync([Buffer.from(content)], 0);
  file.syncSync();
  file.closeSync();
}
