/**
 * What is due for all logs from time to time: retention, background syncs, checkpoints, producer expiry, index memory that nobody needs.
 *
 * Owns: the timers. Compaction has its own, the cleaner's.
 */
import type { Timer, Timers } from '@zurau/platform';
import type { BackgroundFlusher } from './background-flusher.ts';
import type { LogCatalog } from './log-catalog.ts';
import type { LogCheckpoints } from './log-checkpoints.ts';
import type { LogLogger } from './logger.ts';

export interface HousekeepingIntervals {
  /** `log.retention.check.interval.ms`. */
  readonly retentionCheckIntervalMs?: number;
  /** `log.flush.offset.checkpoint.interval.ms`; unsynced logs are synced in the background that often, too. */
  readonly recoveryPointCheckpointIntervalMs?: number;
  /** `log.flush.start.offset.checkpoint.interval.ms`. */
  readonly logStartOffsetCheckpointIntervalMs?: number;
  /** `replica.high.watermark.checkpoint.interval.ms`. */
  readonly highWatermarkCheckpointIntervalMs?: number;
  /** `producer.id.expiration.check.interval.ms`. */
  readonly producerExpirationCheckIntervalMs?: number;
}

export interface HousekeepingParts {
  readonly catalog: LogCatalog;
  readonly checkpoints: LogCheckpoints;
  readonly backgroundFlusher: BackgroundFlusher;
  readonly timers: Timers;
  readonly logger: LogLogger;
}

export class LogHousekeeping {
  readonly #parts: HousekeepingParts;
  #timers: Timer[] = [];

  constructor(parts: HousekeepingParts) {
    this.#parts = parts;
  }

  start(intervals: HousekeepingIntervals): void {
    const { catalog, checkpoints, timers } = this.#parts;
    this.#timers = [
      timers.every(intervals.retentionCheckIntervalMs ?? 300_000, () => this.applyRetention()),
      timers.every(intervals.recoveryPointCheckpointIntervalMs ?? 60_000, () => this.#maintain()),
      timers.every(intervals.logStartOffsetCheckpointIntervalMs ?? 60_000, () =>
        checkpoints.writeAll('log-start-offset'),
      ),
      timers.every(intervals.highWatermarkCheckpointIntervalMs ?? 5_000, () =>
        checkpoints.writeAll('high-watermark'),
      ),
      timers.every(intervals.producerExpirationCheckIntervalMs ?? 600_000, () => {
        for (const log of catalog.all()) log.removeExpiredProducers();
      }),
    ];
  }

  /** Nothing is due any more. Idempotent. */
  close(): void {
    for (const timer of this.#timers) timer.cancel();
  }

  /** Deletes what is past retention, in all logs but compacted ones: that is the cleaner's to do, and without it, as in Kafka, nobody's. */
  applyRetention(): void {
    for (const log of this.#parts.catalog.all()) {
      if (log.config.cleanupPolicy.compact) continue;
      try {
        log.applyRetention();
      } catch (error) {
        this.#parts.logger.error({ log: log.name, error }, 'retention failed');
      }
    }
  }

  #maintain(): void {
    const { catalog, checkpoints, backgroundFlusher, logger } = this.#parts;
    for (const log of catalog.all()) {
      if (log.isDirty) backgroundFlusher.add(log);
      try {
        log.releaseIdleMemory();
      } catch (error) {
        logger.error({ log: log.name, error }, 'cannot write an index');
      }
    }
    checkpoints.writeAll('recovery-point');
  }
}
