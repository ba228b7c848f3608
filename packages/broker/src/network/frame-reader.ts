/**
 * Cuts the bytes of one connection into frames.
 *
 *   frame:  size int32 | that many bytes
 *
 * All connections read into one shared stage. A frame that lies whole in it is handed out in place, valid during the call only. A frame
 * that spans reads gets a buffer of its own; what is missing of it is read straight into that buffer when it is much, through the stage when it
 * is little (the same read then brings what follows). Never trusts the announced size with more memory than has arrived: a
 * buffer beyond 1 MiB grows with its content.
 */
import type { SocketReader } from '@zurau/platform';
import type { FramePool } from './frame-pool.ts';
import type { MemoryBudget } from './memory-budget.ts';

/** Size of the stage shared by all connections of a broker. */
export const READ_STAGE_BYTES: number = 128 * 1024;

const SIZE_BYTES = 4;
/** Less than this is missing of a frame: read on through the stage. */
const DIRECT_READ_BYTES_MIN = 32 * 1024;
/** What a frame's buffer starts with at the most. */
const INITIAL_FRAME_BYTES_MAX = 1024 * 1024;

export interface FrameHandler {
  /**
   * A whole frame, without its size, in `buffer` from `start` to `end`. When `owned`, the buffer is the frame's own and the handler has to
   * see to `releaseFrame`; otherwise it is the stage and valid only during the call.
   */
  onFrame(buffer: Buffer, start: number, end: number, owned: boolean): void;
  /** The peer announced a size that no request may have; nothing more will be handed out. */
  onBadSize(sizeBytes: number): void;
  /** The memory budget is used up: reading must stop until `onMemory`. */
  onMemoryWait(): void;
  onMemory(): void;
  onEnd(): void;
}

export interface FrameReaderOptions {
  readonly stage: Buffer;
  readonly pool: FramePool;
  readonly budget: MemoryBudget;
  /** `socket.request.max.bytes`. */
  readonly frameBytesMax: number;
}

export class FrameReader implements SocketReader {
  readonly #handler: FrameHandler;
  readonly #options: FrameReaderOptions;
  readonly #sizeBuffer = Buffer.alloc(SIZE_BYTES);
  #sizeFilled = 0;
  /** The frame under way that does not lie whole in the stage. */
  #frame: Buffer | undefined;
  #frameFilled = 0;
  #frameBytes = 0;
  #readsDirectly = false;
  #broken = false;
  #stopWaiting: (() => void) | undefined;

  constructor(handler: FrameHandler, options: FrameReaderOptions) {
    this.#handler = handler;
    this.#options = options;
  }

  nextBuffer(): Buffer {
    const frame = this.#frame;
    if (frame !== undefined && this.#frameBytes - this.#frameFilled >= DIRECT_READ_BYTES_MIN) {
      this.#readsDirectly = true;
      return frame.subarray(this.#frameFilled, Math.min(frame.length, this.#frameBytes));
    }
    this.#readsDirectly = false;
    return this.#options.stage;
  }

  onBytes(byteCount: number, buffer: Buffer): void {
    if (this.#broken) return;
    if (this.#readsDirectly) {
      this.#frameFilled += byteCount;
      this.#completeOrGrow();
    } else {
      this.#cut(buffer, byteCount);
    }
  }

  onEnd(): void {
    this.#handler.onEnd();
  }

  /** Gives back what an unfinished frame holds; call when the connection is gone. */
  close(): void {
    this.#broken = true;
    this.#stopWaiting?.();
    if (this.#frame !== undefined && this.#stopWaiting === undefined) {
      this.#options.budget.release(this.#frameBytes);
    }
    this.#stopWaiting = undefined;
    this.#frame = undefined;
  }

  #cut(bytes: Buffer, end: number): void {
    let at = 0;
    if (this.#frame !== undefined) at = this.#continueFrame(bytes, end);
    while (at < end && !this.#broken) {
      if (this.#sizeFilled > 0 || end - at < SIZE_BYTES) {
        const taken = Math.min(SIZE_BYTES - this.#sizeFilled, end - at);
        bytes.copy(this.#sizeBuffer, this.#sizeFilled, at, at + taken);
        this.#sizeFilled += taken;
        at += taken;
        if (this.#sizeFilled < SIZE_BYTES) return;
        this.#sizeFilled = 0;
        at = this.#takeFrame(this.#sizeBuffer.readInt32BE(0), bytes, at, end);
      } else {
        at = this.#takeFrame(bytes.readInt32BE(at), bytes, at + SIZE_BYTES, end);
      }
    }
  }

  /** Handles the frame whose content starts at `at`; returns where the next one starts. */
  #takeFrame(sizeBytes: number, bytes: Buffer, at: number, end: number): number {
    if (sizeBytes < 0 || sizeBytes > this.#options.frameBytesMax) {
      this.#broken = true;
      this.#handler.onBadSize(sizeBytes);
      return end;
    }
    if (end - at >= sizeBytes) {
      this.#handler.onFrame(bytes, at, at + sizeBytes, false);
      return at + sizeBytes;
    }
    this.#startFrame(sizeBytes, bytes, at, end);
    return end;
  }

  #startFrame(sizeBytes: number, bytes: Buffer, at: number, end: number): void {
    const { budget, pool } = this.#options;
    const reserved = budget.tryReserve(sizeBytes);
    this.#frameBytes = sizeBytes;
    this.#frameFilled = end - at;
    this.#frame = pool.take(
      reserved
        ? Math.max(this.#frameFilled, Math.min(sizeBytes, INITIAL_FRAME_BYTES_MAX))
        : Math.max(this.#frameFilled, 1),
    );
    bytes.copy(this.#frame, 0, at, end);
    if (reserved) return;
    this.#stopWaiting = budget.whenReserved(sizeBytes, () => {
      this.#stopWaiting = undefined;
      this.#handler.onMemory();
    });
    this.#handler.onMemoryWait();
  }

  #continueFrame(bytes: Buffer, end: number): number {
    const taken = Math.min(this.#frameBytes - this.#frameFilled, end);
    this.#ensureCapacity(this.#frameFilled + taken);
    bytes.copy(this.#frame!, this.#frameFilled, 0, taken);
    this.#frameFilled += taken;
    this.#completeOrGrow();
    return taken;
  }

  #completeOrGrow(): void {
    const frame = this.#frame!;
    if (this.#frameFilled === this.#frameBytes) {
      const bytes = this.#frameBytes;
      this.#frame = undefined;
      this.#handler.onFrame(frame, 0, bytes, true);
    } else if (this.#frameFilled === frame.length) {
      this.#ensureCapacity(frame.length + 1);
    }
  }

  #ensureCapacity(bytes: number): void {
    const frame = this.#frame!;
    if (bytes <= frame.length) return;
    const grown = this.#options.pool.take(
      Math.min(this.#frameBytes, Math.max(bytes, frame.length * 2)),
    );
    frame.copy(grown, 0, 0, this.#frameFilled);
    this.#options.pool.giveBack(frame);
    this.#frame = grown;
  }
}
