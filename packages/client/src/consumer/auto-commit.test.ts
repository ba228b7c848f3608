/** What a consumer commits by itself around a rebalance, in virtual time. */
import { type SimulatedHost, simulatedPlatform } from '@zurau/platform';
import { encodeRecordBatch, loadCodecs } from '@zurau/protocol';
import { beforeAll, expect, it } from 'vitest';
import type { PartitionLog } from '../fixtures/partition-log.ts';
import { SmallCluster } from '../fixtures/small-cluster.ts';
import { Consumer } from './consumer.ts';
import type { ConsumerConfig } from './consumer-config.ts';

interface World {
  readonly client: SimulatedHost;
  readonly cluster: SmallCluster;
  readonly log: PartitionLog;
  readonly consumer: Consumer;
  /** Types of what happened in the group. */
  readonly events: string[];
  readonly run: <T>(promise: Promise<T>) => Promise<T>;
}

/** One member of a group, that reads topic `t` with its one partition. */
async function world(config: Partial<ConsumerConfig>): Promise<World> {
  const client = simulatedPlatform(1);
  const { simulation } = client;
  const cluster = new SmallCluster([simulation.host('broker0')]);
  const run = <T>(promise: Promise<T>): Promise<T> => simulation.runUntilSettled(promise);
  await run(cluster.start());
  const [log] = cluster.createTopic('t', 1);
  const consumer = new Consumer({
    bootstrapServers: cluster.bootstrapServers,
    platform: client,
    groupId: 'g',
    autoOffsetReset: 'earliest',
    heartbeatIntervalMs: 10,
    ...config,
  });
  const events: string[] = [];
  consumer.onEvent = ({ type }) => events.push(type);
  consumer.subscribe('t');
  return { client, cluster, log: log as PartitionLog, consumer, events, run };
}

function fill(log: PartitionLog, count: number): void {
  log.append(
    encodeRecordBatch(Array.from({ length: count }, () => ({ timestamp: 0, value: 'v' }))),
  );
}

/** Works for a millisecond on what each poll returns. */
async function pollUntil({ run, client, consumer }: World, holds: () => boolean): Promise<void> {
  for (let round = 0; !holds(); round += 1) {
    expect(round).toBeLessThan(10_000);
    await run(consumer.poll({ timeoutMs: 1 }));
    await client.simulation.runFor(1);
  }
}

const AT = { topic: 't', partition: 0 };

beforeAll(async () => {
  await loadCodecs();
});

it('tells of no failure when the clock commits while the group completes a rebalance', async () => {
  const w = await world({
    autoCommitIntervalMs: 20,
    partitionAssignmentStrategy: ['cooperative-sticky'],
    maxPollRecords: 1,
  });
  const { cluster, consumer, events } = w;
  const { group } = cluster;
  const joinedCount = (): number => events.filter((type) => type === 'joined').length;
  fill(w.log, 500);
  await pollUntil(w, () => group.committed.get('t-0') !== undefined);
  group.storeMs = 60;
  group.rebalance();
  // What stays with its member is read on meanwhile, and the clock wants to commit it.
  await pollUntil(w, () => joinedCount() === 2);
  expect(group.refusedCount).toBeGreaterThan(0);
  await pollUntil(w, () => group.committed.get('t-0') === 500);
  await w.run(consumer.close());
  expect(events).not.toContain('commit-failed');
});

it('commits once before it joins again, however long that takes, and whatever the clock says', async () => {
  const w = await world({ autoCommitIntervalMs: 100, partitionAssignmentStrategy: ['range'] });
  const { cluster, consumer, events } = w;
  const { group } = cluster;
  fill(w.log, 10);
  await pollUntil(w, () => group.committed.get('t-0') === 10);
  // The clock has just been there, and comes again in the middle of the last commit before the rebalance.
  fill(w.log, 5);
  await pollUntil(w, () => consumer.position(AT) === 15);
  group.commitAnswerMs = 500;
  group.rebalance();
  const before = cluster.requests.length;
  await pollUntil(w, () => events.filter((type) => type === 'joined').length === 2);
  const names = cluster.requests.slice(before).map(({ name }) => name);
  expect(names.filter((name) => name === 'OffsetCommit' || name === 'JoinGroup')).toEqual([
    'OffsetCommit',
    'JoinGroup',
  ]);
  expect(events).not.toContain('commit-failed');
  expect(group.committed.get('t-0')).toBe(15);
  group.commitAnswerMs = 0;
  await w.run(consumer.close());
});
