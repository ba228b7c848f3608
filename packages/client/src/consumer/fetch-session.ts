/**
 * One broker's memory of what we fetch from it (KIP-227): after a full request, only what changed goes over the wire, and
 * only partitions with news come back.
 *
 * ```
 *   id 0, epoch 0    full request that asks for a session
 *   id n, epoch 1..  incremental
 *   id n, epoch 0    full request; ends session n, asks for a new one
 *   id n, epoch -1   the last request: ends session n
 * ```
 *
 * Decides only. Of one session there is one request under way at a time.
 */
import { ErrorCode } from '@zurau/protocol';

/** What is asked of a partition; the broker remembers all of it. */
export interface FetchItem {
  /** `topic-partition`. */
  readonly name: string;
  readonly topic: string;
  readonly topicId: string;
  readonly partition: number;
  readonly currentLeaderEpoch: number;
  readonly fetchOffset: number;
  readonly partitionMaxBytes: number;
}

export interface SessionRequest {
  readonly sessionId: number;
  readonly sessionEpoch: number;
  readonly items: readonly FetchItem[];
  readonly forgotten: readonly FetchItem[];
}

const FULL_EPOCH = 0;
const FINAL_EPOCH = -1;
const EPOCH_MAX = 2 ** 31 - 1;

export class FetchSession {
  #id = 0;
  #epoch: number = FULL_EPOCH;
  #known: ReadonlyMap<string, FetchItem> = new Map();
  #asked: ReadonlyMap<string, FetchItem> = new Map();
  #byId = false;
  /** A full request is under way, which ends the session that we know, and may begin one that we do not know yet. */
  #isBeginning = false;
  /** The session that was ended by us; what is heard of it after that counts no more. */
  #endedId = 0;

  /** The next request, for exactly these partitions. `byId` tells whether topics go by id, which a session cannot change. */
  next(items: readonly FetchItem[], byId: boolean): SessionRequest {
    if (byId !== this.#byId) this.#epoch = FULL_EPOCH;
    this.#byId = byId;
    this.#asked = new Map(items.map((item) => [item.name, item]));
    this.#isBeginning = this.#epoch === FULL_EPOCH;
    if (this.#isBeginning) {
      return { sessionId: this.#id, sessionEpoch: FULL_EPOCH, items, forgotten: [] };
    }
    const forgotten: FetchItem[] = [];
    for (const [name, item] of this.#known) {
      const now = this.#asked.get(name);
      // A topic that was deleted and made anew is another topic.
      if (now === undefined || now.topicId !== item.topicId) forgotten.push(item);
    }
    const changed = items.filter((item) => !isSame(this.#known.get(item.name), item));
    return { sessionId: this.#id, sessionEpoch: this.#epoch, items: changed, forgotten };
  }

  /**
   * The request that ends the session, also while another one is under way; undefined when the broker has none for us, as far as we know by
   * now. Who asks again when the request that was under way is answered hears of a session that only that one began.
   */
  end(): SessionRequest | undefined {
    if (this.#id === 0 || this.#isBeginning) return undefined;
    const sessionId = this.#id;
    this.#endedId = sessionId;
    this.#id = 0;
    this.#epoch = FULL_EPOCH;
    return { sessionId, sessionEpoch: FINAL_EPOCH, items: [], forgotten: [] };
  }

  /** True when the answer is good as it is; false when the session is to blame, and the next request starts a new one. */
  onAnswer(errorCode: number, sessionId: number): boolean {
    this.#isBeginning = false;
    if (sessionId !== 0 && sessionId === this.#endedId) return true;
    switch (errorCode) {
      case ErrorCode.FETCH_SESSION_ID_NOT_FOUND:
        this.#id = 0;
        this.#epoch = FULL_EPOCH;
        return false;
      case ErrorCode.INVALID_FETCH_SESSION_EPOCH:
      case ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR:
      case ErrorCode.INCONSISTENT_TOPIC_ID:
        this.#epoch = FULL_EPOCH;
        return false;
      case ErrorCode.NONE:
        // A broker whose memory is full answers without a session.
        this.#id = sessionId;
        this.#epoch = sessionId === 0 ? FULL_EPOCH : this.#epoch >= EPOCH_MAX ? 1 : this.#epoch + 1;
        this.#known = this.#asked;
        return true;
      default:
        return true;
    }
  }

  /** No answer: what the broker remembers is unknown. */
  onLost(): void {
    this.#isBeginning = false;
    this.#epoch = FULL_EPOCH;
  }
}

function isSame(a: FetchItem | undefined, b: FetchItem): boolean {
  return (
    a !== undefined &&
    a.fetchOffset === b.fetchOffset &&
    a.topicId === b.topicId &&
    a.currentLeaderEpoch === b.currentLeaderEpoch &&
    a.partitionMaxBytes === b.partitionMaxBytes
  );
}
