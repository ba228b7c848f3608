/**
 * Ten members that come and go while records are written and read.
 *
 * What must hold: in one generation a partition belongs to one member; nobody gets a partition before its owner has let go of it; and
 * as all of them leave in order, every record is read exactly once.
 */
import { Admin, Consumer, Producer } from '@zurau/client';
import type { ConsumerConfig, TopicPartition } from '@zurau/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  type ClusterUnderTest,
  clusterUnderTest,
  freshTopic,
  groupProtocols,
} from './cluster-under-test.ts';

const MEMBERS_MAX = 10;
const PARTITION_COUNT = 12;
const CHANGE_COUNT = 30;

let cluster: ClusterUnderTest;

beforeAll(async () => {
  cluster = await clusterUnderTest();
});

afterAll(async () => {
  await cluster.close();
});

/** What all members together have seen; breaks the test when it does not fit together. */
class Ledger {
  readonly #ownerIn: Map<string, string> = new Map();
  readonly #owner: Map<number, string> = new Map();
  readonly seen: Map<string, number> = new Map();
  readonly failures: string[] = [];

  generation(generationId: number, partitions: readonly TopicPartition[], memberId: string): void {
    for (const { partition } of partitions) {
      const key = `${generationId}/${partition}`;
      const owner = this.#ownerIn.get(key) ?? memberId;
      expect(owner, `partition ${partition} in generation ${generationId}`).toBe(memberId);
      this.#ownerIn.set(key, memberId);
    }
  }

  take(partitions: readonly TopicPartition[], by: string): void {
    for (const { partition } of partitions) {
      expect(this.#owner.get(partition), `owner of ${partition}, wanted by ${by}`).toBeUndefined();
      this.#owner.set(partition, by);
    }
  }

  release(partitions: readonly TopicPartition[], by: string): void {
    for (const { partition } of partitions) {
      expect(this.#owner.get(partition)).toBe(by);
      this.#owner.delete(partition);
    }
  }

  read(partition: number, offset: number): void {
    const key = `${partition}/${offset}`;
    this.seen.set(key, (this.seen.get(key) ?? 0) + 1);
  }
}

class Member {
  readonly #consumer: Consumer;
  readonly #done: Promise<void>;

  constructor(name: string, topic: string, config: Partial<ConsumerConfig>, ledger: Ledger) {
    this.#consumer = new Consumer({
      bootstrapServers: cluster.bootstrapServers,
      groupId: topic,
      clientId: name,
      autoOffsetReset: 'earliest',
      maxPollRecords: 20,
      // Only what is committed before partitions go must never fail; what the clock commits may come in the middle of a rebalance.
      autoCommitIntervalMs: 600_000,
      ...config,
    });
    const isClassic = config.groupProtocol !== 'consumer';
    this.#consumer.onEvent = (event) => {
      if (event.type === 'commit-failed') ledger.failures.push(`${name}: ${event.error.message}`);
      // Epochs of KIP-848 are each member's own.
      if (event.type !== 'joined' || !isClassic) return;
      ledger.generation(event.generationId, event.partitions, name);
    };
    this.#consumer.subscribe(topic, {
      onPartitionsAssigned: (partitions) => ledger.take(partitions, name),
      onPartitionsRevoked: (partitions) => ledger.release(partitions, name),
      onPartitionsLost: (partitions) => expect(partitions, 'lost').toEqual([]),
    });
    this.#done = this.#run(ledger);
    this.#done.catch((error: unknown) => ledger.failures.push(`${name}: ${String(error)}`));
  }

  /** Asks for the next batch once more than it needs, so that all it got is done. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#done;
    await this.#consumer.close();
  }

  #stopping = false;

  async #run(ledger: Ledger): Promise<void> {
    for (;;) {
      const stopping = this.#stopping;
      const batches = await this.#consumer.poll({ timeoutMs: stopping ? 0 : 50 });
      for (const { partition, records } of batches) {
        for (const { offset } of records) ledger.read(partition, offset);
      }
      if (stopping && batches.length === 0) return;
    }
  }
}

/** Whole numbers below `bound`, the same in every run. */
function chance(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

const kinds: readonly (readonly [string, Partial<ConsumerConfig>])[] = [
  ['eager', { partitionAssignmentStrategy: ['range'], heartbeatIntervalMs: 50 }],
  ['incremental', { partitionAssignmentStrategy: ['cooperative-sticky'], heartbeatIntervalMs: 50 }],
  ['assigned by the coordinator', { groupProtocol: 'consumer' }],
];

it.each(
  kinds.filter(([, { groupProtocol = 'classic' }]) => groupProtocols.includes(groupProtocol)),
)(
  'members come and go, %s',
  async (kind, config) => {
    const { bootstrapServers } = cluster;
    const topic = freshTopic('churn');
    await using admin = new Admin({ bootstrapServers });
    await using producer = new Producer({ bootstrapServers });
    await admin.createTopics([{ name: topic, partitions: PARTITION_COUNT, replicationFactor: 1 }]);
    const ledger = new Ledger();
    const members: Member[] = [];
    const below = chance(kind.length);
    let sentCount = 0;
    const send = async (count: number): Promise<void> => {
      const records = Array.from({ length: count }, (_, i) => ({
        topic,
        partition: (sentCount + i) % PARTITION_COUNT,
        value: 'v',
      }));
      await producer.sendBatch(records);
      sentCount += count;
    };
    const readAtLeast = async (count: number): Promise<void> => {
      const enough = (): boolean => ledger.seen.size >= count || ledger.failures.length > 0;
      await expect.poll(enough, { timeout: 60_000 }).toBe(true);
      expect(ledger.failures).toEqual([]);
    };
    for (let change = 0; change < CHANGE_COUNT; change += 1) {
      await send(60);
      const leaves = members.length === MEMBERS_MAX || (members.length > 2 && below(5) < 2);
      if (leaves) await members.splice(below(members.length), 1)[0]?.stop();
      else members.push(new Member(`m${change}`, topic, config, ledger));
      // Some changes come in the middle of a rebalance, some after it.
      if (below(2) === 0) await readAtLeast(sentCount / 2);
    }
    await readAtLeast(sentCount);
    for (const member of members) await member.stop();
    const twice = [...ledger.seen].filter(([, count]) => count !== 1);
    expect(twice, ledger.failures.join('\n')).toEqual([]);
  },
  180_000,
);
