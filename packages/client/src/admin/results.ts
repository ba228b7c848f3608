/** Answers that are good or bad for each item: topics created, configs altered, groups described. */
import { ErrorCode } from '@zurau/protocol';
import { brokerError, KafkaError } from '../errors.ts';

/** What became of one item of a request. */
export interface Outcome<T = void> {
  /** A topic's name, `topic-partition`, a group's id, ... */
  readonly name: string;
  /** Undefined when it succeeded. */
  readonly error: KafkaError | undefined;
  /** Undefined when it failed. */
  readonly value?: T;
}

interface ItemResponse {
  readonly errorCode: number;
  readonly errorMessage?: string | null;
}

/**
 * Some items of a call failed; what could be done for the others is done. Code and message are those of the first failure. Never `retriable` as a
 * whole: each of the failures says whether to try again with it.
 */
export class PartialFailure extends KafkaError {
  /** What went wrong, by item: a topic's name, `topic-partition`, a group's id, ... */
  readonly failures: ReadonlyMap<string, KafkaError>;
  /** What the call would have returned for the other items. */
  readonly results: ReadonlyMap<string, unknown>;

  constructor(failures: ReadonlyMap<string, KafkaError>, results: ReadonlyMap<string, unknown>) {
    const [first] = failures.values();
    if (first === undefined) throw new Error('nothing has failed');
    const count = `${failures.size} of ${failures.size + results.size} failed`;
    const alone = failures.size + results.size === 1;
    super(first.code, alone ? first.message : `${first.message} (${count})`, {
      cause: alone ? first.cause : new AggregateError(failures.values(), count),
      retriable: false,
      ...(first.errorCode === undefined ? {} : { errorCode: first.errorCode }),
    });
    this.failures = failures;
    this.results = results;
  }
}

/** `about` says what was asked; `value` is what success gives. */
export function outcomeOf<T = void>(
  name: string,
  about: string,
  response: ItemResponse,
  value?: T,
): Outcome<T> {
  const { errorCode, errorMessage } = response;
  if (errorCode !== ErrorCode.NONE) {
    return { name, error: brokerError(errorCode, about, errorMessage) };
  }
  return value === undefined ? { name, error: undefined } : { name, error: undefined, value };
}

/** Throws {@link PartialFailure} when any failed. */
export function throwFailures(outcomes: readonly Outcome<unknown>[]): void {
  const failures = new Map<string, KafkaError>();
  const results = new Map<string, unknown>();
  for (const { name, error, value } of outcomes) {
    if (error === undefined) results.set(name, value);
    else if (!failures.has(name)) failures.set(name, error);
  }
  if (failures.size > 0) throw new PartialFailure(failures, results);
}

/** The values of all, or {@link PartialFailure}. */
export function valuesOf<T>(outcomes: readonly Outcome<T>[]): T[] {
  throwFailures(outcomes);
  return outcomes.map(({ value }) => value as T);
}

/** Throws when the one item of a response failed. */
export function requireSuccess(about: string, response: ItemResponse): void {
  const { error } = outcomeOf('', about, response);
  if (error !== undefined) throw error;
}
