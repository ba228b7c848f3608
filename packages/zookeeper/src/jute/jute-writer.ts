/**
 * Writes Jute, ZooKeeper's encoding, as one frame: four bytes of length, then what is written.
 *
 * Owns: a buffer that grows by doubling. Knows no message.
 */
const LENGTH_BYTES = 4;
const INITIAL_BYTES = 128;

export class JuteWriter {
  #buffer = Buffer.allocUnsafe(INITIAL_BYTES);
  #position = LENGTH_BYTES;

  bool(value: boolean): this {
    const at = this.#reserve(1);
    this.#buffer[at] = value ? 1 : 0;
    return this;
  }

  int(value: number): this {
    const at = this.#reserve(4);
    this.#buffer.writeInt32BE(value, at);
    return this;
  }

  long(value: bigint): this {
    const at = this.#reserve(8);
    this.#buffer.writeBigInt64BE(value, at);
    return this;
  }

  /** A length, then the bytes. */
  bytes(value: Buffer): this {
    return this.int(value.length).raw(value);
  }

  /** Bytes that are encoded already. */
  raw(value: Buffer): this {
    const at = this.#reserve(value.length);
    value.copy(this.#buffer, at);
    return this;
  }

  string(value: string): this {
    const length = Buffer.byteLength(value, 'utf8');
    this.int(length);
    const at = this.#reserve(length);
    this.#buffer.write(value, at, 'utf8');
    return this;
  }

  vector<T>(items: readonly T[], item: (writer: JuteWriter, value: T) => void): this {
    this.int(items.length);
    for (const value of items) item(this, value);
    return this;
  }

  /** The frame. The writer is used up. */
  frame(): Buffer {
    this.#buffer.writeInt32BE(this.#position - LENGTH_BYTES, 0);
    return this.#buffer.subarray(0, this.#position);
  }

  #reserve(length: number): number {
    const at = this.#position;
    this.#position += length;
    if (this.#position > this.#buffer.length) {
      const grown = Buffer.allocUnsafe(Math.max(this.#position, 2 * this.#buffer.length));
      this.#buffer.copy(grown, 0, 0, at);
      this.#buffer = grown;
    }
    return at;
  }
}
