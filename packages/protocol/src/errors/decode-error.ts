/**
 * What decoding throws on malformed input, and what encoding throws on a value that a version cannot carry.
 *
 * The two are kept apart because they have different culprits: a DecodeError is the peer's or the disk's fault and is answered or ends
 * a connection; an EncodeError is the caller's.
 */

/** Malformed bytes. The only thing that decoding may throw. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';
  readonly code = 'ZURAU_DECODE';
}

/** A value that the message's version has no place for, or that does not fit its type. */
export class EncodeError extends Error {
  override readonly name = 'EncodeError';
  readonly code = 'ZURAU_ENCODE';
}
