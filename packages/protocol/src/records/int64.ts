/**
 * 64-bit integers of a batch header as numbers. BigInt would allocate for each field of each batch.
 */

const TWO_TO_32 = 0x1_0000_0000;

/** Exact in the safe range, saturating at its ends outside. */
export function readInt64(buffer: Buffer, at: number): number {
  const value = buffer.readInt32BE(at) * TWO_TO_32 + buffer.readUInt32BE(at + 4);
  if (value > Number.MAX_SAFE_INTEGER) return Number.MAX_SAFE_INTEGER;
  return value < Number.MIN_SAFE_INTEGER ? Number.MIN_SAFE_INTEGER : value;
}

/** `value` is a safe integer. */
export function writeInt64(buffer: Buffer, at: number, value: number): void {
  buffer.writeInt32BE(Math.floor(value / TWO_TO_32), at);
  buffer.writeUInt32BE(value >>> 0, at + 4);
}
