/** KafkaJS's retries: so many, each after a pause that grows and varies. */
import type { Platform } from '@zurau/platform';
import { sleep } from '../cluster/retry.ts';
import { toKafkaJSError } from './engine-errors.ts';
import {
  KafkaJSError,
  KafkaJSNonRetriableError,
  KafkaJSNumberOfRetriesExceeded,
} from './errors.ts';

export interface RetryOptions {
  maxRetryTime?: number;
  initialRetryTime?: number;
  factor?: number;
  multiplier?: number;
  retries?: number;
  restartOnFailure?: (e: Error) => Promise<boolean>;
}

/** Times in milliseconds. */
export interface RetryPolicy {
  readonly maxRetryTime: number;
  readonly initialRetryTime: number;
  /** By so much of itself a pause varies either way. */
  readonly factor: number;
  readonly multiplier: number;
  readonly retries: number;
}

const DEFAULTS: RetryPolicy = {
  maxRetryTime: 30_000,
  initialRetryTime: 300,
  factor: 0.2,
  multiplier: 2,
  retries: 5,
};

export function retryPolicy(...options: readonly (RetryOptions | undefined)[]): RetryPolicy {
  return Object.assign({}, DEFAULTS, ...options) as RetryPolicy;
}

/** Before retry number `retryCount`, 0 being the first. */
export function pauseMs(platform: Platform, policy: RetryPolicy, retryCount: number): number {
  const { initialRetryTime, multiplier, maxRetryTime, factor } = policy;
  const growing = initialRetryTime * multiplier ** retryCount;
  const varied = growing * (1 - factor + 2 * factor * platform.random.float());
  return Math.ceil(Math.min(varied, maxRetryTime));
}

const BUGS: readonly string[] = ['RangeError', 'ReferenceError', 'SyntaxError', 'TypeError'];

/** Everything is worth another try that does not say otherwise and is not a mistake in the program. */
export function isWorthRetrying(error: Error): boolean {
  if (error instanceof KafkaJSError && !error.retriable) return false;
  return (error as { retriable?: unknown }).retriable !== false && !BUGS.includes(error.name);
}

/** What is rejected with when there are no tries left, or none would help. */
export function finalError(error: Error, policy: RetryPolicy, retryCount: number): Error {
  if (!isWorthRetrying(error)) {
    return error instanceof KafkaJSNonRetriableError
      ? error
      : new KafkaJSNonRetriableError(error, { cause: error.cause ?? error });
  }
  const retryTime = policy.initialRetryTime * policy.multiplier ** retryCount;
  return new KafkaJSNumberOfRetriesExceeded(error, {
    retryCount,
    retryTime: Math.min(retryTime, policy.maxRetryTime),
  });
}

/** Runs `attempt` until it succeeds. Rejects as KafkaJS does. */
export async function retrying<T>(
  platform: Platform,
  policy: RetryPolicy,
  attempt: () => Promise<T>,
): Promise<T> {
  for (let retryCount = 0; ; retryCount += 1) {
    try {
      return await attempt();
    } catch (caught) {
      const error = toKafkaJSError(caught);
      if (!isWorthRetrying(error) || retryCount >= policy.retries) {
        throw finalError(error, policy, retryCount);
      }
      await sleep(platform, pauseMs(platform, policy, retryCount));
    }
  }
}
