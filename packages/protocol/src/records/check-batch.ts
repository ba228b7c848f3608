/**
 * Whether a batch can be trusted as a unit: its size, its format, its checksum. Never looks into the records.
 */
import {
  BATCH_HEADER_BYTES,
  BATCH_MAGIC,
  BATCH_OVERHEAD_BYTES,
  MAGIC_AT,
  batchCrc,
  batchMagic,
  batchSizeBytes,
  computeBatchCrc,
} from './batch-header.ts';

/**
 * What is wrong with a batch.
 * - `incomplete`: the buffer ends before the batch does
 * - `too-small`: its length leaves no room for a header, or is negative
 * - `too-large`: it is larger than the limit
 * - `unsupported-magic`: not format 2
 * - `corrupt`: the CRC does not match
 */
export type BatchProblem =
  'incomplete' | 'too-small' | 'too-large' | 'unsupported-magic' | 'corrupt';

/**
 * Checks the batch at `at`; undefined when all is well. Reads nothing outside the buffer whatever it holds.
 * `limitBytes` is the largest allowed size of the whole batch (`max.message.bytes`), Infinity for none.
 */
export function checkBatch(
  buffer: Buffer,
  at: number,
  limitBytes: number,
): BatchProblem | undefined {
  const availableBytes = buffer.length - at;
  // The magic decides first: in the older formats the fields around it mean other things.
  if (availableBytes <= MAGIC_AT) return 'incomplete';
  if (batchMagic(buffer, at) !== BATCH_MAGIC) return 'unsupported-magic';
  const sizeBytes = batchSizeBytes(buffer, at);
  if (sizeBytes < BATCH_HEADER_BYTES) return 'too-small';
  if (sizeBytes > limitBytes) return 'too-large';
  if (sizeBytes > availableBytes) return 'incomplete';
  return computeBatchCrc(buffer, at) === batchCrc(buffer, at) ? undefined : 'corrupt';
}

/**
 * Size of the batch at `at` if all of it lies before `end`, otherwise 0 (nothing left, or a partial last batch as brokers
 * send when a fetch hits its limit). -1 when the size field is impossible. The loop over the batches of a records field:
 *
 *     for (let at = 0; (size = wholeBatchSizeBytes(records, at, records.length)) > 0; at += size) ...
 */
export function wholeBatchSizeBytes(buffer: Buffer, at: number, end: number): number {
  if (end - at < BATCH_OVERHEAD_BYTES) return 0;
  const sizeBytes = batchSizeBytes(buffer, at);
  if (sizeBytes < BATCH_HEADER_BYTES) return -1;
  return sizeBytes <= end - at ? sizeBytes : 0;
}
