/**
 * MurmurHash2, 32 bits, with the seed that Kafka's clients use to place keyed records in partitions.
 *
 * Must never change: a different result sends a key to another partition and breaks the order of its records.
 */

const SEED = 0x9747b28c;
const MULTIPLIER = 0x5bd1e995;
const ROTATION = 24;

/**
 * The hash as a signed 32-bit number, equal to Kafka's for the same bytes. A partition is `(hash & 0x7fffffff) % partitionCount`.
 */
export function murmur2(bytes: Uint8Array): number {
  const length = bytes.length;
  let hash = SEED ^ length;
  let at = 0;
  for (const lastWord = length - 4; at <= lastWord; at += 4) {
    let word = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    word = Math.imul(word, MULTIPLIER);
    word ^= word >>> ROTATION;
    word = Math.imul(word, MULTIPLIER);
    hash = Math.imul(hash, MULTIPLIER) ^ word;
  }
  const rest = length - at;
  if (rest > 0) {
    if (rest > 2) hash ^= bytes[at + 2]! << 16;
    if (rest > 1) hash ^= bytes[at + 1]! << 8;
    hash = Math.imul(hash ^ bytes[at]!, MULTIPLIER);
  }
  hash ^= hash >>> 13;
  hash = Math.imul(hash, MULTIPLIER);
  return hash ^ (hash >>> 15);
}
