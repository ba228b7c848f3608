/** The faults of the soak: one after the other, from a seed, each mended before the next. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProxiedCluster } from '../integration/proxied-cluster.ts';

const PAUSE_MS = { min: 1_500, max: 4_000 };
const LENGTH_MS = { min: 500, max: 4_000 };
const DELAY_MS = { min: 20, max: 200 };
const SLOW_BYTES_PER_SECOND = { min: 20_000, max: 200_000 };

type Fault = (brokerId: number, signal: AbortSignal) => Promise<void>;
type Range = { readonly min: number; readonly max: number };

export class FaultSchedule {
  readonly counts: Map<string, number> = new Map();
  readonly #cluster: ProxiedCluster;
  #seed: number;

  constructor(cluster: ProxiedCluster, seed: number) {
    this.#cluster = cluster;
    this.#seed = seed >>> 0;
  }

  /** Until the signal fires; then everything is whole again. */
  async run(signal: AbortSignal): Promise<void> {
    const kinds = Object.entries(this.#kinds);
    while (!signal.aborted) {
      await pause(this.#between(PAUSE_MS), signal);
      if (signal.aborted) break;
      const [kind, happen] = kinds[this.#below(kinds.length)]!;
      this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
      await happen(this.#below(this.#cluster.proxies.length), signal);
      this.#cluster.heal();
    }
  }

  readonly #kinds: Readonly<Record<string, Fault>> = {
    reset: async (id) => this.#cluster.proxy(id).reset(),
    cut: async (id, signal) => {
      this.#cluster.proxy(id).cut();
      await pause(this.#between(LENGTH_MS), signal);
    },
    'requests lost': async (id, signal) => {
      this.#cluster.proxy(id).cut('forward');
      await pause(this.#between(LENGTH_MS), signal);
      this.#cluster.proxy(id).reset();
    },
    'answers lost': async (id, signal) => {
      this.#cluster.proxy(id).cut('back');
      await pause(this.#between(LENGTH_MS), signal);
      this.#cluster.proxy(id).reset();
    },
    delay: async (id, signal) => {
      this.#cluster.proxy(id).delay(this.#between(DELAY_MS));
      await pause(this.#between(LENGTH_MS), signal);
    },
    slow: async (id, signal) => {
      this.#cluster.proxy(id).slow(this.#between(SLOW_BYTES_PER_SECOND));
      await pause(this.#between(LENGTH_MS), signal);
    },
    'leaders moved': async (id, signal) => {
      await this.#cluster.cluster.stop(id);
      await pause(this.#between(LENGTH_MS), signal);
      await this.#cluster.cluster.start(id);
    },
    kill: async (id, signal) => {
      await this.#cluster.cluster.kill(id);
      await pause(this.#between(LENGTH_MS), signal);
      await this.#cluster.cluster.start(id);
    },
  };

  #between({ min, max }: Range): number {
    return min + this.#below(max - min);
  }

  #below(limit: number): number {
    this.#seed = (Math.imul(this.#seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#seed / 2 ** 32) * limit);
  }
}

/** Shorter when the signal fires. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
