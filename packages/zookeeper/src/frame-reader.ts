/**
 * Bytes of a connection, as they come, to frames: four bytes of length, then as many of content.
 *
 *     ┌────────┬──────────────────┬────────┬───────
 *     │ length │ content          │ length │ ...
 *     └────────┴──────────────────┴────────┴───────
 *
 * Owns: the frame that has come in part. Its memory follows the bytes received, not the bytes announced. A frame that is handed on is the
 * receiver's.
 */
import { malformed } from './jute/jute-reader.ts';

const LENGTH_BYTES = 4;

/** What a frame gets before its bytes are there. */
const FIRST_BYTES_MAX = 64 * 1024;

const NONE = Buffer.alloc(0);

export class FrameReader {
  readonly #frameBytesMax: number;
  readonly #length = Buffer.alloc(LENGTH_BYTES);
  #lengthFilled = 0;
  #frame: Buffer = NONE;
  #frameLength = 0;
  #frameFilled = 0;

  constructor(frameBytesMax: number) {
    this.#frameBytesMax = frameBytesMax;
  }

  /** The frames that `bytes` complete. Throws `MALFORMED_RESPONSE` when a length is not possible: the rest is no use. */
  push(bytes: Buffer): Buffer[] {
    const frames: Buffer[] = [];
    let at = 0;
    while (at < bytes.length) {
      if (this.#lengthFilled < LENGTH_BYTES) {
        const count = Math.min(LENGTH_BYTES - this.#lengthFilled, bytes.length - at);
        bytes.copy(this.#length, this.#lengthFilled, at, at + count);
        this.#lengthFilled += count;
        at += count;
        if (this.#lengthFilled === LENGTH_BYTES) this.#begin();
      } else {
        const count = Math.min(this.#frameLength - this.#frameFilled, bytes.length - at);
        this.#makeRoom(this.#frameFilled + count);
        bytes.copy(this.#frame, this.#frameFilled, at, at + count);
        this.#frameFilled += count;
        at += count;
      }
      if (this.#lengthFilled === LENGTH_BYTES && this.#frameFilled === this.#frameLength) {
        frames.push(this.#frame.subarray(0, this.#frameLength));
        this.#lengthFilled = 0;
        this.#frame = NONE;
      }
    }
    return frames;
  }

  #begin(): void {
    const length = this.#length.readInt32BE(0);
    if (length < 0 || length > this.#frameBytesMax) {
      throw malformed(`a frame of ${length} bytes, where ${this.#frameBytesMax} is the most`);
    }
    this.#frameLength = length;
    this.#frameFilled = 0;
    this.#frame = Buffer.allocUnsafe(Math.min(length, FIRST_BYTES_MAX));
  }

  #makeRoom(byteCount: number): void {
    if (byteCount <= this.#frame.length) return;
    const doubled = Math.max(byteCount, 2 * this.#frame.length);
    const grown = Buffer.allocUnsafe(Math.min(doubled, this.#frameLength));
    this.#frame.copy(grown, 0, 0, this.#frameFilled);
    this.#frame = grown;
  }
}
