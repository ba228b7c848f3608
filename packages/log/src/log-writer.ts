/**
 * Brings the unwritten end of one log's tail into its segment files, in order, one write in flight (group commit).
 *
 * Little is written at once inside the turn, more asynchronously, and what is appended meanwhile goes with the next
 * write. Where `flush.messages` asks for it, written means synced. Owns no offsets of the log but `writtenOffset`; on an error it
 * forgets everything pending and tells its owner, who puts the log back to that offset.
 */
import { DiskError } from '@zurau/platform';
import { assert } from './assertions.ts';
import { SYNC_WRITE_MAX_BYTES, WRITE_BUFFERS_MAX } from './limits.ts';
import type { Segment } from './segment.ts';
import type { TailSlab } from './tail-slab.ts';
import type { ScheduledWriter, WriteScheduler } from './write-scheduler.ts';

export interface LogWriterOwner {
  /** `writtenOffset` moved. */
  written(): void;
  /** Everything from `writtenOffset` on is lost, in memory and in the files. */
  writeFailed(error: DiskError): void;
  /** Records that may be unsynced before acknowledgement has to wait for a sync: `flush.messages`. */
  readonly unsyncedRecordsMax: number;
}

/** One vectored write: consecutive bytes of one segment. */
interface Write {
  readonly segment: Segment;
  readonly position: number;
  readonly buffers: Buffer[];
  readonly sizeBytes: number;
  readonly endOffset: number;
}

export class LogWriter implements ScheduledWriter {
  scheduled = false;
  /** All below is in the files, and on the medium where `flush.messages` asks for it. */
  writtenOffset: number;
  readonly #owner: LogWriterOwner;
  readonly #scheduler: WriteScheduler;
  /** Slabs with unwritten bytes, in order; each holds a reference. */
  #pending: TailSlab[] = [];
  #unsubmittedBytes = 0;
  #busy = false;
  #syncedOffset: number;
  /** Segments with writes that no sync of ours has covered. */
  readonly #unsynced = new Set<Segment>();
  #drainWaiters: (() => void)[] = [];
  #abandoned = false;

  /** `unsynced` are segments with bytes that an earlier process may not have lived to sync: the first sync takes them along. */
  constructor(
    owner: LogWriterOwner,
    scheduler: WriteScheduler,
    endOffset: number,
    unsynced: readonly Segment[],
  ) {
    this.#owner = owner;
    this.#scheduler = scheduler;
    this.writtenOffset = endOffset;
    this.#syncedOffset = endOffset;
    for (const segment of unsynced) this.#unsynced.add(segment);
  }

  get isIdle(): boolean {
    return !this.#busy && this.#pending.length === 0;
  }

  /** `sizeBytes` were added to the end of `slab`. */
  added(slab: TailSlab, sizeBytes: number): void {
    if (this.#pending[this.#pending.length - 1] !== slab) {
      slab.retain();
      this.#pending.push(slab);
    }
    this.#unsubmittedBytes += sizeBytes;
    this.#scheduler.touch(this);
  }

