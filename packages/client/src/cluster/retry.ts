/**
 * Tries again: exponential backoff with jitter under one overall deadline.
 *
 * Only errors marked retriable are retried. A caller whose request must not be carried out twice has to see to that by itself.
 */
import type { Platform } from '@zurau/platform';
import { abortedError, clientError, KafkaError } from '../errors.ts';

export interface BackoffPolicy {
  readonly baseMs: number;
  readonly maxMs: number;
}

/** Pause before retry number `attempt` (0 is the first): doubles up to the maximum, and varies by 20% either way (KIP-580). */
export function backoffMs(platform: Platform, policy: BackoffPolicy, attempt: number): number {
  const pauseMs = Math.min(policy.baseMs * 2 ** Math.min(attempt, 30), policy.maxMs);
  return pauseMs * (0.8 + 0.4 * platform.random.float());
}

/** Resolves after `delayMs`; rejects with `ABORTED` when the signal fires first. */
export function sleep(platform: Platform, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(abortedError(signal));
      return;
    }
    const onAbort = (): void => {
      timer.cancel();
      if (signal !== undefined) reject(abortedError(signal));
    };
    const timer = platform.timers.after(delayMs, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/** Settles as `promise` does, or rejects with `ABORTED` when the signal fires first. */
export function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(abortedError(signal));
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    promise
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', onAbort))
      .catch(() => {});
  });
}

export interface RetryOptions {
  readonly platform: Platform;
  readonly policy: BackoffPolicy;
  /** For all attempts and pauses together. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** At most so many tries after the first; without it time alone is the limit. */
  readonly retriesMax?: number | undefined;
  /** What is being done, for the error: `Listing topics`. */
  readonly about: string;
}

/** What one attempt may use up. */
export interface Attempt {
  readonly number: number;
  readonly remainingMs: number;
}

/** Runs `attempt` until it succeeds, fails for good, or time is up (`OPERATION_TIMEOUT` with the last failure as cause). */
export async function retrying<T>(
  options: RetryOptions,
  attempt: (attempt: Attempt) => Promise<T>,
): Promise<T> {
  const { platform, policy, timeoutMs, signal, about, retriesMax } = options;
  const deadlineMs = platform.clock.monotonicMs() + timeoutMs;
  let lastFailure: KafkaError | undefined;
  const expired = (): KafkaError => {
    const why = lastFailure === undefined ? '' : `: ${lastFailure.message}`;
    const text = `${about} did not succeed within ${timeoutMs} ms${why}`;
    return clientError('OPERATION_TIMEOUT', text, lastFailure);
  };
  // An attempt that hangs in a connection or a request has limits of its own, which may be longer.
  const limit = new AbortController();
  const timer = platform.timers.after(timeoutMs, () => limit.abort(expired()));
  try {
    for (let number = 0; ; number += 1) {
      if (signal?.aborted === true) throw abortedError(signal);
      try {
        const remainingMs = Math.max(1, deadlineMs - platform.clock.monotonicMs());
        return await abortable(attempt({ number, remainingMs }), limit.signal);
      } catch (error) {
        if (!(error instanceof KafkaError) || !error.retriable) throw error;
        if (retriesMax !== undefined && number >= retriesMax) throw error;
        lastFailure = error;
        const pauseMs = backoffMs(platform, policy, number);
        if (platform.clock.monotonicMs() + pauseMs >= deadlineMs) throw expired();
        await sleep(platform, pauseMs, signal);
      }
    }
  } finally {
    timer.cancel();
  }
}
