/** A batch of one partition on its way through the application: waiting for a turn, or being worked on. */
import type { ConsumedBatch } from '../consumer/consumed-batch.ts';

export interface PartitionWork {
  readonly name: string;
  readonly batch: ConsumedBatch;
  /** The partition is about to go, or is gone: no further message is handed out. */
  isStale: boolean;
  /** Resolves when the application is done with it; never rejects. Undefined while it waits. */
  running: Promise<void> | undefined;
}
