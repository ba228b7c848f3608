/** Recycles buffers by exact size class: a fresh large buffer costs page faults that a used one does not. */
export class BufferPool {
  readonly #countMax: number;
  readonly #free = new Map<number, Buffer[]>();

  /** `countMax` buffers are kept of each size class. */
  constructor(countMax: number) {
    this.#countMax = countMax;
  }

  /** A buffer of exactly `sizeBytes`, its content undefined. */
  take(sizeBytes: number): Buffer {
    return this.#free.get(sizeBytes)?.pop() ?? Buffer.allocUnsafeSlow(sizeBytes);
  }

  /** Gives a buffer from {@link take} back. */
  give(buffer: Buffer): void {
    const free = this.#free.get(buffer.length);
    if (free === undefined) this.#free.set(buffer.length, [buffer]);
    else if (free.length < this.#countMax) free.push(buffer);
  }
}
