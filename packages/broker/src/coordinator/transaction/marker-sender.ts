/**
 * Writes the markers of decided transactions to the leaders of their partitions, wherever these are, until all are written.
 *
 * Owns: what is waiting for which broker. One request a broker is under way at a time; what comes meanwhile goes along with the next. A partition
 * whose leader is away, or refuses for now, is tried again; one that is gone needs no marker.
 */
import type { Timer, Timers } from '@zurau/platform';
import { ErrorCode, errorName } from '@zurau/protocol';
import type { WriteTxnMarkersRequestInput, WriteTxnMarkersResponse } from '@zurau/protocol';
import type { Logger } from '../../logging.ts';
import { groupByTopic, type TopicPartition } from './partition-set.ts';
import type { Ending, EndingSink } from './transaction-state-machine.ts';

/** How markers get to one broker: WriteTxnMarkers, over a connection or within the process. */
export interface MarkerLink {
  /** Rejects when the broker cannot be reached; it is asked again. */
  writeTxnMarkers(request: WriteTxnMarkersRequestInput): Promise<WriteTxnMarkersResponse>;
}

/** Where partitions and brokers are, as of now. */
export interface MarkerRoutes {
  /** The leader of a partition, -1 when it has none, undefined when there is no such partition. */
  leaderOf(topic: string, partition: number): number | undefined;
  /** Undefined when the broker is not alive. */
  linkTo(brokerId: number): MarkerLink | undefined;
}

export interface MarkerSenderOptions {
  readonly routes: MarkerRoutes;
  readonly timers: Timers;
  readonly logger: Logger;
  /** Called when all markers of an ending are written. */
  readonly onWritten: (ending: Ending) => void;
}

/** Until partitions that could not be written to are tried again. */
const RETRY_BACKOFF_MS = 100;
/** Endings in one request. */
const REQUEST_ENDINGS_MAX = 500;

interface Job {
  readonly ending: Ending;
  /** Partitions without a marker. */
  remainingCount: number;
  isCancelled: boolean;
}

/** Partitions of one ending that are with one broker. */
interface Errand {
  readonly job: Job;
  readonly partitions: readonly TopicPartition[];
}

interface Outbox {
  waiting: Errand[];
  isSending: boolean;
}

export class MarkerSender implements EndingSink {
  readonly #options: MarkerSenderOptions;
  readonly #jobs = new Set<Job>();
  readonly #outboxes = new Map<number, Outbox>();
  #retries: Errand[] = [];
  #retryTimer: Timer | undefined;

  constructor(options: MarkerSenderOptions) {
    this.#options = options;
  }

  /** Endings whose markers are not all written. */
  get pendingCount(): number {
    return this.#jobs.size;
  }

  send(ending: Ending): void {
    const job: Job = { ending, remainingCount: ending.partitions.length, isCancelled: false };
    this.#jobs.add(job);
    this.#dispatch({ job, partitions: ending.partitions });
    this.#finishIfDone(job);
  }

  cancel(coordinatorPartition: number): void {
    for (const job of this.#jobs) {
      if (job.ending.coordinatorPartition === coordinatorPartition) this.#drop(job);
    }
  }

  /** Sends nothing any more. */
  close(): void {
    for (const job of this.#jobs) this.#drop(job);
    this.#retryTimer?.cancel();
    this.#retries = [];
  }

  #drop(job: Job): void {
    job.isCancelled = true;
    this.#jobs.delete(job);
  }

