/**
 * How a producer is told that another has taken its place. Clients before Kafka 2.7 (KIP-588) know INVALID_PRODUCER_EPOCH only, and take it for
 * what PRODUCER_FENCED says now: that there is nothing left to try.
 */
import { ErrorCode } from '@zurau/protocol';

export function fencedAsKnown(errorCode: number, knowsFenced: boolean): number {
  return errorCode === ErrorCode.PRODUCER_FENCED && !knowsFenced
    ? ErrorCode.INVALID_PRODUCER_EPOCH
    : errorCode;
}
