/**
 * Arithmetic over lists of buffers that are written as one. Pure.
 */

export function totalBytes(buffers: readonly Buffer[]): number {
  let total = 0;
  for (const buffer of buffers) total += buffer.length;
  return total;
}

/** What is left of `buffers` after their first `byteCount` bytes; views, nothing is copied. */
export function withoutFirstBytes(buffers: readonly Buffer[], byteCount: number): Buffer[] {
  let skip = byteCount;
  let index = 0;
  while (index < buffers.length && skip >= buffers[index]!.length) skip -= buffers[index++]!.length;
  const rest = buffers.slice(index);
  if (skip > 0) rest[0] = rest[0]!.subarray(skip);
  return rest;
}
