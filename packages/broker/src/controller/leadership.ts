/**
 * Changes of leadership: reads the state of partitions, elects, writes against the version that was read, and tells the brokers.
 *
 * Owns: the order of these steps, and trying again when a leader changed the node in between. Who is elected is decided in `elections.ts`.
 */
import type { Logger } from '../logging.ts';
import { groupByTopic } from '../metadata/group-by-topic.ts';
import { ensurePath } from '../metadata/store-path.ts';
import { isStoreError, type StoreOperation } from '../metadata/store.ts';
import { configZnode } from '../metadata/znodes/configs.ts';
import {
  partitionStateZnode,
  partitionZnode,
  topicPartitionsZnode,
  type PartitionState,
} from '../metadata/znodes/topics.ts';
import type { ClusterState, PartitionEntry } from './cluster-state.ts';
import {
  electAfterLoss,
  electForReassignment,
  electForShutdown,
  electPreferred,
  firstState,
  withNextEpoch,
  withoutReplica,
  type ElectionInput,
} from './elections.ts';
import type { FencedStore } from './fenced-store.ts';
import type { RequestBatch } from './request-batch.ts';

/** Partitions whose nodes are made in one multi: below ZooKeeper's packet limit with room to spare. */
const PARTITIONS_PER_MULTI = 500;

/** Changed in one multi, at about two hundred bytes each. */
const PARTITIONS_PER_CHANGE = 200;

type Decide = (
  entry: PartitionEntry,
  input: ElectionInput,
) => PartitionState | undefined | Promise<PartitionState | undefined>;

interface Decided {
  readonly entry: PartitionEntry;
  readonly state: PartitionState;
}

export interface Change {
  readonly entry: PartitionEntry;
  readonly changed: boolean;
}

export class LeadershipChanges {
  readonly #store: FencedStore;
  readonly #state: ClusterState;
  readonly #batch: RequestBatch;
  readonly #logger: Logger;
  readonly #isUncleanByDefault: () => boolean;

  constructor(dependencies: {
    readonly store: FencedStore;
    readonly state: ClusterState;
    readonly batch: RequestBatch;
    readonly logger: Logger;
    /** The broker's `unclean.leader.election.enable` of now; topics may override it. */
    readonly isUncleanByDefault: () => boolean;
  }) {
    this.#store = dependencies.store;
    this.#state = dependencies.state;
    this.#batch = dependencies.batch;
    this.#logger = dependencies.logger;
    this.#isUncleanByDefault = dependencies.isUncleanByDefault;
  }

  /** Reads what the store has into the entries; those without a node have no leadership. */
  async load(entries: readonly PartitionEntry[]): Promise<void> {
    await Promise.all(
      entries.map(async (entry) => {
        const path = partitionStateZnode.path(entry.topic, entry.partition);
        try {
          const { data, stat } = await this.#store.session.getData(path);
          const state = partitionStateZnode.decode(entry.topic, entry.partition, data);
          entry.leadership = { ...state, partitionEpoch: stat.version };
        } catch (error) {
          if (!isStoreError(error, 'NO_NODE')) throw error;
          entry.leadership = undefined;
        }
      }),
    );
  }

  /** Sees to it that every partition has a leader if it can: new ones get their first, those that lost it another. */
  async bringOnline(entries: Iterable<PartitionEntry>): Promise<Change[]> {
    const wanting = [...entries].filter(
      (entry) => !this.#state.deleting.has(entry.topic) && !this.#state.hasOnlineLeader(entry),
    );
    const fresh = wanting.filter((entry) => entry.leadership === undefined);
    const lost = wanting.filter((entry) => entry.leadership !== undefined);
    const created = await this.#createStates(fresh);
    const elected = await this.#change(lost, async (entry, input) => {
      const anyInSync = input.state.isr.some(input.isOnline);
      return electAfterLoss(input, !anyInSync && (await this.#isUncleanAllowed(entry.topic)));
    });
    return [...created, ...elected];
  }

  /** Gives leadership to the first replica where it can take it. */
  async preferFirst(entries: readonly PartitionEntry[]): Promise<Change[]> {
    return this.#change(entries, (_entry, input) => electPreferred(input));
  }

  /** Unclean where necessary, whatever the topic says: an operator asked for it. */
  async electUnclean(entries: readonly PartitionEntry[]): Promise<Change[]> {
    return this.#change(entries, (_entry, input) => electAfterLoss(input, true));
  }

