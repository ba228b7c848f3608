/**
 * What an error that retries did not cure means for a transaction: abort it and do it over, or give the producer up. And the errors that say so, with
 * what to do.
 */
import { ErrorCode } from '@zurau/protocol';
import { clientError, KafkaError } from '../../errors.ts';

export type Severity = 'abortable' | 'fatal';

/** Another has taken the producer's place, or it is not allowed to be one: nothing that it does counts any more. */
const fatalCodes: ReadonlySet<number> = new Set([
  ErrorCode.PRODUCER_FENCED,
  ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
  ErrorCode.CLUSTER_AUTHORIZATION_FAILED,
  ErrorCode.UNSUPPORTED_VERSION,
  ErrorCode.UNSUPPORTED_FOR_MESSAGE_FORMAT,
]);

/** Said by a coordinator; when the leader of a partition says it, the transaction can still be aborted (KIP-588). */
const fatalCoordinatorCodes: ReadonlySet<number> = new Set([
  ErrorCode.INVALID_PRODUCER_EPOCH,
  ErrorCode.INVALID_TXN_STATE,
]);

/** Of the client's own: what is wrong will be wrong the next time, too. */
const fatalClientCodes: ReadonlySet<string> = new Set([
  'VERSION_MISMATCH',
  'CLIENT_CLOSED',
  'PROTOCOL_VIOLATION',
]);

export function severityOf(error: KafkaError, isFromCoordinator: boolean): Severity {
  const { errorCode } = error;
  if (errorCode === undefined) return fatalClientCodes.has(error.code) ? 'fatal' : 'abortable';
  const isFatal =
    fatalCodes.has(errorCode) || (isFromCoordinator && fatalCoordinatorCodes.has(errorCode));
  return isFatal ? 'fatal' : 'abortable';
}

/** The transaction has failed and has to be aborted. */
export function abortable(error: KafkaError): KafkaError {
  if (error.abortable) return error;
  return new KafkaError(error.code, `${error.message} Abort the transaction and do it over.`, {
    cause: error.cause ?? error,
    abortable: true,
    ...(error.errorCode === undefined ? {} : { errorCode: error.errorCode }),
  });
}

/** The producer is of no more use. */
export function fatal(error: KafkaError, transactionalId: string): KafkaError {
  const { errorCode, cause } = error;
  const advice =
    errorCode === ErrorCode.PRODUCER_FENCED || errorCode === ErrorCode.INVALID_PRODUCER_EPOCH
      ? `Another instance with the transactionalId "${transactionalId}" has taken over, or a transaction took longer than transactionTimeoutMs. Close this producer; if it should go on, start a new one, and see that no two instances share an id.`
      : 'Close this producer.';
  const code = errorCode === ErrorCode.INVALID_PRODUCER_EPOCH ? 'PRODUCER_FENCED' : error.code;
  return new KafkaError(code, `${error.message} ${advice}`, {
    cause: cause ?? error,
    ...(errorCode === undefined ? {} : { errorCode }),
  });
}

/** A record that was not sent because its transaction came to nothing. */
export function abortedRecord(cause?: KafkaError): KafkaError {
  const why = cause === undefined ? 'The transaction was aborted' : 'The transaction has failed';
  const error = clientError('TRANSACTION_ABORTED', `${why} before the record was sent.`, cause);
  return new KafkaError(error.code, error.message, { cause, abortable: cause !== undefined });
}

export function wrongState(message: string): KafkaError {
  return clientError('TRANSACTION_STATE', message);
}
