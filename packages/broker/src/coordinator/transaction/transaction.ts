/**
 * A transactional id as its coordinator knows it: who produces under it, and how its current or last transaction stands.
 *
 * ```
 *                            InitProducerId              AddPartitionsToTxn, AddOffsetsToTxn
 *   (unknown) ──► Empty ◄──────────────────┐   ┌──────────────────────────────┐
 *                   │                      │   ▼                              │
 *                   └──────────────► Ongoing ──────────► PrepareCommit ──► CompleteCommit
 *                                          │  EndTxn          markers          │
 *                                          └───────────► PrepareAbort ───► CompleteAbort
 *                          EndTxn, timeout, InitProducerId of a successor
 * ```
 *
 * Data only; the ways from one to the next are in `transitions.ts`.
 */
import type { PartitionSet } from './partition-set.ts';

export type TransactionState =
  'Empty' | 'Ongoing' | 'PrepareCommit' | 'PrepareAbort' | 'CompleteCommit' | 'CompleteAbort';

/** States by their number in the log. The last two of Kafka's are never written: they are names of what is under way in memory. */
export const STATES: readonly TransactionState[] = [
  'Empty',
  'Ongoing',
  'PrepareCommit',
  'PrepareAbort',
  'CompleteCommit',
  'CompleteAbort',
];

/** All names that clients may filter by. */
export const STATE_NAMES: ReadonlySet<string> = new Set([...STATES, 'Dead', 'PrepareEpochFence']);

export interface Transaction {
  readonly producerId: number;
  /** -1 before the first InitProducerId is through. */
  readonly producerEpoch: number;
  /** Producer id before the last InitProducerId, -1 when not known: it is not in the log. */
  readonly lastProducerId: number;
  /** Epoch that the producer itself gave up for the current one (KIP-360), -1 when it was fenced by another. Not in the log. */
  readonly lastProducerEpoch: number;
  readonly timeoutMs: number;
  readonly state: TransactionState;
  /** Partitions of the open transaction, those of `__consumer_offsets` included. */
  readonly partitions: PartitionSet;
  /** -1 when there was no transaction yet since InitProducerId. */
  readonly startedMs: number;
  readonly updatedMs: number;
}

/** The outcome is decided and the markers may not all be written. */
export function isEnding({ state }: Transaction): boolean {
  return state === 'PrepareCommit' || state === 'PrepareAbort';
}
