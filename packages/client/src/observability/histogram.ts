/** Counts durations by size: bounds double, so one array of numbers tells percentiles well enough and nothing is allocated to record one. */

/** Upper bounds in milliseconds; what is longer goes into one more. */
export const BOUNDS_MS: readonly number[] = [
  0.5, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16_384, 32_768, 65_536,
];

export class Histogram {
  readonly counts: number[] = Array.from({ length: BOUNDS_MS.length + 1 }, () => 0);
  sumMs = 0;
  count = 0;

  record(durationMs: number): void {
    this.count += 1;
    this.sumMs += durationMs;
    // 0.5 ms is bound 0; each further bound is twice the one before.
    const index =
      durationMs <= 0.5 ? 0 : Math.min(Math.ceil(Math.log2(durationMs) + 1), BOUNDS_MS.length);
    this.counts[index] = (this.counts[index] as number) + 1;
  }
}
