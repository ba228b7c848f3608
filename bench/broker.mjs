/**
 * The broker beside Apache Kafka 3.9.1: Java's own perf tools against both, the same settings, in turn.
 *
 *   npm run bench -- broker [--rounds 3] [--records-mb 300] [--only 1024/1/none] [--write]
 *
 * For each of {100 B, 1 KB} x {1, 12 partitions} x {none, lz4}: produce at full speed (acks=1), consume it back, and (codec none) produce 1,000 records a
 * second for the latency. Beside it the processor time that the broker used. Medians over the rounds and their ratios; `--write` puts the table into bench/RESULTS.md.
 */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { ApacheKafka, BrokerProcess, kafkaTool, kafkaToolsMissing, tempDir } from '@zurau/testkit';
import { cpuSeconds, median, writeSection } from './report.mjs';

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
      'records-mb': { type: 'string', default: '300' },
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
      const dir = tempDir(`bench-${broker}`);
      const running = await start(dir.path);
      await warmUp(running.bootstrapServers);
      for (const scenario of rows) {
        const measured = await measure(running, scenario, bytes, `r${round}`);
        process.stdout.write(
          `round ${round} ${broker.padEnd(5)} ${scenario.name.padEnd(14)} ${JSON.stringify(measured)}\n`,
        );
        for (const [metric, value] of Object.entries(measured)) {
          const key = `${scenario.name} ${metric} ${broker}`;
          figures.set(key, [...(figures.get(key) ?? []), value]);
        }
      }
      await running.stop();
      dir[Symbol.dispose]();
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

async function measure({ bootstrapServers: bootstrap, pid }, scenario, bytes, suffix) {
  const topic = `bench-${scenario.name.replaceAll('/', '-')}-${suffix}`;
  await kafkaTool('kafka-topics', [
    ...['--bootstrap-server', bootstrap, '--create', '--topic', topic],
    ...['--partitions', String(scenario.partitions), '--replication-factor', '1'],
  ]);
  const count = Math.round(bytes / scenario.recordBytes);
  const cpuBefore = cpuSeconds(pid);
  const full = await produce(bootstrap, topic, scenario, count, -1);
  const cpuProduced = cpuSeconds(pid);
  const consumed = await consume(bootstrap, topic, count);
  const cpuConsumed = cpuSeconds(pid);
  const throughput = {
    produceMBs: full.mbs,
    produceCpu: cpuProduced - cpuBefore,
    consumeMBs: consumed,
    consumeCpu: cpuConsumed - cpuProduced,
  };
  if (scenario.codec !== 'none') return throughput;
  const paced = await produce(
    bootstrap,
    topic,
    scenario,
    PACED_RECORDS_PER_SECOND * PACED_SECONDS,
    PACED_RECORDS_PER_SECOND,
  );
  return { ...throughput, pacedAvgMs: paced.avg, pacedP99Ms: paced.p99 };
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
    /([\d.]+) records\/sec \(([\d.]+) MB\/sec\), ([\d.]+) ms avg.* (\d+) ms 99th/.exec(last);
  if (numbers === null) throw new Error(`not understood: ${last}`);
  return { mbs: Number(numbers[2]), avg: Number(numbers[3]), p99: Number(numbers[4]) };
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
    `Medians of ${rounds} rounds, ${bytes / 1e6} MB a row, ${cpus().length} cores (${cpus()[0].model.trim()}), Node ${process.versions.node}. ` +
      'Figures are Zurau : Kafka; a ratio above 1.00 means that Zurau is faster, for CPU and latency one below 1.00 that it needs less.',
    '',
    '| record / partitions / codec | produce MB/s | ratio | broker CPU s | ratio | consume MB/s | ratio | broker CPU s | ratio | avg ms at 1,000/s | p99 ms |',
    '|---|---|---|---|---|---|---|---|---|---|---|',
  ];
  for (const { name, codec } of rows) {
    const pair = (metric) =>
      ['zurau', 'kafka'].map((broker) => median(figures.get(`${name} ${metric} ${broker}`)));
    const both = (metric, digits) =>
      pair(metric)
        .map((value) => value.toFixed(digits))
        .join(' : ');
    const ratio = (metric) => {
      const [ours, theirs] = pair(metric);
      return `**${(ours / theirs).toFixed(2)}**`;
    };
    const compared = (metric, digits) => `${both(metric, digits)} | ${ratio(metric)}`;
    const latency =
      codec === 'none' ? `${both('pacedAvgMs', 2)} | ${both('pacedP99Ms', 0)}` : ' | ';
    lines.push(
      `| ${name} | ${compared('produceMBs', 0)} | ${compared('produceCpu', 1)} | ${compared('consumeMBs', 0)} | ${compared('consumeCpu', 1)} | ${latency} |`,
    );
  }
  return lines.join('\n');
}