  flush(syncBudgetBytes: number): number {
    if (this.#busy || this.#unsubmittedBytes === 0) return 0;
    const sizeBytes = this.#unsubmittedBytes;
    const mayBlock = this.#scheduler.syncsUnderWay === 0;
    if (mayBlock && sizeBytes <= Math.min(SYNC_WRITE_MAX_BYTES, syncBudgetBytes)) {
      this.#writeNow();
      return sizeBytes;
    }
    this.#writeInBackground();
    return 0;
  }

  /** Resolves when nothing is pending or in flight, be it written or given up. */
  drained(): Promise<void> {
    this.flush(SYNC_WRITE_MAX_BYTES);
    if (this.isIdle) return Promise.resolve();
    return new Promise((resolve) => this.#drainWaiters.push(resolve));
  }

  /** The log now ends at `offset` and consists of `segments`. */
  reset(offset: number, segments: readonly Segment[]): void {
    assert(this.isIdle, 'a log is cut only while nothing is being written');
    this.writtenOffset = offset;
    this.#syncedOffset = Math.min(this.#syncedOffset, offset);
    this.forget(segments);
  }

  /** Gives up what is pending; a write in flight ends unnoticed. */
  abandon(): void {
    if (this.#pending.length === 0 || this.#abandoned) return;
    this.#abandoned = true;
    this.#fail(new DiskError('CLOSED', '', 'the log was closed'));
  }

  /** Segments other than `segments` are gone and need no sync. */
  forget(segments: readonly Segment[]): void {
    for (const segment of this.#unsynced) {
      if (!segments.includes(segment)) this.#unsynced.delete(segment);
    }
  }

  #writeNow(): void {
    while (!this.#busy && this.#unsubmittedBytes > 0) {
      const write = this.#gather();
      this.#busy = true;
      try {
        write.segment.file.writeSync(write.buffers, write.position);
      } catch (error) {
        return this.#fail(error as DiskError);
      }
      this.#inFile(write);
    }
  }

  #writeInBackground(): void {
    const write = this.#gather();
    this.#busy = true;
    let file;
    try {
      file = write.segment.file;
    } catch (error) {
      return this.#fail(error as DiskError);
    }
    file.write(write.buffers, write.position, (error) => {
      if (this.#abandoned) return;
      if (error !== undefined) return this.#fail(error);
      this.#inFile(write);
      this.flush(SYNC_WRITE_MAX_BYTES);
    });
  }

  /** The next write: all that is pending for one segment, within the system's bound on buffers. */
  #gather(): Write {
    let first: TailSlab | undefined;
    let position = 0;
    let sizeBytes = 0;
    let endOffset = 0;
    const buffers: Buffer[] = [];
    for (const slab of this.#pending) {
      if (slab.submittedBytes === slab.usedBytes) continue;
      if (first === undefined) {
        first = slab;
        position = slab.position + slab.submittedBytes;
      } else if (slab.segment !== first.segment || buffers.length === WRITE_BUFFERS_MAX) {
        break;
      }
      buffers.push(slab.buffer.subarray(slab.submittedBytes, slab.usedBytes));
      sizeBytes += slab.usedBytes - slab.submittedBytes;
      slab.submittedBytes = slab.usedBytes;
      endOffset = slab.nextOffset;
    }
    assert(first !== undefined, 'there is something to write');
    this.#unsubmittedBytes -= sizeBytes;
    return { segment: first.segment, position, buffers, sizeBytes, endOffset };
  }

  /** The bytes are in the file; syncs if the records since the last sync ask for it. */
  #inFile(write: Write): void {
    this.#unsynced.add(write.segment);
    if (write.endOffset - this.#syncedOffset < this.#owner.unsyncedRecordsMax) {
      return this.#acknowledge(write);
    }
    const segments = [...this.#unsynced];
    const syncNext = (): void => {
      const segment = segments.pop();
      if (segment === undefined) {
        this.#syncedOffset = write.endOffset;
        this.#unsynced.clear();
        this.#acknowledge(write);
        this.flush(SYNC_WRITE_MAX_BYTES);
        return;
      }
      try {
        segment.syncDirectory();
        segment.file.sync((error) => {
          if (this.#abandoned) return;
          if (error === undefined) syncNext();
          else this.#fail(error);
        });
      } catch (error) {
        this.#fail(error as DiskError);
      }
    };
    syncNext();
  }

  #acknowledge(write: Write): void {
    const endPosition = write.position + write.sizeBytes;
    write.segment.writtenBytes = endPosition;
    // The appender has seen to it that all of it is sound.
    write.segment.checked.add(write.position, endPosition);
    let done = 0;
    for (const slab of this.#pending) {
      if (slab.segment !== write.segment) break;
      slab.writtenBytes = slab.submittedBytes;
      if (slab.writtenBytes < slab.usedBytes) break;
      slab.release();
      done++;
    }
    if (done === this.#pending.length) this.#pending.length = 0;
    else if (done > 0) this.#pending.splice(0, done);
    this.writtenOffset = write.endOffset;
    this.#busy = false;
    this.#owner.written();
    this.#notifyDrained();
  }

  #fail(error: DiskError): void {
    for (const slab of this.#pending) slab.release();
    this.#pending = [];
    this.#unsubmittedBytes = 0;
    this.#busy = false;
    this.#owner.writeFailed(error);
    this.#notifyDrained();
  }

  #notifyDrained(): void {
    if (!this.isIdle || this.#drainWaiters.length === 0) return;
    const waiters = this.#drainWaiters;
    this.#drainWaiters = [];
    for (const resolve of waiters) resolve();
  }
}
