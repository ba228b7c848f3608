/** Whether the producer snapshots of a partition agree with its batches. Told of every batch before it is applied. */
import type { Disk } from '@zurau/platform';
import { readOptionalFile } from '../atomic-file.ts';
import type { ProducerEntry } from '../producer-entry.ts';
import { decodeProducerSnapshot } from '../producer-snapshot.ts';
import type { ProducerState } from '../producer-state.ts';
import type { PartitionFiles } from './partition-files.ts';

type Report = (path: string, offset: number, message: string) => void;

export class SnapshotCheck {
  readonly #snapshots: { offset: number; path: string; entries: ProducerEntry[] }[] = [];
  readonly #report: Report;
  #next = 0;

  /** Reads all of them: a partition keeps one a segment. */
  constructor(disk: Disk, files: PartitionFiles, report: Report) {
    this.#report = report;
    for (const { offset, path } of files.snapshots) {
      const entries = decodeProducerSnapshot(readOptionalFile(disk, path) ?? Buffer.alloc(0));
      if (entries === undefined) report(path, offset, 'producer snapshot is damaged');
      else this.#snapshots.push({ offset, path, entries });
    }
  }

  /** What was known where the log begins, if a snapshot says so. */
  entriesAt(offset: number): ProducerEntry[] | undefined {
    return this.#snapshots.find((snapshot) => snapshot.offset === offset)?.entries;
  }

  /** All batches below `offset` were applied. `from`: the log, or what is known of it, begins there. */
  reached(offset: number, producers: ProducerState, from: number, isComplete: boolean): void {
    for (; this.#next < this.#snapshots.length; this.#next++) {
      const snapshot = this.#snapshots[this.#next]!;
      if (snapshot.offset > offset) return;
      if (snapshot.offset < from || (snapshot.offset === from && from > 0)) continue;
      for (const entry of snapshot.entries) {
        const problem = disagreement(entry, producers.entry(entry.producerId), isComplete);
        if (problem === undefined) continue;
        this.#report(snapshot.path, snapshot.offset, `producer ${entry.producerId} ${problem}`);
      }
    }
  }

  /** What the batches say from here on is not known: the rest is not judged. */
  giveUp(): void {
    this.#next = this.#snapshots.length;
  }

  end(endOffset: number): void {
    for (; this.#next < this.#snapshots.length; this.#next++) {
      const { path, offset } = this.#snapshots[this.#next]!;
      this.#report(
        path,
        offset,
        `producer snapshot is of offset ${offset}, the log ends at ${endOffset}`,
      );
    }
  }
}

/**
 * A producer that the snapshot lacks was forgotten, which is no disagreement. Where not all of its batches are known, only what the last one says counts.
 */
function disagreement(
  entry: ProducerEntry,
  logged: ProducerEntry | undefined,
  isComplete: boolean,
): string | undefined {
  const lastOffset = entry.lastBatch?.lastOffset ?? -1;
  if (logged === undefined) return isComplete ? 'is not in the log' : undefined;
  const loggedOffset = logged.lastBatch?.lastOffset ?? -1;
  if (!isComplete && (lastOffset !== loggedOffset || lastOffset < 0)) return undefined;
  const fields: [string, number, number][] = [
    ['last sequence', entry.lastSequence, logged.lastSequence],
    ['last offset', lastOffset, loggedOffset],
  ];
  if (isComplete) {
    const open = [entry.transactionFirstOffset, logged.transactionFirstOffset] as const;
    fields.push(['epoch', entry.epoch, logged.epoch]);
    fields.push(['first offset of its transaction', ...open]);
  }
  const wrong = fields.find(([, inSnapshot, inLog]) => inSnapshot !== inLog);
  return wrong === undefined ? undefined : `has ${wrong[0]} ${wrong[1]}, the log says ${wrong[2]}`;
}
