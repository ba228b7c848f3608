/**
 * Kafka's DumpLogSegments over everything that the broker wrote: it must find nothing to complain about, neither after a clean stop nor after
 * kill -9 in the middle of a write and recovery.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Admin, Producer } from '@zurau/client';
import {
  BrokerProcess,
  freePort,
  kafkaTool,
  kafkaToolsMissing,
  kcat,
  kcatMissing,
  tempDir,
  unmetRequirement,
  writeLines,
} from '@zurau/testkit';
import type { TempDir } from '@zurau/testkit';

const CODECS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;
const SEGMENT_BYTES = 256 * 1024;
/** Enough for several segments of each codec. */
const LINES = { lineCount: 5_000, lineBytes: 199 };

/** What the tool prints, on either stream, when something is wrong. */
const COMPLAINT =
  /corrupt|mismatch|exception|invalid bytes|isvalid: false|out of order|not found|non-consecutive|followed by|ignoring/i;

const missing = await unmetRequirement('dump-log', [kcatMissing, kafkaToolsMissing]);

describe.skipIf(missing !== undefined)("Kafka's DumpLogSegments", () => {
  let dir: TempDir;
  let dataDir: string;
  let broker: BrokerProcess;
  let port: number;

  const start = (): Promise<BrokerProcess> =>
    BrokerProcess.start({
      dataDir,
      port,
      properties: {
        'log.segment.bytes': String(SEGMENT_BYTES),
        'log.index.interval.bytes': '1024',
        'offsets.topic.num.partitions': '2',
        'group.initial.rebalance.delay.ms': '0',
      },
    });

  beforeAll(async () => {
    dir = tempDir('dump');
    dataDir = join(dir.path, 'data');
    port = await freePort();
    broker = await start();
  });

  afterAll(async () => {
    await broker.stop();
    dir[Symbol.dispose]();
  });

  it('has nothing to say against a directory after a mixed workload and a clean stop', async () => {
    await makeTopics(broker.bootstrapServers);
    await produceEverything(broker.bootstrapServers, 1);
    await commitOffsets(broker.bootstrapServers);
    await broker.stop();
    const batches = await expectSound(dataDir);
    // The workload was what it is meant to be.
    for (const codec of CODECS) expect(batches).toContain(`compresscodec: ${codec} `);
    expect(batches).toMatch(/producerId: \d+ producerEpoch: 0 .* LogAppendTime: \d+/);
    expect(batches).toMatch(/keySize: 2 valueSize: -1 .* headerKeys: \[a,b\] key: k2/);
    expect(segmentsOf(dataDir, 'dump-gzip-0').length).toBeGreaterThan(2);
    expect(batches).toContain('__consumer_offsets-');
    broker = await start();
  });

  it('has nothing to say against it after kill -9 under load and recovery', async () => {
    if (!broker.isRunning) broker = await start();
    const sender = new EndlessSender(broker.bootstrapServers);
    await sender.underWay;
    await broker.kill();
    await sender.abandon();
    broker = await start();
    expect(await expectSound(dataDir)).toContain('payload: torn');
    await produceEverything(broker.bootstrapServers, 2);
    await broker.stop();
    await expectSound(dataDir);
    broker = await start();
  });
});

async function makeTopics(bootstrapServers: string): Promise<void> {
  await using admin = new Admin({ bootstrapServers: [bootstrapServers] });
  await admin.createTopics([
    ...CODECS.map((codec) => ({ name: `dump-${codec}` })),
    { name: 'dump-append-time', configs: { 'message.timestamp.type': 'LogAppendTime' } },
    { name: 'dump-recompressed', configs: { 'compression.type': 'zstd' } },
    { name: 'dump-compacted', configs: { 'cleanup.policy': 'compact' } },
    { name: 'dump-killed', partitions: 3 },
  ]);
}

