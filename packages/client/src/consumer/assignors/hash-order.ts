/**
 * The order in which Java's hash tables are walked. Kafka's sticky assignors walk such tables of members, and where two members have equal claims the
 * first one wins: to give the same result for the same members, one has to go in the same order.
 *
 * A table has 16 buckets, doubled whenever it is more than three quarters full; within a bucket the order is that of insertion.
 */

const BUCKETS_MIN = 16;
const LOAD_MAX = 0.75;

/** As `String.hashCode`. */
export function textHash(text: string): number {
  let hash = 0;
  for (let index = 0; index < text.length; index += 1) {
    hash = (Math.imul(hash, 31) + text.charCodeAt(index)) | 0;
  }
  return hash;
}

/** As Kafka's hash of a partition. */
export function partitionHash(topic: string, partition: number): number {
  return (Math.imul(31, 31 + partition) + textHash(topic)) | 0;
}

export function bucketCount(entryCount: number): number {
  let buckets = BUCKETS_MIN;
  while (entryCount > buckets * LOAD_MAX) buckets *= 2;
  return buckets;
}

/** `items`, all different, in the order of a table that they were put into one after the other. */
export function inHashOrder<T>(
  items: Iterable<T>,
  hashOf: (item: T) => number,
  buckets?: number,
): T[] {
  const all = [...items];
  const mask = (buckets ?? bucketCount(all.length)) - 1;
  const bucketOf = (item: T): number => {
    const hash = hashOf(item);
    return (hash ^ (hash >>> 16)) & mask;
  };
  return all.toSorted((a, b) => bucketOf(a) - bucketOf(b));
}
