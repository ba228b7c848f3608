/**
 * A disk that gets full under load, a real one of a few megabytes: what was acknowledged stays, producers are told, consumers read on, and when there is room
 * again, everything goes on by itself. Needs to be root to mount it, and Linux.
 *
 * Apache Kafka takes a log directory out of use whatever its error was, a full disk included, until somebody starts the broker again. That would be an outage where
 * nothing is lost or damaged: here the directory stays, and refuses appends until one succeeds.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBroker } from '@zurau/broker';
import type { RunningBroker } from '@zurau/broker';
import { Admin, Consumer, KafkaError, Producer } from '@zurau/client';
import { verifyDirectory } from '@zurau/log';
import type { Finding } from '@zurau/log';
import { nodePlatform } from '@zurau/platform';
import { tempDir } from '@zurau/testkit';
import type { TempDir } from '@zurau/testkit';

const DISK_MB = 12;
const BALLAST_MB = 5;
const MB = 1024 * 1024;
const PARTITIONS = 3;
const VALUE_BYTES = 20_000;
/** What takes longer than that is stuck. */
const PATIENCE_MS = 30_000;

const missing = cannotMount();
if (missing !== undefined) process.stdout.write(`SKIPPED full-disk: ${missing}\n`);

describe.skipIf(missing !== undefined)('a disk that gets full under load', () => {
  let dir: TempDir;
  let disk: string;
  let ballast: string;

  beforeAll(() => {
    dir = tempDir('full-disk');
    disk = join(dir.path, 'disk');
    ballast = join(disk, 'ballast');
    mkdirSync(disk);
    mountDisk(disk);
    writeFileSync(ballast, Buffer.alloc(BALLAST_MB * MB, 1));
  });

  afterAll(() => {
    execFileSync('umount', ['-l', disk]);
    dir[Symbol.dispose]();
  });

  const start = (): Promise<RunningBroker> =>
    startBroker({ port: 0, dataDir: join(disk, 'data'), properties: PROPERTIES });

  it(
    'loses nothing, serves what it has, and goes on when there is room',
    { timeout: 120_000 },
    async () => {
      const acknowledged = new Map<number, string[]>();
      let broker = await start();
      {
        await using admin = new Admin({ bootstrapServers: broker.bootstrapServers });
        await admin.createTopics([{ name: 't', partitions: PARTITIONS }]);
      }

      const refused = await fill(broker, acknowledged);
      expect(refused).toBe('KAFKA_STORAGE_ERROR');
      expect([...acknowledged.values()].flat().length).toBeGreaterThan(30);

      // It is full still, and read nevertheless.
      await expectServed(broker, acknowledged);
      {
        await using admin = new Admin({ bootstrapServers: broker.bootstrapServers });
        expect((await admin.describeLogDirs()).map(({ error }) => error)).toEqual([undefined]);
      }

      const topics = await createUntilRefused(broker);

      rmSync(ballast);
      await createTopic(broker, 'made-when-there-is-room', PATIENCE_MS);
      await expectTopics(broker, topics);
      const before = [...acknowledged.values()].flat().length;
      await sendSome(broker, acknowledged);
      expect([...acknowledged.values()].flat()).toHaveLength(before + PARTITIONS);
      await expectServed(broker, acknowledged);
      await broker.close();

      const findings: Finding[] = [];
      const onFinding = (finding: Finding): void => void findings.push(finding);
      const directory = join(disk, 'data');
      await verifyDirectory({ disk: nodePlatform().disk, directory, onFinding });
      expect(findings).toEqual([]);
      broker = await start();
      await expectServed(broker, acknowledged);
      await broker.close();
    },
  );
});

const PROPERTIES = { 'offsets.topic.num.partitions': '1', 'log.segment.bytes': '1000000' };