/** All codecs, with and without idempotence, timestamps of both types, headers, null keys and values, the broker's own compression. */
async function produceEverything(bootstrapServers: string, seed: number): Promise<void> {
  const send = (topic: string, args: readonly string[]): Promise<unknown> =>
    kcat(['-b', bootstrapServers, '-P', '-t', topic, ...args, '-X', 'batch.size=16384'], {
      input: (stdin) => void writeLines({ ...LINES, seed }, stdin),
    });
  for (const codec of CODECS) {
    const idempotent = codec === 'gzip' || codec === 'zstd';
    await send(`dump-${codec}`, ['-z', codec, '-X', `enable.idempotence=${idempotent}`]);
  }
  await send('dump-append-time', ['-z', 'lz4', '-X', 'enable.idempotence=true']);
  await send('dump-recompressed', ['-z', 'gzip']);
  await kcat(
    [
      '-b',
      bootstrapServers,
      '-P',
      '-t',
      'dump-compacted',
      '-K',
      ':',
      '-Z',
      '-H',
      'a=1',
      '-H',
      'b=',
    ],
    { input: 'k1:v1\nk2:\nk1:v2\n' },
  );
}

async function commitOffsets(bootstrapServers: string): Promise<void> {
  const common = ['-b', bootstrapServers, '-X', 'auto.offset.reset=earliest', '-q', '-c', '100'];
  await kcat([...common, '-G', 'dump-readers', 'dump-none']);
}

/** Keeps sending; `underWay` resolves when a lot has been acknowledged. */
class EndlessSender {
  readonly underWay: Promise<void>;
  readonly #producer: Producer;
  readonly #lanes: Promise<unknown>;

  constructor(bootstrapServers: string) {
    this.#producer = new Producer({ bootstrapServers: [bootstrapServers], lingerMs: 1 });
    let acknowledged = 0;
    const { promise, resolve } = deferred();
    this.underWay = promise;
    const value = `torn${'-'.repeat(1000)}`;
    const lane = async (_: unknown, index: number): Promise<void> => {
      for (;;) {
        await this.#producer.send({ topic: 'dump-killed', partition: index % 3, value });
        if (++acknowledged === 5_000) resolve();
      }
    };
    this.#lanes = Promise.allSettled(Array.from({ length: 500 }, lane));
  }

  async abandon(): Promise<void> {
    await this.#producer.close({ timeoutMs: 0 });
    await this.#lanes;
  }
}

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((fulfil) => {
    resolve = fulfil;
  });
  return { promise, resolve };
}

function segmentsOf(dataDir: string, partition: string): string[] {
  return filesOf(dataDir, '.log').filter((path) => path.includes(`/${partition}/`));
}

function filesOf(dataDir: string, suffix: string): string[] {
  return readdirSync(dataDir, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(suffix))
    .map((path) => join(dataDir, path))
    .sort();
}

/** Has every file looked at in every way that the tool knows; returns what it printed about the logs. */
async function expectSound(dataDir: string): Promise<string> {
  const logs = filesOf(dataDir, '.log');
  const indexes = [...filesOf(dataDir, '.index'), ...filesOf(dataDir, '.timeindex')];
  const others = [...filesOf(dataDir, '.snapshot'), ...filesOf(dataDir, '.txnindex')];
  expect(indexes.length).toBe(2 * logs.length);
  expect(others.length).toBeGreaterThan(0);
  const batches = await dump(['--deep-iteration', '--print-data-log'], logs);
  const offsets = logs.filter((path) => path.includes('/__consumer_offsets-'));
  expect(await dump(['--offsets-decoder'], offsets)).toContain('dump-readers');
  await dump(['--index-sanity-check'], indexes);
  await dump(['--verify-index-only'], indexes);
  await dump([], others);
  return batches;
}

async function dump(how: readonly string[], files: readonly string[]): Promise<string> {
  const { stdout, stderr } = await kafkaTool('kafka-dump-log', [
    ...how,
    '--files',
    files.join(','),
  ]);
  const printed = stdout.toString();
  expect(printed.split('Dumping ').length - 1).toBe(files.length);
  const complaints = `${printed}\n${stderr}`.split('\n').filter((line) => COMPLAINT.test(line));
  expect(complaints.slice(0, 20)).toEqual([]);
  return printed;
}
