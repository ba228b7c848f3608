/**
 * A log directory whose disk fails while the broker runs, or before it starts, goes out of use alone. A directory that turns into a file stands for the
 * disk: that is an error that root gets, too.
 */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startBroker } from '@zurau/broker';
import type { RunningBroker } from '@zurau/broker';
import { Admin, Producer } from '@zurau/client';
import type { KafkaError } from '@zurau/client';
import { tempDir } from '@zurau/testkit';
import type { TempDir } from '@zurau/testkit';

const PARTITIONS = 6;

let dir: TempDir;
let dirs: string[];

beforeEach(() => {
  dir = tempDir('failed-log-dir');
  dirs = ['a', 'b'].map((name) => join(dir.path, name));
});

afterEach(() => {
  dir[Symbol.dispose]();
});

function start(): Promise<RunningBroker> {
  return startBroker({
    port: 0,
    properties: {
      'log.dirs': dirs.join(','),
      'offsets.topic.num.partitions': '1',
      'replica.high.watermark.checkpoint.interval.ms': '50',
    },
  });
}

function breakDisk(path: string): void {
  renameSync(path, `${path}-gone`);
  writeFileSync(path, '');
}

function repairDisk(path: string): void {
  rmSync(path);
  renameSync(`${path}-gone`, path);
  // What a process leaves that ends; this one goes on.
  rmSync(join(path, '.lock'));
}

/** Per partition: the offset that a record got, or the error's name. */
async function outcomes({ bootstrapServers }: RunningBroker): Promise<(string | number)[]> {
  await using producer = new Producer({
    bootstrapServers,
    requestTimeoutMs: 2_000,
    deliveryTimeoutMs: 3_000,
    lingerMs: 0,
  });
  const sent = Array.from({ length: PARTITIONS }, async (_, partition) => {
    try {
      return (await producer.send({ topic: 't', partition, value: 'v' })).offset;
    } catch (error) {
      return (error as KafkaError).code;
    }
  });
  return await Promise.all(sent);
}

/** How many partitions have no leader and an offline replica. */
async function lostCount({ bootstrapServers }: RunningBroker): Promise<number> {
  await using admin = new Admin({ bootstrapServers });
  const [topic] = await admin.describeTopics(['t']);
  return topic!.partitions.filter(
    ({ leader, offlineReplicas }) => leader === -1 && offlineReplicas[0] === 0,
  ).length;
}

async function failedDirs({ bootstrapServers }: RunningBroker): Promise<(string | undefined)[]> {
  await using admin = new Admin({ bootstrapServers });
  return (await admin.describeLogDirs()).map(({ error }) => error?.code);
}

async function createTopic({ bootstrapServers }: RunningBroker): Promise<void> {
  await using admin = new Admin({ bootstrapServers });
  await admin.createTopics([{ name: 't', partitions: PARTITIONS }]);
}

describe('a log directory whose disk fails', () => {
  it('while the broker runs takes its partitions along and no others; they are back after a restart with the disk', async () => {
    const broker = await start();
    await createTopic(broker);
    expect(await outcomes(broker)).toEqual(Array.from({ length: PARTITIONS }, () => 0));
    expect(await failedDirs(broker)).toEqual([undefined, undefined]);
    breakDisk(dirs[1]!);
    // The next checkpoint finds it.
    await expect.poll(() => lostCount(broker), { timeout: 15_000 }).toBe(PARTITIONS / 2);
    expect(await failedDirs(broker)).toEqual([undefined, 'KAFKA_STORAGE_ERROR']);
    const after = await outcomes(broker);
    expect(after.filter((outcome) => outcome === 1)).toHaveLength(PARTITIONS / 2);
    await broker.close();

    repairDisk(dirs[1]!);
    const again = await start();
    expect(await lostCount(again)).toBe(0);
    expect((await outcomes(again)).sort()).toEqual([1, 1, 1, 2, 2, 2]);
    await again.close();
  });

  it('before the start is left out, and nothing is made anew in its place', async () => {
    const before = await start();
    await createTopic(before);
    await outcomes(before);
    await before.close();
    breakDisk(dirs[1]!);
    const broker = await start();
    expect(await lostCount(broker)).toBe(PARTITIONS / 2);
    expect(await failedDirs(broker)).toEqual([undefined, 'KAFKA_STORAGE_ERROR']);
    await broker.close();
    repairDisk(dirs[1]!);
    const again = await start();
    expect(await outcomes(again)).toEqual(Array.from({ length: PARTITIONS }, () => 1));
    await again.close();
  });

  it('ends the broker if it is the one that the metadata lies in', async () => {
    const broker = await start();
    breakDisk(dirs[0]!);
    expect((await broker.failed).message).toContain(dirs[0]);
    await broker.close().catch(() => undefined);
    repairDisk(dirs[0]!);
  });
});
