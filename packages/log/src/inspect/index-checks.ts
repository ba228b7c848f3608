/**
 * Whether the index files of a segment agree with its log file: each check is told of every batch in turn and reads its own entries alongside.
 */
import type { DiskFile } from '@zurau/platform';
import type { AbortedTransaction } from '../transaction-index.ts';
import { offsetIndexEntries, timeIndexEntries, transactionIndexEntries } from './index-entries.ts';
import type { OffsetIndexEntry, TimeIndexEntry, TransactionIndexEntry } from './index-entries.ts';

/** What the indexes speak of. */
export interface BatchPlace {
  /** In the log file. */
  readonly position: number;
  readonly baseOffset: number;
  readonly lastOffset: number;
  readonly maxTimestamp: number;
}

/** Position in the index file, and what is wrong there. */
export type IndexReport = (position: number, message: string) => void;

/**
 * An entry names the byte where a batch begins, and the last offset of that batch, or of a later one that was appended with it: followers append
 * several at once.
 */
export class OffsetIndexCheck {
  readonly #entries: Iterator<OffsetIndexEntry, void>;
  readonly #report: IndexReport;
  #entry: OffsetIndexEntry | undefined;
  #begun = false;

  constructor(file: DiskFile, baseOffset: number, report: IndexReport) {
    this.#entries = offsetIndexEntries(file, baseOffset);
    this.#report = report;
    this.#advance();
  }

  batch({ position, lastOffset }: BatchPlace): void {
    for (let entry = this.#entry; entry !== undefined; entry = this.#entry) {
      if (!this.#begun) {
        if (entry.position > position) return;
        if (entry.position < position) {
          this.#wrong(entry, `points to byte ${entry.position}, where no batch begins`);
          continue;
        }
        this.#begun = true;
      }
      if (lastOffset < entry.offset) return;
      if (lastOffset > entry.offset) {
        this.#wrong(
          entry,
          `has offset ${entry.offset} for byte ${entry.position}, no batch there ends with it`,
        );
        continue;
      }
      this.#advance();
      // No two entries share a batch.
      if (this.#entry !== undefined && this.#entry.position > position) return;
    }
  }

  /** The batch cannot be believed: entries that point to it are not judged. */
  skip({ position }: Pick<BatchPlace, 'position'>): void {
    while (this.#entry !== undefined && this.#entry.position <= position) this.#advance();
  }

  end(): void {
    for (let entry = this.#entry; entry !== undefined; entry = this.#entry) {
      this.#wrong(entry, `points to byte ${entry.position}, offset ${entry.offset}: not there`);
    }
  }

  #wrong(entry: OffsetIndexEntry, message: string): void {
    this.#report(entry.at, `index entry ${message}`);
    this.#advance();
  }

  #advance(): void {
    const before = this.#entry;
    this.#begun = false;
    for (;;) {
      this.#entry = this.#entries.next().value ?? undefined;
      const entry = this.#entry;
      if (entry === undefined || before === undefined) return;
      if (entry.offset > before.offset && entry.position > before.position) return;
      this.#report(entry.at, `index entry (${entry.offset}, ${entry.position}) does not ascend`);
    }
  }
}

/** An entry says that the greatest timestamp so far is this one, in the batch that holds this offset. */
export class TimeIndexCheck {
  readonly #entries: Iterator<TimeIndexEntry, void>;
  readonly #report: IndexReport;
  #entry: TimeIndexEntry | undefined;
  #last: TimeIndexEntry | undefined;
  #maxTimestamp = -1;

  constructor(file: DiskFile, baseOffset: number, report: IndexReport) {
    this.#entries = timeIndexEntries(file, baseOffset);
    this.#report = report;
    this.#advance();
  }

