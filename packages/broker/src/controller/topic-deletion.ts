/**
 * Topics on their way out: brokers are told that nobody leads them, every replica is deleted, then the nodes go.
 *
 * Owns: how far each deletion is. A topic waits while one of its replicas is out of reach; it goes on when that broker is back. A new controller starts
 * each deletion from the beginning: deleting a replica twice does no harm.
 */
import type { Logger } from '../logging.ts';
import { isStoreError, type StoreOperation } from '../metadata/store.ts';
import { configZnode } from '../metadata/znodes/configs.ts';
import type { TopicPartition } from '../metadata/znodes/controller.ts';
import {
  deleteTopicZnode,
  partitionStateZnode,
  partitionZnode,
  topicPartitionsZnode,
  topicZnode,
} from '../metadata/znodes/topics.ts';
import type { ClusterState, PartitionEntry } from './cluster-state.ts';
import type { FencedStore } from './fenced-store.ts';
import type { RequestBatch } from './request-batch.ts';

/** Nodes deleted in one multi. */
const DELETIONS_PER_MULTI = 1_000;

interface Progress {
  /** By replica. Missing: not asked yet. */
  readonly replicas: Map<string, 'asked' | 'deleted' | 'failed'>;
  /** Until a broker that has a replica comes back. */
  waits: boolean;
}

export class TopicDeletions {
  readonly #state: ClusterState;
  readonly #store: FencedStore;
  readonly #batch: RequestBatch;
  readonly #logger: Logger;
  readonly #progress = new Map<string, Progress>();

  constructor(dependencies: {
    readonly state: ClusterState;
    readonly store: FencedStore;
    readonly batch: RequestBatch;
    readonly logger: Logger;
  }) {
    this.#state = dependencies.state;
    this.#store = dependencies.store;
    this.#batch = dependencies.batch;
    this.#logger = dependencies.logger;
  }

  /** Marks topics; the work begins with `advance`. */
  begin(topics: Iterable<string>): void {
    for (const topic of topics) this.#state.deleting.add(topic);
  }

  /** Does what can be done now for every topic on its way out. */
  async advance(): Promise<void> {
    for (const name of [...this.#state.deleting]) {
      const topic = this.#state.topics.get(name);
      if (topic === undefined) {
        this.#state.deleting.delete(name);
        continue;
      }
      const entries = [...topic.partitions.values()];
      const progress = this.#progressOf(name);
      if (everyReplica(entries, (key) => progress.replicas.get(key) === 'deleted')) {
        await this.#complete(name);
      } else if (!progress.waits && ![...progress.replicas.values()].includes('asked')) {
        this.#ask(entries, progress);
      }
    }
  }

  /** A broker has answered for replicas that it was to delete. */
  answered(brokerId: number, partitions: readonly TopicPartition[], succeeded: boolean): void {
    for (const { topic, partition } of partitions) {
      if (!this.#state.deleting.has(topic)) continue;
      const progress = this.#progressOf(topic);
      progress.replicas.set(replicaKey(partition, brokerId), succeeded ? 'deleted' : 'failed');
      if (!succeeded) {
        progress.waits = true;
        this.#logger.warn({ topic, partition, brokerId }, 'a replica could not be deleted');
      }
    }
  }

  /** What a broker that died was asked to delete waits for its return. */
  brokerDown(brokerId: number): void {
    for (const [name, progress] of this.#progress) {
      for (const partition of this.#state.topics.get(name)?.partitions.keys() ?? []) {
        const key = replicaKey(partition, brokerId);
        if (progress.replicas.get(key) !== 'asked') continue;
        progress.replicas.set(key, 'failed');
        progress.waits = true;
      }
    }
  }

  brokerUp(brokerId: number): void {
    for (const [name, progress] of this.#progress) {
      for (const entry of this.#state.topics.get(name)?.partitions.values() ?? []) {
        if (entry.replicas.includes(brokerId)) progress.waits = false;
      }
    }
  }

  #progressOf(topic: string): Progress {
    let progress = this.#progress.get(topic);
    if (progress === undefined) {
      progress = { replicas: new Map(), waits: false };
      this.#progress.set(topic, progress);
    }
    return progress;
  }

  #ask(entries: readonly PartitionEntry[], progress: Progress): void {
    this.#logger.debug({ topic: entries[0]?.topic }, 'deleting a topic');
    this.#batch.metadataToAll(entries);
    for (const entry of entries) {
      for (const replica of entry.replicas) {
        const key = replicaKey(entry.partition, replica);
        if (progress.replicas.get(key) === 'deleted') continue;
        if (this.#state.isOnline(replica, entry)) {
          progress.replicas.set(key, 'asked');
          this.#batch.stopReplica(replica, entry, true);
        } else {
          progress.replicas.set(key, 'failed');
          progress.waits = true;
        }
      }
    }
  }

  async #complete(topic: string): Promise<void> {
    // Someone else may be writing below the topic (a broker its ISR, a tool its config): read again and try again.
    while (!(await this.#removeNodes(topic))) this.#logger.debug({ topic }, 'its nodes changed');
    this.#state.topics.delete(topic);
    this.#state.deleting.delete(topic);
    this.#progress.delete(topic);
    this.#logger.info({ topic }, 'topic deleted');
  }

  async #removeNodes(topic: string): Promise<boolean> {
    const { session } = this.#store;
    const paths: string[] = [];
    try {
      const { children } = await session.getChildren(topicPartitionsZnode.path(topic));
      for (const child of children) {
        const state = partitionStateZnode.path(topic, Number(child));
        if ((await session.exists(state)) !== undefined) paths.push(state);
        paths.push(partitionZnode.path(topic, Number(child)));
      }
      paths.push(topicPartitionsZnode.path(topic));
    } catch (error) {
      if (!isStoreError(error, 'NO_NODE')) throw error;
    }
    // The mark goes last and together with the topic: as long as the topic is there, every controller knows that it is to go.
    for (const path of [
      configZnode.path('topics', topic),
      topicZnode.path(topic),
      deleteTopicZnode.path(topic),
    ]) {
      if ((await session.exists(path)) !== undefined) paths.push(path);
    }
    try {
      for (let at = 0; at < paths.length; at += DELETIONS_PER_MULTI) {
        await this.#store.write(
          paths
            .slice(at, at + DELETIONS_PER_MULTI)
            .map((path): StoreOperation => ({ type: 'delete', path, version: -1 })),
        );
      }
      return true;
    } catch (error) {
      if (isStoreError(error, 'NO_NODE') || isStoreError(error, 'NOT_EMPTY')) return false;
      throw error;
    }
  }
}

function replicaKey(partition: number, brokerId: number): string {
  return `${partition}/${brokerId}`;
}

function everyReplica(
  entries: readonly PartitionEntry[],
  holds: (key: string) => boolean,
): boolean {
  return entries.every((entry) =>
    entry.replicas.every((replica) => holds(replicaKey(entry.partition, replica))),
  );
}
