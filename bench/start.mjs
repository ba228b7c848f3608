/**
 * Cold start and idle memory: from spawn to the line that says that connections are accepted, and resident memory five seconds later.
 *
 *   npm run bench -- start [--rounds 10] [--kafka] [--write]
 *
 * Three cases: an empty directory, the same directory again, and `zurau --version` for what Node itself costs. With `--kafka` also Apache Kafka.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ApacheKafka, BrokerProcess, tempDir } from '@zurau/testkit';
import { spread, writeSection } from './report.mjs';

const IDLE_MS = 5000;
const BIN = fileURLToPath(new URL('../packages/cli/bin/zurau.js', import.meta.url));

export async function run(args) {
  const { values } = parseArgs({
    args,
    options: {
      rounds: { type: 'string', default: '10' },
      kafka: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
    },
  });
  const rounds = Number(values.rounds);
  const lines = await measureZurau(rounds);
  if (values.kafka) lines.push(...(await measureKafka(Math.min(rounds, 3))));
  process.stdout.write(`${lines.join('\n')}\n`);
  if (values.write) writeSection('start', ['```', ...lines, '```'].join('\n'));
}

async function measureZurau(rounds) {
  const figures = { cold: [], warm: [], version: [], memory: [], node: [] };
  for (let round = 0; round < rounds; round++) {
    const dir = tempDir('bench-start');
    const first = await BrokerProcess.start({ dataDir: dir.path });
    figures.cold.push(first.startMs);
    await first.stop();
    const second = await BrokerProcess.start({ dataDir: dir.path });
    figures.warm.push(second.startMs);
    if (round < 3) {
      await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
      figures.memory.push(second.residentBytes() / 1e6);
    }
    await second.stop();
    dir[Symbol.dispose]();
    figures.version.push(timeOf([BIN, '--version']));
    figures.node.push(timeOf(['-e', '0']));
  }
  return [
    spread('zurau start, empty directory, ms', figures.cold),
    spread('zurau start, existing directory, ms', figures.warm),
    spread('zurau --version, ms', figures.version),
    spread('node -e 0, ms', figures.node),
    spread('zurau idle, resident memory, MB', figures.memory),
  ];
}

async function measureKafka(rounds) {
  const starts = [];
  const memory = [];
  for (let round = 0; round < rounds; round++) {
    const dir = tempDir('bench-start-kafka');
    const kafka = await ApacheKafka.start({ dataDir: dir.path });
    starts.push(kafka.startMs);
    await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
    const status = readFileSync(`/proc/${kafka.pid}/status`, 'utf8');
    memory.push((Number(/VmRSS:\s+(\d+) kB/.exec(status)[1]) * 1024) / 1e6);
    await kafka.stop();
    dir[Symbol.dispose]();
  }
  return [
    spread('Apache Kafka 3.9.1 (KRaft), to the open port, ms', starts),
    spread('Apache Kafka 3.9.1 idle (-Xmx1g), resident memory, MB', memory),
  ];
}

function timeOf(nodeArgs) {
  const startedAt = performance.now();
  spawnSync(process.execPath, nodeArgs);
  return performance.now() - startedAt;
}