  batch({ baseOffset, lastOffset, maxTimestamp }: BatchPlace): void {
    const before = this.#maxTimestamp;
    this.#maxTimestamp = Math.max(before, maxTimestamp);
    for (let entry = this.#entry; entry !== undefined; entry = this.#entry) {
      if (entry.offset > lastOffset) return;
      if (entry.offset < baseOffset) {
        this.#wrong(entry, `has offset ${entry.offset}, which no batch holds`);
      } else if (entry.timestamp !== maxTimestamp) {
        this.#wrong(
          entry,
          `has timestamp ${entry.timestamp} for offset ${entry.offset}, the batch has ${maxTimestamp}`,
        );
      } else if (entry.timestamp < before) {
        this.#wrong(entry, `has timestamp ${entry.timestamp}, there was ${before} before`);
      } else {
        this.#last = entry;
        this.#advance();
      }
    }
  }

  /** With `isComplete`, the last entry has to be the greatest timestamp of all. */
  end(isComplete: boolean): void {
    for (let entry = this.#entry; entry !== undefined; entry = this.#entry) {
      this.#wrong(entry, `has offset ${entry.offset}, behind the last batch`);
    }
    if (isComplete && (this.#last?.timestamp ?? -1) < this.#maxTimestamp) {
      this.#report(
        this.#last?.at ?? 0,
        `time index ends with timestamp ${this.#last?.timestamp ?? -1}, the segment with ${this.#maxTimestamp}`,
      );
    }
  }

  #wrong(entry: TimeIndexEntry, message: string): void {
    this.#report(entry.at, `time index entry ${message}`);
    this.#advance();
  }

  #advance(): void {
    const before = this.#entry;
    for (;;) {
      this.#entry = this.#entries.next().value ?? undefined;
      const entry = this.#entry;
      if (entry === undefined || before === undefined) return;
      if (entry.timestamp > before.timestamp && entry.offset > before.offset) return;
      this.#report(
        entry.at,
        `time index entry (${entry.timestamp}, ${entry.offset}) does not ascend`,
      );
    }
  }
}

/**
 * There is an entry for each transaction that a marker in this segment aborts. Where the beginnings of transactions are not known (they were deleted, or cleaned
 * away) only what an entry says for itself is judged.
 */
export class TransactionIndexCheck {
  readonly #entries: Iterator<TransactionIndexEntry, void>;
  readonly #report: IndexReport;
  #entry: TransactionIndexEntry | undefined;

  constructor(file: DiskFile | undefined, report: IndexReport) {
    this.#entries =
      file === undefined ? [].values() : transactionIndexEntries(file)[Symbol.iterator]();
    this.#report = report;
    this.#entry = this.#entries.next().value ?? undefined;
  }

  /** A marker in the log aborts this transaction. */
  aborted(transaction: AbortedTransaction): void {
    this.#passUntil(transaction.lastOffset, true);
    const entry = this.#entry;
    if (entry?.lastOffset !== transaction.lastOffset) {
      this.#report(
        entry?.at ?? 0,
        `transaction index lacks the one that the marker at offset ${transaction.lastOffset} aborts`,
      );
      return;
    }
    const fields = ['producerId', 'firstOffset', 'lastStableOffset'] as const;
    const wrong = fields.filter((field) => entry[field] !== transaction[field]);
    if (entry.version !== 0) this.#report(entry.at, `has version ${entry.version}`);
    for (const field of wrong) {
      this.#report(
        entry.at,
        `transaction index entry has ${field} ${entry[field]}, the log says ${transaction[field]}`,
      );
    }
    this.#entry = this.#entries.next().value ?? undefined;
  }

  /** The segment ends before `endOffset`. With `isKnown`, there can be no entry that the log did not ask for. */
  end(endOffset: number, isKnown: boolean): void {
    this.#passUntil(endOffset, isKnown);
    for (let entry = this.#entry; entry !== undefined; entry = this.#next()) {
      this.#report(entry.at, `transaction index entry ends at ${entry.lastOffset}: not in the log`);
    }
  }

  /** Passes entries for markers before `offset` without asking whether the log has them. */
  passUntil(offset: number): void {
    this.#passUntil(offset, false);
  }

  #passUntil(offset: number, isKnown: boolean): void {
    for (let entry = this.#entry; entry !== undefined; entry = this.#next()) {
      if (entry.lastOffset >= offset) return;
      const { version, firstOffset, lastOffset } = entry;
      if (version !== 0 || firstOffset < 0 || firstOffset > lastOffset) {
        this.#report(
          entry.at,
          `transaction index entry (version ${version}, ${firstOffset} to ${lastOffset}) is impossible`,
        );
      } else if (isKnown) {
        this.#report(entry.at, `no marker at offset ${lastOffset} aborts a transaction`);
      }
    }
  }

  #next(): TransactionIndexEntry | undefined {
    this.#entry = this.#entries.next().value ?? undefined;
    return this.#entry;
  }
}
