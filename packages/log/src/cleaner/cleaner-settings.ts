/** Settings of the cleaner, `log.cleaner.*`. Defaults are Kafka 3.9's. */
export interface CleanerSettings {
  /** `threads`: logs cleaned side by side. All on the one event loop: more help where the disk is what they wait for. */
  readonly threads: number;
  /** `dedupe.buffer.size`: memory for offset maps, of all together. A map takes no more than its log can need. */
  readonly dedupeBufferBytes: number;
  /** `io.buffer.load.factor`: how full an offset map may get, 0 to 1. */
  readonly dedupeLoadFactor: number;
  /** `io.buffer.size`: memory for reads and writes, of all together; a larger batch gets what it needs. */
  readonly ioBufferBytes: number;
  /** `io.max.bytes.per.second`: read and written together. */
  readonly ioBytesPerSecondMax: number;
  /** `backoff.ms`: how often it looks for something to clean when there was nothing. */
  readonly backoffMs: number;
}

export const defaultCleanerSettings: CleanerSettings = {
  threads: 1,
  dedupeBufferBytes: 128 * 1024 * 1024,
  dedupeLoadFactor: 0.9,
  ioBufferBytes: 512 * 1024,
  ioBytesPerSecondMax: Number.MAX_VALUE,
  backoffMs: 15_000,
};
