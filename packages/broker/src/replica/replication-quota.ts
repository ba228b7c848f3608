/**
 * A limit on the replication traffic of throttled replicas, as this broker sends it (leaders) or fetches it (followers): `leader.` and
 * `follower.replication.throttled.rate`. Replicas in sync are never held back, or a reassignment could push them out.
 *
 * Owns: the traffic of the last seconds, in `replication.quota.window.num` samples.
 */
import type { Clock } from '@zurau/platform';

interface Sample {
  readonly startMs: number;
  bytes: number;
}

export interface ReplicationQuotaOptions {
  readonly clock: Clock;
  /** As it is now. */
  readonly bytesPerSecondMax: () => number;
  /** `replication.quota.window.num` */
  readonly sampleCount: number;
  /** `replication.quota.window.size.seconds`, in ms. */
  readonly sampleMs: number;
}

export class ReplicationQuota {
  readonly #options: ReplicationQuotaOptions;
  /** Oldest first. */
  #samples: Sample[] = [];

  constructor(options: ReplicationQuotaOptions) {
    this.#options = options;
  }

  /** Throttled replicas were sent, or have fetched, this much. */
  record(sizeBytes: number): void {
    const { clock, sampleMs } = this.#options;
    const nowMs = clock.monotonicMs();
    const last = this.#samples.at(-1);
    if (last !== undefined && nowMs - last.startMs < sampleMs) last.bytes += sizeBytes;
    else this.#samples.push({ startMs: nowMs, bytes: sizeBytes });
  }

  get isExceeded(): boolean {
    if (this.#samples.length === 0) return false;
    const { clock, bytesPerSecondMax, sampleCount, sampleMs } = this.#options;
    const nowMs = clock.monotonicMs();
    this.#samples = this.#samples.filter(({ startMs }) => nowMs - startMs < sampleCount * sampleMs);
    const [oldest] = this.#samples;
    if (oldest === undefined) return false;
    const bytes = this.#samples.reduce((sum, sample) => sum + sample.bytes, 0);
    // A burst at the start of the first sample is not measured by the moment that has passed since.
    const elapsedMs = Math.max(nowMs - oldest.startMs, sampleMs);
    return (bytes * 1000) / elapsedMs > bytesPerSecondMax();
  }
}

/** `partition:broker` pairs, or `*`: the value of the topic configs `leader.` and `follower.replication.throttled.replicas`. */
export function isThrottledReplica(
  throttledReplicas: readonly string[],
  partition: number,
  brokerId: number,
): boolean {
  if (throttledReplicas.length === 0) return false;
  return throttledReplicas.includes('*') || throttledReplicas.includes(`${partition}:${brokerId}`);
}
