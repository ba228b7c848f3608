/**
 * Walks the batch headers of a log file without reading more of the batches than it must.
 *
 * Owns a window of the file in memory; small batches are walked inside it, large ones cost a small read each. Looks at
 * sizes and magic only: whether a batch is intact is the recovery's question.
 */
import { BATCH_HEADER_BYTES, BATCH_MAGIC, batchMagic, batchSizeBytes } from '@zurau/protocol';
import type { DiskFile } from '@zurau/platform';

export class BatchScanner {
  /** Holds the header of the current batch at {@link at}, and maybe the rest of it. */
  buffer: Buffer;
  at = 0;
  /** Of the current batch, in the file. */
  position: number;
  /** Of the current batch; 0 before the first. */
  sizeBytes = 0;
  readonly #file: DiskFile;
  readonly #endPosition: number;
  #windowPosition = 0;
  #windowBytes = 0;

  /** Walks from `position`, a batch's start, as long as whole batches end at or before `endPosition`. */
  constructor(file: DiskFile, position: number, endPosition: number, windowBytes = 8192) {
    this.#file = file;
    this.position = position;
    this.#endPosition = endPosition;
    this.buffer = Buffer.allocUnsafe(
      Math.max(BATCH_HEADER_BYTES, Math.min(windowBytes, endPosition - position)),
    );
  }

  /** Moves to the next batch; false at the end and at anything that is not a whole batch of format 2. */
  next(): boolean {
    const position = this.position + this.sizeBytes;
    if (position + BATCH_HEADER_BYTES > this.#endPosition) return false;
    const inWindow = position - this.#windowPosition;
    if (inWindow < 0 || inWindow + BATCH_HEADER_BYTES > this.#windowBytes) {
      const wanted = Math.min(this.buffer.length, this.#endPosition - position);
      this.#windowBytes = this.#file.readSync(this.buffer, 0, wanted, position);
      this.#windowPosition = position;
      if (this.#windowBytes < BATCH_HEADER_BYTES) return false;
      this.at = 0;
    } else {
      this.at = inWindow;
    }
    const sizeBytes = batchSizeBytes(this.buffer, this.at);
    if (batchMagic(this.buffer, this.at) !== BATCH_MAGIC || sizeBytes < BATCH_HEADER_BYTES) {
      return false;
    }
    if (position + sizeBytes > this.#endPosition) return false;
    this.position = position;
    this.sizeBytes = sizeBytes;
    return true;
  }

  /** The whole current batch, in a buffer of its own unless the window has it. */
  wholeBatch(): Buffer {
    if (this.at + this.sizeBytes <= this.#windowBytes) {
      return this.buffer.subarray(this.at, this.at + this.sizeBytes);
    }
    const batch = Buffer.allocUnsafe(this.sizeBytes);
    const read = this.#file.readSync(batch, 0, this.sizeBytes, this.position);
    return batch.subarray(0, read);
  }
}
