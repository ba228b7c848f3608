/**
 * Buffers for frames too large for the read stage, recycled by size class.
 *
 * Recycling pays for large frames only (small ones are left to the allocator) and what lies idle is bounded. A buffer may go back only
 * when nothing refers to it any more: a frame whose batches the log keeps by reference never comes back.
 */
const CLASS_BYTES_MIN = 64 * 1024;
const CLASS_BYTES_MAX = 4 * 1024 * 1024;

export class FramePool {
  readonly #idleBytesMax: number;
  readonly #idleByClass = new Map<number, Buffer[]>();
  #idleBytes = 0;

  constructor(idleBytesMax: number) {
    this.#idleBytesMax = idleBytesMax;
  }

  get idleBytes(): number {
    return this.#idleBytes;
  }

  /** A buffer of at least `bytes`; its content is arbitrary. */
  take(bytes: number): Buffer {
    if (bytes < CLASS_BYTES_MIN || bytes > CLASS_BYTES_MAX) return Buffer.allocUnsafeSlow(bytes);
    const classBytes = sizeClass(bytes);
    const recycled = this.#idleByClass.get(classBytes)?.pop();
    if (recycled === undefined) return Buffer.allocUnsafeSlow(classBytes);
    this.#idleBytes -= classBytes;
    return recycled;
  }

  /** Gives back a whole buffer that `take` returned, to which nothing refers any more. */
  giveBack(buffer: Buffer): void {
    const bytes = buffer.length;
    if (bytes < CLASS_BYTES_MIN || bytes > CLASS_BYTES_MAX || bytes !== sizeClass(bytes)) return;
    if (this.#idleBytes + bytes > this.#idleBytesMax) return;
    const idle = this.#idleByClass.get(bytes);
    if (idle === undefined) this.#idleByClass.set(bytes, [buffer]);
    else idle.push(buffer);
    this.#idleBytes += bytes;
  }
}

function sizeClass(bytes: number): number {
  return 2 ** Math.ceil(Math.log2(bytes));
}
