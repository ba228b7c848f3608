/**
 * How long a broker takes to come back after kill -9: from spawn to the line that says that connections are accepted, with a log of 1 GiB.
 *
 *   npm run bench -- recovery [--gib 1] [--rounds 5] [--partitions 1] [--write]
 *
 * kcat fills a topic as a producer with default settings does; then the broker is killed at once and started again. Beside it: the same directory after a
 * clean stop.
 */
import { parseArgs } from 'node:util';
import { Admin } from '@zurau/client';
import { BrokerProcess, kcat, kcatMissing, tempDir, writeLines } from '@zurau/testkit';
import { spread, writeSection } from './report.mjs';

const LINE_BYTES = 1023;
const TOPIC = 'recovered';

export async function run(args) {
  const { values } = parseArgs({
    args,
    options: {
      gib: { type: 'string', default: '1' },
      rounds: { type: 'string', default: '5' },
      partitions: { type: 'string', default: '1' },
      write: { type: 'boolean', default: false },
    },
  });
  const missing = await kcatMissing();
  if (missing !== undefined) throw new Error(missing);
  const rounds = Number(values.rounds);
  const lineCount = Math.round((Number(values.gib) * 2 ** 30) / (LINE_BYTES + 1));
  const figures = { afterKill: [], checked: [], afterStop: [] };
  for (let round = 0; round < rounds; round++) {
    const dir = tempDir('bench-recovery');
    try {
      await measure(dir.path, lineCount, Number(values.partitions), figures);
    } finally {
      dir[Symbol.dispose]();
    }
  }
  const lines = [
    `${values.gib} GiB of records of 1 KB, partitions: ${values.partitions}`,
    spread('start after kill -9, ms', figures.afterKill),
    spread('bytes that this start looked at, MB', figures.checked),
    spread('start after a clean stop, ms', figures.afterStop),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  const section = values.gib === '1' ? 'recovery' : `recovery-${values.gib}-gib`;
  if (values.write) writeSection(section, ['```', ...lines, '```'].join('\n'));
}

async function measure(dataDir, lineCount, partitions, figures) {
  let broker = await BrokerProcess.start({ dataDir });
  try {
    const admin = new Admin({ bootstrapServers: broker.bootstrapServers });
    await admin.createTopics([{ name: TOPIC, partitions }]);
    await admin.close();
    await fill(broker, lineCount);
    await broker.kill();
    broker = await BrokerProcess.start({ dataDir });
    figures.afterKill.push(broker.startMs);
    figures.checked.push(checkedBytes(broker.output) / 1e6);
    await broker.stop();
    broker = await BrokerProcess.start({ dataDir });
    figures.afterStop.push(broker.startMs);
  } finally {
    await broker.stop();
  }
}

function fill(broker, lineCount) {
  return kcat(['-b', broker.bootstrapServers, '-P', '-t', TOPIC], {
    input: (stdin) => void writeLines({ lineCount, lineBytes: LINE_BYTES, seed: 1 }, stdin),
  });
}

/** As the broker's log says it. */
function checkedBytes(output) {
  let total = 0;
  for (const [, bytes] of output.matchAll(/"checkedBytes":(\d+)/g)) total += Number(bytes);
  return total;
}
