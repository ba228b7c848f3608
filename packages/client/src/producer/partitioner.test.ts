import { simulatedPlatform } from '@zurau/platform';
import { expect, it } from 'vitest';
import type { TopicMetadata } from '../cluster/metadata.ts';
import {
  choiceOf,
  partitionOfKey,
  RoundRobinPartitioner,
  StickyPartitioner,
} from './partitioner.ts';

function topicOf(leaders: readonly number[]): TopicMetadata {
  const partitions = leaders.map((leader, partition) => ({
    partition,
    leader,
    leaderEpoch: 0,
    replicas: [],
    inSyncReplicas: [],
    offlineReplicas: [],
  }));
  return { name: 't', id: '', internal: false, partitions };
}

// Hashes as Java computes them.
it.each([
  ['21', 0x7fff_ffff & -973_932_308],
  ['foobar', 0x7fff_ffff & -790_332_482],
  ['abc', 479_470_107],
])('key %s goes where Java puts it', (key, positiveHash) => {
  expect(partitionOfKey(key, 7)).toBe(positiveHash % 7);
  expect(partitionOfKey(Buffer.from(key), 12)).toBe(positiveHash % 12);
});

it('records without a key stick together, and in the long run spread evenly', () => {
  const { random } = simulatedPlatform(1);
  const topic = topicOf([0, 1, 2, 0]);
  const sticky = new StickyPartitioner(random, 1_000);
  const counts = [0, 0, 0, 0];
  let switches = 0;
  let last = -1;
  for (let i = 0; i < 40_000; i += 1) {
    const partition = sticky.choose(topic);
    if (partition !== last) switches += 1;
    last = partition;
    counts[partition] = (counts[partition] ?? 0) + 1;
    sticky.used(topic, 100, i % 10 === 9);
  }
  expect(switches).toBeLessThanOrEqual(4_001);
  for (const count of counts) expect(count).toBeGreaterThan(8_000);
});

it('partitions without a leader are avoided while there are others', () => {
  const { random } = simulatedPlatform(1);
  const sticky = new StickyPartitioner(random, 1);
  const some = topicOf([-1, 1, -1, 2]);
  for (let i = 0; i < 100; i += 1) {
    expect([1, 3]).toContain(sticky.choose(some));
    sticky.used(some, 10, true);
  }
  expect([0, 1]).toContain(new StickyPartitioner(random, 1).choose(topicOf([-1, -1])));
});

it('adaptive: the fewer batches wait for a partition, the more it gets; none while its broker is stuck', () => {
  const { random } = simulatedPlatform(1);
  const topic = topicOf([0, 1, 2]);
  const stuck = new Set<number>();
  const load = {
    waitingCount: (partition: number) => [0, 8, 9][partition] ?? 0,
    unavailable: () => stuck,
  };
  const sticky = new StickyPartitioner(random, 1, load);
  const counts = [0, 0, 0];
  const spread = (): void => {
    counts.fill(0);
    for (let i = 0; i < 3_000; i += 1) {
      counts[sticky.choose(topic)]! += 1;
      sticky.used(topic, 10, true);
    }
  };
  spread();
  expect(counts[0]).toBeGreaterThan(1_200);
  expect(counts[0]).toBeGreaterThan(counts[1]!);
  expect(counts[1]).toBeGreaterThan(counts[2]!);
  stuck.add(0).add(1);
  spread();
  expect(counts[0]! + counts[1]!).toBeGreaterThan(0);
  stuck.delete(1);
  spread();
  expect(counts[0]).toBeLessThanOrEqual(1_500);
});

it('round robin: one after the other, those with a leader only', () => {
  const { random } = simulatedPlatform(1);
  const roundRobin = new RoundRobinPartitioner(random);
  const choice = choiceOf(topicOf([0, -1, 1, 2]));
  const first = Array.from({ length: 3 }, () => roundRobin.choose(choice));
  expect(first.toSorted()).toEqual([0, 2, 3]);
  expect(Array.from({ length: 3 }, () => roundRobin.choose(choice))).toEqual(first);
});
