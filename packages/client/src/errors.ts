/**
 * What the client throws and rejects with: one class, a stable string code, and whether trying again may help.
 *
 * Broker errors carry Kafka's own name as code (`UNKNOWN_TOPIC_OR_PARTITION`), errors that the client finds out by itself one of
 * {@link ClientErrorCode}. Programs decide by `code` and `retriable`, never by the message.
 */
import { errorMessage, errorName, isRetriable } from '@zurau/protocol';
import { NetworkError } from '@zurau/platform';

/** Errors of the client's own, with what each means. */
export const clientErrorCodes = {
  /** Nobody listens at the address. */
  CONNECTION_REFUSED: 'retriable',
  /** The address could not be reached or its name not resolved. */
  CONNECTION_FAILED: 'retriable',
  /** The connection broke with requests in flight: whether they were carried out is unknown. */
  CONNECTION_LOST: 'retriable',
  /** A request was not answered within `requestTimeoutMs`: whether it was carried out is unknown. */
  REQUEST_TIMEOUT: 'retriable',
  /** An operation, with all its retries, ran out of time; `cause` is the last failure. */
  OPERATION_TIMEOUT: 'final',
  /** A record was not acknowledged within `deliveryTimeoutMs`; `cause` is the last failure. */
  DELIVERY_TIMEOUT: 'final',
  /** No room in `bufferMemory`, or no metadata of the topic, within `maxBlockMs`. */
  SEND_BLOCKED_TIMEOUT: 'final',
  /** A record is larger than `maxRequestSize`. */
  RECORD_TOO_LARGE: 'final',
  /** TLS: a certificate that is not trusted or of another host, no common cipher, or a peer that does not speak TLS. */
  TLS_FAILED: 'final',
  /** The function that provides a password or token failed; it is called again for the next connection. */
  CREDENTIALS_UNAVAILABLE: 'retriable',
  /** What answered does not speak Kafka's protocol, or breaks it. */
  PROTOCOL_VIOLATION: 'final',
  /** The broker and this client have no version of an API in common. */
  VERSION_MISMATCH: 'final',
  /** A key or value could not be turned into bytes; `cause` is what its serializer threw. */
  SERIALIZATION_FAILED: 'final',
  /** The bytes of a key or value could not be read; `cause` is what the deserializer threw. */
  DESERIALIZATION_FAILED: 'final',
  /** The schema registry could not be reached, or does not feel well. */
  SCHEMA_REGISTRY_UNAVAILABLE: 'retriable',
  /** The schema registry refused: no such schema, not compatible, not allowed. */
  SCHEMA_REGISTRY_ERROR: 'final',
  /** A package that this needs, and that users install themselves, is not there. */
  PACKAGE_MISSING: 'final',
  /** The transaction was aborted before the record was sent, or failed: abort it, and begin another. `cause` is the failure. */
  TRANSACTION_ABORTED: 'final',
  /** Not now: there is no transaction to do this in, one is open already, or it has failed and can only be aborted. */
  TRANSACTION_STATE: 'final',
  /** A setting or an argument is wrong. */
  INVALID_ARGUMENT: 'final',
  /** The group has no committed offset for a partition, and `autoOffsetReset` is "none"; or the offset is gone. Seek to go on. */
  NO_OFFSET: 'final',
  /** The log was cut back behind the position by an unclean election, and `autoOffsetReset` is "none" (KIP-320). Seek to go on. */
  LOG_TRUNCATED: 'final',
  /** A function of the application that the client called threw, or rejected; `cause` is what it threw. */
  CALLBACK_FAILED: 'final',
  /** The producer, consumer or admin client was closed. */
  CLIENT_CLOSED: 'final',
  /** The caller's AbortSignal fired. */
  ABORTED: 'final',
} as const;

export type ClientErrorCode = keyof typeof clientErrorCodes;

export interface KafkaErrorOptions {
  readonly cause?: unknown;
  readonly retriable?: boolean;
  readonly abortable?: boolean;
  /** Kafka's number when a broker sent the error. */
  readonly errorCode?: number;
}

/** Every error of this package. */
export class KafkaError extends Error {
  override readonly name = 'KafkaError';
  /** Kafka's name of a broker's error, or a {@link ClientErrorCode}. Stable. */
  readonly code: string;
  /** Whether the same request may succeed later. */
  readonly retriable: boolean;
  /** Of a transactional producer: abort the transaction and do it over. When this is false too, the producer is of no more use: close it. */
  readonly abortable: boolean;
  /** Kafka's number of a broker's error; undefined for the client's own. */
  readonly errorCode: number | undefined;

  constructor(code: string, message: string, options: KafkaErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retriable = options.retriable ?? false;
    this.abortable = options.abortable ?? false;
    this.errorCode = options.errorCode;
  }
}

/** An error that the client found out by itself. */
export function clientError(code: ClientErrorCode, message: string, cause?: unknown): KafkaError {
  return new KafkaError(code, message, {
    cause,
    retriable: clientErrorCodes[code] === 'retriable',
  });
}

/**
 * An error code of a response as an error. `about` says what was asked (`topic orders, partition 3`), `brokerMessage` is the
 * response's own text where the API has one.
 */
export function brokerError(
  errorCode: number,
  about: string,
  brokerMessage?: string | null,
): KafkaError {
  const text = brokerMessage ?? errorMessage(errorCode);
  return new KafkaError(errorName(errorCode), `${about}: ${text}`, {
    errorCode,
    retriable: isRetriable(errorCode),
  });
}

/** The signal fired: the caller's, whose reason becomes the cause, or one of our own that carries the error. */
export function abortedError(signal: AbortSignal): KafkaError {
  if (signal.reason instanceof KafkaError) return signal.reason;
  return clientError('ABORTED', 'The operation was aborted by its caller.', signal.reason);
}

/** Anything that was caught, as a KafkaError. */
export function toKafkaError(error: unknown, about: string): KafkaError {
  if (error instanceof KafkaError) return error;
  if (error instanceof NetworkError) {
    switch (error.code) {
      case 'REFUSED':
        return clientError('CONNECTION_REFUSED', `${about}: connection refused`, error);
      case 'ABORTED':
        return clientError('ABORTED', `${about}: aborted`, error);
      case 'TLS_FAILED':
        return clientError('TLS_FAILED', `${about}: ${error.message}`, error);
      case 'RESET':
      case 'CLOSED':
      case 'IO':
        return clientError('CONNECTION_LOST', `${about}: ${error.message}`, error);
      case 'NAME_NOT_FOUND':
      case 'TIMED_OUT':
      case 'UNREACHABLE':
      case 'ADDRESS_IN_USE':
      case 'ACCESS_DENIED':
        return clientError('CONNECTION_FAILED', `${about}: ${error.message}`, error);
    }
  }
  const message = error instanceof Error ? error.message : String(error);
  return clientError('PROTOCOL_VIOLATION', `${about}: ${message}`, error);
}

/** The same error, not to be retried: its caller knows better than the code's general nature. */
export function notRetriable(error: KafkaError): KafkaError {
  return new KafkaError(error.code, error.message, {
    cause: error.cause,
    retriable: false,
    ...(error.errorCode === undefined ? {} : { errorCode: error.errorCode }),
  });
}
