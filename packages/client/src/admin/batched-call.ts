/**
 * Calls about many items that different brokers answer for: partitions by their leader, groups and transactional ids by their coordinator. One
 * request a broker, and again for those items alone that may do better somewhere else.
 */
import { ErrorCode } from '@zurau/protocol';
import type { BrokerNode } from '../cluster/broker-node.ts';
import type { Cluster, CoordinatorKind, OperationOptions } from '../cluster/cluster.ts';
import { brokerError, clientError, KafkaError, notRetriable } from '../errors.ts';
import { groupBy } from '../group-by.ts';
import { partitionName, type TopicPartition } from '../topic-partition.ts';
import { type Outcome, valuesOf } from './results.ts';

/** Asks one broker; answers for all of `items`, named as {@link BatchedCall.nameOf} does. */
export type AskBroker<Item, T> = (
  node: BrokerNode,
  items: readonly Item[],
  remainingMs: number,
) => Promise<Outcome<T>[]>;

interface BatchedCall<Item, T> {
  readonly cluster: Cluster;
  /** `Deleting records`. */
  readonly about: string;
  readonly options: OperationOptions;
  readonly items: readonly Item[];
  nameOf(item: Item): string;
  /** Before the first attempt, and each after: brings what is known up to date. */
  prepare(items: readonly Item[]): Promise<void>;
  /** Whom to ask; what it throws is the item's outcome. */
  nodeOf(item: Item): BrokerNode | Promise<BrokerNode>;
  readonly ask: AskBroker<Item, T>;
  /** A retriable failure of the item: forgets who was asked. */
  forget(item: Item): void;
}

/** A topic may be unknown to a broker that has not heard of it yet; after so many looks it does not exist. */
const LOOKS_FOR_TOPIC = 4;

/** In the order of the items; rejects with PartialFailure when all that could be done is done. */
async function callInBatches<Item, T>(call: BatchedCall<Item, T>): Promise<T[]> {
  const { cluster, about, options, items } = call;
  const settled = new Map<string, Outcome<T>>();
  await cluster.retrying(about, options, async (remainingMs) => {
    const open = items.filter((item) => !settled.has(call.nameOf(item)));
    await call.prepare(open);
    let retriable: KafkaError | undefined;
    const failed = (item: Item, error: unknown): void => {
      if (!(error instanceof KafkaError)) throw error;
      if (error.retriable) {
        retriable = error;
        call.forget(item);
      } else {
        settled.set(call.nameOf(item), { name: call.nameOf(item), error });
      }
    };
    const places = await Promise.all(
      open.map(async (item) => {
        try {
          return { item, node: await call.nodeOf(item) };
        } catch (error) {
          failed(item, error);
          return undefined;
        }
      }),
    );
    const found = places.filter((place) => place !== undefined);
    await Promise.all(
      Array.from(
        groupBy(found, ({ node }) => node),
        async ([node, ofNode]) => {
          const asked = ofNode.map(({ item }) => item);
          try {
            const outcomes = await call.ask(node, asked, remainingMs);
            const byName = new Map(outcomes.map((outcome) => [outcome.name, outcome]));
            for (const item of asked) {
              const name = call.nameOf(item);
              const outcome = byName.get(name);
              if (outcome === undefined) {
                failed(item, clientError('PROTOCOL_VIOLATION', `${about}: no word of ${name}.`));
              } else if (outcome.error === undefined) settled.set(name, outcome);
              else failed(item, outcome.error);
            }
          } catch (error) {
            for (const item of asked) failed(item, error);
          }
        },
      ),
    );
    if (options.signal?.aborted !== true && retriable !== undefined) throw retriable;
  });
  return valuesOf(items.map((item) => settled.get(call.nameOf(item)) as Outcome<T>));
}

/** Asks the leaders of partitions. Names are `topic-partition`. */
export async function atLeaders<Item extends TopicPartition, T>(
  cluster: Cluster,
  about: string,
  items: readonly Item[],
  options: OperationOptions,
  ask: AskBroker<Item, T>,
): Promise<T[]> {
  let looks = 0;
  return await callInBatches({
    cluster,
    about,
    options,
    items,
    ask,
    nameOf: partitionName,
    prepare: async (open) => {
      looks += 1;
      await cluster.refresh(new Set(open.map(({ topic }) => topic)), options.signal);
    },
    nodeOf: ({ topic, partition }) => {
      const known = cluster.metadata.topic(topic);
      if (known === undefined || known.partitions[partition] === undefined) {
        const code = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
        const error = brokerError(
          known === undefined ? cluster.metadata.topicError(topic) || code : code,
          partitionName({ topic, partition }),
        );
        throw looks < LOOKS_FOR_TOPIC ? error : notRetriable(error);
      }
      return cluster.leader(topic, partition);
    },
    forget: () => {},
  });
}

/** Asks the coordinators of groups or transactional ids, which are their own names. */
export async function atCoordinators<T>(
  cluster: Cluster,
  kind: CoordinatorKind,
  about: string,
  keys: readonly string[],
  options: OperationOptions,
  ask: AskBroker<string, T>,
): Promise<T[]> {
  return await callInBatches({
    cluster,
    about,
    options,
    items: [...new Set(keys)],
    ask,
    nameOf: (key) => key,
    prepare: () => Promise.resolve(),
    nodeOf: (key) => cluster.coordinator(kind, key, options.signal),
    forget: (key) => cluster.forgetCoordinator(kind, key),
  });
}

/** Asks each of these brokers, all of the cluster by default; what they answer is put together. */
export async function atBrokers<T>(
  cluster: Cluster,
  about: string,
  brokerIds: Iterable<number> | undefined,
  options: OperationOptions,
  ask: (node: BrokerNode) => Promise<readonly T[]>,
): Promise<T[]> {
  return await cluster.retrying(about, options, async () => {
    await cluster.refresh([], options.signal);
    const answers = await Promise.all(
      Array.from(brokerIds ?? cluster.metadata.brokers.keys(), async (brokerId) => {
        const node = cluster.node(brokerId);
        if (node === undefined) throw unknownBroker(brokerId);
        return await ask(node);
      }),
    );
    return answers.flat();
  });
}

/** There is no such broker, or it is not up. */
export function unknownBroker(brokerId: number): KafkaError {
  return brokerError(ErrorCode.BROKER_NOT_AVAILABLE, `Broker ${brokerId}`);
}

/** Partitions as requests list them: by topic. */
export function byTopic<Item extends TopicPartition>(items: readonly Item[]): [string, Item[]][] {
  return [...groupBy(items, ({ topic }) => topic)];
}
