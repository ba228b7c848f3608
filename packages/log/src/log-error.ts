import { errorMessage } from '@zurau/protocol';

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
