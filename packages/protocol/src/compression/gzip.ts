/** Gzip by node:zlib. */
import { constants, gunzipSync, gzipSync } from 'node:zlib';
import { corrupt, tooLarge } from './compression-error.ts';

/** Zlib collects its output in chunks of this size; the default of 16 KiB makes large outputs slow. */
const CHUNK_BYTES_MAX = 256 * 1024;
const CHUNK_BYTES_MIN = 1024;

/** `level` is 1 to 9, or -1 for zlib's own choice. */
export function compressGzip(
  input: Buffer,
  level: number = constants.Z_DEFAULT_COMPRESSION,
): Buffer {
  return gzipSync(input, { level, chunkSize: chunkBytes(input.length) });
}

/** All members of the input, one after the other. */
export function decompressGzip(input: Buffer, maxBytes: number): Buffer {
  try {
    // Zlib allocates a chunk at a time and stops at the limit; it does not accept a limit of 0.
    const output = gunzipSync(input, {
      maxOutputLength: Math.max(1, maxBytes),
      chunkSize: chunkBytes(4 * input.length),
    });
    if (output.length > maxBytes) throw tooLarge('gzip', maxBytes);
    return output;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge('gzip', maxBytes);
    if (code?.startsWith('Z_') === true) throw corrupt('gzip', (error as Error).message);
    throw error;
  }
}

function chunkBytes(expectedBytes: number): number {
  return Math.max(CHUNK_BYTES_MIN, Math.min(CHUNK_BYTES_MAX, expectedBytes));
}
