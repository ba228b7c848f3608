/**
 * What a paced produce load feels of the cleaner: latency of acks=1 and the delay of the broker's event loop, with the cleaner idle and busy in
 * turn.
 *
 *   npm run bench -- compaction [--mb 300] [--rounds 5] [--rate 500] [--codec none] [--write]
 *
 * As many compacted topics as rounds are filled with records of 1 KB, each key about twice. Then, each round: the load alone for some
 * seconds, and the load while one of the topics is compacted.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Admin, Producer } from '@zurau/client';
import { BrokerProcess, tempDir } from '@zurau/testkit';
import { spread, writeSection } from './report.mjs';

const PROBE = fileURLToPath(new URL('./event-loop-delay.mjs', import.meta.url));
const VALUE_BYTES = 1000;
const IDLE_MS = 3000;
const SETTLE_MS = 5000;
const PACED = 'paced';

export async function run(args) {
  const { values } = parseArgs({
    args,
    options: {
      mb: { type: 'string', default: '300' },
      rounds: { type: 'string', default: '5' },
      rate: { type: 'string', default: '500' },
      codec: { type: 'string', default: 'none' },
      write: { type: 'boolean', default: false },
    },
  });
  const figures = { idle: emptyFigures(), busy: emptyFigures(), mbPerSecond: [] };
  const dir = tempDir('bench-compaction');
  const delayFile = join(dir.path, 'delay.json');
  process.env['ZURAU_BENCH_DELAY_FILE'] = delayFile;
  const broker = await BrokerProcess.start({
    dataDir: join(dir.path, 'data'),
    properties: { 'log.cleaner.backoff.ms': '100' },
    nodeArgs: ['--import', PROBE],
  });
  try {
    const bench = { broker, delayFile, rate: Number(values.rate) };
    const topics = Array.from({ length: Number(values.rounds) }, (_, i) => `compacted-${i}`);
    const admin = new Admin({ bootstrapServers: broker.bootstrapServers });
    await admin.createTopics([
      { name: PACED, partitions: 4 },
      ...topics.map((name) => ({
        name,
        configs: {
          'cleanup.policy': 'compact',
          'segment.bytes': String(32 * 2 ** 20),
          'min.cleanable.dirty.ratio': '1',
        },
      })),
    ]);
    for (const topic of topics) {
      await fill(broker, topic, (Number(values.mb) * 1e6) / VALUE_BYTES, values.codec);
    }
    await sleep(SETTLE_MS);
    for (const topic of topics) {
      await measure(bench, figures.idle, () => sleep(IDLE_MS));
      await measure(bench, figures.busy, () => compact(admin, broker, topic, figures));
    }
    await admin.close();
  } finally {
    await broker.stop();
    dir[Symbol.dispose]();
  }
  const lines = [
    `${values.rate} records of 1 KB a second, acks=1, one at a time; logs of ${values.mb} MB, codec ${values.codec}`,
    ...describe('cleaner idle', figures.idle),
    ...describe('cleaner busy', figures.busy),
    spread('compacted, MB/s', figures.mbPerSecond),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  if (values.write) writeSection('compaction', ['```', ...lines, '```'].join('\n'));
}

function emptyFigures() {
  return { p50: [], p99: [], delayP99: [], delayMax: [] };
}

function describe(label, { p50, p99, delayP99, delayMax }) {
  return [
    spread(`${label}: produce p50, ms`, p50, 2),
    spread(`${label}: produce p99, ms`, p99, 2),
    spread(`${label}: event loop delay p99, ms`, delayP99, 2),
    spread(`${label}: event loop delay max, ms`, delayMax, 2),
  ];
}

async function fill(broker, topic, count, compressionType) {
  const producer = new Producer({
    bootstrapServers: broker.bootstrapServers,
    compressionType,
    batchSize: 128 * 1024,
    lingerMs: 5,
  });
  let pending = [];
  for (let i = 0; i < count; i++) {
    const key = `account-${(i * 7919) % Math.ceil(count / 2)}`;
    pending.push(producer.send({ topic, key, value: text(i) }));
    if (pending.length < 10_000) continue;
    await Promise.all(pending);
    pending = [];
  }
  await Promise.all(pending);
  await producer.close();
}

/** Compresses about as well as JSON does. */
function text(seed) {
  let state = seed + 1;
  let value = '';
  while (value.length < VALUE_BYTES) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    value += `"field-${state % 97}":${state},`;
  }
  return value;
}

/** Runs the load while `during` runs. */
async function measure({ broker, delayFile, rate }, figures, during) {
  const producer = new Producer({ bootstrapServers: broker.bootstrapServers, lingerMs: 0 });
  for (let i = 0; i < 200; i++) await producer.send({ topic: PACED, value: 'warm up' });
  process.kill(broker.pid, 'SIGUSR2');
  const latenciesMs = [];
  const value = Buffer.alloc(VALUE_BYTES, 97);
  const pending = [];
  const startedAt = performance.now();
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - startedAt) * rate) / 1000);
    while (pending.length < due) {
      const sentAt = performance.now();
      const sent = producer.send({ topic: PACED, value });
      pending.push(sent.then(() => latenciesMs.push(performance.now() - sentAt)));
    }
  }, 1);
  try {
    await during();
  } finally {
    clearInterval(timer);
  }
  await Promise.all(pending);
  await producer.close();
  const delay = await eventLoopDelay(broker, delayFile);
  latenciesMs.sort((a, b) => a - b);
  figures.p50.push(latenciesMs[Math.floor(latenciesMs.length * 0.5)]);
  figures.p99.push(latenciesMs[Math.floor(latenciesMs.length * 0.99)]);
  figures.delayP99.push(delay.p99);
  figures.delayMax.push(delay.max);
}

async function eventLoopDelay(broker, delayFile) {
  rmSync(delayFile, { force: true });
  process.kill(broker.pid, 'SIGUSR1');
  while (!existsSync(delayFile)) await sleep(20);
  await sleep(20);
  return JSON.parse(readFileSync(delayFile, 'utf8'));
}

async function compact(admin, broker, topic, figures) {
  const changes = [{ name: 'min.cleanable.dirty.ratio', operation: 'set', value: '0.01' }];
  await admin.alterConfigs([{ resource: { type: 'topic', name: topic }, changes }]);
  const pattern = new RegExp(`"log":"${topic}-0".*"bytesBefore":(\\d+).*"durationMs":(\\d+)`);
  for (;;) {
    const match = pattern.exec(broker.output);
    if (match !== null) {
      figures.mbPerSecond.push(Number(match[1]) / 1e3 / Number(match[2]));
      return;
    }
    await sleep(10);
  }
}

function sleep(durationMs) {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}
