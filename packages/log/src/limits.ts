/** Bounds of the storage engine in one place; sizes in bytes. */

/** Batches up to this size are copied into the tail slab, larger ones are kept by reference where the caller allows it. */
export const SLAB_COPY_MAX_BYTES: number = 64 * 1024;
/** A log's first slab; each further one doubles up to {@link SLAB_MAX_BYTES}. */
export const SLAB_MIN_BYTES: number = 64 * 1024;
export const SLAB_MAX_BYTES: number = 1024 * 1024;
/** Largest slabs kept for reuse. */
export const SLAB_POOL_COUNT = 32;
/** A position is noted in a slab at least this often, so that a reader walks few batch headers. */
export const SLAB_MARK_INTERVAL_BYTES = 4096;

/** Up to this much pending data of one log is written inside the turn; more is written asynchronously. */
export const SYNC_WRITE_MAX_BYTES: number = 128 * 1024;
/** And up to this much over all logs in one turn, lest thousands of partitions block the event loop together. */
export const SYNC_WRITE_TURN_MAX_BYTES: number = 1024 * 1024;
/** Most buffers handed to one vectored write (IOV_MAX of Linux). */
export const WRITE_BUFFERS_MAX = 1024;

/** Reads below this size are synchronous: cheaper than a round through the thread pool. */
export const SYNC_READ_MAX_BYTES: number = 64 * 1024;
/** How long the checksums of bytes in a file count as checked, before a read computes them again. */
export const CHECKED_FOR_MS: number = 5 * 60_000;
/** Parts of one segment that are known to be checked. */
export const CHECKED_RANGES_MAX = 16;
/** Reads below this size are checked always: it costs less than asking whether they were. */
export const CHECKED_ALWAYS_MAX_BYTES: number = 64 * 1024;

/** Read buffers of each size class kept for reuse. */
export const READ_POOL_COUNT = 16;

/** Tail cache of one log and of all logs together, unless configured. */
export const TAIL_CACHE_LOG_BYTES: number = 16 * 1024 * 1024;
export const TAIL_CACHE_TOTAL_BYTES: number = 96 * 1024 * 1024;

/** A log with this much unsynced data is synced and checkpointed in the background, which bounds recovery. */
export const UNSYNCED_MAX_BYTES: number = 512 * 1024 * 1024;
/** Bytes read at once when a log is checked after a crash. */
export const RECOVERY_READ_BYTES: number = 4 * 1024 * 1024;

/** Largest relative offset of a segment: index entries hold it in 31 bits. */
export const RELATIVE_OFFSET_MAX = 0x7fffffff;
/** Largest segment file: positions in the offset index are 31 bits. */
export const SEGMENT_MAX_BYTES = 0x7fffffff;

/** Batches remembered per idempotent producer, as in Kafka. */
export const PRODUCER_BATCHES_RETAINED = 5;
/** Read back at a time, and in all, to find those of them again that a snapshot does not have. Synchronously: it answers an append. */
export const PRODUCER_RECALL_WINDOW_BYTES: number = 64 * 1024;
export const PRODUCER_RECALL_MAX_BYTES: number = 32 * 1024 * 1024;
/** `producer.id.expiration.ms`. */
export const PRODUCER_EXPIRATION_MS = 86_400_000;
