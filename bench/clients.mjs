/**
 * Clients for Node.js on one broker, in turn, each in a process of its own: ours, KafkaJS, @platformatic/kafka and Confluent's binding of librdkafka.
 *
 *   npm run bench -- clients [--quick] [--rounds 3] [--broker zurau|kafka] [--clients zurau,kafkajs,...] [--rows REGEX] [--write]
 *
 * - Producer: {100 B, 1 KB, 10 KB} x {1, 12 partitions} x {acks 1, all} x {none, lz4, zstd} x {awaited, many}, and `single`. `awaited` sends one
 *   record at a time; `many` has 32 calls in flight of 100 records each (10 of 10 KB); `single` has 2,000 calls in flight of one record each.
 * - Consumer: a topic that is there already, in batches of up to 64 KB, as a member of a group, from the first record on.
 *
 * Latency is that of a call. The others are installed into bench/clients/node_modules when it is missing: they are no dependencies of the project.
 * A client that lacks a codec here, or could not be installed, is left out of the row.
 */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Admin, Producer } from '@zurau/client';
import { ApacheKafka, BrokerProcess, tempDir } from '@zurau/testkit';
import { makeRecords } from './clients/records.mjs';
import { cpuSeconds, median, writeSection } from './report.mjs';

const HERE = fileURLToPath(new URL('./clients/', import.meta.url));
const CLIENTS = {
  zurau: '@zurau/client',
  kafkajs: 'KafkaJS',
  platformatic: '@platformatic/kafka',
  confluent: 'librdkafka binding',
};
const SIZES = { '100 B': 100, '1 KB': 1000, '10 KB': 10_000 };
const PER_CALL = { '100 B': 100, '1 KB': 100, '10 KB': 10 };
const CODECS = ['none', 'lz4', 'zstd'];
/** What a consumer reads. */
const CONSUMED_BYTES = 150e6;
const CONSUMED_RECORDS_MAX = 600_000;
const CONSUMED_BATCH_BYTES = 64 * 1024;
const BATCH_BYTES = 256 * 1024;
const WARM_UP_MS = 700;
const MEASURE_MS = 1_500;
const ROW_TIMEOUT_MS = 60_000;
const BROKERS = {
  zurau: (dataDir) => BrokerProcess.start({ dataDir, properties: SETTINGS }),
  kafka: (dataDir) => ApacheKafka.start({ dataDir, properties: SETTINGS }),
};
const SETTINGS = {
  'group.initial.rebalance.delay.ms': '0',
  'log.retention.bytes': String(256 * 1024 * 1024),
  'log.retention.check.interval.ms': '2000',
  'log.segment.bytes': String(64 * 1024 * 1024),
  'log.segment.delete.delay.ms': '0',
};

export async function run(args) {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      broker: { type: 'string', default: 'zurau' },
      clients: { type: 'string', default: Object.keys(CLIENTS).join(',') },
      rows: { type: 'string', default: '' },
      write: { type: 'boolean', default: false },
    },
  });
  install();
  const rounds = Number(values.rounds ?? (values.quick ? 1 : 3));
  const clients = values.clients.split(',').filter(isUsable);
  const wanted = new RegExp(values.rows);
  const rows = allRows()
    .filter((row) => !values.quick || row.isQuick)
    .filter((row) => wanted.test(row.name));
  const figures = new Map(rows.map((row) => [row, new Map(clients.map((name) => [name, []]))]));
  const dir = tempDir('bench-clients');
  const broker = await BROKERS[values.broker](join(dir.path, 'data'));
  try {
    await createTopics(broker.bootstrapServers, rows);
    for (let round = 1; round <= rounds; round++) {
      for (const row of rows) {
        const order = round % 2 === 1 ? clients : clients.toReversed();
        for (const client of order) {
          const figure = await measure(broker, row, client, `${round}`);
          if (figure === undefined) continue;
          figures.get(row).get(client).push(figure);
          process.stdout.write(`${line(row, client, figure)}\n`);
        }
      }
    }
  } finally {
    await broker.stop();
    dir[Symbol.dispose]();
  }
  const table = render(figures, rounds, values.broker);
  process.stdout.write(`\n${table}\n`);
  if (values.write) {
    writeSection(values.broker === 'kafka' ? 'clients-on-kafka' : 'clients', table);
  }
}