  /** Sends each partition to its leader, as it is now. */
  #dispatch({ job, partitions }: Errand): void {
    const byLeader = new Map<number, TopicPartition[]>();
    for (const each of partitions) {
      const leader = this.#options.routes.leaderOf(each.topic, each.partition);
      if (leader === undefined) {
        job.remainingCount -= 1;
        continue;
      }
      const sameLeader = byLeader.get(leader);
      if (sameLeader === undefined) byLeader.set(leader, [each]);
      else sameLeader.push(each);
    }
    for (const [leader, theirs] of byLeader) {
      const errand = { job, partitions: theirs };
      if (leader < 0) {
        this.#retryLater(errand);
        continue;
      }
      let outbox = this.#outboxes.get(leader);
      if (outbox === undefined) {
        outbox = { waiting: [], isSending: false };
        this.#outboxes.set(leader, outbox);
      }
      outbox.waiting.push(errand);
      if (!outbox.isSending) void this.#sendAll(leader, outbox);
    }
  }

  /** Empties an outbox, one request after the other. */
  async #sendAll(brokerId: number, outbox: Outbox): Promise<void> {
    outbox.isSending = true;
    while (outbox.waiting.length > 0) {
      const errands = outbox.waiting
        .splice(0, REQUEST_ENDINGS_MAX)
        .filter(({ job }) => !job.isCancelled);
      if (errands.length > 0) await this.#request(brokerId, errands);
    }
    outbox.isSending = false;
  }

  async #request(brokerId: number, errands: readonly Errand[]): Promise<void> {
    const link = this.#options.routes.linkTo(brokerId);
    let answer: WriteTxnMarkersResponse | undefined;
    try {
      answer = await link?.writeTxnMarkers({ markers: errands.map(markerOf) });
    } catch (error) {
      this.#options.logger.warn({ brokerId, err: error }, 'markers did not get through');
    }
    const results = resultsOf(answer);
    for (const errand of errands) {
      if (!errand.job.isCancelled) this.#onAnswered(brokerId, errand, results);
    }
  }

  #onAnswered(brokerId: number, errand: Errand, results: ReadonlyMap<string, number>): void {
    const { job, partitions } = errand;
    const { transactionalId, producerId } = job.ending;
    const again: TopicPartition[] = [];
    for (const each of partitions) {
      const errorCode = results.get(resultKey(producerId, each)) ?? ErrorCode.NETWORK_EXCEPTION;
      switch (outcomeOf(errorCode)) {
        case 'done':
          job.remainingCount -= 1;
          break;
        case 'again':
          again.push(each);
          break;
        case 'overtaken':
          this.#options.logger.warn(
            { transactionalId, ...each, brokerId, error: errorName(errorCode) },
            'a newer producer or coordinator has written here: the markers of this transaction are given up',
          );
          this.#drop(job);
          return;
      }
    }
    if (again.length > 0) this.#retryLater({ job, partitions: again });
    this.#finishIfDone(job);
  }

  #finishIfDone(job: Job): void {
    if (job.remainingCount > 0 || job.isCancelled) return;
    this.#jobs.delete(job);
    this.#options.onWritten(job.ending);
  }

  #retryLater(errand: Errand): void {
    this.#retries.push(errand);
    this.#retryTimer ??= this.#options.timers.after(RETRY_BACKOFF_MS, () => {
      this.#retryTimer = undefined;
      for (const each of this.#retries.splice(0)) {
        if (each.job.isCancelled) continue;
        this.#dispatch(each);
        this.#finishIfDone(each.job);
      }
    });
  }
}

/** What an answer means for a partition. Whatever is not known to be final is tried again: an outcome that was decided must reach every partition. */
function outcomeOf(errorCode: number): 'done' | 'again' | 'overtaken' {
  switch (errorCode) {
    case ErrorCode.NONE:
    // The producer could not have written there.
    case ErrorCode.UNSUPPORTED_FOR_MESSAGE_FORMAT:
      return 'done';
    case ErrorCode.INVALID_PRODUCER_EPOCH:
    case ErrorCode.TRANSACTION_COORDINATOR_FENCED:
      return 'overtaken';
    default:
      return 'again';
  }
}

function markerOf({ job, partitions }: Errand): WriteTxnMarkersRequestInput['markers'][number] {
  const { producerId, producerEpoch, coordinatorEpoch, committed } = job.ending;
  return {
    producerId,
    producerEpoch,
    coordinatorEpoch,
    transactionResult: committed,
    topics: groupByTopic(partitions).map(([name, partitionIndexes]) => ({
      name,
      partitionIndexes,
    })),
  };
}

/** Error codes by producer and partition: an answer need not keep the order of the request. */
function resultsOf(answer: WriteTxnMarkersResponse | undefined): ReadonlyMap<string, number> {
  const results = new Map<string, number>();
  for (const { producerId, topics } of answer?.markers ?? []) {
    for (const { name, partitions } of topics) {
      for (const { partitionIndex, errorCode } of partitions) {
        results.set(resultKey(producerId, { topic: name, partition: partitionIndex }), errorCode);
      }
    }
  }
  return results;
}

/** Topic names hold no colon. */
function resultKey(producerId: number, { topic, partition }: TopicPartition): string {
  return `${producerId}:${topic}:${partition}`;
}
