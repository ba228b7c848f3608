/**
 * Loads native addons at their first use: synchronously, without making them mandatory, and without costing a program
 * that never needs them its start-up time (4 to 5 ms each).
 */
import { createRequire } from 'node:module';

const requireFromHere = createRequire(import.meta.url);

/** The addon's exports, or null where it is not installed or has no build for this platform. */
export function loadNativeAddon<T>(packageName: string): T | null {
  try {
    return requireFromHere(packageName) as T;
  } catch {
    return null;
  }
}
