/** The errors of a failed authentication: final, whoever found it out. */
import { ErrorCode, errorName } from '@zurau/protocol';
import { KafkaError } from '../../errors.ts';

/** Found out by this client, or with the broker's `errorCode`. */
export function saslError(
  why: string,
  errorCode: number = ErrorCode.SASL_AUTHENTICATION_FAILED,
  cause?: unknown,
): KafkaError {
  return new KafkaError(errorName(errorCode), why, { errorCode, retriable: false, cause });
}
