/**
 * One partition of an internal topic with the state machine over it: loads it, carries out its reads and writes one at a time, parks
 * responses until they are replicated.
 *
 * Owns: the machine's life, the order of events, what is parked, the timers. Knows nothing of what the machine is about.
 *
 * Everything after loading is synchronous. An event that arises inside another (the log raises the high watermark within `append`, a settled
 * response makes its receiver send the next request) waits until that one is through, so the machine never sees itself half done.
 */
import type { Platform } from '@zurau/platform';
import { ErrorCode, type CompressionCodec } from '@zurau/protocol';
import type { Logger } from '../../logging.ts';
import { CoordinatorError, coordinatorErrorCode } from './coordinator-error.ts';
import { CoordinatorLogError, type CoordinatorLog } from './coordinator-log.ts';
import { ParkedResponses } from './parked-responses.ts';
import {
  EntryReader,
  encodeBatch,
  encodeTransactionEnd,
  type EntryVisitor,
} from './record-batches.ts';
import { ShardTimers, type TimerTask } from './shard-timers.ts';
import type {
  RecordCodec,
  ShardContext,
  RecordOrigin,
  StateMachine,
  TransactionEnd,
  WriteEffects,
  WriteResult,
} from './state-machine.ts';
import { Timeline } from './timeline.ts';

/** Records in one batch of a splittable write: far below any `max.message.bytes`, far above what hurts. */
const SPLIT_BATCH_RECORDS_MAX = 1000;

export interface ShardOptions<R, M extends StateMachine<R>> {
  readonly platform: Platform;
  readonly logger: Logger;
  readonly log: CoordinatorLog;
  readonly codec: RecordCodec<R>;
  readonly createMachine: (context: ShardContext<R>) => M;
  /** Codec of the batches that are written. */
  readonly compression: CompressionCodec;
  /** How long a response may wait for replication before it fails with REQUEST_TIMED_OUT. */
  readonly writeTimeoutMs: number;
  /**
   * A new leader may hold records that none of the others has, and lose them to the next. True: nobody is told of them, nor is anything done, before all that
   * was loaded is replicated. False: all is shown at once, as the high watermark of a new leader lags behind what its predecessor acknowledged.
   */
  readonly waitsForReplication: boolean;
}

export type ShardState = 'loading' | 'active' | 'failed' | 'unloaded';

export class Shard<R, M extends StateMachine<R>> {
  readonly partition: number;
  /** Leader epoch that this broker was last elected in. */
  leaderEpoch: number;
  readonly #options: ShardOptions<R, M>;
  readonly #timeline = new Timeline();
  readonly #timers: ShardTimers<R>;
  readonly #parked: ParkedResponses;
  readonly #machine: M;
  readonly #stopWatching: () => void;
  #state: ShardState = 'loading';
  #replayed: { readonly recordCount: number; readonly startedMs: number } | undefined;
  #events: (() => void)[] = [];
  #busy = false;

