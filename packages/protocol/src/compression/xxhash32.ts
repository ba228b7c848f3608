/**
 * XXH32 with seed 0: the checksum inside LZ4 frames.
 */

const PRIME_1 = 0x9e3779b1;
const PRIME_2 = 0x85ebca77;
const PRIME_3 = 0xc2b2ae3d;
const PRIME_4 = 0x27d4eb2f;
const PRIME_5 = 0x165667b1;

const STRIPE_BYTES = 16;

/** Hash of `buffer[start, end)`, an unsigned 32-bit number. */
export function xxhash32(buffer: Buffer, start: number, end: number): number {
  let at = start;
  let hash: number;
  if (end - start >= STRIPE_BYTES) {
    let lane1 = (PRIME_1 + PRIME_2) | 0;
    let lane2 = PRIME_2 | 0;
    let lane3 = 0;
    let lane4 = -PRIME_1 | 0;
    for (const lastStripe = end - STRIPE_BYTES; at <= lastStripe; at += STRIPE_BYTES) {
      lane1 = round(lane1, word(buffer, at));
      lane2 = round(lane2, word(buffer, at + 4));
      lane3 = round(lane3, word(buffer, at + 8));
      lane4 = round(lane4, word(buffer, at + 12));
    }
    hash = rotate(lane1, 1) + rotate(lane2, 7) + rotate(lane3, 12) + rotate(lane4, 18);
  } else {
    hash = PRIME_5;
  }
  hash = (hash + end - start) | 0;
  for (; at + 4 <= end; at += 4) {
    hash = (hash + Math.imul(word(buffer, at), PRIME_3)) | 0;
    hash = Math.imul(rotate(hash, 17), PRIME_4);
  }
  for (; at < end; at++) {
    hash = (hash + Math.imul(buffer[at]!, PRIME_5)) | 0;
    hash = Math.imul(rotate(hash, 11), PRIME_1);
  }
  hash = Math.imul(hash ^ (hash >>> 15), PRIME_2);
  hash = Math.imul(hash ^ (hash >>> 13), PRIME_3);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function round(lane: number, input: number): number {
  return Math.imul(rotate((lane + Math.imul(input, PRIME_2)) | 0, 13), PRIME_1);
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

function word(buffer: Buffer, at: number): number {
  return buffer[at]! | (buffer[at + 1]! << 8) | (buffer[at + 2]! << 16) | (buffer[at + 3]! << 24);
}