/** Every row that is measured; those of the quick run are a sample of all dimensions. */
function allRows() {
  const rows = [];
  for (const [size, sizeBytes] of Object.entries(SIZES)) {
    for (const partitions of [1, 12]) {
      const of = `${size}, ${partitions} p`;
      for (const codec of CODECS) {
        for (const acks of [1, 'all']) {
          for (const mode of ['awaited', 'many', 'single']) {
            if (mode === 'single' && (acks !== 'all' || partitions !== 12)) continue;
            const quickMode =
              mode === 'awaited'
                ? codec === 'none' && partitions === 1 && sizeBytes < 10_000
                : mode === 'single'
                  ? codec === 'none' && sizeBytes === 1000
                  : (partitions === 12 && acks === 'all') || (codec === 'none' && acks === 1);
            rows.push({
              kind: 'produce',
              name: `produce ${mode}, ${of}, acks ${acks}, ${codec}`,
              topic: `produced-${partitions}`,
              isQuick: quickMode,
              job: { sizeBytes, acks, codec, mode, perCall: PER_CALL[size] },
            });
          }
        }
        rows.push({
          kind: 'consume',
          name: `consume, ${of}, ${codec}`,
          topic: `consumed-${sizeBytes}-${partitions}-${codec}`,
          partitions,
          isQuick: partitions === 12 || (codec === 'none' && sizeBytes === 1000),
          job: {
            sizeBytes,
            codec,
            recordCount: Math.min(CONSUMED_RECORDS_MAX, Math.round(CONSUMED_BYTES / sizeBytes)),
          },
        });
      }
    }
  }
  return rows;
}

async function createTopics(bootstrapServers, rows) {
  const admin = new Admin({ bootstrapServers });
  const filled = new Map(rows.filter(({ kind }) => kind === 'consume').map((r) => [r.topic, r]));
  await admin.createTopics([
    { name: 'produced-1', partitions: 1 },
    { name: 'produced-12', partitions: 12 },
    ...Array.from(filled, ([name, { partitions }]) => ({
      name,
      partitions,
      configs: { 'retention.bytes': '-1' },
    })),
  ]);
  await admin.close();
  for (const [topic, { job }] of filled) await fill(bootstrapServers, topic, job);
}

async function fill(bootstrapServers, topic, { sizeBytes, codec, recordCount }) {
  const producer = new Producer({
    bootstrapServers,
    compressionType: codec,
    batchSize: CONSUMED_BATCH_BYTES,
    lingerMs: 2,
  });
  const records = makeRecords(sizeBytes).map((record) => ({ topic, ...record }));
  for (let sent = 0; sent < recordCount; sent += records.length) {
    await producer.sendBatch(records.slice(0, recordCount - sent));
  }
  await producer.close();
}

/** Undefined when the client cannot do it. */
async function measure(broker, row, client, round) {
  const job = {
    client,
    kind: row.kind,
    bootstrapServers: broker.bootstrapServers,
    topic: row.topic,
    groupId: `${row.topic}-${client}-${round}`,
    warmUpMs: WARM_UP_MS,
    measureMs: MEASURE_MS,
    batchBytes: BATCH_BYTES,
    lingerMs: row.job.mode === 'awaited' ? 0 : 5,
    skip: Math.round((row.job.recordCount ?? 0) / 20),
    ...row.job,
  };
  const cpuBefore = cpuSeconds(broker.pid);
  const startedAt = performance.now();
  const output = await runWorker(job);
  if (output === undefined) return undefined;
  const figure = JSON.parse(output);
  const seconds = (performance.now() - startedAt) / 1000;
  return { ...figure, brokerCpuPercent: ((cpuSeconds(broker.pid) - cpuBefore) * 100) / seconds };
}

