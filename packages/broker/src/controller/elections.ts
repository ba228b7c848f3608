/**
 * Who leads a partition: pure functions from a partition's state and the world around it to its next state.
 *
 * Owns: the rules. Every new state has the next leader epoch, so that requests under the old one are refused.
 */
import type { PartitionState } from '../metadata/znodes/topics.ts';
import { NO_LEADER } from '../metadata/metadata-cache.ts';

export interface ElectionInput {
  /** In order of preference. */
  readonly replicas: readonly number[];
  readonly state: PartitionState;
  /** Whether a replica is there: its broker lives, stays, and has the log directory. */
  readonly isOnline: (replica: number) => boolean;
}

/** State of a partition that never had a leader; undefined when no replica is there. */
export function firstState(input: Omit<ElectionInput, 'state'>): PartitionState | undefined {
  const online = input.replicas.filter(input.isOnline);
  const [leader] = online;
  if (leader === undefined) return undefined;
  return { leader, leaderEpoch: 0, isr: online, controllerEpoch: 0, recovering: false };
}

/**
 * For a partition whose leader is gone: the most preferred replica that is in sync; if `unclean`, any that is there, and then acknowledged
 * records may be lost (the partition is marked as recovering, KIP-704). Undefined when nobody can lead.
 */
export function electAfterLoss(
  { replicas, state, isOnline }: ElectionInput,
  unclean: boolean,
): PartitionState | undefined {
  const inSync = replicas.find((replica) => isOnline(replica) && state.isr.includes(replica));
  if (inSync !== undefined) return next(state, inSync, state.isr.filter(isOnline));
  const anyone = unclean ? replicas.find(isOnline) : undefined;
  if (anyone === undefined) return undefined;
  return { ...next(state, anyone, [anyone]), recovering: true };
}

/** The first replica of the assignment, if it is there and in sync; undefined otherwise. */
export function electPreferred({
  replicas,
  state,
  isOnline,
}: ElectionInput): PartitionState | undefined {
  const [preferred] = replicas;
  if (preferred === undefined || !isOnline(preferred) || !state.isr.includes(preferred)) {
    return undefined;
  }
  return next(state, preferred, state.isr);
}

/** For a leader that wants to leave: the most preferred other replica in sync. Undefined when there is none. */
export function electForShutdown(
  { replicas, state, isOnline }: ElectionInput,
  isLeaving: (replica: number) => boolean,
): PartitionState | undefined {
  const staying = (replica: number): boolean => isOnline(replica) && !isLeaving(replica);
  const leader = replicas.find((replica) => staying(replica) && state.isr.includes(replica));
  if (leader === undefined) return undefined;
  return next(
    state,
    leader,
    state.isr.filter((replica) => !isLeaving(replica)),
  );
}

/** For a partition that moves: its leader if that is in the target and there, else the first of the target that is there and in sync. */
export function electForReassignment({
  replicas: target,
  state,
  isOnline,
}: ElectionInput): PartitionState | undefined {
  if (target.includes(state.leader) && isOnline(state.leader)) return withNextEpoch(state);
  const leader = target.find((replica) => isOnline(replica) && state.isr.includes(replica));
  return leader === undefined ? undefined : next(state, leader, state.isr);
}

/** The same leader and ISR, for a change of the replicas that the leader has to hear of. */
export function withNextEpoch(state: PartitionState): PartitionState {
  return next(state, state.leader, state.isr);
}

/**
 * Takes a replica that went out of the ISR. The last one stays in it, though it cannot lead: only it is known to have every acknowledged
 * record. Undefined when it was not in the ISR.
 */
export function withoutReplica(state: PartitionState, replica: number): PartitionState | undefined {
  if (!state.isr.includes(replica)) return undefined;
  const isr = state.isr.length === 1 ? state.isr : state.isr.filter((each) => each !== replica);
  return next(state, state.leader === replica ? NO_LEADER : state.leader, isr);
}

function next(state: PartitionState, leader: number, isr: readonly number[]): PartitionState {
  return { ...state, leader, isr, leaderEpoch: state.leaderEpoch + 1 };
}
