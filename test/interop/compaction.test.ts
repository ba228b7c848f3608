/**
 * Compaction against answers that others know: git says what is left of a history of changes, Kafka's LogCompactionTester what is left of random
 * ones, and its DumpLogSegments whether the files are what Kafka would have written.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Admin, Consumer, Producer } from '@zurau/client';
import { ErrorCode, findCoordinatorApi, offsetCommitApi, offsetFetchApi } from '@zurau/protocol';
import {
  BrokerProcess,
  RawClient,
  freePort,
  kafkaLibs,
  kafkaTool,
  kafkaToolsMissing,
  mustRun,
  runCommand,
  tempDir,
  unmetRequirement,
} from '@zurau/testkit';
import type { TempDir } from '@zurau/testkit';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TEST_JARS = fileURLToPath(new URL('./kafka/test-jars/libs', import.meta.url));
const FILLER = '\0filler';
const PATIENCE = { timeout: 60_000, interval: 100 };

const isGitMissing = async (): Promise<string | undefined> => {
  const git = await runCommand('git', ['-C', ROOT, 'rev-parse', 'HEAD']).catch(() => undefined);
  return git?.status === 0 ? undefined : 'not in a git repository';
};
const testJarsMissing = async (): Promise<string | undefined> =>
  existsSync(TEST_JARS)
    ? undefined
    : `no jars at ${TEST_JARS} (mvn -f test/interop/kafka/test-jars/pom.xml, see there)`;

const gitMissing = await unmetRequirement('compaction of a git history', [isGitMissing]);
const toolsMissing = await unmetRequirement('compaction, dumped', [
  isGitMissing,
  kafkaToolsMissing,
]);
const testerMissing = await unmetRequirement('LogCompactionTester', [
  kafkaToolsMissing,
  testJarsMissing,
]);

describe('compaction', () => {
  let dir: TempDir;
  let dataDir: string;
  let port: number;
  let broker: BrokerProcess;

  const start = (): Promise<BrokerProcess> =>
    BrokerProcess.start({
      dataDir,
      port,
      properties: {
        'log.segment.bytes': '32768',
        'log.index.interval.bytes': '512',
        'log.cleaner.backoff.ms': '100',
        'log.cleaner.min.cleanable.ratio': '0.01',
        'log.cleaner.delete.retention.ms': '0',
        'log.segment.delete.delay.ms': '1000',
        'offsets.topic.num.partitions': '1',
        'offsets.topic.segment.bytes': '16384',
      },
    });

  /** How far a partition is clean, as the broker wrote it down. */
  const cleanOffset = (topic: string): number => {
    const path = join(dataDir, 'cleaner-offset-checkpoint');
    if (!existsSync(path)) return 0;
    const line = readFileSync(path, 'utf8')
      .split('\n')
      .find((each) => each.startsWith(`${topic} 0 `));
    return Number(line?.split(' ')[2] ?? 0);
  };

  beforeAll(async () => {
    dir = tempDir('compaction');
    dataDir = join(dir.path, 'data');
    port = await freePort();
    broker = await start();
  });

  afterAll(async () => {
    await broker.stop();
    expect(broker.errorLines).toEqual([]);
    dir[Symbol.dispose]();
  });

  it.skipIf(gitMissing !== undefined)(
    'of a git history leaves the tree of its last commit',
    async () => {
      const head = (await git('rev-parse', 'HEAD')).trim();
      const changes = changesOf(
        await git(
          'log',
          '--reverse',
          '--first-parent',
          '-m',
          '--raw',
          '-z',
          '--no-renames',
          '--no-abbrev',
          '--format=',
          head,
        ),
      );
      expect(changes.length).toBeGreaterThan(300);
      await using admin = new Admin({ bootstrapServers: [broker.bootstrapServers] });
      await admin.createTopics([{ name: 'tree', configs: { 'cleanup.policy': 'compact' } }]);
      await using producer = new Producer({
        bootstrapServers: [broker.bootstrapServers],
        compressionType: 'lz4',
      });
      await Promise.all(changes.map((change) => producer.send({ topic: 'tree', ...change })));

      // Once to drop what was replaced, and again for the tombstones, whose time is over at once here.
      for (let pass = 0; pass < 2; pass++) {
        const { offset } = await producer.send({ topic: 'tree', key: FILLER, value: 'end' });
        for (let i = 0; i < 40; i++) {
          await producer.send({ topic: 'tree', key: FILLER, value: noise(2000, pass * 40 + i) });
        }
        await vi.waitFor(() => expect(cleanOffset('tree')).toBeGreaterThan(offset), PATIENCE);
      }

      const records = await everythingIn(broker.bootstrapServers, 'tree');
      const left = records.filter(({ key }) => key !== FILLER);
      const tree = (await git('ls-tree', '-r', '-z', head))
        .split('\0')
        .filter((line) => line !== '');
      const expected = tree.map((line) => {
        const [about, path] = line.split('\t');
        const [mode, , blob] = about!.split(' ');
        return `${path} ${mode} ${blob}`;
      });
      expect(left.map(({ key, value }) => `${key} ${value}`).sort()).toEqual(expected.sort());
    },
  );

  it('of the offsets topic keeps the committed offsets, through kill -9', async () => {
    const client = await RawClient.connect(broker.bootstrapServers);
    await using admin = new Admin({ bootstrapServers: [broker.bootstrapServers] });
    await admin.createTopics([{ name: 'read', partitions: 10 }]);
    const partitions = Array.from({ length: 10 }, (_, i) => i);
    const commit = async (offset: number): Promise<number> => {
      const outcome = await client.exchange(offsetCommitApi, 8, {
        groupId: 'committers',
        topics: [
          {
            name: 'read',
            partitions: partitions.map((partitionIndex) => ({
              partitionIndex,
              committedOffset: offset + partitionIndex,
              committedMetadata: 'about these',
            })),
          },
        ],
      });
      if (outcome.kind !== 'answer') throw new Error(outcome.kind);
      return outcome.body.topics[0]!.partitions[0]!.errorCode;
    };
    await vi.waitFor(async () => {
      await client.exchange(findCoordinatorApi, 3, { key: 'committers' });
      expect(await commit(0)).toBe(ErrorCode.NONE);
    }, PATIENCE);
    const commits = 300;
    for (let i = 1; i <= commits; i++) expect(await commit(i * 100)).toBe(ErrorCode.NONE);
    await vi.waitFor(
      () => expect(cleanOffset('__consumer_offsets')).toBeGreaterThan(2500),
      PATIENCE,
    );
    client.close();

    await broker.kill();
    broker = await start();
    const sizes = logFiles(dataDir, '__consumer_offsets-0').map(
      (path) => readFileSync(path).length,
    );
    // 3,000 commits of 110 bytes and more were written; ten keys and the active segment are left.
    expect(sizes.reduce((sum, bytes) => sum + bytes)).toBeLessThan(80_000);
    const again = await RawClient.connect(broker.bootstrapServers);
    const fetched = await vi.waitFor(async () => {
      const outcome = await again.exchange(offsetFetchApi, 5, {
        groupId: 'committers',
        topics: [{ name: 'read', partitionIndexes: partitions }],
      });
      if (outcome.kind !== 'answer') throw new Error(outcome.kind);
      expect(outcome.body.errorCode).toBe(ErrorCode.NONE);
      return outcome.body.topics[0]!.partitions;
    }, PATIENCE);
    expect(fetched.map(({ committedOffset }) => committedOffset)).toEqual(
      partitions.map((partition) => commits * 100 + partition),
    );
    again.close();
  });

  it.skipIf(toolsMissing !== undefined)(
    "leaves files that Kafka's DumpLogSegments finds sound",
    async () => {
      await broker.stop();
      try {
        for (const partition of ['tree-0', '__consumer_offsets-0']) {
          const logs = logFiles(dataDir, partition);
          const indexes = logs.flatMap((path) => [
            path.replace(/log$/, 'index'),
            path.replace(/log$/, 'timeindex'),
          ]);
          const printed = await dump(['--deep-iteration', '--print-data-log'], logs);
          await dump(['--index-sanity-check'], indexes);
          await dump(['--verify-index-only'], indexes);
          const batches = [
            ...printed.matchAll(/baseOffset: (\d+) lastOffset: (\d+) count: (\d+)/g),
          ];
          expect(batches.length).toBeGreaterThan(10);
          const bases = batches.map(([, base]) => Number(base));
          expect(bases).toEqual([...bases].sort((a, b) => a - b));
          // They are not as they were written.
          const records = batches.reduce((sum, [, , , count]) => sum + Number(count), 0);
          expect(records).toBeLessThan(Number(batches.at(-1)![2]) * 0.8);
        }
      } finally {
        broker = await start();
      }
    },
  );

  it.skipIf(testerMissing !== undefined)("satisfies Kafka's LogCompactionTester", async () => {
    const { stdout } = await mustRun(
      'java',
      [
        '-Xmx512m',
        '-cp',
        `${TEST_JARS}/*:${kafkaLibs()}/*`,
        'kafka.tools.LogCompactionTester',
        ...['--bootstrap-server', broker.bootstrapServers, '--messages', '100000'],
        ...['--percent-deletes', '15', '--compression-type', 'snappy', '--sleep', '3'],
      ],
      { timeoutMs: 120_000 },
    );
    const printed = stdout.toString();
    expect(printed).toContain('Data verification is completed');
    expect(Number(/\((-?[\d.]+)% reduction\)/.exec(printed)?.[1])).toBeGreaterThan(50);
  });
});

