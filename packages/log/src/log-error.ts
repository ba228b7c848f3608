import type { DiskError } from '@zurau/platform';
import { ErrorCode, errorMessage } from '@zurau/protocol';

/** A record that was refused, by its position in the batch (KIP-467). */
export interface RecordError {
  readonly batchIndex: number;
  readonly message: string;
}

/** The one error the storage engine throws for outcomes a client may cause or must hear of. */
export class LogError extends Error {
  /** One of Kafka's error codes. */
  readonly errorCode: number;
  readonly recordErrors: readonly RecordError[];

  constructor(
    errorCode: number,
    message?: string,
    recordErrors: readonly RecordError[] = [],
    options?: ErrorOptions,
  ) {
    super(message ?? errorMessage(errorCode), options);
    this.name = 'LogError';
    this.errorCode = errorCode;
    this.recordErrors = recordErrors;
  }
}

/** What a client is told of a disk that failed. */
export function storageError(error: DiskError): LogError {
  return new LogError(ErrorCode.KAFKA_STORAGE_ERROR, error.message, [], { cause: error });
}

/** A full disk, or a process out of handles, lost nothing and may be well again; after anything else nobody knows what is on the medium. */
export function mayPass(error: DiskError): boolean {
  return error.code === 'NO_SPACE' || error.code === 'TOO_MANY_FILES';
}
