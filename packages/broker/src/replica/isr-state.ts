/**
 * The in-sync replicas of a partition as its leader knows them: what the controller has confirmed and, while a change is on its way there, what it may
 * become (KIP-497). Pure.
 *
 *   committed --> expanding   a replica has caught up: it counts at once for the high watermark, for min.insync.replicas when it is confirmed
 *             --> shrinking   a replica lags: it counts until its leaving is confirmed
 *
 * Nobody knows whether a change that was sent is in force before the answer is here. So the high watermark waits for the larger set either way.
 */
export interface CommittedIsr {
  readonly kind: 'committed';
  readonly isr: readonly number[];
}

export interface PendingIsr {
  readonly kind: 'expanding' | 'shrinking';
  /** Confirmed so far. */
  readonly isr: readonly number[];
  /** What the controller is asked for. */
  readonly proposed: readonly number[];
}

export type IsrState = CommittedIsr | PendingIsr;

export function committed(isr: readonly number[]): CommittedIsr {
  return { kind: 'committed', isr };
}

export function expanded({ isr }: CommittedIsr, replica: number): PendingIsr {
  return { kind: 'expanding', isr, proposed: [...isr, replica] };
}

export function shrunk({ isr }: CommittedIsr, leaving: ReadonlySet<number>): PendingIsr {
  return { kind: 'shrinking', isr, proposed: isr.filter((replica) => !leaving.has(replica)) };
}

/** All that may be in sync, as far as this leader can tell. */
export function maximalIsr(state: IsrState): readonly number[] {
  return state.kind === 'expanding' ? state.proposed : state.isr;
}

/** What a leader does about the controller's error. */
export type RefusalOutcome =
  /** The controller says that nothing has changed: the confirmed state is right, and another change may be proposed. */
  | 'revert'
  /** The controller knows better, and its LeaderAndIsr will say what. */
  | 'wait'
  /** It may have been carried out, or not: only the same change again will tell. */
  | 'retry';
