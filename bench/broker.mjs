/**
 * The broker beside Apache Kafka 3.9.1: Java's own perf tools against both, the same settings, in turn.
 *
 *   npm run bench -- broker [--rounds 3] [--records-mb 400] [--only 1024/1/none] [--write]
 *
 * For each of {100 B, 1 KB} x {1, 12 partitions} x {none, lz4}: produce at full speed (acks=1), consume it back, and produce 1,000 records a second for the
 * latency. Medians over the rounds and their ratios; `--write` puts the table into bench/RESULTS.md.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { ApacheKafka, BrokerProcess, kafkaTool, kafkaToolsMissing, tempDir } from '@zurau/testkit';

const RESULTS = new URL('./RESULTS.md', import.meta.url);
const PACED_RECORDS_PER_SECOND = 1000;
const PACED_SECONDS = 6;

const BROKERS = {
  zurau: (dataDir) => BrokerProcess.start({ dataDir, properties: SETTINGS }),
  kafka: (dataDir) => ApacheKafka.start({ dataDir, properties: SETTINGS }),
};
const SETTINGS = { 'num.partitions': '1', 'log.retention.check.interval.ms': '600000' };

export async function run(args) {
  const { values } = parseArgs({
    args,
    options: {
      rounds: { type: 'string', default: '3' },
      'records-mb': { type: 'string', default: '400' },
      only: { type: 'string' },
      write: { type: 'boolean', default: false },
    },
  });
  const missing = await kafkaToolsMissing();
  if (missing !== undefined) throw new Error(`this benchmark needs Apache Kafka: ${missing}`);
  const rounds = Number(values.rounds);
  const bytes = Number(values['records-mb']) * 1e6;
  const rows = scenarios().filter(({ name }) => values.only === undefined || name === values.only);
  const figures = new Map();
  for (let round = 1; round <= rounds; round++) {
    for (const [broker, start] of order(round)) {
      using dir = tempDir(`bench-${broker}`);
      const running = await start(dir.path);
      await warmUp(running.bootstrapServers);
      for (const scenario of rows) {
        const measured = await measure(running.bootstrapServers, scenario, bytes, `r${round}`);
        process.stdout.write(
          `round ${round} ${broker.padEnd(5)} ${scenario.name.padEnd(14)} ${JSON.stringify(measured)}\n`,
        );
        for (const [metric, value] of Object.entries(measured)) {
          const key = `${scenario.name} ${metric} ${broker}`;
          figures.set(key, [...(figures.get(key) ?? []), value]);
        }
      }
      await running.stop();
    }
  }
  const table = render(rows, figures, rounds, bytes);
  process.stdout.write(`\n${table}\n`);
  if (values.write) writeSection('broker', table);
}

/** The two take turns in going first. */
function order(round) {
  const entries = Object.entries(BROKERS);
  return round % 2 === 1 ? entries : entries.reverse();
}

function scenarios() {
  const rows = [];
  for (const recordBytes of [100, 1024]) {
    for (const partitions of [1, 12]) {
      for (const codec of ['none', 'lz4']) {
        rows.push({
          name: `${recordBytes}/${partitions}/${codec}`,
          recordBytes,
          partitions,
          codec,
        });
      }
    }
  }
  return rows;
}

async function warmUp(bootstrap) {
  await produce(bootstrap, 'warm-up', { recordBytes: 500, codec: 'none' }, 200_000, -1);
}

async function measure(bootstrap, scenario, bytes, suffix) {
  const topic = `bench-${scenario.name.replaceAll('/', '-')}-${suffix}`;
  await kafkaTool('kafka-topics', [
    ...['--bootstrap-server', bootstrap, '--create', '--topic', topic],
    ...['--partitions', String(scenario.partitions), '--replication-factor', '1'],
  ]);
  const count = Math.round(bytes / scenario.recordBytes);
  const full = await produce(bootstrap, topic, scenario, count, -1);
  const consumed = await consume(bootstrap, topic, count);
  const paced = await produce(
    bootstrap,
    topic,
    scenario,
    PACED_RECORDS_PER_SECOND * PACED_SECONDS,
    PACED_RECORDS_PER_SECOND,
  );
  return {
    produceMBs: full.mbs,
    consumeMBs: consumed,
    pacedP50Ms: paced.p50,
    pacedP99Ms: paced.p99,
  };
}

async function produce(bootstrap, topic, { recordBytes, codec }, count, throughput) {
  const { stdout } = await kafkaTool(
    'kafka-producer-perf-test',
    [
      ...['--topic', topic, '--num-records', String(count), '--record-size', String(recordBytes)],
      ...['--throughput', String(throughput), '--producer-props'],
      ...[`bootstrap.servers=${bootstrap}`, 'acks=1', `compression.type=${codec}`],
    ],
    { timeoutMs: 300_000 },
  );
  const last = stdout.toString().trim().split('\n').at(-1);
  const numbers =
    /([\d.]+) records\/sec \(([\d.]+) MB\/sec\).* (\d+) ms 50th, (\d+) ms 95th, (\d+) ms 99th/.exec(
      last,
    );
  if (numbers === null) throw new Error(`not understood: ${last}`);
  return { mbs: Number(numbers[2]), p50: Number(numbers[3]), p99: Number(numbers[5]) };
}

async function consume(bootstrap, topic, count) {
  const { stdout } = await kafkaTool(
    'kafka-consumer-perf-test',
    [
      ...['--bootstrap-server', bootstrap, '--topic', topic, '--messages', String(count)],
      ...['--hide-header', '--timeout', '60000'],
    ],
    { timeoutMs: 300_000 },
  );
  // start, end, MB, MB/s, messages, messages/s, rebalance ms, fetch ms, fetch MB/s, fetch messages/s
  const fields = stdout.toString().trim().split('\n').at(-1).split(',');
  return Number(fields[8]);
}

function render(rows, figures, rounds, bytes) {
  const lines = [
    `Medians of ${rounds} rounds, ${bytes / 1e6} MB a row, ${cpus().length} cores (${cpus()[0].model.trim()}), Node ${process.versions.node}. Ratio is Zurau / Kafka: above 1.00 is faster for MB/s, below 1.00 is quicker for latency.`,
    '',
    '| record / partitions / codec | produce MB/s | ratio | consume MB/s | ratio | p50 ms at 1,000/s | p99 ms at 1,000/s |',
    '|---|---|---|---|---|---|---|',
  ];
  for (const { name } of rows) {
    const pair = (metric) =>
      ['zurau', 'kafka'].map((broker) => median(figures.get(`${name} ${metric} ${broker}`)));
    const cell = (metric) =>
      pair(metric)
        .map((value) => value.toFixed(1))
        .join(' : ');
    const ratio = (metric) => {
      const [ours, theirs] = pair(metric);
      return (ours / theirs).toFixed(2);
    };
    lines.push(
      `| ${name} | ${cell('produceMBs')} | ${ratio('produceMBs')} | ${cell('consumeMBs')} | ${ratio('consumeMBs')} | ${cell('pacedP50Ms')} | ${cell('pacedP99Ms')} |`,
    );
  }
  return lines.join('\n');
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

function writeSection(name, text) {
  const begin = `<!-- ${name} -->`;
  const end = `<!-- /${name} -->`;
  const results = readFileSync(RESULTS, 'utf8');
  const from = results.indexOf(begin);
  const to = results.indexOf(end);
  if (from < 0 || to < 0) throw new Error(`bench/RESULTS.md has no section ${begin}`);
  writeFileSync(
    RESULTS,
    `${results.slice(0, from + begin.length)}\n\n${text}\n\n${results.slice(to)}`,
  );
}
