/**
 * Leaving the cluster in order: the controller moves away what this broker leads before it stops, so that nobody waits for a leader.
 *
 * Owns: how often it is tried. A broker that cannot hand over stops all the same; then the others notice when its session is over.
 */
import { ErrorCode } from '@zurau/protocol';
import type { Timers } from '@zurau/platform';
import type { Logger } from '../logging.ts';

export interface ControlledShutdownOptions {
  /** Asks the controller once. */
  readonly ask: () => Promise<{ readonly errorCode: number; readonly remainingCount: number }>;
  /** `controlled.shutdown.max.retries`: attempts in all. */
  readonly attempts: number;
  /** `controlled.shutdown.retry.backoff.ms` */
  readonly backoffMs: number;
  readonly timers: Timers;
  readonly logger: Logger;
}

/** Resolves to true when nothing depends on this broker any more. Never rejects. */
export async function leaveCluster(options: ControlledShutdownOptions): Promise<boolean> {
  const { ask, attempts, backoffMs, timers, logger } = options;
  for (let attempt = 1; attempt <= attempts; attempt++) {
    try {
      const { errorCode, remainingCount } = await ask();
      if (errorCode === ErrorCode.NONE && remainingCount === 0) return true;
      logger.info(
        { attempt, errorCode, remainingCount },
        'not all leadership could be handed over',
      );
    } catch (error) {
      logger.info({ attempt, err: error }, 'the controller could not be asked to take over');
    }
    if (attempt < attempts) await new Promise<void>((resolve) => timers.after(backoffMs, resolve));
  }
  logger.warn('stopping without having handed over all leadership');
  return false;
}