function runWorker(job) {
  const child = spawn(process.execPath, [join(HERE, 'worker.mjs'), JSON.stringify(job)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const timeout = setTimeout(() => child.kill('SIGKILL'), ROW_TIMEOUT_MS);
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (errors += chunk));
  return new Promise((resolve) => {
    child.once('close', (status) => {
      clearTimeout(timeout);
      const last = output.trim().split('\n').at(-1) ?? '';
      if (status === 0 && last.startsWith('{')) {
        resolve(last);
        return;
      }
      process.stdout.write(
        `${job.client}: no figure (${errors.trim().split('\n')[0] || status})\n`,
      );
      resolve(undefined);
    });
  });
}

// --- the others ---------------------------------------------------------------------------------------------------------------

function install() {
  if (existsSync(join(HERE, 'node_modules'))) return;
  const npm = (args, env = {}) =>
    execFileSync('npm', args, { cwd: HERE, stdio: 'inherit', env: { ...process.env, ...env } });
  npm(['ci', '--workspaces=false', '--ignore-scripts', '--no-audit', '--no-fund']);
  try {
    // Its build for this platform comes from GitHub; where that is out of reach it is compiled, with the libraries of the system.
    npm(['rebuild', '--workspaces=false', '@confluentinc/kafka-javascript'], {
      CKJS_LINKING: 'dynamic',
    });
  } catch {
    process.stdout.write('the librdkafka binding could not be built here: left out\n');
  }
}

function isUsable(client) {
  if (client !== 'confluent') return Object.hasOwn(CLIENTS, client);
  const built = 'node_modules/@confluentinc/kafka-javascript/build/Release';
  return existsSync(join(HERE, built, 'confluent-kafka-javascript.node'));
}

// --- what is shown ------------------------------------------------------------------------------------------------------------

function line({ name }, client, figure) {
  const { recordsPerSecond, cpuPerMillion, p50, p99, p999, peakRssMb } = figure;
  const latency =
    p50 === undefined
      ? ''
      : `  p50 ${p50.toFixed(2)} p99 ${p99.toFixed(2)} p99.9 ${p999.toFixed(2)} ms`;
  const rate = `${Math.round(recordsPerSecond)}/s`.padStart(10);
  return `${name.padEnd(48)} ${client.padEnd(12)} ${rate}  ${cpuPerMillion.toFixed(2).padStart(7)} CPU s/M  ${peakRssMb.toFixed(0)} MB${latency}  loop ${figure.loopDelayP99Ms.toFixed(1)}  broker ${figure.brokerCpuPercent.toFixed(0)} %`;
}

function render(figures, rounds, broker) {
  const clients = [...figures.values().next().value.keys()];
  const others = clients.filter((client) => client !== 'zurau');
  const lines = [
    `Medians of ${rounds} rounds on ${broker === 'kafka' ? 'Apache Kafka 3.9.1' : 'Zurau'}, ${cpus().length} cores (${cpus()[0].model.trim()}), Node ${process.versions.node}. Ratios: ours to theirs; above 1 in records a second, and below 1 in everything else, ours is better.`,
    '',
    `| | ours, records/s | ${others.map((name) => `to ${CLIENTS[name]}`).join(' | ')} | ours, CPU s per million | ${others.map((name) => `to ${CLIENTS[name]}`).join(' | ')} |`,
    `|---|---|${others.map(() => '---|').join('')}---|${others.map(() => '---|').join('')}`,
  ];
  const details = [
    '',
    `| | ${['p50', 'p99', 'p99.9'].map((q) => `${q}, ms`).join(' | ')} | peak RSS, MB | loop delay p99, ms | broker CPU, % |`,
    '|---|---|---|---|---|---|---|',
  ];
  for (const [row, byClient] of figures) {
    const of = (client, metric) => {
      const measured = byClient.get(client)?.map((figure) => figure[metric]) ?? [];
      return measured.length === 0 || measured[0] === undefined ? undefined : median(measured);
    };
    const ratios = (metric) =>
      others.map((other) => {
        const [ours, theirs] = [of('zurau', metric), of(other, metric)];
        return ours === undefined || theirs === undefined ? '' : (ours / theirs).toFixed(2);
      });
    lines.push(
      `| ${row.name} | ${Math.round(of('zurau', 'recordsPerSecond') ?? 0).toLocaleString('en')} | ${ratios('recordsPerSecond').join(' | ')} | ${of('zurau', 'cpuPerMillion')?.toFixed(2)} | ${ratios('cpuPerMillion').join(' | ')} |`,
    );
    const each = (metric, digits) =>
      clients.map((client) => of(client, metric)?.toFixed(digits) ?? '-').join(' / ');
    const latency =
      of('zurau', 'p50') === undefined
        ? ['', '', '']
        : [each('p50', 2), each('p99', 2), each('p999', 2)];
    details.push(
      `| ${row.name} | ${latency.join(' | ')} | ${each('peakRssMb', 0)} | ${each('loopDelayP99Ms', 1)} | ${each('brokerCpuPercent', 0)} |`,
    );
  }
  const legend = ['', `Then, in the order ${clients.map((c) => CLIENTS[c]).join(' / ')}:`];
  return [...lines, ...legend, ...details].join('\n');
}
