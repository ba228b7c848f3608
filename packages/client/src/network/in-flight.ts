/** A request that waits for its response, and how that is read. */
import { type Api, ByteReader, responseHeaderVersion } from '@zurau/protocol';
import type { KafkaError } from '../errors.ts';

/** Called exactly once, never inside the call that sent the request. */
export type ResponseCallback<Response> = (
  error: KafkaError | undefined,
  response: Response | undefined,
) => void;

/** Which version a response is encoded in; only ApiVersions may answer in another one than it was asked in (KIP-511). */
export type ResponseVersionOf = (body: Buffer) => number;

export type AnyApi = Api<never, never, unknown, never>;

export interface InFlight {
  readonly correlationId: number;
  readonly api: AnyApi;
  readonly version: number;
  readonly versionOf: ResponseVersionOf | undefined;
  /** Monotonic. */
  readonly sentMs: number;
  readonly deadlineMs: number;
  readonly done: ResponseCallback<unknown>;
}

const CORRELATION_ID_BYTES = 4;

/** Whether a response is the one to this request. */
export function answers(payload: Buffer, { correlationId }: InFlight): boolean {
  return payload.length >= CORRELATION_ID_BYTES && payload.readInt32BE(0) === correlationId;
}

/** Throws DecodeError. */
export function decodeResponse(asked: InFlight, payload: Buffer): unknown {
  const reader = new ByteReader(payload, CORRELATION_ID_BYTES);
  if (responseHeaderVersion(asked.api, asked.version) >= 1) reader.skipTaggedFields();
  const version = asked.versionOf?.(payload.subarray(reader.position)) ?? asked.version;
  return asked.api.response.read(reader, version);
}
