/**
 * Changes of in-sync sets on their way from the leaders on this broker to the controller (AlterPartition, KIP-497).
 *
 * Owns: the queue. One request is under way at a time, with all changes that were waiting; a partition has at most one change here. Asks again until
 * there is an answer: a change that was sent may be in force, so nobody may act as if it were not.
 */
import { ErrorCode } from '@zurau/protocol';
import type { Timer, Timers } from '@zurau/platform';
import type { Logger } from '../logging.ts';

/** Kafka's pause after a request that failed as a whole. */
const RETRY_MS = 50;

export interface IsrChange {
  readonly topic: string;
  readonly topicId: string;
  readonly partition: number;
  readonly leaderEpoch: number;
  /** The state that the change was decided on. */
  readonly partitionEpoch: number;
  readonly isr: readonly number[];
}

export interface ConfirmedIsr {
  readonly leaderEpoch: number;
  readonly partitionEpoch: number;
  readonly isr: readonly number[];
}

/** Gets the controller's answer, once: what is in force now, or an error code. */
export type IsrChangeCallback = (outcome: ConfirmedIsr | number) => void;

/** The controller's answer to one request; `outcomes` in the order of the changes, undefined where there is none. */
export interface IsrChangesAnswer {
  readonly errorCode: number;
  readonly outcomes: readonly (ConfirmedIsr | number | undefined)[];
}

/** Brings changes to whoever is controller, once. Rejects when there is no answer. */
export type IsrChangesSender = (changes: readonly IsrChange[]) => Promise<IsrChangesAnswer>;

interface Waiting {
  readonly change: IsrChange;
  readonly done: IsrChangeCallback;
}

export class IsrChanges {
  readonly #send: IsrChangesSender;
  readonly #timers: Timers;
  readonly #logger: Logger;
  /** Unanswered changes, by partition. */
  readonly #waiting = new Map<string, Waiting>();
  #isSending = false;
  #retry: Timer | undefined;
  #closed = false;

  constructor(dependencies: {
    readonly send: IsrChangesSender;
    readonly timers: Timers;
    readonly logger: Logger;
  }) {
    this.#send = dependencies.send;
    this.#timers = dependencies.timers;
    this.#logger = dependencies.logger;
  }

  /** Never calls back within the call. `isRetry` takes its time. */
  submit(change: IsrChange, done: IsrChangeCallback, isRetry = false): void {
    const key = keyOf(change.topic, change.partition);
    if (this.#waiting.has(key)) {
      // An older epoch of this leader still waits for its answer.
      queueMicrotask(() => done(ErrorCode.OPERATION_NOT_ATTEMPTED));
      return;
    }
    this.#waiting.set(key, { change, done });
    if (isRetry) this.#sendLater();
    else this.#sendSoon();
  }

  /** Those who still wait hear nothing. Idempotent. */
  close(): void {
    this.#closed = true;
    this.#retry?.cancel();
    this.#waiting.clear();
  }

  #sendSoon(): void {
    if (this.#isSending || this.#closed || this.#waiting.size === 0) return;
    this.#isSending = true;
    // What else this turn brings goes with the same request.
    queueMicrotask(() => void this.#sendAll());
  }

  async #sendAll(): Promise<void> {
    const sent = [...this.#waiting.values()];
    let errorCode: number;
    let isComplete = true;
    try {
      const answer = await this.#send(sent.map(({ change }) => change));
      if (this.#closed) return;
      errorCode = answer.errorCode;
      if (errorCode === ErrorCode.NONE) isComplete = this.#onAnswer(sent, answer);
    } catch (error) {
      if (this.#closed) return;
      this.#logger.debug({ err: error }, 'the controller did not answer a change of in-sync sets');
      errorCode = ErrorCode.NETWORK_EXCEPTION;
    }
    this.#isSending = false;
    if (errorCode === ErrorCode.NONE && isComplete) {
      this.#sendSoon();
      return;
    }
    this.#logger.debug({ errorCode }, 'a change of in-sync sets will be sent again');
    this.#sendLater();
  }

  #sendLater(): void {
    if (this.#closed) return;
    this.#retry?.cancel();
    this.#retry = this.#timers.after(RETRY_MS, () => this.#sendSoon());
  }

  /** False when it says nothing of some. */
  #onAnswer(sent: readonly Waiting[], { outcomes }: IsrChangesAnswer): boolean {
    let isComplete = true;
    sent.forEach(({ change, done }, index) => {
      const outcome = outcomes[index];
      // Kafka's controllers answer for every partition; one that does not is asked again.
      if (outcome === undefined) {
        isComplete = false;
        return;
      }
      this.#waiting.delete(keyOf(change.topic, change.partition));
      done(outcome);
    });
    return isComplete;
  }
}

function keyOf(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}
