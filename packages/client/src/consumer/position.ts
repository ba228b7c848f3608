/** Where to read from. */
import type { OffsetAnswer } from '../cluster/list-offsets.ts';
import { EARLIEST_TIMESTAMP, LATEST_TIMESTAMP } from '../cluster/list-offsets.ts';
import { clientError } from '../errors.ts';

/**
 * An offset, the beginning or the end of the log, or the first record that is not older than a time in milliseconds since the epoch
 * (the end of the log when there is none).
 */
export type Position = number | 'beginning' | 'end' | { readonly timestamp: number };

/** Throws KafkaError `INVALID_ARGUMENT`. */
export function checkPosition(position: Position): Position {
  if (position === 'beginning' || position === 'end') return position;
  const value = typeof position === 'number' ? position : position.timestamp;
  if (Number.isSafeInteger(value) && value >= 0) return position;
  throw clientError(
    'INVALID_ARGUMENT',
    `${JSON.stringify(position)} is not a position: give an offset, "beginning", "end" or { timestamp }.`,
  );
}

/** What ListOffsets is asked to find a position that is not an offset. */
export function timestampOf(position: Exclude<Position, number>): number {
  if (position === 'beginning') return EARLIEST_TIMESTAMP;
  return position === 'end' ? LATEST_TIMESTAMP : position.timestamp;
}

/** The offset of an answer; undefined when no record is so young, which means the end of the log. */
export function offsetOf(answer: OffsetAnswer): number | undefined {
  return answer.offset < 0 ? undefined : answer.offset;
}