/** Several producers at once, until each was refused. Returns what with. */
async function fill(
  { bootstrapServers }: RunningBroker,
  acknowledged: Map<number, string[]>,
): Promise<string> {
  const codes = new Set<string>();
  const fillPartition = async (partition: number): Promise<void> => {
    await using producer = new Producer({
      bootstrapServers,
      ...{ lingerMs: 0, requestTimeoutMs: 1_000, deliveryTimeoutMs: 1_500 },
    });
    for (let i = 0; ; i++) {
      const key = `${partition}-${i}`;
      try {
        await producer.send({ topic: 't', partition, key, value: value(i) });
      } catch (error) {
        // It tried again until its time was up: the last answer is why, if there was one.
        const { code, cause } = error as KafkaError;
        if (code === 'DELIVERY_TIMEOUT' && cause === undefined) continue;
        codes.add(cause instanceof KafkaError ? cause.code : code);
        return;
      }
      note(acknowledged, partition, key);
    }
  };
  await Promise.all(Array.from({ length: PARTITIONS }, (_, partition) => fillPartition(partition)));
  return [...codes].join();
}

/** Topics, until the cluster's own log does not take one. Returns those that were made. */
async function createUntilRefused(broker: RunningBroker): Promise<string[]> {
  const created: string[] = [];
  for (;;) {
    const name = `made-${created.length}`;
    try {
      await createTopic(broker, name, 1_000);
    } catch {
      return created;
    }
    created.push(name);
  }
}

async function createTopic(
  { bootstrapServers }: RunningBroker,
  name: string,
  patienceMs: number,
): Promise<void> {
  await using admin = new Admin({
    bootstrapServers,
    defaultApiTimeoutMs: patienceMs,
    requestTimeoutMs: 1_000,
  });
  await admin.createTopics([{ name, partitions: 1 }]);
}

async function expectTopics(
  { bootstrapServers }: RunningBroker,
  expected: readonly string[],
): Promise<void> {
  await using admin = new Admin({ bootstrapServers });
  const names = (await admin.listTopics()).map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining([...expected]));
}

/** One record to each partition, which all have to take it. */
async function sendSome(
  { bootstrapServers }: RunningBroker,
  acknowledged: Map<number, string[]>,
): Promise<void> {
  await using producer = new Producer({ bootstrapServers, deliveryTimeoutMs: PATIENCE_MS });
  for (let partition = 0; partition < PARTITIONS; partition++) {
    await producer.send({ topic: 't', partition, key: 'afterwards', value: value(0) });
    note(acknowledged, partition, 'afterwards');
  }
}

/** All acknowledged records are there, once and in order. What its producer gave up may be, too. */
async function expectServed(
  { bootstrapServers }: RunningBroker,
  acknowledged: ReadonlyMap<number, string[]>,
): Promise<void> {
  for (const [partition, keys] of acknowledged) {
    const served = await readKeys(bootstrapServers, partition);
    expect(served.filter((key) => keys.includes(key))).toEqual(keys);
    expect(new Set(served).size).toBe(served.length);
  }
}

async function readKeys(bootstrapServers: string, partition: number): Promise<string[]> {
  await using admin = new Admin({ bootstrapServers });
  const [end] = await admin.listOffsets([{ topic: 't', partition, at: 'end' }]);
  await using consumer = new Consumer({ bootstrapServers });
  await consumer.assign([{ topic: 't', partition, from: 'beginning' }]);
  const keys: string[] = [];
  while (keys.length < end!.offset) {
    for (const { records } of await consumer.poll({ timeoutMs: PATIENCE_MS })) {
      keys.push(...records.map(({ key }) => String(key)));
    }
  }
  return keys;
}

function note(acknowledged: Map<number, string[]>, partition: number, key: string): void {
  const keys = acknowledged.get(partition);
  if (keys === undefined) acknowledged.set(partition, [key]);
  else keys.push(key);
}

/** Of different sizes: the disk gets full in the middle of a write. */
function value(index: number): Buffer {
  return Buffer.alloc(VALUE_BYTES + 997 * (index % 7), 97 + (index % 26));
}

function mountDisk(path: string): void {
  const options = ['-t', 'tmpfs', '-o', `size=${DISK_MB}m`, 'zurau-test', path];
  execFileSync('mount', options, { stdio: 'pipe' });
}

/** Why no file system can be mounted here; undefined when one can. */
function cannotMount(): string | undefined {
  if (process.platform !== 'linux') return 'needs Linux';
  using dir = tempDir('can-mount');
  try {
    mountDisk(dir.path);
  } catch (error) {
    return `cannot mount a small file system: ${(error as Error).message.split('\n').at(-1)}`;
  }
  execFileSync('umount', ['-l', dir.path]);
  return undefined;
}
