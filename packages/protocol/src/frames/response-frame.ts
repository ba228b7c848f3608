/**
 * Responses as they travel: size, header, body.
 *
 * ```
 *   | sizeBytes int32 | correlation id int32 | tags (header version 1) | body ...
 * ```
 */
import { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { DecodeError } from '../errors/decode-error.ts';
import type { Api } from '../message-codec.ts';
import { responseHeader } from '../messages/headers.ts';
import { responseHeaderVersion } from './header-versions.ts';
import { encodeWith, requireVersion } from './shared-writer.ts';

/** Appends a whole response to a writer. Throws EncodeError; then nothing of the frame may be sent. */
export function writeResponseFrame<Request, RequestInput, Response, ResponseInput>(
  writer: ByteWriter,
  api: Api<Request, RequestInput, Response, ResponseInput>,
  version: number,
  correlationId: number,
  body: ResponseInput,
): void {
  requireVersion(api.response, version);
  const mark = writer.beginFrame();
  responseHeader.write(writer, { correlationId }, responseHeaderVersion(api, version));
  api.response.write(writer, body, version);
  writer.endFrame(mark);
}

/** A whole response, its size in front. Large byte fields are buffers of their own in the list, not copied. Throws EncodeError. */
export function encodeResponseFrame<Request, RequestInput, Response, ResponseInput>(
  api: Api<Request, RequestInput, Response, ResponseInput>,
  version: number,
  correlationId: number,
  body: ResponseInput,
): Buffer[] {
  return encodeWith((writer) => writeResponseFrame(writer, api, version, correlationId, body));
}

export interface DecodedResponse<Response> {
  readonly correlationId: number;
  readonly body: Response;
}

/** The correlation id of a response, given without its size. Throws DecodeError. */
export function responseCorrelationId(frame: Buffer): number {
  return new ByteReader(frame).int32();
}

/**
 * Reads a response, given without its size. Byte fields are views on `frame`. What follows after the body is ignored, as Kafka's own clients do.
 * Throws DecodeError.
 */
export function decodeResponseFrame<Request, RequestInput, Response, ResponseInput>(
  api: Api<Request, RequestInput, Response, ResponseInput>,
  version: number,
  frame: Buffer,
): DecodedResponse<Response> {
  if (version < api.response.minVersion || version > api.response.maxVersion) {
    throw new DecodeError(`${api.name} has no version ${version}`);
  }
  const reader = new ByteReader(frame);
  const { correlationId } = responseHeader.read(reader, responseHeaderVersion(api, version));
  return { correlationId, body: api.response.read(reader, version) };
}
