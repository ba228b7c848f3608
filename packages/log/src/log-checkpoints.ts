/**
 * When the checkpoints of the log directories are written: from time to time, when a log was made durable, and before a cut or a compaction goes on that relies on
 * them.
 *
 * Owns: this only. What a checkpoint says, and its file, are the directory's (`log-directory.ts`).
 */
import type { LogCatalog } from './log-catalog.ts';
import type { Checkpoint, LogDirectory } from './log-directory.ts';
import type { LogLogger } from './logger.ts';
import type { PartitionLog } from './partition-log.ts';

export class LogCheckpoints {
  readonly #catalog: LogCatalog;
  readonly #logger: LogLogger;

  constructor(catalog: LogCatalog, logger: LogLogger) {
    this.#catalog = catalog;
    this.#logger = logger;
  }

  /** Of all directories, in the background. Notices those that have gone. */
  writeAll(kind: Checkpoint): void {
    for (const directory of this.#catalog.online) directory.probe();
    for (const directory of this.#catalog.online) this.#write(directory, kind);
  }

  /** A log's recovery point moved up: written in the background. */
  recoveryPointMoved(log: PartitionLog): void {
    const home = this.#catalog.homeOf(log);
    if (home !== undefined) this.#write(home, 'recovery-point');
  }

  /** A recovery point moved down: were the old one believed after a crash, unsynced batches would go unchecked. Resolves when it is durable. */
  async logCut(log: PartitionLog): Promise<void> {
    const home = this.#catalog.homeOf(log);
    if (home === undefined) return;
    await home.checkpoint('recovery-point', () => this.#catalog.logsIn(home), true);
    await home.checkpoint('log-start-offset', () => this.#catalog.logsIn(home), true);
  }

  /** Writes the log's recovery point durably unless that at `offset` or behind it is durable already. Resolves to whether it is. */
  async requireRecoveryPoint(log: PartitionLog, offset: number): Promise<boolean> {
    const home = this.#catalog.homeOf(log);
    if (home === undefined) return false;
    const isDurable = (): boolean => (home.durableRecoveryPoint(log) ?? -1) >= offset;
    if (!isDurable()) {
      await home.checkpoint('recovery-point', () => this.#catalog.logsIn(home), true);
    }
    return isDurable();
  }

  #write(directory: LogDirectory, kind: Checkpoint): void {
    directory
      .checkpoint(kind, () => this.#catalog.logsIn(directory))
      .catch((error: unknown) => {
        this.#logger.error({ directory: directory.path, kind, error }, 'cannot write a checkpoint');
      });
  }
}
