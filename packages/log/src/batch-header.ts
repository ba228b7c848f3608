/**
 * The few header fields that reading and recovery need again and again, beside those of @zurau/protocol. Pure.
 */
import { batchBaseOffset, batchLastOffsetDelta } from '@zurau/protocol';

export { batchBaseOffset };

/** Offset after the batch's last one. */
export function batchNextOffset(buffer: Buffer, at: number): number {
  return batchBaseOffset(buffer, at) + batchLastOffsetDelta(buffer, at) + 1;
}
