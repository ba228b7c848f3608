/**
 * `verifyDirectory` over directories that the storage engine wrote: silent about sound ones, and never silent about a flipped bit.
 */
import { describe, expect, it } from 'vitest';
import { encodeControlBatch } from '@zurau/protocol';
import { memoryDisk } from '@zurau/platform';
import type { Disk } from '@zurau/platform';
import { batchOf, configOf, memoryPlatform, startManager } from '../fixtures/batches.ts';
import type { PartitionLog } from '../partition-log.ts';
import type { Finding } from './finding.ts';
import { NotALogDirectoryError, verifyDirectory } from './verify-log-directory.ts';
import type { VerifySummary } from './verify-log-directory.ts';

const PARTITION = '/data/orders-0';
const FLIPS = 100;

interface Verified {
  readonly findings: readonly Finding[];
  readonly summary: VerifySummary;
}

async function verify(disk: Disk, directory = '/data'): Promise<Verified> {
  const findings: Finding[] = [];
  const onFinding = (finding: Finding): void => void findings.push(finding);
  const summary = await verifyDirectory({ disk, directory, onFinding });
  return { findings, summary };
}

/** A log of several segments in two leader epochs, with idempotent, transactional and compressed batches, cleanly closed. */
async function writtenDisk(): Promise<Disk> {
  const disk = memoryDisk();
  const manager = await startManager({
    platform: memoryPlatform(disk),
    defaultConfig: configOf({ segmentBytes: 3000, indexIntervalBytes: 300 }),
  });
  const log = manager.getOrCreate(
    'orders',
    0,
    configOf({ segmentBytes: 3000, indexIntervalBytes: 300 }),
    'AAAAAAAAAAAAAAAAAAAAAQ',
  );
  writeWorkload(log);
  await log.flush();
  await manager.close();
  return disk;
}

function writeWorkload(log: PartitionLog): void {
  for (let i = 0; i < 90; i++) {
    const timestamp = 1000 + (i % 7 === 0 ? -i : i) * 10;
    const leaderEpoch = i < 40 ? 0 : 3;
    const codec = i % 3 === 0 ? 'gzip' : 'none';
    const kind = i % 4;
    const client = { leaderEpoch, origin: 'client' } as const;
    if (kind < 2) {
      log.append(batchOf({ count: 1 + (i % 5), timestamp, codec }), client);
    } else {
      const transactional = kind === 3;
      const [producerId, epoch] = [1000 + kind, 0];
      const baseSequence = Math.floor(i / 4);
      log.append(
        batchOf({
          timestamp,
          codec,
          producerId,
          producerEpoch: epoch,
          baseSequence,
          transactional,
        }),
        client,
      );
      if (transactional) {
        const type = i % 8 === 3 ? 'abort' : 'commit';
        log.append(
          encodeControlBatch({
            type,
            producerId,
            producerEpoch: epoch,
            coordinatorEpoch: 0,
            timestamp,
          }),
          { leaderEpoch, origin: 'coordinator' },
        );
      }
    }
    log.setHighWatermark(log.logEndOffset);
  }
}

function filesOf(disk: Disk, directory = PARTITION): { path: string; sizeBytes: number }[] {
  return disk.readDirSync(directory).flatMap(({ name, kind }) => {
    const path = `${directory}/${name}`;
    return kind === 'file' ? [{ path, sizeBytes: disk.statSync(path)!.sizeBytes }] : [];
  });
}

function flip(disk: Disk, path: string, byte: number, bit: number): void {
  const file = disk.openSync(path, 'write');
  const buffer = Buffer.alloc(1);
  file.readSync(buffer, 0, 1, byte);
  buffer[0]! ^= 1 << bit;
  file.writeSync([buffer], byte);
  file.closeSync();
}

