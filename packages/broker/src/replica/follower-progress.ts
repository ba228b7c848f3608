/**
 * How far one follower has come, as the partition's leader learns it from the follower's fetches.
 *
 * A follower is caught up while, at some moment within `replica.lag.time.max.ms`, it had everything that the leader had at that moment. That a fetch
 * reaches the end that the leader had at the fetch before counts as well: a busy leader is always some records ahead of whoever asks.
 */

/** What is not known yet. */
const UNKNOWN_OFFSET = -1;
const NEVER = Number.NEGATIVE_INFINITY;

export class FollowerProgress {
  readonly brokerId: number;
  /** What the follower has is below this offset; -1 before its first fetch. */
  logEndOffset: number = UNKNOWN_OFFSET;
  logStartOffset: number = UNKNOWN_OFFSET;
  /** By the monotonic clock, as all times here. */
  lastCaughtUpMs: number = NEVER;
  #lastFetchMs = NEVER;
  #leaderEndAtLastFetch = UNKNOWN_OFFSET;

  constructor(brokerId: number) {
    this.brokerId = brokerId;
  }

  /** A fetch from `fetchOffset` on came in while the leader's log ended at `leaderEndOffset`. */
  onFetch(
    fetchOffset: number,
    logStartOffset: number,
    leaderEndOffset: number,
    nowMs: number,
  ): void {
    if (fetchOffset >= leaderEndOffset) {
      this.lastCaughtUpMs = Math.max(this.lastCaughtUpMs, nowMs);
    } else if (fetchOffset >= this.#leaderEndAtLastFetch) {
      this.lastCaughtUpMs = Math.max(this.lastCaughtUpMs, this.#lastFetchMs);
    }
    this.logEndOffset = fetchOffset;
    this.logStartOffset = logStartOffset;
    this.#leaderEndAtLastFetch = Math.max(this.#leaderEndAtLastFetch, leaderEndOffset);
    this.#lastFetchMs = nowMs;
  }

  /**
   * The leader begins a new epoch. Who is in sync gets the full time to show up; who is not must not hold the high watermark back, nor come back
   * before it has fetched. A leader that was none before knows nothing of where its followers are.
   */
  onEpochStarted(
    leaderEndOffset: number,
    isNewLeader: boolean,
    isInSync: boolean,
    nowMs: number,
  ): void {
    this.lastCaughtUpMs = isInSync ? nowMs : NEVER;
    if (isNewLeader) {
      this.logEndOffset = UNKNOWN_OFFSET;
      this.logStartOffset = UNKNOWN_OFFSET;
      this.#leaderEndAtLastFetch = UNKNOWN_OFFSET;
      this.#lastFetchMs = NEVER;
    } else {
      this.#leaderEndAtLastFetch = leaderEndOffset;
      this.#lastFetchMs = isInSync ? nowMs : NEVER;
    }
  }

  isCaughtUp(leaderEndOffset: number, nowMs: number, lagMsMax: number): boolean {
    return this.logEndOffset === leaderEndOffset || nowMs - this.lastCaughtUpMs <= lagMsMax;
  }
}
