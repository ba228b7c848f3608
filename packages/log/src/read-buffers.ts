/** Buffers for reads from files, recycled by size class: powers of two from 64 KiB to 1 MiB; larger ones are made to measure. */
import { BufferPool } from './buffer-pool.ts';
import { READ_POOL_COUNT } from './limits.ts';

const CLASS_MIN_BYTES = 64 * 1024;
const CLASS_MAX_BYTES = 1024 * 1024;

export class ReadBuffers {
  readonly #pool = new BufferPool(READ_POOL_COUNT);

  /** At least `sizeBytes` long. */
  take(sizeBytes: number): Buffer {
    if (sizeBytes > CLASS_MAX_BYTES) return Buffer.allocUnsafeSlow(sizeBytes);
    let classBytes = CLASS_MIN_BYTES;
    while (classBytes < sizeBytes) classBytes *= 2;
    return this.#pool.take(classBytes);
  }

  give(buffer: Buffer): void {
    if (buffer.length <= CLASS_MAX_BYTES) this.#pool.give(buffer);
  }
}