/** Whether the entry of an offset index that `byte` belongs to has the position where a batch begins. */
function pointsToBatch(disk: Disk, { path, byte }: { path: string; byte: number }): boolean {
  const position = contentOf(disk, path).readInt32BE(byte - (byte % 8) + 4);
  const log = contentOf(disk, path.replace(/index$/, 'log'));
  let at = 0;
  while (at < position && at < log.length) at += 12 + log.readInt32BE(at + 8);
  return at === position;
}

function contentOf(disk: Disk, path: string): Buffer {
  const file = disk.openSync(path, 'read');
  const content = Buffer.alloc(file.sizeSync());
  file.readSync(content, 0, content.length, 0);
  file.closeSync();
  return content;
}

it('has nothing to say against what the storage engine wrote', async () => {
  const { findings, summary } = await verify(await writtenDisk());
  expect(findings).toEqual([]);
  expect(summary).toMatchObject({ partitionCount: 1, errorCount: 0, warningCount: 0 });
  expect(summary.segmentCount).toBeGreaterThan(3);
  expect(summary.batchCount).toBe(112);
  expect(summary.recordCount).toBeGreaterThan(112);
});

it('has nothing to say against records deleted up to the middle of a segment', async () => {
  const disk = await writtenDisk();
  const manager = await startManager({ platform: memoryPlatform(disk) });
  const log = manager.get('orders', 0)!;
  log.deleteRecordsBefore(5);
  await manager.close();
  const { findings, summary } = await verify(disk);
  expect(findings).toEqual([]);
  expect(summary.segmentCount).toBeGreaterThan(3);
});

it('takes a partition directory alone, too', async () => {
  const disk = await writtenDisk();
  expect((await verify(disk, `${PARTITION}/`)).findings).toEqual([]);
  disk.makeDirSync('/elsewhere');
  await expect(verify(disk, '/elsewhere')).rejects.toThrow(NotALogDirectoryError);
});

describe('a flipped bit', () => {
  it.each(['log', 'index', 'timeindex', 'txnindex', 'snapshot'])(
    'is found anywhere in any .%s',
    async (kind) => {
      const disk = await writtenDisk();
      const files = filesOf(disk).filter((each) => each.path.endsWith(`.${kind}`));
      expect(files.length).toBeGreaterThan(1);
      const bits = files.flatMap(({ path, sizeBytes }) =>
        Array.from({ length: sizeBytes * 8 }, (_, bit) => ({ path, byte: bit >> 3, bit: bit & 7 })),
      );
      const missed: unknown[] = [];
      // Another place in each run; the message names it.
      for (let i = 0; i < FLIPS; i++) {
        const flipped = bits[Math.floor(Math.random() * bits.length)]!;
        flip(disk, flipped.path, flipped.byte, flipped.bit);
        const { findings } = await verify(disk);
        // An entry that now names the end of a later batch, another record of its batch, or an earlier batch is still true: who follows it finds what he
        // looks for.
        const mayBeTrue =
          (kind === 'index' && (flipped.byte % 8 < 4 || pointsToBatch(disk, flipped))) ||
          (kind === 'timeindex' && flipped.byte % 12 > 7);
        const stillTrue = mayBeTrue && findings.length === 0;
        if (
          !stillTrue &&
          !findings.some((each) => each.severity === 'error' && each.path === flipped.path)
        ) {
          missed.push({ ...flipped, findings });
        }
        flip(disk, flipped.path, flipped.byte, flipped.bit);
      }
      expect(missed).toEqual([]);
      expect((await verify(disk)).findings).toEqual([]);
    },
  );

  it('is found in each bit of a batch header', async () => {
    const disk = await writtenDisk();
    const path = `${PARTITION}/00000000000000000000.log`;
    for (let bit = 0; bit < 61 * 8; bit += 1) {
      flip(disk, path, bit >> 3, bit & 7);
      const { findings } = await verify(disk);
      expect(
        findings.map(({ severity }) => severity),
        `bit ${bit}`,
      ).toContain('error');
      flip(disk, path, bit >> 3, bit & 7);
    }
  });

  it('is told with its place', async () => {
    const disk = await writtenDisk();
    const path = `${PARTITION}/00000000000000000000.log`;
    flip(disk, path, 70, 0);
    expect((await verify(disk)).findings).toEqual([
      { severity: 'error', path, position: 0, message: 'batch is damaged: wrong checksum' },
    ]);
  });
});

