/**
 * Fetch sessions (KIP-227): the broker remembers what a client fetches, so that requests and responses name only what changed.
 *
 * Owns the bounded cache of sessions. A session is known by a random id and an epoch that grows with every request, so that a lost
 * response is noticed: the client starts anew with a full request.
 *
 *   id 0, epoch 0    full request, wants a session          id n, epoch 0    ends session n, wants a new one
 *   id 0, epoch -1   full request, wants none               id n, epoch -1   ends session n, wants none
 *                                                           id n, epoch e    incremental, number e of session n
 */
import { ErrorCode } from '@zurau/protocol';
import type { Clock, Random } from '@zurau/platform';
import type { FetchPartition } from './fetch-partition.ts';

const FIRST_EPOCH = 1;
const FINAL_EPOCH = -1;
const INITIAL_EPOCH = 0;
const EPOCH_MAX = 0x7fffffff;
/** A session that was used this recently is not pushed out by a new one (Kafka's min.incremental.fetch.session.eviction.ms). */
const EVICTION_IDLE_MS_MIN = 120_000;

export class FetchSession {
  readonly id: number;
  readonly usesTopicIds: boolean;
  /** Of a follower: replication is worth more than any consumer's session. */
  readonly isFollowers: boolean;
  /** In the order in which they are served: those that were sent data last come last. */
  readonly partitions: Map<string, FetchPartition>;
  epoch: number = FIRST_EPOCH;
  lastUsedMs: number;
  /** Of the fetch that waits: called when the client ends the session, for whom there is nothing left to wait for. */
  onEnded: (() => void) | undefined;

  constructor(
    id: number,
    usesTopicIds: boolean,
    isFollowers: boolean,
    partitions: Map<string, FetchPartition>,
    nowMs: number,
  ) {
    this.id = id;
    this.usesTopicIds = usesTopicIds;
    this.isFollowers = isFollowers;
    this.partitions = partitions;
    this.lastUsedMs = nowMs;
  }

  /** So that a partition with much to send does not starve the others. */
  moveToEnd(key: string): void {
    const partition = this.partitions.get(key);
    if (partition === undefined) return;
    this.partitions.delete(key);
    this.partitions.set(key, partition);
  }
}

export function partitionKey(topicOrId: string, partition: number): string {
  return `${topicOrId}/${partition}`;
}

export class FetchSessionCache {
  readonly #slotCount: number;
  readonly #clock: Clock;
  readonly #random: Random;
  /** In order of last use. */
  readonly #sessions = new Map<number, FetchSession>();

  constructor(slotCount: number, clock: Clock, random: Random) {
    this.#slotCount = slotCount;
    this.#clock = clock;
    this.#random = random;
  }

  get sessionCount(): number {
    return this.#sessions.size;
  }

  /** True when the request with this id and epoch names everything that it fetches. */
  static isFullRequest(epoch: number): boolean {
    return epoch === INITIAL_EPOCH || epoch === FINAL_EPOCH;
  }

  /**
   * Starts a session for a full request, after ending the one that it names. Undefined when the client wants none, or when all slots are
   * taken by sessions in use: the client then goes on with full requests.
   */
  start(
    request: { readonly sessionId: number; readonly sessionEpoch: number },
    usesTopicIds: boolean,
    isFollowers: boolean,
    partitions: Map<string, FetchPartition>,
  ): FetchSession | undefined {
    const ended = this.#sessions.get(request.sessionId);
    this.#sessions.delete(request.sessionId);
    ended?.onEnded?.();
    if (request.sessionEpoch === FINAL_EPOCH) return undefined;
    if (!this.#makeRoom(isFollowers)) return undefined;
    const session = new FetchSession(
      this.#newId(),
      usesTopicIds,
      isFollowers,
      partitions,
      this.#clock.monotonicMs(),
    );
    this.#sessions.set(session.id, session);
    return session;
  }

  /** The session of an incremental request, its epoch moved on; or the error code to answer with. */
  resume(
    request: { readonly sessionId: number; readonly sessionEpoch: number },
    usesTopicIds: boolean,
  ): FetchSession | number {
    const session = this.#sessions.get(request.sessionId);
    if (session === undefined) return ErrorCode.FETCH_SESSION_ID_NOT_FOUND;
    if (session.usesTopicIds !== usesTopicIds) return ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR;
    if (session.epoch !== request.sessionEpoch) return ErrorCode.INVALID_FETCH_SESSION_EPOCH;
    session.epoch = session.epoch === EPOCH_MAX ? FIRST_EPOCH : session.epoch + 1;
    session.lastUsedMs = this.#clock.monotonicMs();
    this.#sessions.delete(session.id);
    this.#sessions.set(session.id, session);
    return session;
  }

  #makeRoom(isFollowers: boolean): boolean {
    if (this.#sessions.size < this.#slotCount) return true;
    const [oldest] = this.#sessions.values();
    if (oldest === undefined) return false;
    const isStale = this.#clock.monotonicMs() - oldest.lastUsedMs >= EVICTION_IDLE_MS_MIN;
    const evicted = isStale ? oldest : isFollowers ? this.#oldestOfConsumers() : undefined;
    if (evicted === undefined) return false;
    this.#sessions.delete(evicted.id);
    return true;
  }

  #oldestOfConsumers(): FetchSession | undefined {
    for (const session of this.#sessions.values()) if (!session.isFollowers) return session;
    return undefined;
  }

  #newId(): number {
    for (;;) {
      const id = 1 + this.#random.int(EPOCH_MAX - 1);
      if (!this.#sessions.has(id)) return id;
    }
  }
}
