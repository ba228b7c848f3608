/**
 * Memory for rewritten batches, handed out again and again: a fresh buffer for each would keep the garbage collector busy, and everybody
 * waiting for it.
 */
import type { BatchMemory } from '@zurau/protocol';

/** Larger blocks are made to measure and not kept. */
const BLOCK_BYTES = 512 * 1024;

export class CopyMemory implements BatchMemory {
  #scratch: Buffer = Buffer.alloc(0);
  readonly #blocks: Buffer[] = [];
  #blockIndex = 0;
  #usedBytes = 0;

  scratch(sizeBytes: number): Buffer {
    if (sizeBytes > BLOCK_BYTES) return Buffer.allocUnsafeSlow(sizeBytes);
    if (this.#scratch.length === 0) this.#scratch = Buffer.allocUnsafeSlow(BLOCK_BYTES);
    return this.#scratch;
  }

  /** Valid until {@link reset}. */
  batch(sizeBytes: number): Buffer {
    if (sizeBytes > BLOCK_BYTES) return Buffer.allocUnsafeSlow(sizeBytes);
    if (this.#usedBytes + sizeBytes > BLOCK_BYTES) {
      this.#blockIndex++;
      this.#usedBytes = 0;
    }
    const block = (this.#blocks[this.#blockIndex] ??= Buffer.allocUnsafeSlow(BLOCK_BYTES));
    const start = this.#usedBytes;
    this.#usedBytes += sizeBytes;
    return block.subarray(start, this.#usedBytes);
  }

  /** All batches are written. */
  reset(): void {
    this.#blockIndex = 0;
    this.#usedBytes = 0;
    this.#blocks.length = Math.min(this.#blocks.length, 2);
  }
}
