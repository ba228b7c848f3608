/**
 * The same data directory under Apache Kafka and under Zurau, there and back: either serves what the other wrote, to the byte, after a clean stop and after kill -9.
 *
 *   Kafka writes ─► Zurau serves it, writes more ─► Kafka serves all of it
 */
import { cpSync, existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  BrokerProcess,
  ToolShell,
  ZooKeeperKafka,
  kafkaLibs,
  kafkaTool,
  kafkaToolsMissing,
  kcat,
  kcatMissing,
  mustRun,
  runCommand,
  tempDir,
  unmetRequirement,
} from '@zurau/testkit';
import type { TempDir } from '@zurau/testkit';
import { dumpInEveryWay } from './dump-log/every-way.ts';
import { served } from './swap/served-log.ts';
import type { Served, ServedPartition } from './swap/served-log.ts';

const WRITER = fileURLToPath(new URL('kafka/SwapWriter.java', import.meta.url));
const ZURAU = fileURLToPath(new URL('../../packages/cli/bin/zurau.js', import.meta.url));
/** Of the writer's topics, internal ones left out. */
const PARTITIONS_WRITTEN = 13;
const TRANSACTIONS = 40;
const RECORDS_OF_TRANSACTION = 5;

const missing = await unmetRequirement('swap', [kafkaToolsMissing, kcatMissing]);

describe.skipIf(missing !== undefined).each(['SIGTERM', 'SIGKILL'] as const)(
  'a data directory that changes hands by %s',
  (signal) => {
    // A cleaner between two looks changes bytes, as it should: once with it, once without.
    const isCleaning = signal === 'SIGTERM';
    let dir: TempDir;
    let shell: ToolShell;
    let kafka: ZooKeeperKafka;
    let zurau: BrokerProcess | undefined;
    let kafkaDir: string;
    let zurauDir: string;
    let fromKafka: Served;
    let fromZurau: Served;

    beforeAll(async () => {
      dir = tempDir('swap');
      shell = new ToolShell();
      kafkaDir = join(dir.path, 'kafka', 'logs');
      zurauDir = join(dir.path, 'zurau');
      kafka = await ZooKeeperKafka.start({
        dataDir: join(dir.path, 'kafka'),
        properties: {
          'offsets.topic.num.partitions': '2',
          'transaction.state.log.num.partitions': '2',
          'transaction.max.timeout.ms': '900000',
          // A killed broker's registration goes with its session.
          'zookeeper.session.timeout.ms': '6000',
          'log.cleaner.backoff.ms': '200',
          'log.initial.task.delay.ms': '100',
        },
      });
    }, 120_000);

    afterAll(async () => {
      await zurau?.kill();
      await shell.close();
      await kafka.stop();
      dir[Symbol.dispose]();
    });

    it('is written by Kafka, and Zurau finds nothing wrong with it', async () => {
      await write(kafka.bootstrapServers, 'k-', 'transactions');
      await cleaned(kafkaDir, 'k-compacted');
      fromKafka = await served(kafka.bootstrapServers, PARTITIONS_WRITTEN);
      await kafka.stopBroker(signal);
      // Kafka goes by the time of an emptied segment's file.
      cpSync(kafkaDir, zurauDir, { recursive: true, preserveTimestamps: true });
      // What the writer is meant to leave behind.
      expect(fromKafka.get('k-transactions-0')!.aborted.length).toBeGreaterThan(15);
      const { lastStableOffset, highWatermark } = fromKafka.get('k-transactions-0')!;
      expect(lastStableOffset).toBe(highWatermark - 1);
      expect(logs(zurauDir, 'k-none-0').length).toBeGreaterThan(1);
      expect(await verified(zurauDir)).toMatch(
        signal === 'SIGTERM' ? /: all sound\n$/ : /: (all )?sound/,
      );
    });

    it('is served by Zurau to the byte', async () => {
      zurau = await startZurau(zurauDir, isCleaning);
      expect(zurau.output).toMatch(/adopted \d+ topics found in log.dirs/);
      expectSame(await served(zurau.bootstrapServers, fromKafka.size), fromKafka, signal);
      expect(zurau.errorLines).toEqual([]);
    });

    it('is written by Zurau on top, and neither finds anything wrong with it', async () => {
      await write(zurau!.bootstrapServers, 'z-', 'transactions');
      await appendTo(zurau!.bootstrapServers, 'k-gzip');
      if (isCleaning) await cleaned(zurauDir, 'z-compacted');
      fromZurau = await served(zurau!.bootstrapServers, fromKafka.size + PARTITIONS_WRITTEN);
      for (const [name, { batches }] of fromKafka) {
        expect(fromZurau.get(name)!.batches.subarray(0, batches.length).equals(batches), name).toBe(
          true,
        );
      }
      if (signal === 'SIGTERM') await zurau!.stop();
      else await zurau!.kill();
      zurau = undefined;
      expect(await verified(zurauDir)).toMatch(/: (all )?sound/);
      const dumped = await dumpInEveryWay(shell, zurauDir, {
        compacted: ['k-compacted', 'z-compacted'],
        indexesMayLag: signal === 'SIGKILL',
      });
      expect(dumped.offsets).toContain('swap-group');
      expect(dumped.transactions).toContain('k-first');
      expect(dumped.transactions).toContain('z-second');
    });

    it('is served by Kafka to the byte again', async () => {
      await registerTopics(kafka.zooKeeperConnect, fromZurau, 'z-', zurauDir);
      await kafka.restartBroker(zurauDir);
      expectSame(await served(kafka.bootstrapServers, fromZurau.size), fromZurau, signal);
      expect(await committedKeys(kafka.bootstrapServers, 'z-transactions')).toEqual(expectedKeys());
      // It can go on writing: epochs, sequences and producer ids fit.
      await appendTo(kafka.bootstrapServers, 'z-zstd');
    });

    it('is taken over by Zurau once more, with the metadata that it has', async () => {
      const before = await served(kafka.bootstrapServers, fromZurau.size);
      await kafka.stopBroker(signal);
      zurau = await startZurau(zurauDir, isCleaning);
      expect(zurau.output).not.toContain('adopted');
      expectSame(await served(zurau.bootstrapServers, before.size), before, signal);
      await zurau.stop();
      zurau = undefined;
      expect(await verified(zurauDir)).toMatch(/: all sound\n$/);
    });
  },
);

