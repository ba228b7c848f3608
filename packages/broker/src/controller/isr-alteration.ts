/**
 * Whether a leader may change the in-sync set of its partition (KIP-497, KIP-841). Pure.
 */
import { ErrorCode } from '@zurau/protocol';
import type { Leadership } from './cluster-state.ts';

/** What a leader asks for. */
export interface IsrAlteration {
  /** Undefined: the id says which. */
  readonly topic: string | undefined;
  readonly topicId: string;
  readonly partition: number;
  readonly leaderEpoch: number;
  /** Of the state that the leader decided on. */
  readonly partitionEpoch: number;
  readonly isr: readonly number[];
  readonly isRecovering: boolean;
}

export interface AlteredState {
  readonly leaderEpoch: number;
  readonly partitionEpoch: number;
  readonly isr: readonly number[];
  readonly isRecovering: boolean;
}

export interface AlterationOutcome {
  /** Empty when nobody knows the id. */
  readonly topic: string;
  readonly topicId: string;
  readonly partition: number;
  /** What is in force now, or an error code. */
  readonly result: AlteredState | number;
}

export interface AlterationAnswer {
  readonly errorCode: number;
  /** In the order of the alterations; empty with an error code. */
  readonly outcomes: readonly AlterationOutcome[];
}

/** NONE when it is to be written; an error code; or `in-force` when the partition is as the leader wants it. */
export function judgeAlteration(
  current: Leadership,
  wanted: IsrAlteration,
  brokerId: number,
  isEligible: (replica: number) => boolean,
): number | 'in-force' {
  // The leader knows of a later controller than this one.
  if (wanted.partitionEpoch > current.partitionEpoch) return ErrorCode.NOT_CONTROLLER;
  if (wanted.leaderEpoch > current.leaderEpoch) return ErrorCode.NOT_CONTROLLER;
  if (wanted.leaderEpoch < current.leaderEpoch) return ErrorCode.FENCED_LEADER_EPOCH;
  if (isInForce(current, wanted, brokerId)) return 'in-force';
  if (wanted.partitionEpoch < current.partitionEpoch) return ErrorCode.INVALID_UPDATE_VERSION;
  const { isr } = wanted;
  if (current.leader !== brokerId || !isr.includes(brokerId)) return ErrorCode.INVALID_REQUEST;
  if (new Set(isr).size !== isr.length) return ErrorCode.INVALID_REQUEST;
  if (wanted.isRecovering && (isr.length > 1 || !current.recovering)) {
    return ErrorCode.INVALID_REQUEST;
  }
  return isr.every(isEligible) ? ErrorCode.NONE : ErrorCode.INELIGIBLE_REPLICA;
}

/** An answer was lost, and the leader asks again. */
function isInForce(current: Leadership, wanted: IsrAlteration, brokerId: number): boolean {
  return (
    current.leader === brokerId &&
    current.recovering === wanted.isRecovering &&
    current.isr.length === wanted.isr.length &&
    current.isr.every((replica) => wanted.isr.includes(replica))
  );
}
