/**
 * Cold start and idle memory: from spawn to the line that says that connections are accepted, and resident memory five seconds later.
 *
 *   npm run bench -- start [--rounds 10] [--kafka]
 *
 * Three cases: an empty directory, the same directory again, and `zurau --version` for what Node itself costs. With `--kafka` also Apache Kafka.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ApacheKafka, BrokerProcess, tempDir } from '@zurau/testkit';

const IDLE_MS = 5000;
const BIN = fileURLToPath(new URL('../packages/cli/bin/zurau.js', import.meta.url));

export async function run(args) {
  const { values } = parseArgs({
    args,
    options: { rounds: { type: 'string', default: '10' }, kafka: { type: 'boolean', default: false } },
  });
  const rounds = Number(values.rounds);
  const cold = [];
  const warm = [];
  const memory = [];
  const version = [];
  for (let round = 0; round < rounds; round++) {
    using dir = tempDir('bench-start');
    const first = await BrokerProcess.start({ dataDir: dir.path });
    cold.push(first.startMs);
    await first.stop();
    const second = await BrokerProcess.start({ dataDir: dir.path });
    warm.push(second.startMs);
    if (round < 3) {
      await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
      memory.push(second.residentBytes() / 1e6);
    }
    await second.stop();
    const startedAt = performance.now();
    spawnSync(process.execPath, [BIN, '--version']);
    version.push(performance.now() - startedAt);
  }
  report('zurau start, empty directory, ms', cold);
  report('zurau start, existing directory, ms', warm);
  report('zurau --version, ms', version);
  report('idle resident memory, MB', memory);
  if (!values.kafka) return;
  const kafkaStart = [];
  const kafkaMemory = [];
  for (let round = 0; round < Math.min(rounds, 3); round++) {
    using dir = tempDir('bench-start-kafka');
    const kafka = await ApacheKafka.start({ dataDir: dir.path });
    kafkaStart.push(kafka.startMs);
    await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
    const status = readFileSync(`/proc/${kafka.pid}/status`, 'utf8');
    kafkaMemory.push((Number(/VmRSS:\s+(\d+) kB/.exec(status)[1]) * 1024) / 1e6);
    await kafka.stop();
  }
  report('Apache Kafka 3.9.1 (KRaft), to the open port, ms', kafkaStart);
  report('Apache Kafka 3.9.1 idle resident memory (-Xmx1g), MB', kafkaMemory);
}

function report(what, values) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  process.stdout.write(
    `${what.padEnd(55)} min ${at(0).toFixed(0)}  median ${at(0.5).toFixed(0)}  max ${at(1).toFixed(0)}  (${sorted.length} runs)\n`,
  );
}
