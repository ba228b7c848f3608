/**
 * How fast the storage engine appends, by batch size, beside the raw disk: the same bytes by plain writes of the same file system.
 *
 *   npm run bench -- append [--mb 512] [--rounds 3] [--write]
 *
 * One partition, batches as a client sends them, validated and stamped; both sides end with an fsync, which is counted.
 */
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { LogManager, defaultLogConfig, silentLogger } from '@zurau/log';
import { nodePlatform } from '@zurau/platform';
import { encodeRecordBatch } from '@zurau/protocol';
import { tempDir } from '@zurau/testkit';
import { spread, writeSection } from './report.mjs';

const BATCH_BYTES = [1024, 16 * 1024, 128 * 1024, 1000 * 1000];
/** What a broker lets wait for the disk before it stops reading from sockets, more or less. */
const PENDING_BYTES_MAX = 8 * 2 ** 20;
/** And what one turn of the event loop brings. */
const TURN_BYTES_MAX = 2 ** 20;

export async function run(args) {
  const { values } = parseArgs({
    args,
    options: {
      mb: { type: 'string', default: '512' },
      rounds: { type: 'string', default: '3' },
      write: { type: 'boolean', default: false },
    },
  });
  const totalBytes = Number(values.mb) * 1e6;
  const lines = [`${values.mb} MB in one partition, fsync at the end counted`];
  for (const batchBytes of BATCH_BYTES) {
    const figures = { log: [], disk: [] };
    for (let round = 0; round < Number(values.rounds); round++) {
      const dir = tempDir('bench-append');
      try {
        figures.disk.push(totalBytes / 1e3 / rawDisk(dir.path, batchBytes, totalBytes));
        figures.log.push(totalBytes / 1e3 / (await append(dir.path, batchBytes, totalBytes)));
      } finally {
        dir[Symbol.dispose]();
      }
    }
    lines.push(spread(`batches of ${batchBytes} bytes: log, MB/s`, figures.log));
    lines.push(spread(`batches of ${batchBytes} bytes: raw writes, MB/s`, figures.disk));
  }
  process.stdout.write(`${lines.join('\n')}\n`);
  if (values.write) writeSection('append', ['```', ...lines, '```'].join('\n'));
}

/** Milliseconds. */
function rawDisk(dir, batchBytes, totalBytes) {
  const buffer = Buffer.alloc(batchBytes, 97);
  const file = openSync(join(dir, 'raw'), 'w');
  const startedAt = performance.now();
  for (let bytes = 0; bytes < totalBytes; bytes += batchBytes) writeSync(file, buffer);
  fsyncSync(file);
  const tookMs = performance.now() - startedAt;
  closeSync(file);
  return tookMs;
}

/** Milliseconds. Frames come from a pool and go by reference, as from a socket; the next are taken in while the last are written. */
async function append(dir, batchBytes, totalBytes) {
  const manager = new LogManager({
    platform: nodePlatform(),
    dirs: [join(dir, 'data')],
    logger: silentLogger,
    defaultConfig: defaultLogConfig,
  });
  await manager.start();
  const log = manager.getOrCreate('t', 0, defaultLogConfig);
  let onWritten = () => {};
  log.listener = {
    onWritten: () => onWritten(),
    onWriteFailed: (_, error) => {
      throw error;
    },
  };
  const value = Buffer.alloc(batchBytes - 100, 97);
  const batch = encodeRecordBatch([{ timestamp: Date.now(), key: null, value }]);
  const pendingMax = Math.max(1, Math.floor(PENDING_BYTES_MAX / batchBytes));
  const turnMax = Math.max(1, Math.floor(TURN_BYTES_MAX / batchBytes));
  const unused = [];
  const startedAt = performance.now();
  let inTurn = 0;
  for (let bytes = 0; bytes < totalBytes; bytes += batchBytes) {
    const frame = unused.pop() ?? Buffer.allocUnsafeSlow(batch.length);
    batch.copy(frame);
    log.append(frame, {
      leaderEpoch: 0,
      origin: 'client',
      ownsBuffer: true,
      onBufferUnused: () => unused.push(frame),
    });
    if (++inTurn < turnMax) continue;
    inTurn = 0;
    await new Promise((resolve) => setImmediate(resolve));
    while (log.logEndOffset - log.writtenOffset >= pendingMax) {
      await new Promise((resolve) => (onWritten = resolve));
    }
  }
  await log.flush();
  const tookMs = performance.now() - startedAt;
  await manager.close();
  return tookMs;
}
