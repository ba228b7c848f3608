/**
 * Requests as they travel: size, header, body.
 *
 * ```
 *   | sizeBytes int32 | api key int16 | version int16 | correlation id int32 | client id | tags | body ...
 *                     '------------------------ header ---------------------------------'
 * ```
 *
 * Here are the bytes only; what to do with a request of an unknown API or version is the caller's decision.
 */
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import type { Api } from '../message-codec.ts';
import { requestHeader, type RequestHeader } from '../messages/headers.ts';
import { apiByKey } from '../messages/registry.ts';
import { requestHeaderVersion } from './header-versions.ts';
import { encodeWith, requireVersion } from './shared-writer.ts';

export interface RequestFrameHeader {
  readonly correlationId: number;
  readonly clientId: string | null;
}

/**
 * Reads a request's header; the reader is left at the body.
 *
 * Key, version and correlation id are right in any case. For an API that is not known here the client id is too, and the reader may be left in front
 * of tagged fields. A version above the known ones is taken to have the header of the newest. Throws DecodeError.
 */
export function readRequestHeader(reader: ByteReader): RequestHeader {
  const start = reader.position;
  const key = reader.int16();
  const version = reader.int16();
  reader.position = start;
  const api = apiByKey(key);
  return requestHeader.read(reader, api === undefined ? 1 : requestHeaderVersion(api, version));
}

/** Appends a whole request to a writer. Throws EncodeError; then nothing of the frame may be sent. */
export function writeRequestFrame<Request, RequestInput, Response, ResponseInput>(
  writer: ByteWriter,
  api: Api<Request, RequestInput, Response, ResponseInput>,
  version: number,
  { correlationId, clientId }: RequestFrameHeader,
  body: RequestInput,
): void {
  requireVersion(api.request, version);
  const mark = writer.beginFrame();
  requestHeader.write(
    writer,
    { requestApiKey: api.key, requestApiVersion: version, correlationId, clientId },
    requestHeaderVersion(api, version),
  );
  api.request.write(writer, body, version);
  writer.endFrame(mark);
}

/** A whole request, its size in front. Large byte fields are buffers of their own in the list, not copied. Throws EncodeError. */
export function encodeRequestFrame<Request, RequestInput, Response, ResponseInput>(
  api: Api<Request, RequestInput, Response, ResponseInput>,
  version: number,
  header: RequestFrameHeader,
  body: RequestInput,
): Buffer[] {
  return encodeWith((writer) => writeRequestFrame(writer, api, version, header, body));
}