  /** Moves leadership away from brokers that are leaving. */
  async leaveLeadership(entries: readonly PartitionEntry[]): Promise<Change[]> {
    const isLeaving = (replica: number): boolean => this.#state.shuttingDown.has(replica);
    return this.#change(entries, (entry, input) => {
      const isOnline = (replica: number): boolean => this.#state.isPresent(replica, entry);
      return electForShutdown({ ...input, isOnline }, isLeaving);
    });
  }

  /** Takes a replica that is gone out of the ISRs; the others are told. */
  async dropReplica(replica: number, entries: readonly PartitionEntry[]): Promise<Change[]> {
    return this.#change(
      entries.filter((entry) => entry.leadership !== undefined),
      (_entry, { state }) => withoutReplica(state, replica),
      replica,
    );
  }

  /** Tells the replicas of a partition that others join them, and these to begin. */
  async startReplicas(entry: PartitionEntry): Promise<Change[]> {
    const changes = await this.#change([entry], (_entry, { state }) => withNextEpoch(state));
    const starting = this.#present(entry).filter((each) => entry.addingReplicas.includes(each));
    // New: a replica may be made in any log directory, though another of this broker may be offline.
    this.#batch.leaderAndIsr(starting, entry, true);
    return changes;
  }

  /** Sees to it that one of the partition's replicas leads it, after others were taken from the assignment. */
  async moveInto(entry: PartitionEntry): Promise<Change[]> {
    return this.#change([entry], (_entry, input) => electForReassignment(input));
  }

  /** Writes an ISR that the leader has decided on, for the state that it knows. False when the node is another by now; it is read again. */
  async alterIsr(
    entry: PartitionEntry,
    isr: readonly number[],
    recovering: boolean,
  ): Promise<boolean> {
    const { leadership } = entry;
    if (leadership === undefined) return false;
    const { epoch: controllerEpoch } = this.#store;
    if (await this.#write(entry, { ...leadership, isr, recovering, controllerEpoch })) return true;
    await this.load([entry]);
    return false;
  }

  async #createStates(entries: readonly PartitionEntry[]): Promise<Change[]> {
    const changes = await Promise.all(
      [...groupByTopic(entries).values()].map((ofTopic) => this.#createStatesOfTopic(ofTopic)),
    );
    return changes.flat();
  }

  async #createStatesOfTopic(entries: readonly PartitionEntry[]): Promise<Change[]> {
    const changes: Change[] = [];
    for (let at = 0; at < entries.length; at += PARTITIONS_PER_MULTI) {
      const chunk: [PartitionEntry, PartitionState][] = [];
      for (const entry of entries.slice(at, at + PARTITIONS_PER_MULTI)) {
        const isOnline = (replica: number): boolean => this.#state.isOnline(replica, entry);
        const state = firstState({ replicas: entry.replicas, isOnline });
        if (state !== undefined) {
          chunk.push([entry, { ...state, controllerEpoch: this.#store.epoch }]);
        } else {
          this.#logger.warn(place(entry), 'no replica of a new partition is alive');
          changes.push({ entry, changed: false });
        }
      }
      if (chunk.length === 0) continue;
      await this.#writeFirstStates(chunk);
      for (const [entry, state] of chunk) {
        entry.leadership = { ...state, partitionEpoch: 0 };
        this.#batch.leaderAndIsr(state.isr, entry, true);
        changes.push({ entry, changed: true });
      }
    }
    return changes;
  }

  async #writeFirstStates(chunk: readonly [PartitionEntry, PartitionState][]): Promise<void> {
    const topic = chunk[0]?.[0].topic ?? '';
    const parent = topicPartitionsZnode.path(topic);
    const operations: StoreOperation[] = [];
    if ((await this.#store.session.exists(parent)) === undefined) {
      operations.push({ type: 'create', path: parent, data: Buffer.alloc(0) });
    }
    for (const [{ partition }, state] of chunk) {
      const path = partitionZnode.path(topic, partition);
      operations.push(
        { type: 'create', path, data: Buffer.alloc(0) },
        {
          type: 'create',
          path: partitionStateZnode.path(topic, partition),
          data: partitionStateZnode.encode(state),
        },
      );
    }
    try {
      await this.#store.write(operations);
    } catch (error) {
      if (!isStoreError(error, 'NODE_EXISTS')) throw error;
      // A controller before us died between making a partition's node and its state: finish one by one.
      for (const [{ partition }, state] of chunk) {
        await ensurePath(this.#store.session, partitionZnode.path(topic, partition));
        const path = partitionStateZnode.path(topic, partition);
        await this.#store.write([
          { type: 'create', path, data: partitionStateZnode.encode(state) },
        ]);
      }
    }
  }

  /** Reads, decides, writes; again for those whose node changed in between. All replicas that are there are told, but for `untold`. */
  async #change(
    entries: readonly PartitionEntry[],
    decide: Decide,
    untold?: number,
  ): Promise<Change[]> {
    const chunks: PartitionEntry[][] = [];
    for (let at = 0; at < entries.length; at += PARTITIONS_PER_CHANGE) {
      chunks.push(entries.slice(at, at + PARTITIONS_PER_CHANGE));
    }
    const changes = await Promise.all(chunks.map((chunk) => this.#changeTogether(chunk, decide)));
    for (const { entry, changed } of changes.flat()) {
      if (changed) this.#batch.leaderAndIsr(this.#present(entry, untold), entry);
    }
    return changes.flat();
  }

  /** In one transaction: a store that syncs each has much to do when a broker with thousands of partitions goes. One by one if a node is not what was read. */
  async #changeTogether(entries: readonly PartitionEntry[], decide: Decide): Promise<Change[]> {
    await this.load(entries);
    const decisions = await Promise.all(
      entries.map(async (entry) => ({ entry, state: await this.#decided(entry, decide) })),
    );
    const decided = decisions.filter((each): each is Decided => each.state !== undefined);
    const isWritten = decided.length > 0 && (await this.#writeAll(decided));
    return Promise.all(
      decisions.map(async ({ entry, state }): Promise<Change> => {
        if (state === undefined) return { entry, changed: false };
        return { entry, changed: isWritten || (await this.#changeAlone(entry, decide)) };
      }),
    );
  }

  async #changeAlone(entry: PartitionEntry, decide: Decide): Promise<boolean> {
    for (;;) {
      await this.load([entry]);
      const state = await this.#decided(entry, decide);
      if (state === undefined) return false;
      if (await this.#write(entry, state)) return true;
    }
  }

  async #decided(entry: PartitionEntry, decide: Decide): Promise<PartitionState | undefined> {
    const { leadership: state, replicas } = entry;
    if (state === undefined) return undefined;
    const isOnline = (replica: number): boolean => this.#state.isOnline(replica, entry);
    const decided = await decide(entry, { replicas, state, isOnline });
    return decided && { ...decided, controllerEpoch: this.#store.epoch };
  }

  async #write(entry: PartitionEntry, state: PartitionState): Promise<boolean> {
    return this.#writeAll([{ entry, state }]);
  }

  /** All of them or none: false when a node is not any more what it was when we read it. */
  async #writeAll(decided: readonly Decided[]): Promise<boolean> {
    try {
      const results = await this.#store.write(
        decided.map(({ entry, state }) => ({
          type: 'set',
          path: partitionStateZnode.path(entry.topic, entry.partition),
          data: partitionStateZnode.encode(state),
          version: entry.leadership?.partitionEpoch ?? -1,
        })),
      );
      for (const [index, { entry, state }] of decided.entries()) {
        const result = results[index];
        if (result?.type !== 'set') throw new Error('a set was not answered as a set');
        entry.leadership = { ...state, partitionEpoch: result.stat.version };
      }
    } catch (error) {
      if (isStoreError(error, 'BAD_VERSION')) return false;
      throw error;
    }
    return true;
  }

  #present(entry: PartitionEntry, except?: number): number[] {
    return entry.replicas.filter(
      (replica) => replica !== except && this.#state.isPresent(replica, entry),
    );
  }

  async #isUncleanAllowed(topic: string): Promise<boolean> {
    try {
      const { data } = await this.#store.session.getData(configZnode.path('topics', topic));
      const override = configZnode.decode('topics', topic, data)['unclean.leader.election.enable'];
      return override === undefined
        ? this.#isUncleanByDefault()
        : override.toLowerCase() === 'true';
    } catch (error) {
      if (isStoreError(error, 'NO_NODE')) return this.#isUncleanByDefault();
      throw error;
    }
  }
}

function place({ topic, partition }: PartitionEntry): { topic: string; partition: number } {
  return { topic, partition };
}
