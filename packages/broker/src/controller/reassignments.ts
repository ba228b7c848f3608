/**
 * Partitions that move to other brokers (KIP-455), for one term of a controller.
 *
 * A reassignment is nothing but what `/brokers/topics/T` says of a partition's replicas, so a new controller goes on where the old one was:
 *
 *     1. the node says which replicas come and which go                        (written first: from here on it is under way)
 *     2. a new leader epoch; replicas that come are started and catch up        ... until all of the target are in the ISR
 *     3. a leader out of the target, the others out of the ISR and deleted
 *     4. the node says the target alone                                         (written last: until here it can be finished again)
 *
 * Owns: this order, and `/admin/reassign_partitions`, by which tools before Kafka 2.4 ask for the same. Another request for a partition that
 * moves replaces the first; to the origin is to cancel it.
 */
import { ErrorCode } from '@zurau/protocol';
import type { Logger } from '../logging.ts';
import { isStoreError } from '../metadata/store.ts';
import { ZnodeError } from '../metadata/znodes/json.ts';
import {
  reassignPartitionsZnode,
  type RequestedReassignment,
} from '../metadata/znodes/operator-requests.ts';
import type { TopicPartition } from '../metadata/znodes/controller.ts';
import { topicZnode } from '../metadata/znodes/topics.ts';
import {
  isBeingReassigned,
  isSameAssignment,
  originReplicas,
  reassignedTo,
  settledOn,
  targetReplicas,
  type ReplicaAssignment,
} from './assignment.ts';
import type { ClusterState, PartitionEntry } from './cluster-state.ts';
import type { FencedStore } from './fenced-store.ts';
import type { LeadershipChanges } from './leadership.ts';
import type { RequestBatch } from './request-batch.ts';

/** What an operator asks for; without replicas: to cancel what is under way. */
export interface ReassignmentRequest extends TopicPartition {
  readonly replicas: readonly number[] | undefined;
  /** Whether there may be more or fewer replicas than before (KIP-860). */
  readonly allowReplicationFactorChange: boolean;
}

export interface ReassignmentOutcome extends TopicPartition {
  readonly errorCode: number;
  /** Null for no error, or for one whose code says it all. */
  readonly message: string | null;
}

export interface OngoingReassignment extends TopicPartition, ReplicaAssignment {}

interface Problem {
  readonly errorCode: number;
  readonly message: string | null;
}

export class Reassignments {
  readonly #store: FencedStore;
  readonly #state: ClusterState;
  readonly #batch: RequestBatch;
  readonly #leadership: LeadershipChanges;
  readonly #logger: Logger;
  readonly #onRequested: () => void;

  constructor(dependencies: {
    readonly store: FencedStore;
    readonly state: ClusterState;
    readonly batch: RequestBatch;
    readonly leadership: LeadershipChanges;
    readonly logger: Logger;
    /** Called when `/admin/reassign_partitions` may have come; answer with {@link readRequests}. */
    readonly onRequested: () => void;
  }) {
    this.#store = dependencies.store;
    this.#state = dependencies.state;
    this.#batch = dependencies.batch;
    this.#leadership = dependencies.leadership;
    this.#logger = dependencies.logger;
    this.#onRequested = dependencies.onRequested;
  }

