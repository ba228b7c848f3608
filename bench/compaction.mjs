/**
 * What a paced produce load feels of the cleaner: latency of acks=1 with the cleaner idle and busy in turn, on our broker and then on Apache Kafka 3.9.1; and the
 * delay of our event loop.
 *
 *   npm run bench -- compaction [--mb 300] [--rounds 5] [--rate 500] [--codec none] [--only zurau|kafka] [--write]
 *
 * As many compacted topics as rounds are filled with records of 1 KB, each key about twice. Then, each round: the load alone for some
 * seconds, and the load while one of the topics is compacted.
 */
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Admin, Producer } from '@zurau/client';
import { ApacheKafka, BrokerProcess, kafkaToolsMissing, tempDir } from '@zurau/testkit';
import { median, spread, writeSection } from './report.mjs';

const PROBE = fileURLToPath(new URL('./event-loop-delay.mjs', import.meta.url));
const VALUE_BYTES = 1000;
const IDLE_MS = 3000;
const SETTLE_MS = 5000;
const WARM_UP_RECORDS = 2000;
const PACED = 'paced';
const SETTINGS = { 'log.cleaner.backoff.ms': '100' };

export async function run(args) {
  const { values } = parseArgs({
    args,
    options: {
      mb: { type: 'string', default: '300' },
      rounds: { type: 'string', default: '5' },
      rate: { type: 'string', default: '500' },
      codec: { type: 'string', default: 'none' },
      only: { type: 'string' },
      write: { type: 'boolean', default: false },
    },
  });
  const kafkaMissing = await kafkaToolsMissing();
  if (kafkaMissing !== undefined) process.stdout.write(`without Apache Kafka: ${kafkaMissing}\n`);
  const lines = [
    `${values.rate} records of 1 KB a second, acks=1, one at a time; logs of ${values.mb} MB, codec ${values.codec}`,
  ];
  const busyP99 = {};
  for (const name of ['zurau', 'kafka']) {
    if (values.only !== undefined && values.only !== name) continue;
    if (name === 'kafka' && kafkaMissing !== undefined) continue;
    const figures = await measureBroker(name, values);
    busyP99[name] = median(figures.busy.p99);
    lines.push(
      ...describe(`${name}, cleaner idle`, figures.idle),
      ...describe(`${name}, cleaner busy`, figures.busy),
      spread(`${name}: compacted, MB/s`, figures.mbPerSecond),
    );
  }
  if (busyP99.zurau !== undefined && busyP99.kafka !== undefined) {
    const ratio = (busyP99.zurau / busyP99.kafka).toFixed(2);
    lines.push(`produce p99 with the cleaner busy, zurau : kafka  ${ratio}`);
  }
  process.stdout.write(`${lines.join('\n')}\n`);
  if (values.write) writeSection('compaction', ['```', ...lines, '```'].join('\n'));
}

async function measureBroker(name, values) {
  const figures = { idle: emptyFigures(), busy: emptyFigures(), mbPerSecond: [] };
  const dir = tempDir('bench-compaction');
  const dataDir = join(dir.path, 'data');
  const delayFile = join(dir.path, 'delay.json');
  process.env['ZURAU_BENCH_DELAY_FILE'] = delayFile;
  const isOurs = name === 'zurau';
  const broker = isOurs
    ? await BrokerProcess.start({ dataDir, properties: SETTINGS, nodeArgs: ['--import', PROBE] })
    : await ApacheKafka.start({ dataDir, properties: SETTINGS });
  try {
    const bench = {
      broker,
      logDir: isOurs ? dataDir : join(dataDir, 'logs'),
      delayFile: isOurs ? delayFile : undefined,
      rate: Number(values.rate),
    };
    const topics = Array.from({ length: Number(values.rounds) }, (_, i) => `compacted-${i}`);
    const admin = new Admin({ bootstrapServers: broker.bootstrapServers });
    await admin.createTopics([
      { name: PACED, partitions: 4 },
      ...topics.map((topic) => ({
        name: topic,
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
      await measure(bench, figures.busy, () => compact(admin, bench, topic, figures));
    }
    await admin.close();
  } finally {
    await broker.stop();
    dir[Symbol.dispose]();
  }
  return figures;
}

function emptyFigures() {
  return { p50: [], p99: [], delayP99: [], delayMax: [] };
}

function describe(label, { p50, p99, delayP99, delayMax }) {
  const ofLoop = [
    [`${label}: event loop delay p99, ms`, delayP99],
    [`${label}: event loop delay max, ms`, delayMax],
  ];
  return [
    [`${label}: produce p50, ms`, p50],
    [`${label}: produce p99, ms`, p99],
    ...(delayP99.length > 0 ? ofLoop : []),
  ].map(([title, figures]) => spread(title, figures, 2));
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
  for (let i = 0; i < WARM_UP_RECORDS; i++) await producer.send({ topic: PACED, value: 'warm up' });
  if (delayFile !== undefined) process.kill(broker.pid, 'SIGUSR2');
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
  latenciesMs.sort((a, b) => a - b);
  figures.p50.push(latenciesMs[Math.floor(latenciesMs.length * 0.5)]);
  figures.p99.push(latenciesMs[Math.floor(latenciesMs.length * 0.99)]);
  if (delayFile === undefined) return;
  const delay = await eventLoopDelay(broker, delayFile);
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

/** From the order to compact until the cleaner has noted that it is done, its short rest included. */
async function compact(admin, { logDir }, topic, figures) {
  const sizeBytes = logBytes(join(logDir, `${topic}-0`));
  const startedAt = performance.now();
  const changes = [{ name: 'min.cleanable.dirty.ratio', operation: 'set', value: '0.01' }];
  await admin.alterConfigs([{ resource: { type: 'topic', name: topic }, changes }]);
  const checkpoint = join(logDir, 'cleaner-offset-checkpoint');
  const isDone = new RegExp(`^${topic} 0 [1-9]`, 'm');
  while (!existsSync(checkpoint) || !isDone.test(readFileSync(checkpoint, 'utf8'))) await sleep(10);
  figures.mbPerSecond.push(sizeBytes / 1e3 / (performance.now() - startedAt));
}

function logBytes(directory) {
  const logs = readdirSync(directory).filter((name) => name.endsWith('.log'));
  return logs.reduce((sum, name) => sum + statSync(join(directory, name)).size, 0);
}

function sleep(durationMs) {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}
