/**
 * Cuts a byte stream into frames: a 4-byte size, then that many bytes.
 *
 *   +--------+----------------------+--------+------------ ...
 *   | size 4 | payload (size bytes) | size 4 | payload
 *   +--------+----------------------+--------+------------ ...
 *
 * All connections of a client read into one stage. Frames that lie whole in it are handed out in place; a frame that spans reads gets a
 * buffer of its own, into which the rest is read directly, so no byte is copied twice and no chunk list is kept.
 *
 * Must never hold on to the stage between reads: it is overwritten by whichever connection reads next.
 */
import type { SocketReader } from '@zurau/platform';

export const READ_STAGE_BYTES: number = 128 * 1024;

/** Memory that sockets read into; may be shared by all connections of one process. */
export function createReadStage(): Buffer {
  return Buffer.allocUnsafeSlow(READ_STAGE_BYTES);
}

export interface FrameHandler {
  /** One payload. `shared` memory is valid during the call only. */
  onFrame(payload: Buffer, shared: boolean): void;
  /** The stream cannot be cut: a size is negative or above the limit. Nothing is delivered after this. */
  onBadFrame(sizeBytes: number): void;
  onEnd(): void;
}

const SIZE_BYTES = 4;

/**
 * The first answer of a broker tells its versions. A peer that speaks TLS or HTTP says something else, which read as a size would be taken for hundreds of megabytes.
 */
const FIRST_FRAME_BYTES_MAX = 16 * 1024 * 1024;

export class FrameReader implements SocketReader {
  readonly #stage: Buffer;
  readonly #frameBytesMax: number;
  /** Of the next frame. */
  #nextBytesMax: number;
  readonly #handler: FrameHandler;
  /** First bytes of a size field that was cut by the end of a read. */
  readonly #sizeField: Buffer = Buffer.alloc(SIZE_BYTES);
  #sizeFieldBytes = 0;
  /** The frame that spans reads, and how much of it is there. */
  #frame: Buffer | undefined;
  #frameBytes = 0;
  #stopped = false;

  constructor(stage: Buffer, frameBytesMax: number, handler: FrameHandler) {
    this.#stage = stage;
    this.#frameBytesMax = frameBytesMax;
    this.#nextBytesMax = Math.min(frameBytesMax, FIRST_FRAME_BYTES_MAX);
    this.#handler = handler;
  }

  /** No handler is called from now on. */
  stop(): void {
    this.#stopped = true;
    this.#frame = undefined;
  }

  nextBuffer(): Buffer {
    return this.#frame === undefined ? this.#stage : this.#frame.subarray(this.#frameBytes);
  }

  onBytes(byteCount: number, buffer: Buffer): void {
    if (this.#stopped) return;
    if (this.#frame === undefined) {
      this.#cut(buffer, byteCount);
      return;
    }
    this.#frameBytes += byteCount;
    if (this.#frameBytes < this.#frame.length) return;
    const frame = this.#frame;
    this.#frame = undefined;
    this.#handler.onFrame(frame, false);
  }

  onEnd(): void {
    if (!this.#stopped) this.#handler.onEnd();
  }

  #cut(buffer: Buffer, byteCount: number): void {
    let at = 0;
    while (at < byteCount) {
      let sizeBytes: number;
      if (this.#sizeFieldBytes === 0 && byteCount - at >= SIZE_BYTES) {
        sizeBytes = buffer.readInt32BE(at);
        at += SIZE_BYTES;
      } else {
        const taken = Math.min(SIZE_BYTES - this.#sizeFieldBytes, byteCount - at);
        buffer.copy(this.#sizeField, this.#sizeFieldBytes, at, at + taken);
        this.#sizeFieldBytes += taken;
        at += taken;
        if (this.#sizeFieldBytes < SIZE_BYTES) return;
        this.#sizeFieldBytes = 0;
        sizeBytes = this.#sizeField.readInt32BE(0);
      }
      if (sizeBytes < 0 || sizeBytes > this.#nextBytesMax) {
        this.stop();
        this.#handler.onBadFrame(sizeBytes);
        return;
      }
      this.#nextBytesMax = this.#frameBytesMax;
      if (byteCount - at < sizeBytes) {
        this.#frame = Buffer.allocUnsafeSlow(sizeBytes);
        this.#frameBytes = buffer.copy(this.#frame, 0, at, byteCount);
        return;
      }
      this.#handler.onFrame(buffer.subarray(at, at + sizeBytes), true);
      if (this.#stopped) return;
      at += sizeBytes;
    }
  }
}
