/**
 * CRC-32C (Castagnoli, reflected polynomial 0x82F63B78) in plain JavaScript: slice-by-8.
 *
 * Owns the lookup tables. The reference that the native addon is checked against, the faster of the two for short
 * ranges (no call out of JavaScript), and the fall-back where the addon has no build for the platform.
 */

const POLYNOMIAL = 0x82f63b78;
const TABLE_ENTRIES = 256;
const TABLE_COUNT = 8;

/** Table s at offset s * 256: the effect of a byte that is followed by s more bytes of the same step. */
const TABLES: Int32Array = buildTables();

function buildTables(): Int32Array {
  const tables = new Int32Array(TABLE_COUNT * TABLE_ENTRIES);
  for (let byte = 0; byte < TABLE_ENTRIES; byte++) {
    let remainder = byte;
    for (let bit = 0; bit < 8; bit++) {
      remainder = remainder & 1 ? (remainder >>> 1) ^ POLYNOMIAL : remainder >>> 1;
    }
    tables[byte] = remainder;
  }
  for (let at = TABLE_ENTRIES; at < tables.length; at++) {
    const shorter = tables[at - TABLE_ENTRIES]!;
    tables[at] = (shorter >>> 8) ^ tables[shorter & 0xff]!;
  }
  return tables;
}

/** CRC-32C of `buffer[start, end)`, an unsigned 32-bit number. The range must lie in the buffer. */
export function crc32cPortable(buffer: Uint8Array, start: number, end: number): number {
  const tables = TABLES;
  let crc = -1;
  let at = start;
  for (const lastStep = end - 8; at <= lastStep; at += 8) {
    crc ^= buffer[at]! | (buffer[at + 1]! << 8) | (buffer[at + 2]! << 16) | (buffer[at + 3]! << 24);
    crc =
      tables[0x700 + (crc & 0xff)]! ^
      tables[0x600 + ((crc >>> 8) & 0xff)]! ^
      tables[0x500 + ((crc >>> 16) & 0xff)]! ^
      tables[0x400 + (crc >>> 24)]! ^
      tables[0x300 + buffer[at + 4]!]! ^
      tables[0x200 + buffer[at + 5]!]! ^
      tables[0x100 + buffer[at + 6]!]! ^
      tables[buffer[at + 7]!]!;
  }
  for (; at < end; at++) {
    crc = tables[(crc ^ buffer[at]!) & 0xff]! ^ (crc >>> 8);
  }
  return ~crc >>> 0;
}