  constructor(partition: number, leaderEpoch: number, options: ShardOptions<R, M>) {
    const { clock, timers } = options.platform;
    this.partition = partition;
    this.leaderEpoch = leaderEpoch;
    this.#options = options;
    this.#timers = new ShardTimers(clock, timers, (name, task) => {
      this.#enqueue(() => this.#runTimer(name, task));
    });
    this.#parked = new ParkedResponses(clock, timers, options.writeTimeoutMs, () => {
      this.#enqueue(() => this.#parked.expire(ErrorCode.REQUEST_TIMED_OUT));
    });
    this.#machine = options.createMachine({
      partition,
      leaderEpoch: () => this.leaderEpoch,
      timeline: this.#timeline,
      timers: this.#timers,
    });
    this.#timeline.commitTo(options.log.highWatermark(partition));
    this.#stopWatching = options.log.onHighWatermark(partition, (highWatermark) => {
      this.#enqueue(() => this.#onHighWatermark(highWatermark));
    });
  }

  get state(): ShardState {
    return this.#state;
  }

  /** Replays the whole log, and serves then, or as soon as all of it is replicated. Never rejects: a log that cannot be read leaves the shard `failed`. */
  async load(): Promise<void> {
    if (this.#state !== 'loading') return;
    const { log, codec, logger, platform } = this.#options;
    const startedMs = platform.clock.monotonicMs();
    let recordCount = 0;
    const reader = new EntryReader(codec);
    const visitor = this.#replayer(() => recordCount++);
    try {
      for await (const batches of log.readAll(this.partition)) {
        if (this.#state !== 'loading') return;
        reader.visit(batches, visitor);
      }
    } catch (error) {
      if (this.#state !== 'loading') return;
      this.#state = 'failed';
      logger.error({ partition: this.partition, err: error }, 'loading the coordinator failed');
      return;
    }
    if (this.#state !== 'loading') return;
    this.#replayed = { recordCount, startedMs };
    // Readers must not see what the predecessor acknowledged go back.
    if (!this.#options.waitsForReplication) this.#timeline.commitTo(this.#timeline.offset + 1);
    this.#enqueue(() => this.#serveWhenReplicated());
  }

  #serveWhenReplicated(): void {
    if (this.#state !== 'loading' || this.#replayed === undefined) return;
    if (this.#timeline.offset >= this.#timeline.highWatermark) return;
    const { logger, platform } = this.#options;
    const { recordCount, startedMs } = this.#replayed;
    this.#state = 'active';
    this.#machine.onLoaded();
    const tookMs = Math.round(platform.clock.monotonicMs() - startedMs);
    // Most partitions of an internal topic are empty, and there are fifty of them.
    const level = recordCount > 0 ? 'info' : 'debug';
    logger[level]({ partition: this.partition, recordCount, tookMs }, 'coordinator loaded');
  }

  /** Carries out a write. Rejects with {@link CoordinatorError}, or with whatever bug `decide` threw. */
  write<T>(decide: (machine: M) => WriteResult<R, T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#enqueue(() => {
        this.#requireActive();
        const result = decide(this.#machine);
        if (result.immediate === true && result.records.length === 0) {
          resolve(result.response);
          return;
        }
        this.#carryOut(result, (errorCode) => {
          if (errorCode === undefined) resolve(result.response);
          else reject(new CoordinatorError(errorCode));
        });
      }, reject);
    });
  }

  /** Ends a producer's transaction in this partition: what it wrote here counts, or is forgotten. Rejects with {@link CoordinatorError}. */
  endTransaction(end: TransactionEnd): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#enqueue(() => {
        this.#requireActive();
        const { log, platform } = this.#options;
        const append = (): void => {
          const batch = encodeTransactionEnd(end, platform.clock.now());
          this.#timeline.advanceTo(log.append(this.partition, batch).lastOffset);
          this.#machine.replayTransactionEnd(end.producerId, end.committed);
        };
        this.#appendAndPark(append, (errorCode) => {
          if (errorCode === undefined) resolve();
          else reject(new CoordinatorError(errorCode));
        });
      }, reject);
    });
  }

  /** Looks at the machine now. Throws {@link CoordinatorError}. */
  read<T>(decide: (machine: M) => T): T {
    this.#requireActive();
    return decide(this.#machine);
  }

  /** Forgets everything; whoever waits is told NOT_COORDINATOR. Idempotent. */
  unload(): void {
    if (this.#state === 'unloaded') return;
    this.#enqueue(() => {
      if (this.#state === 'unloaded') return;
      const wasActive = this.#state === 'active';
      this.#state = 'unloaded';
      this.#stopWatching();
      this.#parked.failAll(ErrorCode.NOT_COORDINATOR);
      if (wasActive) this.#machine.onUnloaded();
      this.#timers.cancelAll();
    });
  }

  #requireActive(): void {
    if (this.#state === 'active') return;
    throw new CoordinatorError(
      this.#state === 'loading'
        ? ErrorCode.COORDINATOR_LOAD_IN_PROGRESS
        : ErrorCode.NOT_COORDINATOR,
    );
  }

  /** Runs an event now, or after the one that is running. */
  #enqueue(event: () => void, onError?: (error: unknown) => void): void {
    this.#events.push(
      onError === undefined
        ? event
        : () => {
            try {
              event();
            } catch (error) {
              onError(error);
            }
          },
    );
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (let next = this.#events.shift(); next !== undefined; next = this.#events.shift()) next();
    } finally {
      this.#busy = false;
    }
  }

  #runTimer(name: string, task: TimerTask<R>): void {
    if (this.#state !== 'active') return;
    const effects = task();
    if (effects === undefined) return;
    this.#carryOut(effects, (errorCode) => {
      if (errorCode === undefined) return;
      this.#options.logger.warn(
        { partition: this.partition, timer: name, errorCode },
        'records of a coordinator timer were not written',
      );
    });
  }

  /** Appends, replays, and parks `settle`. */
  #carryOut(effects: WriteEffects<R>, settle: (errorCode: number | undefined) => void): void {
    const { records, onSettled } = effects;
    const append = (): void => {
      const batchRecordsMax =
        effects.splittable === true ? SPLIT_BATCH_RECORDS_MAX : records.length;
      for (let at = 0; at < records.length; at += batchRecordsMax) {
        this.#append(records.slice(at, at + batchRecordsMax), effects);
      }
      effects.onAppended?.();
    };
    this.#appendAndPark(append, (errorCode) => {
      onSettled?.(errorCode);
      settle(errorCode);
    });
  }

  /** Settles when all that is in the log after `append` is replicated, or at once when the log refuses. */
  #appendAndPark(append: () => void, settle: (errorCode: number | undefined) => void): void {
    try {
      append();
    } catch (error) {
      if (!(error instanceof CoordinatorLogError)) throw error;
      this.#options.logger.warn(
        { partition: this.partition, err: error },
        'coordinator could not append',
      );
      settle(coordinatorErrorCode(error.errorCode));
      return;
    }
    const lastOffset = this.#timeline.offset;
    if (lastOffset < this.#timeline.highWatermark) settle(undefined);
    else this.#parked.park(lastOffset, settle);
  }

  #append(records: readonly R[], { applied, producer }: WriteEffects<R>): void {
    const { log, codec, platform, compression } = this.#options;
    const batch = encodeBatch(records, codec, platform.clock.now(), compression, producer);
    const { lastOffset } = log.append(this.partition, batch);
    const origin: RecordOrigin =
      producer === undefined ? OUTSIDE_TRANSACTIONS : { ...producer, transactional: true };
    let offset = lastOffset - records.length;
    for (const record of records) {
      offset++;
      this.#timeline.advanceTo(offset);
      if (applied !== true) this.#machine.replay(record, origin);
    }
  }

  /** Takes what the log holds into the machine. */
  #replayer(onEntry: () => void): EntryVisitor<R> {
    const [timeline, machine] = [this.#timeline, this.#machine];
    const advanceTo = (offset: number): void => {
      onEntry();
      timeline.advanceTo(offset);
    };
    return {
      onRecord(offset, record, origin) {
        advanceTo(offset);
        machine.replay(record, origin);
      },
      onTransactionEnd(offset, producerId, committed) {
        advanceTo(offset);
        machine.replayTransactionEnd(producerId, committed);
      },
      onSkipped: advanceTo,
    };
  }

  #onHighWatermark(highWatermark: number): void {
    this.#timeline.commitTo(highWatermark);
    this.#serveWhenReplicated();
    this.#parked.release(highWatermark);
  }
}

const OUTSIDE_TRANSACTIONS = { producerId: -1, producerEpoch: -1, transactional: false } as const;
