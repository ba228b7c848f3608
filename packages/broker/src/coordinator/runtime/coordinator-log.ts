/**
 * The log of a coordinator's internal topic, as the runtime needs it: append, watch the high watermark, read everything back.
 *
 * A port: the broker implements it on its replica manager, one instance an internal topic, bound to the topic's name. The runtime
 * touches no log in any other way.
 */

/** Partitions of one internal topic (`__consumer_offsets`, `__transaction_state`) that this broker leads. */
export interface CoordinatorLog {
  /**
   * Appends one record batch with the origin `coordinator`, assigns its offsets, and returns the offset of its last record. Decided at
   * once: when it returns, the batch is in the log, though neither on disk nor replicated yet. It may raise the high watermark (and
   * call the listener) before it returns. Throws {@link CoordinatorLogError}; then nothing was appended.
   *
   * A failure after that (a disk that dies, a leader that is deposed) ends this broker's leadership of the partition: the
   * coordinator is told by `onResigned`, drops its state and answers everything parked with NOT_COORDINATOR.
   */
  append(partition: number, batch: Buffer): { readonly lastOffset: number };

  /** First offset that is not known to be replicated; everything below it survives a change of leader. */
  highWatermark(partition: number): number;

  /** Calls `listener` whenever the high watermark has moved; returns what takes the listener off again. */
  onHighWatermark(partition: number, listener: (highWatermark: number) => void): () => void;

  /**
   * All record batches from the log start to the end at the time of the call, in order; each buffer holds one or more whole batches and
   * is not changed afterwards. A buffer is decoded in one go: about a MiB is right. Ends early, or throws CoordinatorLogError, when leadership is lost.
   */
  readAll(partition: number): AsyncIterable<Buffer>;
}

/** Why the log refused. `errorCode` is the storage or replica layer's own (NOT_LEADER_OR_FOLLOWER, NOT_ENOUGH_REPLICAS, ...). */
export class CoordinatorLogError extends Error {
  override readonly name = 'CoordinatorLogError';
  readonly errorCode: number;

  constructor(errorCode: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.errorCode = errorCode;
  }
}
