/**
 * Where a follower has to cut its log so that it agrees with its leader's (KIP-101, KIP-279). Pure.
 *
 *   leader     epoch 3 |=========| epoch 5 |====
 *   follower   epoch 3 |=========|=====| epoch 4 |===      asks where epoch 4 ends, hears "epoch 3, here ^": cuts there
 *
 * The leader answers for the newest epoch not above the one asked for. When the follower does not know that epoch, it cuts to the end of the newest one
 * below that it does know, and has to ask again.
 */
import type { EpochEndOffset } from '@zurau/log';

/** What is asked of the follower's log. */
export interface FollowerLog {
  readonly logEndOffset: number;
  readonly highWatermark: number;
  offsetForLeaderEpoch(epoch: number): EpochEndOffset;
}

export interface Truncation {
  readonly offset: number;
  /** False: the leader has to be asked again, for the epoch that is then the newest. */
  readonly isComplete: boolean;
}

export function truncationFor(leaderEnd: EpochEndOffset, log: FollowerLog): Truncation {
  const { logEndOffset } = log;
  if (leaderEnd.endOffset < 0) {
    // The leader knows no epoch that old. Below the high watermark everyone agrees.
    return { offset: log.highWatermark, isComplete: true };
  }
  const upToLeader = Math.min(leaderEnd.endOffset, logEndOffset);
  if (leaderEnd.epoch < 0) return { offset: upToLeader, isComplete: true };
  const own = log.offsetForLeaderEpoch(leaderEnd.epoch);
  if (own.epoch < 0) return { offset: upToLeader, isComplete: true };
  if (own.epoch !== leaderEnd.epoch) {
    return { offset: Math.min(own.endOffset, logEndOffset), isComplete: false };
  }
  return { offset: Math.min(own.endOffset, upToLeader), isComplete: true };
}
