/**
 * Where sends wait that the accumulator cannot take yet: the topic is not known, or there is no room in `bufferMemory`.
 *
 * One line a topic, so that a topic that does not exist holds up nobody else, and nobody overtakes within a topic. Owns the limit
 * of `maxBlockMs`. Every callback is called exactly once, unless the record moves on to the accumulator, which does it then.
 */
import type { Timer } from '@zurau/platform';
import type { Cluster } from '../cluster/cluster.ts';
import { abortedError, clientError, KafkaError } from '../errors.ts';
import { Fifo } from '../fifo.ts';
import type { AcceptedRecord, Accumulator } from './accumulator.ts';
import type { RecordCallback } from './producer-batch.ts';

export interface WaitingRoomOptions {
  readonly cluster: Cluster;
  readonly accumulator: Accumulator;
  readonly maxBlockMs: number;
  /** Called after records moved on to the accumulator. */
  readonly onAdmitted: () => void;
}

interface Waiting {
  readonly record: AcceptedRecord;
  readonly callback: RecordCallback;
  readonly deadlineMs: number;
  /** No longer waiting: admitted, turned away or aborted. */
  gone: boolean;
  /** Stops listening to the caller's signal. */
  readonly detach: () => void;
}

interface Line {
  readonly topic: string;
  readonly waiting: Fifo<Waiting>;
  /** True while the topic is being looked up. */
  lookingUp: boolean;
}

export class WaitingRoom {
  readonly #options: WaitingRoomOptions;
  readonly #lines: Map<string, Line> = new Map();
  #timer: Timer | undefined;
  #whenEmpty: (() => void)[] = [];

  constructor(options: WaitingRoomOptions) {
    this.#options = options;
  }

  get isEmpty(): boolean {
    return this.#lines.size === 0;
  }

  /** Calls back when nobody waits any more; at once if so now. */
  whenEmpty(callback: () => void): void {
    if (this.isEmpty) callback();
    else this.#whenEmpty.push(callback);
  }

  enter(record: AcceptedRecord, callback: RecordCallback, signal?: AbortSignal): void {
    const { cluster, maxBlockMs } = this.#options;
    let line = this.#lines.get(record.topic);
    if (line === undefined) {
      line = { topic: record.topic, waiting: new Fifo(), lookingUp: false };
      this.#lines.set(record.topic, line);
    }
    const deadlineMs = cluster.platform.clock.monotonicMs() + maxBlockMs;
    const onAbort = (): void => {
      if (signal !== undefined) this.#leave(waiting, abortedError(signal));
    };
    const detach = (): void => signal?.removeEventListener('abort', onAbort);
    const waiting: Waiting = { record, callback, deadlineMs, gone: false, detach };
    signal?.addEventListener('abort', onAbort, { once: true });
    line.waiting.push(waiting);
    if (cluster.metadata.topic(record.topic) === undefined) this.#lookUp(line);
    this.#timer ??= cluster.platform.timers.after(maxBlockMs, () => this.#onTimer());
  }

  /** Lets in whom there is room for. */
  admit(): void {
    if (this.isEmpty) return;
    let admitted = false;
    for (const line of this.#lines.values()) admitted = this.#admitLine(line) || admitted;
    if (admitted) this.#options.onAdmitted();
    this.#tellIfEmpty();
  }

  /** Turns everybody away who is here now. */
  turnAway(error: KafkaError): void {
    for (const line of [...this.#lines.values()]) this.#turnAway(line, error);
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#tellIfEmpty();
  }

  #admitLine(line: Line): boolean {
    const { cluster, accumulator } = this.#options;
    const topic = cluster.metadata.topic(line.topic);
    if (topic === undefined) {
      this.#lookUp(line);
      return false;
    }
    let admitted = false;
    for (;;) {
      const next = line.waiting.peek();
      if (next === undefined) {
        this.#lines.delete(line.topic);
        return admitted;
      }
      if (!next.gone && !accumulator.hasRoom(next.record.sizeBytesMax)) return admitted;
      line.waiting.shift();
      if (next.gone) continue;
      next.gone = true;
      next.detach();
      try {
        accumulator.append(topic, next.record, next.callback);
        admitted = true;
      } catch (error) {
        if (!(error instanceof KafkaError)) throw error;
        next.callback(error, undefined);
      }
    }
  }

  #lookUp(line: Line): void {
    if (line.lookingUp) return;
    line.lookingUp = true;
    const { cluster, maxBlockMs } = this.#options;
    cluster.topic(line.topic, { timeoutMs: Math.max(1, maxBlockMs) }).then(
      () => {
        line.lookingUp = false;
        this.admit();
      },
      (error: unknown) => {
        line.lookingUp = false;
        if (error instanceof KafkaError) this.#turnAway(line, unknownTopic(line.topic, error));
        else throw error;
        this.#tellIfEmpty();
      },
    );
  }

  #leave(waiting: Waiting, error: KafkaError): void {
    if (waiting.gone) return;
    waiting.gone = true;
    waiting.detach();
    waiting.callback(error, undefined);
  }

  #turnAway(line: Line, error: KafkaError): void {
    for (const waiting of line.waiting.takeAll()) this.#leave(waiting, error);
    this.#lines.delete(line.topic);
  }

  /** Fires when the first of all waiting is due; those who came later are due later. */
  #onTimer(): void {
    this.#timer = undefined;
    const { cluster, maxBlockMs } = this.#options;
    const nowMs = cluster.platform.clock.monotonicMs();
    let nextMs = Number.POSITIVE_INFINITY;
    for (const line of this.#lines.values()) {
      let first = line.waiting.peek();
      while (first !== undefined && (first.gone || first.deadlineMs <= nowMs)) {
        line.waiting.shift();
        this.#leave(first, this.#blockedError(line.topic, maxBlockMs));
        first = line.waiting.peek();
      }
      if (first === undefined) this.#lines.delete(line.topic);
      else nextMs = Math.min(nextMs, first.deadlineMs);
    }
    this.#tellIfEmpty();
    if (this.#lines.size === 0) return;
    this.#timer ??= cluster.platform.timers.after(nextMs - nowMs, () => this.#onTimer());
  }

  #blockedError(topic: string, maxBlockMs: number): KafkaError {
    const why =
      this.#options.cluster.metadata.topic(topic) === undefined
        ? `the topic ${topic} was not found`
        : 'there was no room in bufferMemory';
    return clientError('SEND_BLOCKED_TIMEOUT', `Within ${maxBlockMs} ms ${why}.`);
  }

  #tellIfEmpty(): void {
    if (!this.isEmpty) return;
    const callbacks = this.#whenEmpty;
    this.#whenEmpty = [];
    for (const callback of callbacks) callback();
  }
}

/** The look-up says why; running out of time is the limit of `maxBlockMs`. */
function unknownTopic(topic: string, error: KafkaError): KafkaError {
  if (error.code !== 'OPERATION_TIMEOUT') return error;
  const cause = error.cause ?? error;
  const why = cause instanceof Error ? cause.message : error.message;
  return clientError(
    'SEND_BLOCKED_TIMEOUT',
    `Topic ${topic} could not be looked up: ${why}`,
    cause,
  );
}