describe('damage of other kinds', () => {
  it('a file that ends early, and one with something behind its end', async () => {
    const disk = await writtenDisk();
    const logs = filesOf(disk).filter(({ path }) => path.endsWith('.log'));
    for (const { path, sizeBytes } of logs.filter((log) => log.sizeBytes > 0)) {
      const file = disk.openSync(path, 'write');
      const last = Buffer.alloc(1);
      file.readSync(last, 0, 1, sizeBytes - 1);
      file.truncateSync(sizeBytes - 1);
      expect((await verify(disk)).findings[0]).toMatchObject({
        severity: 'error',
        path,
        message: 'the file ends inside a batch',
      });
      file.writeSync([last, Buffer.alloc(100)], sizeBytes - 1);
      expect((await verify(disk)).findings[0]).toMatchObject({
        path,
        position: sizeBytes,
        message: 'zeros where a batch should begin',
      });
      file.truncateSync(sizeBytes);
      file.closeSync();
    }
  });

  it('a segment that is gone', async () => {
    const disk = await writtenDisk();
    const segments = filesOf(disk).filter(({ path }) => path.endsWith('.log'));
    const second = segments.map(({ path }) => path).sort()[1]!;
    disk.removeFileSync(second);
    const messages = (await verify(disk)).findings.map(({ message }) => message);
    expect(messages).toContainEqual(expect.stringMatching(/^offsets \d+ to \d+ are missing$/));
    expect(messages).toContain('belongs to no segment');
  });

  it('epochs and checkpoints that contradict the log', async () => {
    const disk = await writtenDisk();
    const write = (path: string, text: string): void => {
      const file = disk.openSync(path, 'write');
      file.truncateSync(0);
      file.writeSync([Buffer.from(text)], 0);
      file.closeSync();
    };
    write(`${PARTITION}/leader-epoch-checkpoint`, '0\n2\n3 0\n0 50\n');
    write('/data/recovery-point-offset-checkpoint', '0\n1\norders 0 1000000\n');
    write('/data/replication-offset-checkpoint', '0\n7\norders 0 1\n');
    write(`${PARTITION}/partition.metadata`, 'version: 0\ntopic_id: short\n');
    expect((await verify(disk)).findings.map(({ message }) => message).sort()).toEqual([
      'epoch 0 from offset 50 follows epoch 3 from offset 0',
      'is damaged',
      'no topic id in it',
      expect.stringMatching(/^says 1000000 of orders-0, which ends at \d+$/),
    ]);
    write(`${PARTITION}/leader-epoch-checkpoint`, '0\n2\n0 0\n3 50\n');
    expect((await verify(disk)).findings).toContainEqual(
      expect.objectContaining({
        message: 'batch has leader epoch 0, leader-epoch-checkpoint says 3',
      }),
    );
  });

  it('is a warning where the next start recovers anyway', async () => {
    const disk = await writtenDisk();
    disk.removeFileSync('/data/.kafka_cleanshutdown');
    const last = filesOf(disk)
      .filter(({ path }) => path.endsWith('.log'))
      .at(-1)!;
    const file = disk.openSync('/data/recovery-point-offset-checkpoint', 'write');
    file.truncateSync(0);
    file.writeSync([Buffer.from('0\n1\norders 0 5\n')], 0);
    file.closeSync();
    flip(disk, last.path, last.sizeBytes - 1, 0);
    const { findings, summary } = await verify(disk);
    expect(findings[0]).toMatchObject({ severity: 'warning', path: last.path });
    expect(summary.errorCount).toBe(0);
    flip(disk, `${PARTITION}/00000000000000000000.log`, 70, 0);
    expect((await verify(disk)).summary.errorCount).toBe(1);
  });
});
