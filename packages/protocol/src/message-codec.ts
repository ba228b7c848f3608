/**
 * What the generated code offers for a message and for an API.
 */
import type { ByteReader } from './bytes/byte-reader.ts';
import type { ByteWriter } from './bytes/byte-writer.ts';

/** Reads and writes one message in all its versions. `Input` is what a writer takes: fields with a default may be left out. */
export interface MessageCodec<Message = unknown, Input = Message> {
  readonly name: string;
  readonly minVersion: number;
  readonly maxVersion: number;
  /** First version in the flexible encoding (KIP-482), Infinity when there is none. */
  readonly flexibleFrom: number;
  /** Reads from the reader's position; leaves what follows. `version` must be in range. Throws DecodeError. */
  read(reader: ByteReader, version: number): Message;
  /** `version` must be in range. Throws EncodeError for values that it cannot carry. */
  write(writer: ByteWriter, message: Input, version: number): void;
}

/** One of Kafka's APIs: a request with its response. Both have the same versions. */
export interface Api<
  Request = unknown,
  RequestInput = Request,
  Response = unknown,
  ResponseInput = Response,
> {
  readonly key: number;
  /** Kafka's name, e.g. `Produce`. */
  readonly name: string;
  readonly request: MessageCodec<Request, RequestInput>;
  readonly response: MessageCodec<Response, ResponseInput>;
}
