/**
 * The storage engine by itself: append MB/s and CPU per append by batch size, read MB/s from the tail and from the page cache,
 * recovery MB/s. Run `npm run build` first, then `node bench/micro/log.mjs [seconds per row] [directory]`.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { LogManager, defaultLogConfig, silentLogger } from '@zurau/log';
import { nodePlatform } from '@zurau/platform';
import { encodeRecordBatch } from '@zurau/protocol';

const seconds = Number(process.argv[2] ?? 2);
const root = process.argv[3] ?? tmpdir();
mkdirSync(root, { recursive: true });

function batchOf(sizeBytes, valueBytes = 1000) {
  const count = Math.max(1, Math.round((sizeBytes - 61) / (valueBytes + 12)));
  const value = Buffer.alloc(Math.max(1, Math.min(valueBytes, sizeBytes - 75)), 'x');
  return encodeRecordBatch(
    Array.from({ length: count }, (_, i) => ({ timestamp: Date.now() + i, value })),
  );
}

async function openManager(dir, overrides = {}) {
  const manager = new LogManager({
    platform: nodePlatform(),
    dirs: [dir],
    logger: silentLogger,
    defaultConfig: { ...defaultLogConfig, maxMessageBytes: 8 << 20 },
    ...overrides,
  });
  await manager.start();
  return manager;
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Appends for some time, at most `aheadBytes` unwritten. Returns operations, wall and CPU seconds. */
async function append(logs, batch, { perTurn, own }) {
  const aheadBytes = 8 << 20;
  let unwritten = 0;
  for (const log of logs) {
    const sizes = { offset: log.writtenOffset };
    log.listener = {
      onWritten: () => {
        unwritten -= ((log.writtenOffset - sizes.offset) / perBatch) * batch.length;
        sizes.offset = log.writtenOffset;
      },
      onWriteFailed: (_, error) => {
        throw error;
      },
    };
  }
  const perBatch = batch.readInt32BE(57);
  const options = { leaderEpoch: 0, origin: 'client', ownsBuffer: own };
  const pool = [];
  let operations = 0;
  const cpu = process.cpuUsage();
  const startMs = performance.now();
  while (performance.now() - startMs < seconds * 1000) {
    for (let i = 0; i < perTurn && unwritten < aheadBytes; i++) {
      let records = batch;
      let onBufferUnused;
      if (own) {
        records = pool.pop() ?? Buffer.from(batch);
        records.writeBigInt64BE(0n, 0);
        onBufferUnused = () => pool.push(records);
      } else {
        records.writeBigInt64BE(0n, 0);
      }
      logs[operations++ % logs.length].append(
        records,
        onBufferUnused ? { ...options, onBufferUnused } : options,
      );
      unwritten += batch.length;
    }
    await turn();
  }
  while (unwritten > 0) await turn();
  const wall = (performance.now() - startMs) / 1000;
  const used = process.cpuUsage(cpu);
  return { operations, wall, cpuSeconds: (used.user + used.system) / 1e6 };
}

async function read(log, maxBytes, fromOffset) {
  let offset = fromOffset;
  let bytes = 0;
  const cpu = process.cpuUsage();
  const startMs = performance.now();
  while (performance.now() - startMs < seconds * 1000) {
    if (offset >= log.writtenOffset) offset = fromOffset;
    const result = log.read(offset, { maxBytes, upToOffset: log.writtenOffset, minOneBatch: true });
    await new Promise((resolve) =>
      result.load((error, buffers) => {
        if (error) throw error;
        for (const buffer of buffers) {
          bytes += buffer.length;
          for (let at = 0; at < buffer.length;) {
            const size = 12 + buffer.readInt32BE(at + 8);
            offset = Number(buffer.readBigInt64BE(at)) + buffer.readInt32BE(at + 23) + 1;
            // Only the last batch's end is of interest: skip ahead as a consumer's broker never has to.
            at += size;
          }
        }
        resolve();
      }),
    );
    result.release();
  }
  const wall = (performance.now() - startMs) / 1000;
  const used = process.cpuUsage(cpu);
  return { bytes, wall, cpuSeconds: (used.user + used.system) / 1e6 };
}

const row = (...cells) => console.log(`| ${cells.join(' | ')} |`);
const rate = (bytes, wall) => `${Math.round(bytes / wall / 1e6)} MB/s`;

async function main() {
  row('append', 'partitions', 'rate', 'appends/s', 'CPU us/append');
  row('---', '---', '---', '---', '---');
  for (const [name, sizeBytes, perTurn, partitions] of [
    ['100 B', 180, 512, 1],
    ['1 KB', 1024, 128, 1],
    ['1 KB', 1024, 128, 64],
    ['16 KB', 16 << 10, 16, 1],
    ['16 KB', 16 << 10, 16, 16],
    ['1 MB', 1 << 20, 4, 1],
  ]) {
    const dir = mkdtempSync(`${root}/zurau-bench-`);
    const manager = await openManager(dir);
    const logs = Array.from({ length: partitions }, (_, p) =>
      manager.getOrCreate('bench', p, { ...defaultLogConfig, maxMessageBytes: 8 << 20 }),
    );
    const batch = batchOf(sizeBytes, name === '100 B' ? 100 : 1000);
    const result = await append(logs, batch, { perTurn, own: sizeBytes > 65536 });
    const { operations, wall, cpuSeconds } = result;
    row(
      name,
      partitions,
      rate(operations * batch.length, wall),
      Math.round(operations / wall),
      ((cpuSeconds * 1e6) / operations).toFixed(2),
    );
    await manager.close();
    rmSync(dir, { recursive: true });
  }

  console.log();
  row('read', 'batches', 'rate', 'CPU s/GB');
  row('---', '---', '---', '---');
  for (const [name, sizeBytes] of [
    ['1 KB', 1024],
    ['16 KB', 16 << 10],
    ['1 MB', 1 << 20],
  ]) {
    for (const [source, tailCacheLogBytes] of [
      ['tail', 64 << 20],
      ['page cache', 1],
    ]) {
      const dir = mkdtempSync(`${root}/zurau-bench-`);
      const manager = await openManager(dir, { tailCacheLogBytes, tailCacheTotalBytes: 96 << 20 });
      const config = { ...defaultLogConfig, maxMessageBytes: 8 << 20 };
      const log = manager.getOrCreate('bench', 0, config);
      const batch = batchOf(sizeBytes);
      for (let bytes = 0; bytes < 48 << 20; bytes += batch.length) {
        batch.writeBigInt64BE(0n, 0);
        log.append(batch, { leaderEpoch: 0, origin: 'client' });
        if (bytes % (1 << 20) < batch.length) await turn();
      }
      while (log.writtenOffset < log.logEndOffset) await turn();
      for (const [kind, maxBytes] of [
        ['64 KiB', 64 << 10],
        ['1 MiB', 1 << 20],
      ]) {
        const end = log.logEndOffset;
        const first = source === 'tail' ? end - Math.floor(end / 2) : 0;
        const { bytes, wall, cpuSeconds } = await read(log, maxBytes, first);
        row(
          `${kind} from ${source}`,
          name,
          rate(bytes, wall),
          (cpuSeconds / (bytes / 1e9)).toFixed(2),
        );
      }
      await manager.close();
      rmSync(dir, { recursive: true });
    }
  }
}

await main();
