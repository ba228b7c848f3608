/**
 * The `.snapshot` files of one partition directory: one at each segment's base offset, one at the recovery point, one at the
 * end after a clean close. Owns which exist; what is in them is producer-snapshot.ts's.
 */
import type { Disk } from '@zurau/platform';
import { readOptionalFile, replaceFile } from './atomic-file.ts';
import { parseSegmentFileName, pathIn, segmentFileName } from './file-names.ts';
import type { ProducerEntry } from './producer-entry.ts';
import { decodeProducerSnapshot } from './producer-snapshot.ts';

export class ProducerSnapshots {
  readonly #disk: Disk;
  readonly #directory: string;
  /** Ascending. */
  #offsets: number[] = [];

  constructor(disk: Disk, directory: string) {
    this.#disk = disk;
    this.#directory = directory;
  }

  load(): void {
    this.#offsets = [];
    for (const entry of this.#disk.readDirSync(this.#directory)) {
      const name = parseSegmentFileName(entry.name);
      if (name?.kind === 'snapshot') this.#offsets.push(name.offset);
    }
    this.#offsets.sort((a, b) => a - b);
  }

  get offsets(): readonly number[] {
    return this.#offsets;
  }

  /** Not synced: a snapshot that a crash damages fails its CRC, and the one before it is used. */
  write(offset: number, content: Buffer): void {
    replaceFile(this.#disk, this.#path(offset), content, { durable: false });
    if (this.#offsets.includes(offset)) return;
    this.#offsets.push(offset);
    this.#offsets.sort((a, b) => a - b);
  }

  /** The newest usable snapshot in [fromOffset, uptoOffset]; damaged ones are removed. */
  readNewest(
    fromOffset: number,
    uptoOffset: number,
  ): { offset: number; entries: ProducerEntry[] } | undefined {
    for (let i = this.#offsets.length - 1; i >= 0; i--) {
      const offset = this.#offsets[i]!;
      if (offset > uptoOffset) continue;
      if (offset < fromOffset) return undefined;
      const content = readOptionalFile(this.#disk, this.#path(offset));
      const entries = content === undefined ? undefined : decodeProducerSnapshot(content);
      if (entries !== undefined) return { offset, entries };
      this.#remove(offset);
    }
    return undefined;
  }

  /** Removes snapshots above `offset`: the log was cut there. */
  removeAfter(offset: number): void {
    for (const present of [...this.#offsets]) if (present > offset) this.#remove(present);
  }

  /** Keeps those at segment bases and the newest one, as Kafka does. `baseOffsets` are of the segments there are. */
  removeStray(baseOffsets: ReadonlySet<number>): void {
    const newest = this.#offsets[this.#offsets.length - 1];
    for (const offset of [...this.#offsets]) {
      if (offset !== newest && !baseOffsets.has(offset)) this.#remove(offset);
    }
  }

  #remove(offset: number): void {
    this.#disk.removeFileSync(this.#path(offset));
    this.#offsets = this.#offsets.filter((present) => present !== offset);
  }

  #path(offset: number): string {
    return pathIn(this.#directory, segmentFileName(offset, 'snapshot'));
  }
}
