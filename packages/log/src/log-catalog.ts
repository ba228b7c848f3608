/**
 * Which logs there are, and which directory of `log.dirs` each lies in.
 *
 * Owns: the two maps, which change together. Opens and closes nothing.
 */
import { ErrorCode } from '@zurau/protocol';
import type { LogDirectory } from './log-directory.ts';
import { LogError } from './log-error.ts';
import type { PartitionLog } from './partition-log.ts';

export class LogCatalog {
  readonly directories: readonly LogDirectory[];
  readonly #logs = new Map<string, PartitionLog>();
  readonly #homes = new Map<PartitionLog, LogDirectory>();

  constructor(directories: readonly LogDirectory[]) {
    this.directories = directories;
  }

  /** Those whose disk has not failed. */
  get online(): LogDirectory[] {
    return this.directories.filter(({ failure }) => failure === undefined);
  }

  get size(): number {
    return this.#logs.size;
  }

  all(): IterableIterator<PartitionLog> {
    return this.#logs.values();
  }

  /** `name` is that of the partition's directory. */
  get(name: string): PartitionLog | undefined {
    return this.#logs.get(name);
  }

  homeOf(log: PartitionLog): LogDirectory | undefined {
    return this.#homes.get(log);
  }

  logsIn(directory: LogDirectory): PartitionLog[] {
    const logs: PartitionLog[] = [];
    for (const [log, home] of this.#homes) if (home === directory) logs.push(log);
    return logs;
  }

  add(log: PartitionLog, home: LogDirectory): void {
    this.#logs.set(log.name, log);
    this.#homes.set(log, home);
  }

  remove(log: PartitionLog): void {
    this.#logs.delete(log.name);
    this.#homes.delete(log);
  }

  /** The directory with the fewest logs. Throws LogError KAFKA_STORAGE_ERROR when none can be used. */
  leastUsed(): LogDirectory {
    const { online } = this;
    if (online.length === 0) {
      throw new LogError(ErrorCode.KAFKA_STORAGE_ERROR, 'no log directory can be used');
    }
    if (online.length === 1) return online[0]!;
    const counts = new Map(online.map((directory) => [directory, 0]));
    for (const home of this.#homes.values()) {
      if (home.failure === undefined) counts.set(home, counts.get(home)! + 1);
    }
    return [...counts].reduce((least, entry) => (entry[1] < least[1] ? entry : least))[0];
  }
}
