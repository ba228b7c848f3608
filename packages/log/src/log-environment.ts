/** What all logs of a process share. */
import type { Platform } from '@zurau/platform';
import type { BackgroundFlusher } from './background-flusher.ts';
import type { LogLogger } from './logger.ts';
import type { PartitionLog } from './partition-log.ts';
import type { ReadBuffers } from './read-buffers.ts';
import type { TailCache } from './tail-cache.ts';
import type { WriteScheduler } from './write-scheduler.ts';

export interface LogEnvironment {
  readonly platform: Platform;
  readonly logger: LogLogger;
  readonly scheduler: WriteScheduler;
  readonly backgroundFlusher: BackgroundFlusher;
  readonly tailCache: TailCache;
  readonly readBuffers: ReadBuffers;
  readonly producerExpirationMs: number;
  /** A log was cut, its recovery point may have moved down; resolves when the checkpoint says so, durably. */
  onCut(log: PartitionLog): Promise<void>;
  /** Makes the log's recovery point durable in its checkpoint, unless `offset` is below it there already. Resolves to whether it is. */
  checkpointRecoveryPoint(log: PartitionLog, offset: number): Promise<boolean>;
  /** A log's recovery point moved up: its checkpoint is out of date. */
  onRecoveryPointMoved(log: PartitionLog): void;
}