  /** Goes on with all that is under way; for the beginning of a term. */
  async resume(): Promise<void> {
    const begun = new Set(await this.readRequests());
    for (const entry of [...this.#state.livingPartitions()]) {
      if (isBeingReassigned(entry) && !begun.has(entry)) await this.#pursue(entry, entry);
    }
  }

  /** Replicas wait for brokers that are back now. */
  async brokersCame(brokerIds: readonly number[]): Promise<void> {
    for (const entry of [...this.#state.livingPartitions()]) {
      if (entry.addingReplicas.some((replica) => brokerIds.includes(replica))) {
        await this.#pursue(entry, entry);
      }
    }
  }

  /** Finishes those of the partitions whose target is in sync by now. */
  async isrChanged(entries: Iterable<PartitionEntry>): Promise<void> {
    for (const entry of entries) {
      if (this.#state.deleting.has(entry.topic) || !isBeingReassigned(entry)) continue;
      await this.#leadership.load([entry]);
      if (isInSync(entry)) await this.#pursue(entry, entry);
    }
  }

  /** Begins, replaces or cancels reassignments, each for itself. */
  async begin(requests: readonly ReassignmentRequest[]): Promise<ReassignmentOutcome[]> {
    const outcomes: ReassignmentOutcome[] = [];
    const accepted: { entry: PartitionEntry; assignment: ReplicaAssignment }[] = [];
    for (const request of requests) {
      const { topic, partition } = request;
      const planned = this.#plan(request);
      if ('errorCode' in planned) outcomes.push({ topic, partition, ...planned });
      else accepted.push(planned);
    }
    // The latest request counts, whichever way it came.
    const names = new Set(accepted.map(({ entry }) => nameOf(entry)));
    await this.#forgetRequests((each) => names.has(nameOf(each)));
    for (const { entry, assignment } of accepted) {
      await this.#pursue(entry, assignment);
      const { topic, partition } = entry;
      outcomes.push({ topic, partition, errorCode: ErrorCode.NONE, message: null });
    }
    return outcomes;
  }

  /** What is under way of the partitions asked for, or of all. */
  ongoing(partitions: readonly TopicPartition[] | undefined): OngoingReassignment[] {
    const entries = partitions
      ?.map((each) => this.#entry(each))
      .filter((entry) => entry !== undefined) ?? [...this.#state.partitions()];
    return entries.filter(isBeingReassigned).map((entry) => {
      const { topic, partition, replicas, addingReplicas, removingReplicas } = entry;
      return { topic, partition, replicas, addingReplicas, removingReplicas };
    });
  }

  /** Begins what stands in `/admin/reassign_partitions` and is not under way yet; returns these partitions. */
  async readRequests(): Promise<PartitionEntry[]> {
    const requested = await this.#requests(true);
    const failed = new Set<string>();
    const begun: PartitionEntry[] = [];
    for (const request of requested) {
      // As Kafka: what stands there was checked by the tool.
      const entry = this.#livingEntry(request);
      if (entry === undefined || request.replicas.length === 0) {
        this.#logger.warn({ ...request }, 'a requested reassignment makes no sense');
        failed.add(nameOf(request));
        continue;
      }
      const assignment = reassignedTo(entry, request.replicas);
      if (isBeingReassigned(entry) && isSameAssignment(entry, assignment)) continue;
      await this.#pursue(entry, assignment);
      begun.push(entry);
    }
    if (failed.size > 0) await this.#forgetRequests((each) => failed.has(nameOf(each)));
    return begun;
  }

  #plan(
    request: ReassignmentRequest,
  ): { entry: PartitionEntry; assignment: ReplicaAssignment } | Problem {
    const { replicas } = request;
    const entry = this.#livingEntry(request);
    if (replicas !== undefined) {
      const problem = this.#replicaProblem(entry, replicas);
      if (problem !== undefined) {
        return { errorCode: ErrorCode.INVALID_REPLICA_ASSIGNMENT, message: problem };
      }
    } else if (entry === undefined || !isBeingReassigned(entry)) {
      return { errorCode: ErrorCode.NO_REASSIGNMENT_IN_PROGRESS, message: null };
    }
    if (entry === undefined) {
      const message = 'The partition does not exist.';
      return { errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, message };
    }
    const origin = originReplicas(entry);
    const target = replicas ?? origin;
    if (!request.allowReplicationFactorChange && target.length !== origin.length) {
      const message = `The replication factor is changed from ${origin.length} to ${target.length}`;
      return { errorCode: ErrorCode.INVALID_REPLICATION_FACTOR, message };
    }
    return { entry, assignment: reassignedTo(entry, target) };
  }

  #replicaProblem(
    entry: PartitionEntry | undefined,
    replicas: readonly number[],
  ): string | undefined {
    const list = replicas.join(', ');
    if (replicas.length === 0) return 'Empty replica list specified in partition reassignment.';
    if (new Set(replicas).size !== replicas.length) {
      return `Duplicate replica ids in partition reassignment replica list: ${list}`;
    }
    if (replicas.some((replica) => replica < 0)) {
      return `Invalid broker id in replica list: ${list}`;
    }
    const assignment = entry ?? settledOn([]);
    const absent = reassignedTo(assignment, replicas).addingReplicas.filter(
      (replica) => !this.#state.isAlive(replica),
    );
    if (absent.length === 0) return undefined;
    return `Replica assignment has brokers that are not alive: ${absent.join(', ')}`;
  }

  /** Does what can be done now to bring a partition to an assignment. */
  async #pursue(entry: PartitionEntry, assignment: ReplicaAssignment): Promise<void> {
    await this.#leadership.load([entry]);
    if (!isSameAssignment(entry, assignment)) await this.#write(entry, assignment);
    if (isInSync(entry)) await this.#finish(entry);
    else await this.#leadership.startReplicas(entry);
  }

  /** Step 1. Replicas that were about to come, and are not wanted any more, go at once. */
  async #write(entry: PartitionEntry, assignment: ReplicaAssignment): Promise<void> {
    const dropped = entry.replicas.filter((replica) => !assignment.replicas.includes(replica));
    await this.#writeAssignment(entry, assignment);
    const { topic, partition } = entry;
    this.#logger.info({ topic, partition, ...assignment }, 'replicas are reassigned');
    await this.#remove(entry, dropped);
  }

  /** Steps 3 and 4. */
  async #finish(entry: PartitionEntry): Promise<void> {
    const leaving = [...entry.removingReplicas];
    const target = targetReplicas(entry);
    // In memory first, so that brokers are told of the target alone.
    Object.assign(entry, settledOn(target));
    await this.#leadership.moveInto(entry);
    await this.#remove(entry, leaving);
    await this.#writeAssignment(entry, settledOn(target));
    await this.#forgetRequests((each) => nameOf(each) === nameOf(entry));
    this.#batch.metadataToAll([entry]);
    const { topic, partition } = entry;
    this.#logger.info({ topic, partition, replicas: target }, 'reassigned');
  }

