/**
 * The content of a file in memory: a size, and pages for the parts that were written. Holes read as
 * zeros and cost nothing, so that a preallocated index is as cheap here as on a disk. Owns its
 * pages; never keeps or hands out a caller's buffer.
 */

/**
 * Large enough that the allocator maps whole pages (six times as fast as 64 KiB here); a page of
 * which only the start was written is smaller, as files of a few bytes are many.
 */
const PAGE_BYTES = 256 * 1024;
const PAGE_BYTES_MIN = 512;

export class SparseBytes {
  #sizeBytes = 0;
  #allocatedBytes = 0;
  #pages: (Buffer | undefined)[] = [];

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Memory held by the pages. */
  get allocatedBytes(): number {
    return this.#allocatedBytes;
  }

  /** Returns how many bytes there were to read, less than `byteCount` only at the end. */
  read(into: Buffer, intoOffset: number, byteCount: number, position: number): number {
    const total = Math.max(0, Math.min(byteCount, this.#sizeBytes - position));
    for (let done = 0; done < total;) {
      const at = position + done;
      const inPage = at % PAGE_BYTES;
      const count = Math.min(PAGE_BYTES - inPage, total - done);
      const page = this.#pages[Math.floor(at / PAGE_BYTES)];
      const start = intoOffset + done;
      const isStored = page !== undefined && inPage < page.length;
      const copied = isStored ? page.copy(into, start, inPage, inPage + count) : 0;
      if (copied < count) into.fill(0, start + copied, start + count);
      done += count;
    }
    return total;
  }

  write(from: Buffer, position: number): void {
    for (let done = 0; done < from.length;) {
      const at = position + done;
      const inPage = at % PAGE_BYTES;
      const count = Math.min(PAGE_BYTES - inPage, from.length - done);
      const page = this.#pageFor(Math.floor(at / PAGE_BYTES), inPage + count, count === PAGE_BYTES);
      from.copy(page, inPage, done, done + count);
      done += count;
    }
    if (from.length > 0) this.#sizeBytes = Math.max(this.#sizeBytes, position + from.length);
  }

  /** Cuts, or extends with zeros. */
  truncate(sizeBytes: number): void {
    if (sizeBytes < this.#sizeBytes) {
      const keptPages = Math.ceil(sizeBytes / PAGE_BYTES);
      for (const page of this.#pages.splice(keptPages)) this.#allocatedBytes -= page?.length ?? 0;
      if (sizeBytes % PAGE_BYTES !== 0) this.#pages[keptPages - 1]?.fill(0, sizeBytes % PAGE_BYTES);
    }
    this.#sizeBytes = sizeBytes;
  }

  clone(): SparseBytes {
    const copy = new SparseBytes();
    copy.#sizeBytes = this.#sizeBytes;
    copy.#allocatedBytes = this.#allocatedBytes;
    copy.#pages = this.#pages.map((page) => page && Buffer.from(page));
    return copy;
  }

  #pageFor(index: number, neededBytes: number, overwrites: boolean): Buffer {
    const page = this.#pages[index];
    if (page !== undefined && page.length >= neededBytes) return page;
    let lengthBytes = page === undefined ? PAGE_BYTES_MIN : page.length * 2;
    while (lengthBytes < neededBytes) lengthBytes *= 2;
    // A page about to be written whole needs no zeros: half the cost of appending large batches.
    const grown = overwrites ? Buffer.allocUnsafeSlow(lengthBytes) : Buffer.alloc(lengthBytes);
    page?.copy(grown);
    this.#allocatedBytes += lengthBytes - (page?.length ?? 0);
    // Filled up to the index: an assignment past the end would turn the array into a slow
    // dictionary.
    while (this.#pages.length < index) this.#pages.push(undefined);
    this.#pages[index] = grown;
    return grown;
  }
}
