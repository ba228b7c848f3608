/**
 * Reads a segment piece by piece for the cleaner, whole batches that were checked only. Owns one buffer, which grows for a
 * batch that does not fit and is given back after it.
 */
import {
  BATCH_HEADER_BYTES,
  DecodeError,
  batchBaseOffset,
  batchLastOffset,
  batchSizeBytes,
  checkBatch,
} from '@zurau/protocol';
import type { DiskFile } from '@zurau/platform';
import type { Segment } from '../segment.ts';

export class BatchWindow {
  readonly #sizeBytes: number;
  #buffer: Buffer;

  /** `sizeBytes` are read at once. */
  constructor(sizeBytes: number) {
    this.#sizeBytes = Math.max(BATCH_HEADER_BYTES, sizeBytes);
    this.#buffer = Buffer.allocUnsafeSlow(this.#sizeBytes);
  }

  /**
   * Bytes from `position`, a batch's start, on: one whole batch at least, maybe a partial one behind. Valid until the next
   * read. Rejects with DiskError, and with DecodeError when no batch begins there.
   */
  async read(segment: Segment, position: number): Promise<Buffer> {
    const restBytes = segment.writtenBytes - position;
    if (this.#buffer.length > this.#sizeBytes) {
      this.#buffer = Buffer.allocUnsafeSlow(this.#sizeBytes);
    }
    const window = await this.#fill(segment.file, position, restBytes);
    if (window.length < BATCH_HEADER_BYTES) throw damaged(segment, position, 'incomplete');
    const firstBytes = batchSizeBytes(window, 0);
    if (firstBytes > restBytes || firstBytes < BATCH_HEADER_BYTES) {
      throw damaged(segment, position, `size ${firstBytes}`);
    }
    if (firstBytes <= window.length) return window;
    this.#buffer = Buffer.allocUnsafeSlow(firstBytes);
    return this.#fill(segment.file, position, firstBytes);
  }

  async #fill(file: DiskFile, position: number, restBytes: number): Promise<Buffer> {
    const buffer = this.#buffer;
    const wanted = Math.min(buffer.length, restBytes);
    const byteCount = await new Promise<number>((resolve, reject) => {
      file.read(buffer, 0, wanted, position, (error, count) => {
        if (error === undefined) resolve(count);
        else reject(error);
      });
    });
    return buffer.subarray(0, byteCount);
  }
}

/**
 * Throws DecodeError unless the batch is as it was written: what is rewritten gets a new CRC, which must not hide damage. Its offsets, which
 * no CRC covers, must lie in the segment and at or behind `fromOffset`. Returns the offset behind it.
 */
export function requireSound(
  buffer: Buffer,
  at: number,
  segment: Segment,
  position: number,
  fromOffset: number,
): number {
  const problem = checkBatch(buffer, at, Infinity);
  if (problem !== undefined) throw damaged(segment, position, problem);
  const baseOffset = batchBaseOffset(buffer, at);
  const lastOffset = batchLastOffset(buffer, at);
  if (baseOffset < fromOffset || lastOffset < baseOffset || !segment.canHold(lastOffset)) {
    throw damaged(segment, position, `offsets ${baseOffset} to ${lastOffset}`);
  }
  return lastOffset + 1;
}

function damaged(segment: Segment, position: number, problem: string): DecodeError {
  return new DecodeError(`damaged batch at ${position} of ${segment.logPath}: ${problem}`);
}
