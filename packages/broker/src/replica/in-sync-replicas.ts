/**
 * The followers of a partition that this broker leads: how far each is, which are in sync, what is proposed to the controller about it.
 *
 * Owns: the followers' progress and the ISR's state. Decides; the partition sends and moves the high watermark. One lives as long as its partition and
 * means something only while this broker leads.
 */
import { ErrorCode } from '@zurau/protocol';
import { FollowerProgress } from './follower-progress.ts';
import { committed, expanded, maximalIsr, shrunk } from './isr-state.ts';
import type { IsrState, PendingIsr, RefusalOutcome } from './isr-state.ts';

export interface InSyncReplicasOptions {
  readonly brokerId: number;
  /** `replica.lag.time.max.ms` */
  readonly lagMsMax: number;
  /** Only a broker that lives may join. */
  readonly isAlive: (brokerId: number) => boolean;
}

export class InSyncReplicas {
  readonly #options: InSyncReplicasOptions;
  readonly #followers = new Map<number, FollowerProgress>();
  #state: IsrState = committed([]);
  /** Who has not come that far may have to truncate yet. */
  #epochStartOffset = 0;

  constructor(options: InSyncReplicasOptions) {
    this.#options = options;
  }

  /** Confirmed by the controller. */
  get isr(): readonly number[] {
    return this.#state.isr;
  }

  /** All that may be in sync while a change is under way. */
  get maximalIsr(): readonly number[] {
    return maximalIsr(this.#state);
  }

  /** The change that waits for the controller's answer. */
  get pending(): PendingIsr | undefined {
    return this.#state.kind === 'committed' ? undefined : this.#state;
  }

  /** Where the current epoch of this leader begins. */
  get epochStartOffset(): number {
    return this.#epochStartOffset;
  }

  get followerCount(): number {
    return this.#followers.size;
  }

  followers(): IterableIterator<FollowerProgress> {
    return this.#followers.values();
  }

  follower(brokerId: number): FollowerProgress | undefined {
    return this.#followers.get(brokerId);
  }

  /** The controller's word: it ends what was pending. */
  assign(replicas: readonly number[], isr: readonly number[]): void {
    this.#state = committed(isr);
    for (const id of this.#followers.keys()) {
      if (!replicas.includes(id)) this.#followers.delete(id);
    }
    for (const id of replicas) {
      if (id === this.#options.brokerId || this.#followers.has(id)) continue;
      this.#followers.set(id, new FollowerProgress(id));
    }
  }

  /** This broker follows: the followers are another's. */
  resign(): void {
    this.#followers.clear();
    this.#state = committed([]);
  }

  startEpoch(leaderEndOffset: number, isNewLeader: boolean, nowMs: number): void {
    this.#epochStartOffset = leaderEndOffset;
    for (const follower of this.#followers.values()) {
      const isInSync = this.#state.isr.includes(follower.brokerId);
      follower.onEpochStarted(leaderEndOffset, isNewLeader, isInSync, nowMs);
    }
  }

  /**
   * What everyone has who is, or may be, in sync. Who is about to join is waited for too: joining with less than the high watermark would be
   * impossible, and a busy leader's watermark would run away from it for ever.
   */
  commonEndOffset(leaderEndOffset: number, nowMs: number): number {
    const { lagMsMax, isAlive } = this.#options;
    const maximal = maximalIsr(this.#state);
    let end = leaderEndOffset;
    for (const follower of this.#followers.values()) {
      if (follower.logEndOffset >= end) continue;
      const counts =
        maximal.includes(follower.brokerId) ||
        (follower.isCaughtUp(leaderEndOffset, nowMs, lagMsMax) && isAlive(follower.brokerId));
      if (counts) end = follower.logEndOffset;
    }
    return end;
  }

  /** The change to propose now that a follower has fetched; undefined for none. */
  expandWith(follower: FollowerProgress, highWatermark: number): PendingIsr | undefined {
    const state = this.#state;
    if (state.kind !== 'committed' || state.isr.includes(follower.brokerId)) return undefined;
    const isInSync =
      follower.logEndOffset >= highWatermark && follower.logEndOffset >= this.#epochStartOffset;
    if (!isInSync || !this.#options.isAlive(follower.brokerId)) return undefined;
    return (this.#state = expanded(state, follower.brokerId));
  }

  /** The change to propose when somebody lags; undefined for none. */
  shrink(leaderEndOffset: number, nowMs: number): PendingIsr | undefined {
    const state = this.#state;
    if (state.kind !== 'committed') return undefined;
    const { brokerId, lagMsMax } = this.#options;
    const lagging = state.isr.filter((id) => {
      if (id === brokerId) return false;
      const follower = this.#followers.get(id);
      return follower === undefined || !follower.isCaughtUp(leaderEndOffset, nowMs, lagMsMax);
    });
    if (lagging.length === 0) return undefined;
    return (this.#state = shrunk(state, new Set(lagging)));
  }

  /** The controller has confirmed an ISR. */
  confirm(isr: readonly number[]): void {
    this.#state = committed(isr);
  }

  /** The controller has refused the change that is pending. */
  refuse(errorCode: number): RefusalOutcome {
    switch (errorCode) {
      // The two that promise that nothing was carried out, by any controller.
      case ErrorCode.OPERATION_NOT_ATTEMPTED:
      case ErrorCode.INELIGIBLE_REPLICA:
        this.#state = committed(this.#state.isr);
        return 'revert';
      case ErrorCode.UNKNOWN_TOPIC_OR_PARTITION:
      case ErrorCode.UNKNOWN_TOPIC_ID:
      case ErrorCode.FENCED_LEADER_EPOCH:
      case ErrorCode.INVALID_UPDATE_VERSION:
      case ErrorCode.INVALID_REQUEST:
      case ErrorCode.NEW_LEADER_ELECTED:
        return 'wait';
      default:
        return 'retry';
    }
  }
}
