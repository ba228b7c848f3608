/**
 * The engine's errors as KafkaJS's: Kafka's error codes under the names that KafkaJS knows them by, the engine's own as the KafkaJS error that
 * means the same. The engine's error is the `cause`.
 */
import { types } from 'node:util';
import { errorMessage } from '@zurau/protocol';
import { KafkaError } from '../errors.ts';
import {
  KafkaJSConnectionClosedError,
  KafkaJSConnectionError,
  KafkaJSError,
  KafkaJSNonRetriableError,
  KafkaJSNumberOfRetriesExceeded,
  KafkaJSProtocolError,
  KafkaJSRequestTimeoutError,
  KafkaJSSASLAuthenticationError,
  KafkaJSServerDoesNotSupportApiKey,
  type ProtocolFailure,
} from './errors.ts';

/** Names that Kafka has changed since KafkaJS. */
const FORMER_NAMES: Readonly<Record<number, string>> = {
  [-1]: 'UNKNOWN',
  6: 'NOT_LEADER_FOR_PARTITION',
  14: 'GROUP_LOAD_IN_PROGRESS',
  15: 'GROUP_COORDINATOR_NOT_AVAILABLE',
  16: 'NOT_COORDINATOR_FOR_GROUP',
};

/** Texts that programs are known to look for. */
const MESSAGES: Readonly<Record<number, string>> = {
  3: 'This server does not host this topic-partition',
  7: 'The request timed out',
  17: 'The request attempted to perform an operation on an invalid topic',
  29: 'Not authorized to access topics: [Topic authorization failed]',
  36: 'Topic with this name already exists',
  37: 'Number of partitions is invalid',
  38: 'Replication-factor is invalid',
  39: 'Replica assignment is invalid',
  40: 'Configuration is invalid',
  68: 'The group is not empty',
  69: 'The group id was not found',
};

const SASL_FAILED = 58;
const REBALANCE_IN_PROGRESS = 27;

const REFUSED = ['CONNECTION_REFUSED', 'CONNECTION_FAILED', 'TLS_FAILED'];
const OUT_OF_TIME = ['OPERATION_TIMEOUT', 'DELIVERY_TIMEOUT', 'SEND_BLOCKED_TIMEOUT'];

/** An error code of a broker's, as KafkaJS tells it; undefined for the engine's own errors. */
export function protocolFailure(error: KafkaError): ProtocolFailure | undefined {
  const { errorCode, code, retriable } = error;
  if (errorCode === undefined) return undefined;
  const message = MESSAGES[errorCode] ?? errorMessage(errorCode).replace(/\.$/, '');
  return { message, type: FORMER_NAMES[errorCode] ?? code, code: errorCode, retriable };
}

/** Anything that was caught; what is not the engine's stays as it is. */
export function toKafkaJSError(error: unknown): Error {
  if (error instanceof KafkaError) return withCause(translated(error), error);
  return isError(error) ? error : new KafkaJSNonRetriableError(String(error));
}

/** Also one of another realm, such as a test runner's. */
function isError(value: unknown): value is Error {
  return value instanceof Error || types.isNativeError(value);
}

/** What the group says to a member that holds up a rebalance. */
export function rebalanceInProgress(): KafkaJSProtocolError {
  return new KafkaJSProtocolError({
    message: 'The group is rebalancing, so a rejoin is needed',
    type: 'REBALANCE_IN_PROGRESS',
    code: REBALANCE_IN_PROGRESS,
    retriable: false,
  });
}

/** The member has to join again, which the engine does: nothing that the application did is wrong. */
export function isRebalancing(error: unknown): boolean {
  if (!(error instanceof KafkaJSProtocolError)) return false;
  return [
    'REBALANCE_IN_PROGRESS',
    'NOT_COORDINATOR_FOR_GROUP',
    'ILLEGAL_GENERATION',
    'UNKNOWN_MEMBER_ID',
  ].includes(error.type);
}

function translated(error: KafkaError): Error {
  const { message, code, cause } = error;
  if (error.errorCode === SASL_FAILED) return new KafkaJSSASLAuthenticationError(saslText(message));
  const failure = protocolFailure(error);
  if (failure !== undefined) return new KafkaJSProtocolError(failure);
  if (OUT_OF_TIME.includes(code)) {
    const last = cause === undefined ? new KafkaJSError(message) : toKafkaJSError(cause);
    return new KafkaJSNumberOfRetriesExceeded(last);
  }
  if (REFUSED.includes(code)) {
    const refused = code === 'CONNECTION_REFUSED' ? { code: 'ECONNREFUSED' } : {};
    return new KafkaJSConnectionError(`Connection error: ${message}`, refused);
  }
  if (code === 'CONNECTION_LOST') return new KafkaJSConnectionClosedError(message);
  if (code === 'REQUEST_TIMEOUT') return new KafkaJSRequestTimeoutError(message);
  if (code === 'VERSION_MISMATCH') return new KafkaJSServerDoesNotSupportApiKey(message);
  if (code === 'CALLBACK_FAILED' && isError(cause)) return cause;
  return error.retriable
    ? new KafkaJSError(message, { cause: error })
    : new KafkaJSNonRetriableError(message, { cause: error });
}

/** `SASL PLAIN authentication failed: ...`, as KafkaJS begins it. */
function saslText(message: string): string {
  const mechanism = /\b(PLAIN|SCRAM-SHA-256|SCRAM-SHA-512|OAUTHBEARER)\b/.exec(message)?.[1] ?? '';
  const name = mechanism.replace('SCRAM-SHA-', 'SCRAM SHA');
  return `SASL ${name} authentication failed: ${message}`;
}

function withCause(error: Error, cause: KafkaError): Error {
  if (error.cause === undefined && error !== cause.cause) {
    Object.defineProperty(error, 'cause', { value: cause, configurable: true, writable: true });
  }
  return error;
}
