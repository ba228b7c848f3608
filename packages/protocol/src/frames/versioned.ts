/**
 * Messages outside of requests, with their version in front: coordinator records, and what the members of a classic group tell each other.
 *
 * ```
 *   | version int16 | message ...
 * ```
 */
import { ByteReader } from '../bytes/byte-reader.ts';
import { DecodeError } from '../errors/decode-error.ts';
import type { MessageCodec } from '../message-codec.ts';
import { encodeWholeWith, requireVersion } from './shared-writer.ts';

/** Throws EncodeError. */
export function encodeVersioned<Message, Input>(
  codec: MessageCodec<Message, Input>,
  message: Input,
  version: number,
): Buffer {
  requireVersion(codec, version);
  return encodeWholeWith((writer) => {
    writer.int16(version);
    codec.write(writer, message, version);
  });
}

export interface DecodeVersionedOptions {
  /**
   * Reads a version above the known ones as the newest known. Right for the consumer protocol, whose versions only ever append fields; coordinator
   * records of an unknown version are an error.
   */
  readonly newerAsNewest?: boolean | undefined;
}

/** The version in front of a message. Throws DecodeError. */
export function versionOf(buffer: Buffer): number {
  return new ByteReader(buffer).int16();
}

/** Byte fields are views on `buffer`; what follows after the message is ignored. Throws DecodeError. */
export function decodeVersioned<Message, Input>(
  codec: MessageCodec<Message, Input>,
  buffer: Buffer,
  options: DecodeVersionedOptions = {},
): Message {
  const reader = new ByteReader(buffer);
  const version = reader.int16();
  const isNewer = version > codec.maxVersion;
  if (version < codec.minVersion || (isNewer && options.newerAsNewest !== true)) {
    throw new DecodeError(`${codec.name} has no version ${version}`);
  }
  return codec.read(reader, isNewer ? codec.maxVersion : version);
}
