/**
 * Which offset each key was written at last, for one pass of the cleaner: a hash table in one block of memory.
 *
 *   | hash of the key, 4 x i32 | offset + 1 as low and high u32 |   24 bytes a slot, as in Kafka; 0 as offset: free
 *
 * Keeps hashes, never keys: 16 bytes of {@link KeyedHash} stand for any key. Bounded by the slots that it was made with.
 */
import { assert } from '../assertions.ts';
import type { KeyedHash } from './keyed-hash.ts';

export const OFFSET_MAP_SLOT_BYTES = 24;

const WORDS = OFFSET_MAP_SLOT_BYTES / 4;
const OFFSET_WORD = 4;
const TWO_TO_32 = 0x1_0000_0000;

export class OffsetMap {
  readonly slots: number;
  /** Keys that may be put; the rest of the slots keeps probes short. */
  readonly keysMax: number;
  size = 0;
  readonly #hash: KeyedHash;
  readonly #words: Int32Array;

  /** `loadFactor` is how much of the slots may be used, above 0 and at most 1. */
  constructor(slots: number, loadFactor: number, hash: KeyedHash) {
    assert(slots >= 2 && loadFactor > 0 && loadFactor <= 1, 'an offset map has room');
    this.slots = slots;
    // One slot stays free, or a search for a key that is not there would not end.
    this.keysMax = Math.max(1, Math.min(slots - 1, Math.floor(slots * loadFactor)));
    this.#hash = hash;
    this.#words = new Int32Array(slots * WORDS);
  }

  /** Notes that the key `bytes[start, end)` was written at `offset`; false when the map is full, a known key included. */
  put(bytes: Buffer, start: number, end: number, offset: number): boolean {
    if (this.size >= this.keysMax) return false;
    this.#hash.hash(bytes, start, end);
    const at = this.#slotOf();
    const words = this.#words;
    if (isFree(words, at)) {
      const { h0, h1, h2, h3 } = this.#hash;
      words[at] = h0;
      words[at + 1] = h1;
      words[at + 2] = h2;
      words[at + 3] = h3;
      this.size++;
    }
    const stored = offset + 1;
    words[at + OFFSET_WORD] = stored | 0;
    words[at + OFFSET_WORD + 1] = Math.floor(stored / TWO_TO_32);
    return true;
  }

  /** Last offset of the key `bytes[start, end)`; -1 when it was never put. */
  get(bytes: Buffer, start: number, end: number): number {
    this.#hash.hash(bytes, start, end);
    const at = this.#slotOf();
    const low = this.#words[at + OFFSET_WORD]! >>> 0;
    return this.#words[at + OFFSET_WORD + 1]! * TWO_TO_32 + low - 1;
  }

  /** Where the key that was hashed last is, or would go. */
  #slotOf(): number {
    const { h0, h1, h2, h3 } = this.#hash;
    const words = this.#words;
    let at = ((h0 >>> 0) % this.slots) * WORDS;
    for (;;) {
      if (isFree(words, at)) return at;
      if (
        words[at] === h0 &&
        words[at + 1] === h1 &&
        words[at + 2] === h2 &&
        words[at + 3] === h3
      ) {
        return at;
      }
      at += WORDS;
      if (at === words.length) at = 0;
    }
  }
}

function isFree(words: Int32Array, at: number): boolean {
  return words[at + OFFSET_WORD] === 0 && words[at + OFFSET_WORD + 1] === 0;
}
