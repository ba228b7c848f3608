/**
 * The outcome of a coordinator operation that could not be carried out, as the error code that a client is to see.
 */
import { ErrorCode, errorName } from '@zurau/protocol';

/** A refused operation. Thrown by state machines and by the runtime, turned into a response by the API layer. */
export class CoordinatorError extends Error {
  override readonly name = 'CoordinatorError';
  readonly errorCode: number;

  constructor(errorCode: number, message?: string, options?: ErrorOptions) {
    super(message ?? errorName(errorCode), options);
    this.errorCode = errorCode;
  }
}

/** What a client is told when the log behind a coordinator refuses: storage errors mean nothing to it, coordinator errors do. */
export function coordinatorErrorCode(logErrorCode: number): number {
  switch (logErrorCode) {
    case ErrorCode.UNKNOWN_TOPIC_OR_PARTITION:
    case ErrorCode.NOT_ENOUGH_REPLICAS:
    case ErrorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND:
      return ErrorCode.COORDINATOR_NOT_AVAILABLE;
    case ErrorCode.NOT_LEADER_OR_FOLLOWER:
    case ErrorCode.KAFKA_STORAGE_ERROR:
      return ErrorCode.NOT_COORDINATOR;
    default:
      return logErrorCode;
  }
}
