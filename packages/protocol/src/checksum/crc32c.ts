/**
 * CRC-32C, the checksum of record batches and of Kafka's snapshot files: hardware where it pays, portable otherwise.
 *
 * Owns the choice. The native addon is loaded at the first range long enough for it (about 4 ms, once), so that a
 * program that never checksums never pays; a platform without a build of it silently uses the portable code.
 */
import { loadNativeAddon } from '../native-addon.ts';
import { crc32cPortable } from './crc32c-portable.ts';

type NativeCrc32c = (input: Uint8Array) => number;

/**
 * From here on the addon wins. Measured on Node 20, x64: a call costs 200 ns plus 0.16 ns a byte, the portable code
 * 0.85 ns a byte.
 */
const NATIVE_FROM_BYTES = 320;

let native: NativeCrc32c | null | undefined;

/**
 * CRC-32C of `buffer[start, end)`, an unsigned 32-bit number. Copies nothing.
 * Throws RangeError when the range does not lie in the buffer.
 */
export function crc32c(buffer: Uint8Array, start = 0, end: number = buffer.length): number {
  if (!(start >= 0 && start <= end && end <= buffer.length)) {
    throw new RangeError(`crc32c: [${start}, ${end}) is not in a buffer of ${buffer.length} bytes`);
  }
  if (end - start < NATIVE_FROM_BYTES) return crc32cPortable(buffer, start, end);
  if (native === undefined) native = loadNative();
  if (native === null) return crc32cPortable(buffer, start, end);
  // A bare Uint8Array is cheaper to make than a Buffer view.
  return native(new Uint8Array(buffer.buffer, buffer.byteOffset + start, end - start));
}

/** Which implementation long ranges go to; loads the addon when nothing has yet. For start-up logs and tests. */
export function crc32cImplementation(): 'native' | 'portable' {
  if (native === undefined) native = loadNative();
  return native === null ? 'portable' : 'native';
}

function loadNative(): NativeCrc32c | null {
  const addon = loadNativeAddon<{ crc32c: NativeCrc32c }>('@node-rs/crc32');
  if (addon === null) return null;
  // The algorithm's published check value: an addon that computes anything else must not touch data.
  return addon.crc32c(Buffer.from('123456789')) === 0xe3069283 ? addon.crc32c : null;
}
