/**
 * One log on its own, without a manager: for a part of the broker that keeps a log for itself and must open it before all others.
 *
 * It always recovers (there is no clean-shutdown marker for it), so it should be short. Whoever opens it sees to it that no other process does,
 * and that a LogManager leaves the directory alone.
 */
import type { Platform } from '@zurau/platform';
import { BackgroundFlusher } from './background-flusher.ts';
import type { LogEnvironment } from './log-environment.ts';
import { PRODUCER_EXPIRATION_MS } from './limits.ts';
import type { LogConfig } from './log-config.ts';
import { loadLog } from './log-loader.ts';
import type { LogLogger } from './logger.ts';
import { PartitionLog } from './partition-log.ts';
import { ReadBuffers } from './read-buffers.ts';
import { TailCache } from './tail-cache.ts';
import { WriteScheduler } from './write-scheduler.ts';

export interface StandaloneLogOptions {
  readonly platform: Platform;
  /** Exists already. */
  readonly directory: string;
  readonly topic: string;
  readonly partition: number;
  readonly config: LogConfig;
  readonly logger: LogLogger;
  /** Memory for its tail; it is read only when it is opened, so little will do. */
  readonly tailCacheBytes: number;
}

/** Opens the log in a directory, or begins one there. Rejects with DiskError. */
export async function openStandaloneLog(options: StandaloneLogOptions): Promise<PartitionLog> {
  const { platform, logger, tailCacheBytes } = options;
  const state = await loadLog({
    ...options,
    clean: false,
    gapsAreTears: true,
    logStartOffset: undefined,
    recoveryPoint: undefined,
    highWatermark: undefined,
    producerExpirationMs: PRODUCER_EXPIRATION_MS,
  });
  const environment: LogEnvironment = {
    platform,
    logger,
    scheduler: new WriteScheduler(platform.timers),
    backgroundFlusher: new BackgroundFlusher(),
    tailCache: new TailCache(tailCacheBytes, tailCacheBytes),
    readBuffers: new ReadBuffers(),
    producerExpirationMs: PRODUCER_EXPIRATION_MS,
    onCut: () => Promise.resolve(),
    checkpointRecoveryPoint: () => Promise.resolve(false),
    onRecoveryPointMoved: () => undefined,
  };
  return new PartitionLog(environment, state);
}
