/**
 * Waiting for the metadata cache to show something.
 *
 * Owns: nothing that outlives the wait.
 */
import type { Timers } from '@zurau/platform';
import type { MetadataCache } from './metadata-cache.ts';

/** Resolves with true as soon as `condition` holds, with false after `timeoutMs`. Asked again after each change of the cache. */
export function waitForMetadata(
  cache: MetadataCache,
  timers: Timers,
  timeoutMs: number,
  condition: () => boolean,
): Promise<boolean> {
  if (condition()) return Promise.resolve(true);
  if (timeoutMs <= 0) return Promise.resolve(false);
  return new Promise((resolve) => {
    const done = (result: boolean): void => {
      timer.cancel();
      stopListening();
      resolve(result);
    };
    const timer = timers.after(timeoutMs, () => done(false));
    const stopListening = cache.onChange(() => {
      if (condition()) done(true);
    });
  });
}
