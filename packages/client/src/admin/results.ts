/** Answers that are good or bad for each item: topics created, configs altered. */
import { ErrorCode } from '@zurau/protocol';
import { brokerError, KafkaError } from '../errors.ts';

/** What became of one item of a request. */
export interface Outcome {
  readonly name: string;
  /** Undefined when it succeeded. */
  readonly error: KafkaError | undefined;
}

interface ItemResponse {
  readonly errorCode: number;
  readonly errorMessage?: string | null;
}

export function outcomeOf(name: string, about: string, response: ItemResponse): Outcome {
  const { errorCode, errorMessage } = response;
  const failed = errorCode !== ErrorCode.NONE;
  return { name, error: failed ? brokerError(errorCode, about, errorMessage) : undefined };
}

/** Throws the first failure; with more than one item its message says how many failed. */
export function throwFailures(outcomes: readonly Outcome[]): void {
  const failures = outcomes.flatMap(({ error }) => (error === undefined ? [] : [error]));
  const [first] = failures;
  if (first === undefined) return;
  if (outcomes.length === 1) throw first;
  const count = `${failures.length} of ${outcomes.length} failed`;
  throw new KafkaError(first.code, `${first.message} (${count})`, {
    cause: new AggregateError(failures, count),
    retriable: first.retriable,
    ...(first.errorCode === undefined ? {} : { errorCode: first.errorCode }),
  });
}

/** Throws when the one item of a response failed. */
export function requireSuccess(about: string, response: ItemResponse): void {
  const { error } = outcomeOf('', about, response);
  if (error !== undefined) throw error;
}
