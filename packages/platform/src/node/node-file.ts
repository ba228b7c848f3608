/**
 * An open file over `node:fs` with plain callbacks (promises cost more than the write on the append
 * path).
 *
 * Owns the file descriptor. The descriptor is closed only when no asynchronous operation uses it
 * any more: the kernel reuses numbers at once, and a write still waiting in the thread pool would
 * land in whatever file got the number next. Must never retry an error or buffer a byte.
 */
import * as fs from 'node:fs';
import type { DiskCallback, DiskFile } from '../disk.ts';
import { totalBytes, withoutFirstBytes } from '../gather.ts';
import { closedFileError, diskErrorFrom, withDiskErrors } from './node-disk-errors.ts';

export class NodeFile implements DiskFile {
  readonly path: string;
  readonly #descriptor: number;
  #operationsUnderWay = 0;
  #closed = false;

  constructor(path: string, descriptor: number) {
    this.path = path;
    this.#descriptor = descriptor;
  }

  sizeSync(): number {
    this.#assertOpen();
    return withDiskErrors('stat', this.path, () => fs.fstatSync(this.#descriptor).size);
  }

  readSync(into: Buffer, intoOffset: number, byteCount: number, position: number): number {
    this.#assertOpen();
    try {
      let done = 0;
      while (done < byteCount) {
        const count = fs.readSync(
          this.#descriptor,
          into,
          intoOffset + done,
          byteCount - done,
          position + done,
        );
        if (count === 0) break;
        done += count;
      }
      return done;
    } catch (cause) {
      throw diskErrorFrom(cause, 'read', this.path);
    }
  }

  read(
    into: Buffer,
    intoOffset: number,
    byteCount: number,
    position: number,
    done: DiskCallback,
  ): void {
    if (!this.#begin(done)) return;
    this.#readOn(into, intoOffset, byteCount, position, 0, done);
  }

  writeSync(from: readonly Buffer[], position: number): void {
    this.#assertOpen();
    try {
      let rest = from;
      let restBytes = totalBytes(from);
      let at = position;
      while (restBytes > 0) {
        const count =
          rest.length === 1
            ? fs.writeSync(this.#descriptor, rest[0]!, 0, restBytes, at)
            : fs.writevSync(this.#descriptor, rest, at);
        at += count;
        restBytes -= count;
        if (restBytes > 0) rest = withoutFirstBytes(rest, count);
      }
    } catch (cause) {
      throw diskErrorFrom(cause, 'write to', this.path);
    }
  }

  write(from: readonly Buffer[], position: number, done: DiskCallback): void {
    if (!this.#begin(done)) return;
    this.#writeOn(from, totalBytes(from), position, 0, done);
  }

  truncateSync(sizeBytes: number): void {
    this.#assertOpen();
    withDiskErrors('truncate', this.path, () => fs.ftruncateSync(this.#descriptor, sizeBytes));
  }

  /** fdatasync: content and size, which is what a reader after a crash needs; not the times. */
  syncSync(): void {
    this.#assertOpen();
    withDiskErrors('sync', this.path, () => fs.fdatasyncSync(this.#descriptor));
  }

  sync(done: DiskCallback): void {
    if (!this.#begin(done)) return;
    fs.fdatasync(this.#descriptor, (error) => this.#finish(error, 'sync', 0, done));
  }

  closeSync(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#operationsUnderWay === 0) this.#closeDescriptor();
  }

  /**
   * Reads until `byteCount` bytes are there or the file ends: one `read` may return less, at a
   * signal for instance.
   */
  #readOn(
    into: Buffer,
    intoOffset: number,
    byteCount: number,
    position: number,
    doneBytes: number,
    done: DiskCallback,
  ): void {
    fs.read(
      this.#descriptor,
      into,
      intoOffset + doneBytes,
      byteCount - doneBytes,
      position + doneBytes,
      (error, count) => {
        const total = doneBytes + count;
        if (error || count === 0 || total === byteCount) this.#finish(error, 'read', total, done);
        else this.#readOn(into, intoOffset, byteCount, position, total, done);
      },
    );
  }

  /**
   * Writes until all is written: one `write` may take less, when the volume fills up for instance;
   * the next then says why.
   */
  #writeOn(
    rest: readonly Buffer[],
    restBytes: number,
    position: number,
    doneBytes: number,
    done: DiskCallback,
  ): void {
    const onWritten = (error: Error | null, count: number): void => {
      if (error || count >= restBytes) {
        this.#finish(error, 'write to', doneBytes + (error ? 0 : count), done);
      } else {
        const remainder = withoutFirstBytes(rest, count);
        this.#writeOn(remainder, restBytes - count, position + count, doneBytes + count, done);
      }
    };
    if (rest.length === 1) fs.write(this.#descriptor, rest[0]!, 0, restBytes, position, onWritten);
    else if (restBytes > 0) fs.writev(this.#descriptor, rest, position, onWritten);
    else process.nextTick(onWritten, null, 0);
  }

  #begin(done: DiskCallback): boolean {
    if (this.#closed) {
      process.nextTick(done, closedFileError(this.path), 0);
      return false;
    }
    this.#operationsUnderWay++;
    return true;
  }

  #finish(error: Error | null, operation: string, byteCount: number, done: DiskCallback): void {
    this.#operationsUnderWay--;
    if (this.#closed && this.#operationsUnderWay === 0) this.#closeDescriptor();
    if (error) done(diskErrorFrom(error, operation, this.path), byteCount);
    else done(undefined, byteCount);
  }

  #closeDescriptor(): void {
    fs.closeSync(this.#descriptor);
  }

  #assertOpen(): void {
    if (this.#closed) throw closedFileError(this.path);
  }
}
