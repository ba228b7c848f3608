/**
 * What many partitions cost: the start of a broker that holds 10,000 of them, after a clean stop and after kill -9, and the memory of an idle one.
 *
 *   npm run bench -- partitions [--partitions 10000] [--rounds 3] [--write]
 */
import { parseArgs } from 'node:util';
import { Admin } from '@zurau/client';
import { BrokerProcess, tempDir } from '@zurau/testkit';
import { spread, writeSection } from './report.mjs';

const IDLE_MS = 5000;

export async function run(args) {
  const { values } = parseArgs({
    args,
    options: {
      partitions: { type: 'string', default: '10000' },
      rounds: { type: 'string', default: '3' },
      write: { type: 'boolean', default: false },
    },
  });
  const partitions = Number(values.partitions);
  const figures = { created: [], clean: [], killed: [], memory: [] };
  for (let round = 0; round < Number(values.rounds); round++) {
    const dir = tempDir('bench-partitions');
    try {
      await measure(dir.path, partitions, figures);
    } finally {
      dir[Symbol.dispose]();
    }
  }
  const lines = [
    `${partitions} partitions of one topic, empty`,
    spread('creation, ms', figures.created),
    spread('start after a clean stop, ms', figures.clean),
    spread('start after kill -9, ms', figures.killed),
    spread('idle, resident memory of a partition, KB', figures.memory, 1),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  if (values.write) writeSection('partitions', ['```', ...lines, '```'].join('\n'));
}

async function measure(dataDir, partitions, figures) {
  let broker = await BrokerProcess.start({ dataDir });
  try {
    const withoutBytes = await idleBytes(broker);
    const admin = new Admin({ bootstrapServers: broker.bootstrapServers });
    const startedAt = performance.now();
    await admin.createTopics([{ name: 'many', partitions }], { timeoutMs: 300_000 });
    figures.created.push(performance.now() - startedAt);
    await admin.close();
    await broker.stop();
    broker = await BrokerProcess.start({ dataDir });
    figures.clean.push(broker.startMs);
    figures.memory.push(((await idleBytes(broker)) - withoutBytes) / partitions / 1e3);
    await broker.kill();
    broker = await BrokerProcess.start({ dataDir });
    figures.killed.push(broker.startMs);
  } finally {
    await broker.stop();
  }
}

async function idleBytes(broker) {
  await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
  return broker.residentBytes();
}