/** Internal topics go on by themselves where a coordinator finds something to do: they must begin alike. */
function expectSame(actual: Served, expected: Served, signal: string): void {
  expect([...actual.keys()]).toEqual([...expected.keys()]);
  for (const [name, partition] of expected) {
    const { batches, ...rest } = withoutChance(name, actual.get(name)!);
    const { batches: expectedBatches, ...expectedRest } = withoutChance(name, partition);
    const comparable = name.startsWith('__')
      ? batches.subarray(0, expectedBatches.length)
      : batches;
    expect(comparable.equals(expectedBatches), `batches of ${name} after ${signal}`).toBe(true);
    if (!name.startsWith('__')) expect({ name, ...rest }).toEqual({ name, ...expectedRest });
  }
}

/**
 * Of a compacted topic without lookups by timestamp: Kafka takes a segment whose records are all gone to reach up to its file's time, and finds nothing when
 * the next segment begins in the same millisecond.
 */
function withoutChance(name: string, partition: ServedPartition): ServedPartition {
  if (!name.includes('compacted')) return partition;
  const offsets = Object.entries(partition.offsets).filter(([key]) => key.includes('/-'));
  return { ...partition, offsets: Object.fromEntries(offsets) };
}

function startZurau(dataDir: string, isCleaning: boolean): Promise<BrokerProcess> {
  return BrokerProcess.start({
    dataDir,
    properties: {
      'log.cleaner.enable': String(isCleaning),
      'log.cleaner.backoff.ms': '200',
      'offsets.topic.num.partitions': '2',
    },
  });
}

/** One for each record that `read_committed` lets through, up to the transaction that is still open. */
async function committedKeys(bootstrapServers: string, topic: string): Promise<string[]> {
  const { stdout } = await kcat([
    ...['-b', bootstrapServers, '-C', '-t', topic, '-e', '-q', '-f', '%k\\n'],
    ...['-X', 'isolation.level=read_committed'],
  ]);
  return stdout.toString().trimEnd().split('\n').sort();
}

