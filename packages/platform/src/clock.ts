/** Tells the time. The only place that may read the machine's clocks. */
export interface Clock {
  /** Wall-clock time, milliseconds since the epoch; may jump in either direction. */
  now(): number;
  /** Monotonic time in milliseconds with fractions; only differences mean anything. */
  monotonicMs(): number;
}
