/**
 * Which operations of a simulated disk fail, and how long the others take. Holds the rules; the
 * disk asks before each operation.
 */
import { DiskError, type DiskErrorCode } from '../disk.ts';
import type { SeededRandom } from './seeded-random.ts';

export type DiskOperation =
  | 'open'
  | 'list'
  | 'make-dir'
  | 'rename'
  | 'remove'
  | 'read'
  | 'write'
  | 'truncate'
  | 'sync'
  | 'sync-dir'
  | 'usage'
  | 'lock';

/**
 * Makes operations fail; a failing write may have written a part before, as on a volume that fills
 * up.
 */
export interface DiskFault {
  readonly operation: DiskOperation;
  readonly code: DiskErrorCode;
  /** Only paths that match; all by default. */
  readonly path?: RegExp;
  /** How many matching operations still succeed before the first failure; 0 by default. */
  readonly skip?: number;
  /** How many fail then; 1 by default, Infinity until it is removed. */
  readonly times?: number;
}

/** Milliseconds of virtual time, uniform in [min, max). */
export interface LatencyMs {
  readonly min: number;
  readonly max: number;
}

/** Asynchronous operations only: the synchronous ones take no virtual time. */
export type TimedDiskOperation = 'read' | 'write' | 'sync' | 'sync-dir' | 'remove';

const LATENCY_MS_DEFAULT: Readonly<Record<TimedDiskOperation, LatencyMs>> = {
  read: { min: 0.02, max: 0.5 },
  write: { min: 0.02, max: 0.5 },
  sync: { min: 0.5, max: 10 },
  'sync-dir': { min: 0.5, max: 10 },
  remove: { min: 0.1, max: 5 },
};

export class DiskFaults {
  readonly #random: SeededRandom;
  readonly #latencyMs: Record<TimedDiskOperation, LatencyMs> = { ...LATENCY_MS_DEFAULT };
  readonly #rules = new Set<{ fault: DiskFault; skipLeft: number; timesLeft: number }>();

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  /** Adds a rule; the function that is returned removes it again. */
  inject(fault: DiskFault): () => void {
    const rule = { fault, skipLeft: fault.skip ?? 0, timesLeft: fault.times ?? 1 };
    this.#rules.add(rule);
    return () => this.#rules.delete(rule);
  }

  setLatency(operation: TimedDiskOperation, latency: LatencyMs): void {
    this.#latencyMs[operation] = latency;
  }

  latencyMsOf(operation: TimedDiskOperation): number {
    const { min, max } = this.#latencyMs[operation];
    return this.#random.between(min, max);
  }

  /** The error that this operation has to fail with, if any. */
  failureOf(operation: DiskOperation, path: string): DiskError | undefined {
    for (const rule of this.#rules) {
      const { fault } = rule;
      if (fault.operation !== operation || fault.path?.test(path) === false) continue;
      if (rule.skipLeft > 0) {
        rule.skipLeft--;
        continue;
      }
      if (--rule.timesLeft <= 0) this.#rules.delete(rule);
      return new DiskError(fault.code, path, `cannot ${operation} ${path}: injected ${fault.code}`);
    }
    return undefined;
  }
}