async function git(...args: string[]): Promise<string> {
  return (await mustRun('git', ['-C', ROOT, ...args])).stdout.toString();
}

/** What `git log --raw -z` says, as records: the path, and its mode and blob, null where it was deleted. */
function changesOf(log: string): { key: string; value: string | null }[] {
  const fields = log.split('\0');
  const changes: { key: string; value: string | null }[] = [];
  for (let i = 0; i + 1 < fields.length; i++) {
    const match = /:\d+ (\d+) [0-9a-f]+ ([0-9a-f]+) ([AMDT])$/.exec(fields[i]!);
    if (match === null) continue;
    const [, mode, blob, kind] = match;
    changes.push({ key: fields[++i]!, value: kind === 'D' ? null : `${mode} ${blob}` });
  }
  return changes;
}

async function everythingIn(
  bootstrapServers: string,
  topic: string,
): Promise<{ key: string; value: string | undefined }[]> {
  await using admin = new Admin({ bootstrapServers: [bootstrapServers] });
  const [end] = await admin.listOffsets([{ topic, partition: 0, at: 'end' }]);
  await using consumer = new Consumer({ bootstrapServers: [bootstrapServers] });
  await consumer.assign([{ topic, partition: 0, from: 'beginning' }]);
  const found: { key: string; value: string | undefined }[] = [];
  while ((consumer.position({ topic, partition: 0 }) ?? 0) < end!.offset) {
    for (const { records } of await consumer.poll()) {
      for (const { key, value } of records) {
        found.push({ key: key!.toString(), value: value?.toString() });
      }
    }
  }
  return found;
}

/** Text that does not compress. */
function noise(length: number, seed: number): string {
  let state = seed + 1;
  return Array.from({ length }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return String.fromCharCode(33 + ((state >>> 16) % 90));
  }).join('');
}

function logFiles(dataDir: string, partition: string): string[] {
  return readdirSync(join(dataDir, partition))
    .filter((name) => name.endsWith('.log'))
    .sort()
    .map((name) => join(dataDir, partition, name));
}

async function dump(how: readonly string[], files: readonly string[]): Promise<string> {
  const { stdout, stderr } = await kafkaTool('kafka-dump-log', [
    ...how,
    '--files',
    files.join(','),
  ]);
  const printed = stdout.toString();
  expect(printed.split('Dumping ').length - 1).toBe(files.length);
  const complaint =
    /corrupt|mismatch|exception|invalid bytes|isvalid: false|out of order|not found|ignoring/i;
  expect(`${printed}\n${stderr}`.split('\n').filter((line) => complaint.test(line))).toEqual([]);
  return printed;
}
