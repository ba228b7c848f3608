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
  ZooKeeperKafka,
  kafkaLibs,
  kafkaTool,
  kafkaToolsMissing,
  mustRun,
  runCommand,
  tempDir,
  unmetRequirement,
} from '@zurau/testkit';
import type { TempDir } from '@zurau/testkit';
import { served } from './swap/served-log.ts';
import type { Served } from './swap/served-log.ts';

const WRITER = fileURLToPath(new URL('kafka/SwapWriter.java', import.meta.url));
const ZURAU = fileURLToPath(new URL('../../packages/cli/bin/zurau.js', import.meta.url));
/** Of the writer's topics, internal ones left out. */
const PARTITIONS_WRITTEN = 13;
const COMPLAINT =
  /corrupt|mismatch|exception|invalid bytes|isvalid: false|out of order|not found|non-consecutive|followed by|ignoring/i;

const missing = await unmetRequirement('swap', [kafkaToolsMissing]);

describe.skipIf(missing !== undefined).each(['SIGTERM', 'SIGKILL'] as const)(
  'a data directory that changes hands by %s',
  (signal) => {
    let dir: TempDir;
    let kafka: ZooKeeperKafka;
    let zurau: BrokerProcess | undefined;
    let kafkaDir: string;
    let zurauDir: string;
    let fromKafka: Served;
    let fromZurau: Served;

    beforeAll(async () => {
      dir = tempDir('swap');
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
      zurau = await startZurau(zurauDir);
      expect(zurau.output).toMatch(/adopted \d+ topics found in log.dirs/);
      expectSame(await served(zurau.bootstrapServers, fromKafka.size), fromKafka, signal);
      expect(zurau.errorLines).toEqual([]);
    });

    it('is written by Zurau on top, and neither finds anything wrong with it', async () => {
      await write(zurau!.bootstrapServers, 'z-');
      await appendTo(zurau!.bootstrapServers, 'k-gzip');
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
      await expectNoComplaint(zurauDir, signal);
    });

    it('is served by Kafka to the byte again', async () => {
      await registerTopics(kafka.zooKeeperConnect, fromZurau, 'z-', zurauDir);
      await kafka.restartBroker(zurauDir);
      expectSame(await served(kafka.bootstrapServers, fromZurau.size), fromZurau, signal);
      // It can go on writing: epochs, sequences and producer ids fit.
      await appendTo(kafka.bootstrapServers, 'z-zstd');
    });

    it('is taken over by Zurau once more, with the metadata that it has', async () => {
      const before = await served(kafka.bootstrapServers, fromZurau.size);
      await kafka.stopBroker(signal);
      zurau = await startZurau(zurauDir);
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
    const { batches, ...rest } = actual.get(name)!;
    const { batches: expectedBatches, ...expectedRest } = partition;
    const comparable = name.startsWith('__')
      ? batches.subarray(0, expectedBatches.length)
      : batches;
    expect(comparable.equals(expectedBatches), `batches of ${name} after ${signal}`).toBe(true);
    if (!name.startsWith('__')) expect({ name, ...rest }).toEqual({ name, ...expectedRest });
  }
}

function startZurau(dataDir: string): Promise<BrokerProcess> {
  return BrokerProcess.start({
    dataDir,
    properties: { 'log.cleaner.enable': 'false', 'offsets.topic.num.partitions': '2' },
  });
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

/** DumpLogSegments in every way it has. Indexes of a killed broker may be behind: then it is the next start that completes them. */
async function expectNoComplaint(dataDir: string, signal: string): Promise<void> {
  const files = readdirSync(dataDir, { recursive: true, encoding: 'utf8' })
    .filter((path) => !path.startsWith('__cluster_metadata'))
    .map((path) => join(dataDir, path));
  const of = (...suffixes: string[]): string[] =>
    files.filter((path) => suffixes.some((suffix) => path.endsWith(suffix))).sort();
  const dump = async (how: readonly string[], which: readonly string[]): Promise<string> => {
    const { stdout, stderr } = await kafkaTool('kafka-dump-log', [
      ...how,
      '--files',
      which.join(','),
    ]);
    const printed = stdout.toString();
    const complaints = `${printed}\n${stderr}`.split('\n').filter((line) => COMPLAINT.test(line));
    expect(complaints.slice(0, 20), how.join(' ')).toEqual([]);
    return printed;
  };
  await dump(['--deep-iteration', '--print-data-log', '--skip-record-metadata'], of('.log'));
  await dump(
    [
      '--deep-iteration',
      '--value-decoder-class',
      'kafka.serializer.StringDecoder',
      '--key-decoder-class',
      'kafka.serializer.StringDecoder',
    ],
    of('.log'),
  );
  const offsetsLogs = of('.log').filter((path) => path.includes('__consumer_offsets'));
  expect(await dump(['--offsets-decoder'], offsetsLogs)).toContain('swap-group');
  const transactionLogs = of('.log').filter((path) => path.includes('__transaction_state'));
  expect(await dump(['--transaction-log-decoder'], transactionLogs)).toContain('k-first');
  await dump(['--max-message-size', '5242880', '--max-bytes', '4096'], of('.log'));
  await dump([], of('.snapshot', '.txnindex'));
  if (signal === 'SIGKILL') return;
  await dump(['--index-sanity-check'], of('.index', '.timeindex'));
  await dump(['--verify-index-only'], of('.index', '.timeindex'));
}
