/**
 * How far each log of one directory is clean: the file `cleaner-offset-checkpoint`, as Kafka has it.
 *
 * An old one costs work that was done before, nothing else, so it is never waited for.
 */
import type { Disk } from '@zurau/platform';
import { readOptionalFile, replaceFileInBackground } from '../atomic-file.ts';
import { formatPartitionOffsets, parsePartitionOffsets } from '../checkpoint-file.ts';
import { CLEANER_OFFSET_FILE, parsePartitionDirectoryName, pathIn } from '../file-names.ts';
import type { LogLogger } from '../logger.ts';

export class CleanerCheckpoint {
  readonly #disk: Disk;
  readonly #path: string;
  readonly #logger: LogLogger;
  /** By the log's name, `topic-0`. */
  readonly #offsets = new Map<string, number>();
  #writing: Promise<void> | undefined;
  #isStale = false;

  constructor(disk: Disk, directory: string, logger: LogLogger) {
    this.#disk = disk;
    this.#path = pathIn(directory, CLEANER_OFFSET_FILE);
    this.#logger = logger;
  }

  /** Reads the file; one that is damaged counts as missing. */
  load(): void {
    const content = readOptionalFile(this.#disk, this.#path);
    const offsets = parsePartitionOffsets(content?.toString('utf8') ?? '') ?? [];
    for (const [name, offset] of offsets) this.#offsets.set(name, offset);
  }

  get(name: string): number | undefined {
    return this.#offsets.get(name);
  }

  set(name: string, offset: number): void {
    if (this.#offsets.get(name) === offset) return;
    this.#offsets.set(name, offset);
    this.#save();
  }

  /** Forgets all logs but those that `isThere`. */
  keep(isThere: (name: string) => boolean): void {
    for (const name of this.#offsets.keys()) if (!isThere(name)) this.delete(name);
  }

  delete(name: string): void {
    if (this.#offsets.delete(name)) this.#save();
  }

  /** Resolves when what was set is in the file, or could not be written. */
  async saved(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
  }

  #save(): void {
    this.#isStale = true;
    this.#writing ??= this.#write();
  }

  async #write(): Promise<void> {
    // Changes of one turn go into one file.
    await Promise.resolve();
    while (this.#isStale) {
      this.#isStale = false;
      try {
        await replaceFileInBackground(this.#disk, this.#path, this.#text(), {
          durable: false,
          isCurrent: () => true,
        });
      } catch (error) {
        this.#logger.warn({ file: this.#path, error }, 'cannot write the cleaner checkpoint');
      }
    }
    this.#writing = undefined;
  }

  #text(): string {
    const entries = [];
    for (const [name, offset] of this.#offsets) {
      const parsed = parsePartitionDirectoryName(name);
      if (parsed !== undefined) entries.push({ ...parsed, offset });
    }
    return formatPartitionOffsets(entries);
  }
}
