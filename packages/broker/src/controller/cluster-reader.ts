/**
 * Reads brokers, topics and notifications out of the metadata store, for one term of a controller. Every read sets the watch that tells of the next change.
 *
 * Owns: what becomes of nodes that vanish in between or that nobody can read. Decides nothing.
 */
import { ZERO_UUID } from '@zurau/protocol';
import type { Random } from '@zurau/platform';
import type { Logger } from '../logging.ts';
import { isStoreError, type Watcher } from '../metadata/store.ts';
import { brokerIdsZnode, brokerIdZnode } from '../metadata/znodes/brokers.ts';
import { ZnodeError } from '../metadata/znodes/json.ts';
import { topicsZnode, topicZnode, type TopicRegistration } from '../metadata/znodes/topics.ts';
import type { BrokerAddress } from './broker-link.ts';
import type { ClusterState, PartitionEntry } from './cluster-state.ts';
import type { FencedStore } from './fenced-store.ts';

export interface ClusterWatchers {
  /** Brokers came or went. */
  readonly brokers: Watcher;
  /** One registration changed. */
  readonly broker: Watcher;
  /** Topics came or went. */
  readonly topics: Watcher;
  /** One topic's partitions changed. */
  readonly topic: Watcher;
}

export class ClusterReader {
  readonly #store: FencedStore;
  readonly #state: ClusterState;
  readonly #random: Random;
  readonly #logger: Logger;
  readonly #watchers: ClusterWatchers;

  constructor(dependencies: {
    readonly store: FencedStore;
    readonly state: ClusterState;
    readonly random: Random;
    readonly logger: Logger;
    readonly watchers: ClusterWatchers;
  }) {
    this.#store = dependencies.store;
    this.#state = dependencies.state;
    this.#random = dependencies.random;
    this.#logger = dependencies.logger;
    this.#watchers = dependencies.watchers;
  }

  /** The registered brokers. */
  async brokers(): Promise<BrokerAddress[]> {
    const { session } = this.#store;
    const { children } = await session.getChildren(brokerIdsZnode.path, this.#watchers.brokers);
    const brokers = await Promise.all(
      children.map(async (child): Promise<BrokerAddress | undefined> => {
        const id = Number(child);
        try {
          const { data, stat } = await session.getData(
            brokerIdZnode.path(id),
            this.#watchers.broker,
          );
          const { endpoints, rack } = brokerIdZnode.decode(id, data);
          return { id, epoch: stat.czxid, endpoints, rack };
        } catch (error) {
          if (isStoreError(error, 'NO_NODE')) return undefined;
          return this.#skipUnreadable(error);
        }
      }),
    );
    return brokers.filter((broker) => broker !== undefined);
  }

  async topicNames(): Promise<string[]> {
    const { session } = this.#store;
    return (await session.getChildren(topicsZnode.path, this.#watchers.topics)).children;
  }

  /** Reads topics into the state; returns the partitions that were not in it. */
  async loadTopics(names: readonly string[]): Promise<PartitionEntry[]> {
    const added = await Promise.all(
      names.map(async (name) => {
        const registration = await this.#readTopic(name);
        return registration === undefined ? [] : this.#state.putTopic(name, registration);
      }),
    );
    return added.flat();
  }

  async #readTopic(name: string): Promise<TopicRegistration | undefined> {
    const path = topicZnode.path(name);
    try {
      const { data, stat } = await this.#store.session.getData(path, this.#watchers.topic);
      const registration = topicZnode.decode(name, data);
      if (registration.topicId !== ZERO_UUID) return registration;
      // Made by a Kafka older than topic ids (KIP-516).
      const identified = { ...registration, topicId: this.#random.uuid() };
      const encoded = topicZnode.encode(identified);
      await this.#store.write([{ type: 'set', path, data: encoded, version: stat.version }]);
      return identified;
    } catch (error) {
      if (isStoreError(error, 'NO_NODE')) return undefined;
      return this.#skipUnreadable(error);
    }
  }

  /** What one node says wrong must not keep the rest of the cluster without controller. */
  #skipUnreadable(error: unknown): undefined {
    if (!(error instanceof ZnodeError)) throw error;
    this.#logger.error({ err: error }, 'a node of the metadata store is unreadable');
    return undefined;
  }

  /** Reads and removes the notifications below `parent`. */
  async consume(parent: string, watcher: () => void, read: (data: Buffer) => void): Promise<void> {
    const { session } = this.#store;
    const { children } = await session.getChildren(parent, watcher);
    for (const child of children) {
      await this.take(`${parent}/${child}`, (data) => Promise.resolve(read(data)));
    }
  }

  /** Reads and removes one node, that may be gone. */
  async take(path: string, read: (data: Buffer) => Promise<void>): Promise<void> {
    try {
      await read((await this.#store.session.getData(path)).data);
    } catch (error) {
      if (!isStoreError(error, 'NO_NODE')) this.#skipUnreadable(error);
    }
    await this.#store.remove(path);
  }
}
