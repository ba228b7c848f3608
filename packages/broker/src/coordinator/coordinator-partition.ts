/**
 * Which partition of an internal topic a group or a transactional id belongs to: Java's `String.hashCode`, made positive, modulo the number of
 * partitions. Every broker and every tool has to come to the same answer.
 */
export function coordinatorPartition(key: string, partitionCount: number): number {
  let hash = 0;
  for (let index = 0; index < key.length; index++) {
    hash = (Math.imul(31, hash) + key.charCodeAt(index)) | 0;
  }
  // The one int32 without a positive counterpart counts as 0.
  return (hash === -0x8000_0000 ? 0 : Math.abs(hash)) % partitionCount;
}
