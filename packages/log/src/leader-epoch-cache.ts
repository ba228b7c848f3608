/**
 * Which leader epoch wrote which offsets (KIP-101, KIP-279): ascending epochs with ascending start offsets, and the
 * file `leader-epoch-checkpoint` that keeps them. Followers find with it where their log and the leader's part.
 */
import type { Disk } from '@zurau/platform';
import { DiskError } from '@zurau/platform';
import { readOptionalFile, replaceFile } from './atomic-file.ts';
import { formatCheckpoint, parseCheckpoint } from './checkpoint-file.ts';
import { LEADER_EPOCH_FILE, pathIn } from './file-names.ts';

export interface EpochEntry {
  readonly epoch: number;
  readonly startOffset: number;
}

/** Epoch and end offset -1 when the question cannot be answered. */
export interface EpochEndOffset {
  readonly epoch: number;
  readonly endOffset: number;
}

export class LeaderEpochCache {
  readonly #disk: Disk;
  readonly #path: string;
  #entries: EpochEntry[] = [];
  #durable = true;

  constructor(disk: Disk, directory: string) {
    this.#disk = disk;
    this.#path = pathIn(directory, LEADER_EPOCH_FILE);
  }

  /** Reads the file; a damaged one counts as empty, recovery fills in what the batches say. */
  load(): void {
    const lines = parseCheckpoint(readOptionalFile(this.#disk, this.#path)?.toString() ?? '') ?? [];
    this.#entries = [];
    for (const [epoch, startOffset] of lines) this.#add(Number(epoch), Number(startOffset));
  }

  get entries(): readonly EpochEntry[] {
    return this.#entries;
  }

  /** -1 when nothing was ever written. */
  get latestEpoch(): number {
    return this.#entries[this.#entries.length - 1]?.epoch ?? -1;
  }

  /** Notes that `epoch` began to write at `startOffset`. Entries that contradict are dropped. */
  assign(epoch: number, startOffset: number): void {
    if (this.#add(epoch, startOffset)) this.#save();
  }

  /** Where the newest epoch not above `epoch` ended. */
  endOffsetFor(epoch: number, logEndOffset: number): EpochEndOffset {
    if (epoch >= 0 && epoch === this.latestEpoch) return { epoch, endOffset: logEndOffset };
    const higher = this.#entries.findIndex((entry) => entry.epoch > epoch);
    if (epoch < 0 || higher < 0) return { epoch: -1, endOffset: -1 };
    const floor = this.#entries[higher - 1];
    return { epoch: floor?.epoch ?? epoch, endOffset: this.#entries[higher]!.startOffset };
  }

  /** Epoch that wrote `offset`; -1 when unknown. */
  epochFor(offset: number): number {
    for (let i = this.#entries.length - 1; i >= 0; i--) {
      if (this.#entries[i]!.startOffset <= offset) return this.#entries[i]!.epoch;
    }
    return -1;
  }

  /** The log now ends at `endOffset`. */
  truncateFromEnd(endOffset: number): void {
    const kept = this.#entries.filter((entry) => entry.startOffset < endOffset);
    this.#replace(kept);
  }

  /** The log now begins at `startOffset`. */
  truncateFromStart(startOffset: number): void {
    const next = this.#entries.findIndex((entry) => entry.startOffset > startOffset);
    const count = next < 0 ? this.#entries.length : next;
    if (count === 0) return;
    const first = this.#entries[count - 1]!;
    if (count === 1 && first.startOffset === startOffset) return;
    this.#replace([{ epoch: first.epoch, startOffset }, ...this.#entries.slice(count)]);
  }

  clear(): void {
    this.#replace([]);
  }

  /** Makes the file durable, before the recovery point moves over batches that it could be rebuilt from. */
  sync(): void {
    if (this.#durable) return;
    this.#write(true);
  }

  #replace(entries: EpochEntry[]): void {
    const unchanged =
      entries.length === this.#entries.length &&
      entries.every((entry, i) => entry.startOffset === this.#entries[i]!.startOffset);
    if (unchanged) return;
    this.#entries = entries;
    this.#save();
  }

  #add(epoch: number, startOffset: number): boolean {
    if (!(epoch >= 0 && startOffset >= 0)) return false;
    const last = this.#entries[this.#entries.length - 1];
    if (last !== undefined && last.epoch === epoch && last.startOffset <= startOffset) return false;
    while (this.#entries.length > 0) {
      const entry = this.#entries[this.#entries.length - 1]!;
      if (entry.epoch < epoch && entry.startOffset < startOffset) break;
      this.#entries.pop();
    }
    this.#entries.push({ epoch, startOffset });
    return true;
  }

  /** A file that cannot be written now is written with the next {@link sync}; until then the batches say the same. */
  #save(): void {
    this.#durable = false;
    try {
      this.#write(false);
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
    }
  }

  #write(durable: boolean): void {
    const lines = this.#entries.map((entry) => `${entry.epoch} ${entry.startOffset}`);
    replaceFile(this.#disk, this.#path, formatCheckpoint(lines), { durable });
    this.#durable = durable;
  }
}
