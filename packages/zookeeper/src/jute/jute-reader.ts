/**
 * Reads Jute, ZooKeeper's encoding: big-endian numbers, lengths of four bytes, nothing optional, no tags.
 *
 * Never reads outside its buffer and never lets a length decide about memory before it was checked against what is left. Throws
 * ZooKeeperError `MALFORMED_RESPONSE` and nothing else. Byte fields are views on the buffer.
 */
import { ZooKeeperError } from '../errors.ts';

export class JuteReader {
  readonly #buffer: Buffer;
  #position = 0;

  constructor(buffer: Buffer) {
    this.#buffer = buffer;
  }

  get remaining(): number {
    return this.#buffer.length - this.#position;
  }

  bool(): boolean {
    return this.#buffer[this.#take(1)] !== 0;
  }

  int(): number {
    return this.#buffer.readInt32BE(this.#take(4));
  }

  long(): bigint {
    return this.#buffer.readBigInt64BE(this.#take(8));
  }

  /** A 64-bit number that is one in JavaScript too: a zxid, or a time. */
  safeLong(): number {
    const value = Number(this.long());
    if (!Number.isSafeInteger(value)) throw malformed('a number is out of range');
    return value;
  }

  /** Null, which is length -1, is read as empty. */
  bytes(): Buffer {
    const length = this.int();
    if (length === -1) return this.#buffer.subarray(this.#position, this.#position);
    if (length < 0) throw malformed(`a length is ${length}`);
    const at = this.#take(length);
    return this.#buffer.subarray(at, at + length);
  }

  string(): string {
    return this.bytes().toString('utf8');
  }

  /** `item` is called for each item and must read at least one byte. */
  vector<T>(item: (reader: JuteReader) => T): T[] {
    const count = this.int();
    if (count < -1 || count > this.remaining) throw malformed(`a vector has ${count} items`);
    const items: T[] = [];
    for (let index = 0; index < count; index++) items.push(item(this));
    return items;
  }

  #take(length: number): number {
    const at = this.#position;
    if (length > this.#buffer.length - at) throw malformed('it ends too early');
    this.#position = at + length;
    return at;
  }
}

export function malformed(problem: string): ZooKeeperError {
  return new ZooKeeperError('MALFORMED_RESPONSE', problem);
}
