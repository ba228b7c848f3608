/**
 * The writer behind the `encode...` functions, one a process: encoding is synchronous, and what has been taken from a writer is never written
 * again.
 */
import { ByteWriter } from '../bytes/byte-writer.ts';
import { EncodeError } from '../errors/decode-error.ts';
import type { MessageCodec } from '../message-codec.ts';

const writer = new ByteWriter();

/** What `write` writes, as a list of buffers; nothing is left behind when it throws. */
export function encodeWith(write: (writer: ByteWriter) => void): Buffer[] {
  try {
    write(writer);
  } catch (error) {
    writer.discard();
    throw error;
  }
  return writer.take();
}

/** Like encodeWith, as one buffer. */
export function encodeWholeWith(write: (writer: ByteWriter) => void): Buffer {
  const pieces = encodeWith(write);
  return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
}

/** Throws EncodeError when the message has no such version. */
export function requireVersion(
  codec: Pick<MessageCodec, 'name' | 'minVersion' | 'maxVersion'>,
  version: number,
): void {
  if (version < codec.minVersion || version > codec.maxVersion) {
    throw new EncodeError(`${codec.name} has no version ${version}`);
  }
}