/** What the writer's two producers committed: all but each third and each fifth transaction. */
function expectedKeys(): string[] {
  return Array.from({ length: TRANSACTIONS }, (_, i) => [
    ...(i % 3 === 0 ? [] : [`first-${i}`]),
    ...(i % 5 === 0 ? [] : [`second-${i}`]),
  ])
    .flat()
    .flatMap((key) => Array.from({ length: RECORDS_OF_TRANSACTION }, () => key))
    .sort();
}

async function write(bootstrapServers: string, prefix: string, ...more: string[]): Promise<void> {
  const args = ['-Xmx256m', '-cp', `${kafkaLibs()}/*`, WRITER, bootstrapServers, prefix, ...more];
  await mustRun('java', args, { timeoutMs: 120_000 });
}

async function appendTo(bootstrapServers: string, topic: string): Promise<void> {
  await kafkaTool(
    'kafka-console-producer',
    ['--bootstrap-server', bootstrapServers, '--topic', topic],
    { input: 'one\ntwo\nthree\n' },
  );
}

/** Resolves when the cleaner has been over the topic, and has nothing more to do. */
async function cleaned(dataDir: string, topic: string): Promise<void> {
  const checkpoint = join(dataDir, 'cleaner-offset-checkpoint');
  const directory = join(dataDir, `${topic}-0`);
  let before = '';
  for (let unchanged = 0; unchanged < 4;) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    const done = existsSync(checkpoint) && readFileSync(checkpoint, 'utf8').includes(topic);
    const names = readdirSync(directory).sort().join(' ');
    unchanged = done && names === before ? unchanged + 1 : 0;
    before = names;
  }
}

async function verified(dataDir: string): Promise<string> {
  const { stdout } = await runCommand(process.execPath, [ZURAU, 'log', 'verify', dataDir]);
  return stdout.toString();
}

/** Topics that ZooKeeper does not know yet, with the ids that their directories bear. */
async function registerTopics(
  connect: string,
  all: Served,
  prefix: string,
  dataDir: string,
): Promise<void> {
  const topics = new Map<string, { topicId: string; partitions: number[] }>();
  for (const [name, { topicId }] of all) {
    const dash = name.lastIndexOf('-');
    const topic = name.slice(0, dash);
    if (!topic.startsWith(prefix)) continue;
    const entry = topics.get(topic) ?? { topicId, partitions: [] };
    entry.partitions.push(Number(name.slice(dash + 1)));
    topics.set(topic, entry);
  }
  const commands = [...topics].map(([topic, { topicId, partitions }]) => {
    const assignment = Object.fromEntries(partitions.map((partition) => [partition, [0]]));
    const json = {
      version: 3,
      topic_id: topicId,
      partitions: assignment,
      adding_replicas: {},
      removing_replicas: {},
    };
    return `create /brokers/topics/${topic} ${JSON.stringify(json)}\n`;
  });
  // As an operator must who goes back: leaders begin above the epochs that the logs have seen.
  const epochs = [...all].flatMap(([name]) => {
    const dash = name.lastIndexOf('-');
    const [topic, partition] = [name.slice(0, dash), name.slice(dash + 1)];
    if (topic.startsWith(prefix)) return [];
    const leader_epoch = latestEpoch(join(dataDir, name)) + 1;
    const json = { version: 1, leader: 0, leader_epoch, controller_epoch: 1, isr: [0] };
    return [`set /brokers/topics/${topic}/partitions/${partition}/state ${JSON.stringify(json)}\n`];
  });
  commands.push(...epochs);
  await mustRun(
    'java',
    ['-cp', `${kafkaLibs()}/*`, 'org.apache.zookeeper.ZooKeeperMain', '-server', connect],
    { input: `${commands.join('')}quit\n`, timeoutMs: 60_000 },
  );
}

function latestEpoch(directory: string): number {
  const path = join(directory, 'leader-epoch-checkpoint');
  if (!existsSync(path)) return -1;
  const [epoch] = readFileSync(path, 'utf8').trimEnd().split('\n').at(-1)!.split(' ');
  return Number(epoch);
}

function logs(dataDir: string, partition: string): string[] {
  return readdirSync(join(dataDir, partition)).filter((name) => name.endsWith('.log'));
}
