/**
 * What a coordinator is to the runtime: a deterministic, synchronous state machine over one partition of an internal topic.
 *
 * A write decides and returns records and a response; the runtime appends the records, replays them into the machine, and gives the
 * response out when the high watermark has passed them:
 *
 * ```
 *   write ──► { records, response }
 *                │            └───────────────► parked ──► given out
 *                ▼                                ▲
 *              append ──► replay (same records)   │ high watermark
 *                └──────────────► replicated ─────┘
 * ```
 *
 * State that is in the log changes by `replay` alone, after the append, so a refused append leaves nothing to undo; what replay changes
 * is kept in {@link TimelineMap}s, so that readers see only what is replicated. State that is not in the log (who is waiting, a rebalance
 * under way) is the machine's own affair; `onSettled` tells it how its records fared.
 */
import type { Timeline } from './timeline.ts';
import type { ShardTimers } from './shard-timers.ts';

/** Between records of a machine's own type and bytes in the log. */
export interface RecordCodec<R> {
  encode(record: R): { readonly key: Buffer; readonly value: Buffer | null };
  /** Undefined for a record type of a version that this broker does not know: it is skipped. Throws DecodeError. */
  decode(key: Buffer, value: Buffer | null): R | undefined;
  /** For a codec that can do better than `decode` where very many records are read in a row. */
  createReader?(): RecordReader<R>;
}

/** A record within a batch; positions are -1 where key or value are null. */
export interface RecordView {
  readonly bytes: Buffer;
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly valueStart: number;
  readonly valueEnd: number;
}

/** Says of each record what {@link RecordCodec.decode} says; may remember what it has read. The view, whose key is not null, is of this call. */
export type RecordReader<R> = (view: RecordView) => R | undefined;

/** What a write wants done. */
export interface WriteEffects<R> {
  /** Appended in one batch, all or nothing. */
  readonly records: readonly R[];
  /**
   * The records say what the machine has done already; they are appended and not replayed. For a machine that changes state which
   * readers may see early.
   */
  readonly applied?: boolean;
  /** The records need not stand together: a long list may be appended in several batches, in order. */
  readonly splittable?: boolean;
  /** The records belong to the open transaction of this producer: they count when it commits. */
  readonly producer?: TransactionProducer;
  /** Called when the records are in the log and replayed, before anybody else gets to see them; not when the append was refused. */
  readonly onAppended?: () => void;
  /** Called once: without an error when the records are replicated, else with the error code that clients are to see. */
  readonly onSettled?: (errorCode: number | undefined) => void;
}

/** What a write decided. */
export interface WriteResult<R, T> extends WriteEffects<R> {
  /** Given out when the records, and all that were appended before them, are replicated. */
  readonly response: T;
  /** There are no records, and the response says nothing that a failover could take back: it is given out at once. */
  readonly immediate?: boolean;
}

export interface TransactionProducer {
  readonly producerId: number;
  readonly producerEpoch: number;
}

/** What ends a producer's transaction in a partition. */
export interface TransactionEnd extends TransactionProducer {
  /** Of the transaction coordinator: the log refuses one that was deposed. */
  readonly coordinatorEpoch: number;
  readonly committed: boolean;
}

/** Who wrote a record: -1 and -1 outside of transactions. */
export interface RecordOrigin extends TransactionProducer {
  readonly transactional: boolean;
}

export interface StateMachine<R> {
  /** Takes a record in: while loading, and after each append. Must not fail: what it refuses was a bug when it was written. */
  replay(record: R, origin: RecordOrigin): void;
  /** A transaction of `producerId` that wrote to this partition has ended. */
  replayTransactionEnd(producerId: number, committed: boolean): void;
  /** All records are in; timers may be set. */
  onLoaded(): void;
  /** The partition moved away: answer who still waits. No records, no timers any more. */
  onUnloaded(): void;
}

/** What a state machine gets from the runtime. */
export interface ShardContext<R> {
  readonly partition: number;
  /** Leader epoch that this broker was last elected in. */
  readonly leaderEpoch: () => number;
  readonly timeline: Timeline;
  readonly timers: ShardTimers<R>;
}
