/**
 * What compressing and decompressing may throw.
 */
import type { CompressionCodec } from './codec.ts';

/**
 * - `CORRUPT`: the input is no output of the codec
 * - `TOO_LARGE`: it would decompress to more than the caller's limit
 * - `UNAVAILABLE`: this machine has no implementation of the codec
 * - `NOT_LOADED`: `loadCodecs` has still to make it ready
 */
export type CompressionErrorKind = 'CORRUPT' | 'TOO_LARGE' | 'UNAVAILABLE' | 'NOT_LOADED';

export class CompressionError extends Error {
  override readonly name = 'CompressionError';
  readonly code = 'ZURAU_COMPRESSION';
  readonly codec: CompressionCodec;
  readonly kind: CompressionErrorKind;

  constructor(codec: CompressionCodec, kind: CompressionErrorKind, message: string) {
    super(`${codec}: ${message}`);
    this.codec = codec;
    this.kind = kind;
  }
}

export function corrupt(codec: CompressionCodec, what: string): CompressionError {
  return new CompressionError(codec, 'CORRUPT', what);
}

export function tooLarge(codec: CompressionCodec, maxBytes: number): CompressionError {
  return new CompressionError(codec, 'TOO_LARGE', `decompresses to more than ${maxBytes} bytes`);
}
