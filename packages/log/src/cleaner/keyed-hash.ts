/**
 * Chaskey-12, a keyed hash of 128 bits made for 32-bit arithmetic (Mouha et al., SAC 2014; ISO/IEC 29192-6).
 *
 * Two keys with the same hash would make the cleaner drop a record that nobody replaced. Keys of records often come from strangers,
 * so it must not be possible to make such a pair: hence a keyed hash with a secret of our own rather than a fast public one,
 * and this one because JavaScript computes it five times faster than it calls MD5.
 */

export const HASH_KEY_BYTES = 16;

const ROUNDS = 12;

export class KeyedHash {
  /** The last hash, four words. */
  h0 = 0;
  h1 = 0;
  h2 = 0;
  h3 = 0;
  readonly #key: Int32Array;
  /** Of a last block that is full, and of one that is padded. */
  readonly #fullKey: Int32Array;
  readonly #paddedKey: Int32Array;
  readonly #block = Buffer.alloc(16);

  /** `key` has {@link HASH_KEY_BYTES} bytes and should be secret. */
  constructor(key: Buffer) {
    this.#key = Int32Array.from([0, 4, 8, 12], (at) => key.readInt32LE(at));
    this.#fullKey = doubled(this.#key);
    this.#paddedKey = doubled(this.#fullKey);
  }

  /** Hashes `bytes[start, end)` into h0 to h3. */
  hash(bytes: Buffer, start: number, end: number): void {
    const key = this.#key;
    this.h0 = key[0]!;
    this.h1 = key[1]!;
    this.h2 = key[2]!;
    this.h3 = key[3]!;
    let at = start;
    for (; end - at > 16; at += 16) {
      this.#absorb(bytes, at);
      this.#permute();
    }
    let last = this.#fullKey;
    if (end - at === 16) {
      this.#absorb(bytes, at);
    } else {
      const block = this.#block;
      const count = end - at;
      for (let i = 0; i < count; i++) block[i] = bytes[at + i]!;
      block[count] = 1;
      for (let i = count + 1; i < 16; i++) block[i] = 0;
      this.#absorb(block, 0);
      last = this.#paddedKey;
    }
    this.#mix(last);
    this.#permute();
    this.#mix(last);
  }

  #absorb(bytes: Buffer, at: number): void {
    this.h0 ^= wordAt(bytes, at);
    this.h1 ^= wordAt(bytes, at + 4);
    this.h2 ^= wordAt(bytes, at + 8);
    this.h3 ^= wordAt(bytes, at + 12);
  }

  #mix(words: Int32Array): void {
    this.h0 ^= words[0]!;
    this.h1 ^= words[1]!;
    this.h2 ^= words[2]!;
    this.h3 ^= words[3]!;
  }

  #permute(): void {
    let v0 = this.h0;
    let v1 = this.h1;
    let v2 = this.h2;
    let v3 = this.h3;
    for (let round = 0; round < ROUNDS; round++) {
      v0 = (v0 + v1) | 0;
      v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
      v0 = (v0 << 16) | (v0 >>> 16);
      v2 = (v2 + v3) | 0;
      v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
      v0 = (v0 + v3) | 0;
      v3 = ((v3 << 13) | (v3 >>> 19)) ^ v0;
      v2 = (v2 + v1) | 0;
      v1 = ((v1 << 7) | (v1 >>> 25)) ^ v2;
      v2 = (v2 << 16) | (v2 >>> 16);
    }
    this.h0 = v0;
    this.h1 = v1;
    this.h2 = v2;
    this.h3 = v3;
  }
}

function wordAt(bytes: Buffer, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}

/** The key as an element of GF(2^128), times x. */
function doubled(key: Int32Array): Int32Array {
  const [k0, k1, k2, k3] = key as unknown as [number, number, number, number];
  return Int32Array.of(
    (k0 << 1) ^ (k3 < 0 ? 0x87 : 0),
    (k1 << 1) | (k0 >>> 31),
    (k2 << 1) | (k1 >>> 31),
    (k3 << 1) | (k2 >>> 31),
  );
}
