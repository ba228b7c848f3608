/**
 * The soak: clients under faults for as long as one likes, nothing lost, nothing twice, everything in order, and memory that stays where it was.
 *
 *   npm run soak -- [--minutes 1] [--rate 1000] [--seed N]
 *
 * Three brokers behind proxies in this process; the clients in another, whose memory is watched.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Admin } from '@zurau/client';
import { ProxiedCluster } from '../integration/proxied-cluster.ts';
import { tempDir } from '@zurau/testkit';
import { runClients } from './clients.ts';
import { FaultSchedule } from './faults.ts';
import {
  PARTITIONS,
  RELAYED_TOPIC,
  SOURCE_TOPIC,
  type Finish,
  type Finished,
  type Progress,
} from './messages.ts';

/** Logs stay small however long it takes. */
const TOPIC_CONFIGS = { 'retention.bytes': '33554432', 'segment.bytes': '8388608' };
const PROPERTIES = {
  'offsets.topic.num.partitions': '3',
  'transaction.state.log.num.partitions': '3',
  'group.min.session.timeout.ms': '1000',
  'replica.fetch.wait.max.ms': '100',
  'replica.lag.time.max.ms': '3000',
  'log.retention.check.interval.ms': '5000',
  'log.segment.delete.delay.ms': '1000',
};
/** From here on what starts is warm. */
const WARM_SAMPLES = 4;
const GROWTH_BYTES_MAX = 24e6;
const RESIDENT_BYTES_MAX = 400e6;
const CLIENTS_MS_MAX = 180_000;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    rate: { type: 'string', default: '1000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    clients: { type: 'string' },
  },
});

if (values.clients === undefined) process.exitCode = await soak();
else {
  await runClients({
    bootstrapServers: values.clients,
    recordsPerSecond: Number(values.rate),
  });
}

async function soak(): Promise<number> {
  process.stdout.write(`seed ${values.seed}, ${values.rate} records a second\n`);
  const dir = tempDir('soak');
  const cluster = await ProxiedCluster.start({ properties: PROPERTIES, dataDir: dir.path });
  try {
    const admin = new Admin({ bootstrapServers: cluster.bootstrapServers });
    await admin.createTopics(
      [SOURCE_TOPIC, RELAYED_TOPIC].map((name) => ({
        name,
        partitions: PARTITIONS,
        replicationFactor: 3,
        configs: { ...TOPIC_CONFIGS, 'min.insync.replicas': '2' },
      })),
    );
    await admin.close();
    const faults = new FaultSchedule(cluster, Number(values.seed));
    const { samples, problems } = await underFaults(cluster, faults);
    const all = [...problems, ...memoryProblems(samples)];
    const counts = [...faults.counts].map(([kind, count]) => `${kind} ${count}`).join(', ');
    process.stdout.write(`faults: ${counts}\n${memoryText(samples)}\n`);
    for (const problem of all) process.stdout.write(`PROBLEM ${problem}\n`);
    process.stdout.write(all.length === 0 ? 'nothing lost, nothing twice, in order\n' : '');
    return all.length === 0 ? 0 : 1;
  } finally {
    await cluster.close();
    dir[Symbol.dispose]();
  }
}

async function underFaults(
  cluster: ProxiedCluster,
  faults: FaultSchedule,
): Promise<{ samples: readonly Progress[]; problems: readonly string[] }> {
  const samples: Progress[] = [];
  const startedAt = performance.now();
  const clients = startClients(cluster.bootstrapServers, (progress) => {
    samples.push(progress);
    process.stdout.write(`${progressText(progress, performance.now() - startedAt)}\n`);
  });
  const end = new AbortController();
  const schedule = faults.run(end.signal);
  await Promise.race([sleep(Number(values.minutes) * 60_000), clients.finished]);
  end.abort();
  await schedule;
  const finish: Finish = { kind: 'finish' };
  if (clients.process.connected) clients.process.send(finish);
  const late = setTimeout(() => clients.process.kill('SIGKILL'), CLIENTS_MS_MAX);
  const problems = await clients.finished;
  clearTimeout(late);
  return { samples, problems };
}

function startClients(
  bootstrapServers: string,
  onProgress: (progress: Progress) => void,
): { readonly process: ChildProcess; readonly finished: Promise<readonly string[]> } {
  const child = fork(
    fileURLToPath(import.meta.url),
    ['--clients', bootstrapServers, '--rate', values.rate],
    { execArgv: ['--expose-gc'] },
  );
  const finished = new Promise<readonly string[]>((resolve) => {
    let problems: readonly string[] | undefined;
    child.on('message', (message: Progress | Finished) => {
      if (message.kind === 'progress') onProgress(message);
      else problems = message.problems;
    });
    child.once('close', (status, signal) => {
      resolve(problems ?? [`the clients ended with ${status ?? signal}`]);
    });
  });
  return { process: child, finished };
}

// --- memory and what is shown ---------------------------------------------------------------------------------------------------

/** The last quarter beside the second one: what grows steadily shows. */
function quarters(
  samples: readonly Progress[],
  of: (sample: Progress) => number,
): { readonly early: number; readonly late: number } {
  const warm = samples.slice(WARM_SAMPLES);
  const quarter = Math.max(1, Math.floor(warm.length / 4));
  const medianOf = (part: readonly Progress[]): number =>
    part.map(of).toSorted((a, b) => a - b)[Math.floor(part.length / 2)] ?? 0;
  return {
    early: medianOf(warm.slice(quarter, 2 * quarter)),
    late: medianOf(warm.slice(-quarter)),
  };
}

function memoryProblems(samples: readonly Progress[]): string[] {
  const { early, late } = quarters(samples, ({ heapBytes }) => heapBytes);
  const problems: string[] = [];
  if (late - early > GROWTH_BYTES_MAX) {
    problems.push(`the heap grew from ${megabytes(early)} to ${megabytes(late)} MB`);
  }
  const most = Math.max(0, ...samples.map(({ residentBytes }) => residentBytes));
  if (most > RESIDENT_BYTES_MAX) problems.push(`${megabytes(most)} MB were resident`);
  return problems;
}

function memoryText(samples: readonly Progress[]): string {
  const heap = quarters(samples, ({ heapBytes }) => heapBytes);
  const resident = quarters(samples, ({ residentBytes }) => residentBytes);
  return `heap after collection ${megabytes(heap.early)} -> ${megabytes(heap.late)} MB, resident ${megabytes(resident.early)} -> ${megabytes(resident.late)} MB`;
}

function progressText(progress: Progress, elapsedMs: number): string {
  const { sent, verified, readInGroup, repeatedInGroup, transactions, aborted } = progress;
  const { residentBytes, heapBytes, problems } = progress;
  return `${Math.round(elapsedMs / 1000)} s: sent ${sent}, relayed ${verified} in ${transactions} transactions (${aborted} failed), in the group ${readInGroup} (${repeatedInGroup} again), heap ${megabytes(heapBytes)} MB, resident ${megabytes(residentBytes)} MB, problems ${problems.length}`;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
