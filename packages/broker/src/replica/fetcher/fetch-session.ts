/**
 * A follower's side of a fetch session (KIP-227): names in each request only what has changed since the last.
 *
 * Owns: what the leader has been told, and the session's id and epoch. Pure; an answer that the session was lost, or no answer at all, makes the next
 * request name everything again.
 */
import { ErrorCode, ZERO_UUID } from '@zurau/protocol';
import type { FetchRequestInput, FetchResponse } from '@zurau/protocol';

const NO_SESSION = 0;
const FULL_EPOCH = 0;
const FIRST_EPOCH = 1;
const EPOCH_MAX = 0x7fff_ffff;

/** A partition as a follower asks for it. */
export interface WantedPartition {
  readonly topic: string;
  readonly topicId: string;
  readonly partition: number;
  readonly currentLeaderEpoch: number;
  readonly fetchOffset: number;
  /** Epoch of the last record that the follower has; -1 when there is none. */
  readonly lastFetchedEpoch: number;
  readonly logStartOffset: number;
  readonly partitionMaxBytes: number;
}

export type SessionFields = Required<
  Pick<FetchRequestInput, 'sessionId' | 'sessionEpoch' | 'topics' | 'forgottenTopicsData'>
>;

export class FollowerFetchSession {
  #id = NO_SESSION;
  #epoch = FULL_EPOCH;
  /** By key, as the leader knows it. */
  #told = new Map<string, WantedPartition>();
  #usesTopicIds = false;

  /** The part of a request that says what is wanted; `wanted` is everything. */
  next(wanted: readonly WantedPartition[], usesTopicIds: boolean): SessionFields {
    // A session that began with names cannot go on with ids: it is ended and another begun.
    if (usesTopicIds !== this.#usesTopicIds) this.restart();
    this.#usesTopicIds = usesTopicIds;
    const isFull = this.#epoch === FULL_EPOCH;
    const keyed = new Map(wanted.map((each) => [this.#keyOf(each), each]));
    const told = this.#told;
    const news = isFull
      ? wanted
      : wanted.filter((each) => differs(told.get(this.#keyOf(each)), each));
    const forgotten = isFull
      ? []
      : [...told].filter(([key]) => !keyed.has(key)).map(([, each]) => each);
    this.#told = keyed;
    return {
      sessionId: this.#id,
      sessionEpoch: this.#epoch,
      topics: byTopic(news).map(([{ topic, topicId }, partitions]) => ({
        ...(usesTopicIds ? { topicId } : { topic }),
        partitions: partitions.map((each) => ({
          partition: each.partition,
          currentLeaderEpoch: each.currentLeaderEpoch,
          fetchOffset: each.fetchOffset,
          lastFetchedEpoch: each.lastFetchedEpoch,
          logStartOffset: each.logStartOffset,
          partitionMaxBytes: each.partitionMaxBytes,
        })),
      })),
      forgottenTopicsData: byTopic(forgotten).map(([{ topic, topicId }, partitions]) => ({
        ...(usesTopicIds ? { topicId } : { topic }),
        partitions: partitions.map(({ partition }) => partition),
      })),
    };
  }

  /** Takes note of an answer. Returns its error code; other than NONE it holds no partitions. */
  onAnswer({ errorCode, sessionId }: FetchResponse): number {
    switch (errorCode) {
      case ErrorCode.NONE:
        if (sessionId === NO_SESSION) {
          // The leader has no room for a session: full requests, then.
          this.#id = NO_SESSION;
          this.#epoch = FULL_EPOCH;
        } else {
          this.#epoch =
            sessionId !== this.#id || this.#epoch === EPOCH_MAX ? FIRST_EPOCH : this.#epoch + 1;
          this.#id = sessionId;
        }
        break;
      case ErrorCode.FETCH_SESSION_ID_NOT_FOUND:
        this.#id = NO_SESSION;
        this.#epoch = FULL_EPOCH;
        break;
      default:
        this.restart();
    }
    return errorCode;
  }

  /** The next request ends the session, if there is one, and begins another. */
  restart(): void {
    this.#epoch = FULL_EPOCH;
  }

  /** By which an answer's partition is found again. */
  wantedPartition(topic: string, topicId: string, partition: number): WantedPartition | undefined {
    return this.#told.get(this.#usesTopicIds ? `${topicId}/${partition}` : `${topic}/${partition}`);
  }

  #keyOf({ topic, topicId, partition }: WantedPartition): string {
    return this.#usesTopicIds ? `${topicId}/${partition}` : `${topic}/${partition}`;
  }
}

/** Requests can name topics by id when all of them have one. */
export function haveTopicIds(wanted: readonly WantedPartition[]): boolean {
  return wanted.every(({ topicId }) => topicId !== ZERO_UUID);
}

function differs(told: WantedPartition | undefined, wanted: WantedPartition): boolean {
  return (
    told === undefined ||
    told.fetchOffset !== wanted.fetchOffset ||
    told.currentLeaderEpoch !== wanted.currentLeaderEpoch ||
    told.lastFetchedEpoch !== wanted.lastFetchedEpoch ||
    told.logStartOffset !== wanted.logStartOffset ||
    told.partitionMaxBytes !== wanted.partitionMaxBytes
  );
}

function byTopic(
  partitions: readonly WantedPartition[],
): [first: WantedPartition, all: WantedPartition[]][] {
  const topics = new Map<string, [WantedPartition, WantedPartition[]]>();
  for (const each of partitions) {
    const key = `${each.topic}/${each.topicId}`;
    const known = topics.get(key);
    if (known === undefined) topics.set(key, [each, [each]]);
    else known[1].push(each);
  }
  return [...topics.values()];
}
