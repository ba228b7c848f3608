/**
 * Compresses and decompresses the records section of a batch, by codec.
 *
 * Synchronous: a batch is decoded within one step of its owner. Every decompression is bounded by the caller; a
 * small input that claims a large output costs no more than the limit.
 */
import type { CompressionCodec } from './codec.ts';
import { compressGzip, decompressGzip } from './gzip.ts';
import { compressLz4, decompressLz4 } from './lz4.ts';
import { compressSnappy, decompressSnappy } from './snappy.ts';
import { compressZstd, decompressZstd } from './zstd.ts';

/**
 * `level` is the codec's own scale (gzip 1 to 9, zstd -131072 to 22); snappy has none and lz4 ignores it.
 * Throws CompressionError `UNAVAILABLE`.
 */
export function compress(codec: CompressionCodec, buffer: Buffer, level?: number): Buffer {
  switch (codec) {
    case 'none':
      return buffer;
    case 'gzip':
      return compressGzip(buffer, level);
    case 'snappy':
      return compressSnappy(buffer);
    case 'lz4':
      return compressLz4(buffer);
    case 'zstd':
      return compressZstd(buffer, level);
  }
}

/** The original bytes, at most `maxBytes`. Throws CompressionError. */
export function decompress(codec: CompressionCodec, buffer: Buffer, maxBytes: number): Buffer {
  switch (codec) {
    case 'none':
      return buffer;
    case 'gzip':
      return decompressGzip(buffer, maxBytes);
    case 'snappy':
      return decompressSnappy(buffer, maxBytes);
    case 'lz4':
      return decompressLz4(buffer, maxBytes);
    case 'zstd':
      return decompressZstd(buffer, maxBytes);
  }
}
