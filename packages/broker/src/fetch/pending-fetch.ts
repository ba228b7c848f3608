/**
 * A fetch between request and answer: it reads what is there, waits while that is less than `min.bytes`, and loads the bytes.
 *
 * Waiting fetches hang on their partitions and are woken when a high watermark moves (a follower's: when something is written); several partitions that move in one turn of
 * the event loop wake a fetch once. A deadline ends the wait after `max.wait.ms` with whatever there is; so does the end of the fetch's session, and that of the
 * connection with nothing.
 */
import { ErrorCode } from '@zurau/protocol';
import type { ServedRequest } from '../api/handler.ts';
import type { TimingWheel } from '../purgatory/timing-wheel.ts';
import { Deadline } from '../purgatory/timing-wheel.ts';
import type { Partition, ReadWaiter } from '../replica/partition.ts';
import type { AnswerMemory } from './answer-memory.ts';
import type { FetchPartition } from './fetch-partition.ts';
import type { FetchPlan } from './fetch-plan.ts';
import type { FetchSession } from './fetch-session.ts';
import type { PartitionRead, PartitionReader, Reader } from './partition-read.ts';

export interface FetchLimits {
  readonly maxBytes: number;
  readonly minBytes: number;
  readonly maxWaitMs: number;
  readonly reader: Reader;
}

/** One partition's outcome with its bytes in memory. */
export interface LoadedRead {
  readonly outcome: PartitionRead;
  readonly errorCode: number;
  readonly buffers: readonly Buffer[];
}

/** Turns the outcomes into the answer's body. */
export type AnswerBuilder = (reads: readonly LoadedRead[]) => unknown;

export class PendingFetch implements ReadWaiter {
  readonly #request: ServedRequest;
  readonly #wanted: readonly FetchPartition[];
  readonly #session: FetchSession | undefined;
  readonly #limits: FetchLimits;
  readonly #reader: PartitionReader;
  readonly #deadlines: TimingWheel;
  readonly #memory: AnswerMemory;
  readonly #buildAnswer: AnswerBuilder;
  readonly #waitsOn: Partition[] = [];
  #deadline: Deadline | undefined;
  #isRetryScheduled = false;
  #isDone = false;
  readonly #endWait = (): void => this.#answer(this.#readAll());
  /** Of the last attempt. */
  #maxBytes: number;

  constructor(options: {
    readonly request: ServedRequest;
    readonly plan: FetchPlan;
    readonly limits: FetchLimits;
    readonly reader: PartitionReader;
    readonly deadlines: TimingWheel;
    readonly memory: AnswerMemory;
    readonly buildAnswer: AnswerBuilder;
  }) {
    this.#request = options.request;
    this.#wanted = [...options.plan.partitions];
    this.#session = options.plan.session;
    this.#limits = options.limits;
    this.#reader = options.reader;
    this.#deadlines = options.deadlines;
    this.#memory = options.memory;
    this.#maxBytes = options.limits.maxBytes;
    this.#buildAnswer = options.buildAnswer;
  }

  /** Answers at once, or starts to wait. */
  start(): void {
    const { reader } = this.#limits;
    const reads = this.#readAll();
    reader.isFirstRead = false;
    if (this.#limits.maxWaitMs <= 0 || this.#wanted.length === 0 || this.#isEnough(reads)) {
      this.#answer(reads);
      return;
    }
    this.#deadline = new Deadline(this.#endWait);
    this.#deadlines.add(this.#deadline, this.#limits.maxWaitMs);
    this.#request.onDropped = () => this.#stopWaiting();
    if (this.#session !== undefined) this.#session.onEnded = this.#endWait;
    for (const { partition, read } of reads) {
      read?.release();
      if (partition === undefined) continue;
      waitersOf(partition, reader).add(this);
      this.#waitsOn.push(partition);
    }
  }

  onReadable(): void {
    if (this.#isRetryScheduled || this.#isDone) return;
    this.#isRetryScheduled = true;
    queueMicrotask(() => this.#retry());
  }

  #retry(): void {
    this.#isRetryScheduled = false;
    if (this.#isDone) return;
    const reads = this.#readAll();
    if (this.#isEnough(reads)) this.#answer(reads);
    else for (const { read } of reads) read?.release();
  }

  #readAll(): PartitionRead[] {
    const { reader } = this.#limits;
    const reads: PartitionRead[] = [];
    this.#maxBytes = Math.min(this.#limits.maxBytes, this.#memory.allowedBytes);
    let bytesLeft = this.#maxBytes;
    let hasData = false;
    for (const wanted of this.#wanted) {
      // The first batch that is found is sent though it is larger than every limit, or the client could never go on.
      const outcome = this.#reader.read(wanted, reader, Math.max(0, bytesLeft), !hasData);
      reads.push(outcome);
      const sizeBytes = outcome.read?.sizeBytes ?? 0;
      if (sizeBytes > 0) hasData = true;
      bytesLeft -= sizeBytes;
    }
    return reads;
  }

  #isEnough(reads: readonly PartitionRead[]): boolean {
    let bytes = 0;
    for (const { errorCode, read, divergingEpoch, preferredReplica } of reads) {
      if (errorCode !== ErrorCode.NONE || divergingEpoch !== undefined) return true;
      if (preferredReplica !== undefined) return true;
      bytes += read?.sizeBytes ?? 0;
    }
    const { minBytes } = this.#limits;
    // Whole batches seldom fill the limit to the byte: who asks for as much as is ever sent must not wait for it.
    return bytes >= minBytes || (bytes > 0 && minBytes >= this.#maxBytes);
  }

  #stopWaiting(): void {
    this.#isDone = true;
    if (this.#session?.onEnded === this.#endWait) this.#session.onEnded = undefined;
    if (this.#deadline !== undefined) this.#deadlines.cancel(this.#deadline);
    for (const partition of this.#waitsOn) waitersOf(partition, this.#limits.reader).delete(this);
  }

  #answer(reads: readonly PartitionRead[]): void {
    this.#stopWaiting();
    this.#request.onDropped = undefined;
    let heldBytes = 0;
    for (const { read } of reads) heldBytes += read?.sizeBytes ?? 0;
    this.#memory.hold(heldBytes);
    const loaded: LoadedRead[] = [];
    let loadingCount = 1;
    const onLoaded = (): void => {
      loadingCount -= 1;
      if (loadingCount === 0) this.#respond(loaded, heldBytes);
    };
    reads.forEach((outcome, index) => {
      const { read, errorCode } = outcome;
      const buffers = read === undefined || read.sizeBytes === 0 ? NO_BUFFERS : read.buffers;
      loaded.push({ outcome, errorCode, buffers: buffers ?? NO_BUFFERS });
      if (buffers !== undefined) return;
      loadingCount += 1;
      read!.load((error, loadedBuffers) => {
        loaded[index] =
          error === undefined
            ? { outcome, errorCode, buffers: loadedBuffers }
            : { outcome, errorCode: error.errorCode, buffers: NO_BUFFERS };
        onLoaded();
      });
    });
    onLoaded();
  }

  #respond(loaded: readonly LoadedRead[], heldBytes: number): void {
    this.#request.respond(this.#buildAnswer(loaded), () => {
      this.#memory.release(heldBytes);
      for (const { outcome } of loaded) outcome.read?.release();
    });
  }
}

/** Followers read on while consumers wait for the high watermark. */
function waitersOf(partition: Partition, { limit }: Reader): Set<ReadWaiter> {
  return limit === 'log-end' ? partition.followerWaiters : partition.readWaiters;
}

const NO_BUFFERS: readonly Buffer[] = [];