  /** Out of the ISR, then off the broker. One that is away finds out when it is back. */
  async #remove(entry: PartitionEntry, replicas: readonly number[]): Promise<void> {
    for (const replica of replicas) {
      await this.#leadership.dropReplica(replica, [entry]);
      this.#batch.stopReplica(replica, entry, true);
    }
  }

  /** Changes this partition in the topic's node; others may be growing the topic meanwhile. */
  async #writeAssignment(entry: PartitionEntry, assignment: ReplicaAssignment): Promise<void> {
    const path = topicZnode.path(entry.topic);
    for (;;) {
      const { data, stat } = await this.#store.session.getData(path);
      const registration = topicZnode.decode(entry.topic, data);
      const encoded = topicZnode.encode({
        topicId: registration.topicId,
        partitions: new Map([...registration.partitions, [entry.partition, assignment.replicas]]),
        addingReplicas: withList(
          registration.addingReplicas,
          entry.partition,
          assignment.addingReplicas,
        ),
        removingReplicas: withList(
          registration.removingReplicas,
          entry.partition,
          assignment.removingReplicas,
        ),
      });
      try {
        await this.#store.write([{ type: 'set', path, data: encoded, version: stat.version }]);
        Object.assign(entry, assignment);
        return;
      } catch (error) {
        if (!isStoreError(error, 'BAD_VERSION')) throw error;
      }
    }
  }

  /** What stands in `/admin/reassign_partitions`; nothing when there is no such node. */
  async #requests(watch: boolean): Promise<readonly RequestedReassignment[]> {
    const { path, decode } = reassignPartitionsZnode;
    const { session } = this.#store;
    const watcher = watch ? this.#onRequested : undefined;
    if ((await session.exists(path, watcher)) === undefined) return [];
    try {
      return decode((await session.getData(path)).data);
    } catch (error) {
      if (isStoreError(error, 'NO_NODE')) return [];
      if (!(error instanceof ZnodeError)) throw error;
      this.#logger.error({ err: error }, 'a request for reassignments is unreadable');
      await this.#store.remove(path);
      return [];
    }
  }

  /** The node goes with the last partition in it. */
  async #forgetRequests(isDone: (each: RequestedReassignment) => boolean): Promise<void> {
    const { path, encode } = reassignPartitionsZnode;
    const requested = await this.#requests(false);
    const left = requested.filter((each) => !isDone(each));
    if (left.length === requested.length) return;
    if (left.length === 0) {
      await this.#store.remove(path);
      // Watches the next one.
      this.#onRequested();
      return;
    }
    await this.#store.write([{ type: 'set', path, data: encode(left), version: -1 }]);
  }

  #entry({ topic, partition }: TopicPartition): PartitionEntry | undefined {
    return this.#state.topics.get(topic)?.partitions.get(partition);
  }

  #livingEntry(place: TopicPartition): PartitionEntry | undefined {
    return this.#state.deleting.has(place.topic) ? undefined : this.#entry(place);
  }
}

/** Whether every replica of the target is in sync; at rest, that is nothing to wait for. */
function isInSync(entry: PartitionEntry): boolean {
  if (!isBeingReassigned(entry)) return true;
  const isr = entry.leadership?.isr ?? [];
  return targetReplicas(entry).every((replica) => isr.includes(replica));
}

function withList(
  lists: ReadonlyMap<number, readonly number[]>,
  partition: number,
  list: readonly number[],
): Map<number, readonly number[]> {
  const result = new Map(lists);
  if (list.length === 0) result.delete(partition);
  else result.set(partition, list);
  return result;
}

function nameOf({ topic, partition }: TopicPartition): string {
  return `${topic}-${partition}`;
}
