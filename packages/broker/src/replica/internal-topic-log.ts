/**
 * An internal topic as its coordinator sees it: the coordinator runtime's log port on top of this broker's partitions.
 */
import { BATCH_OVERHEAD_BYTES, ErrorCode, batchLastOffset, batchSizeBytes } from '@zurau/protocol';
import { LogError } from '@zurau/log';
import type { LogRead } from '@zurau/log';
import type { CoordinatorLog } from '../coordinator/runtime/coordinator-log.ts';
import { CoordinatorLogError } from '../coordinator/runtime/coordinator-log.ts';
import type { Partition } from './partition.ts';
import type { ReplicaManager } from './replica-manager.ts';

const READ_BYTES_MAX = 1024 * 1024;

export class InternalTopicLog implements CoordinatorLog {
  readonly #topic: string;
  readonly #replicas: ReplicaManager;

  constructor(topic: string, replicas: ReplicaManager) {
    this.#topic = topic;
    this.#replicas = replicas;
  }

  append(index: number, batch: Buffer): { readonly lastOffset: number } {
    const partition = this.#leader(index);
    if (!partition.hasMinIsr) {
      throw new CoordinatorLogError(
        ErrorCode.NOT_ENOUGH_REPLICAS,
        `${this.#topic}-${index} has fewer in-sync replicas than min.insync.replicas`,
      );
    }
    try {
      return partition.appendAsLeader(batch, 'coordinator', () => undefined);
    } catch (error) {
      throw asCoordinatorError(error);
    }
  }

  highWatermark(index: number): number {
    return this.#leader(index).highWatermark;
  }

  onHighWatermark(index: number, listener: (highWatermark: number) => void): () => void {
    const { highWatermarkListeners } = this.#leader(index);
    highWatermarkListeners.add(listener);
    return () => highWatermarkListeners.delete(listener);
  }

  async *readAll(index: number): AsyncGenerator<Buffer> {
    const partition = this.#leader(index);
    const { log } = partition;
    const endOffset = log.logEndOffset;
    // What this broker appended before it was elected anew may still be on its way to the disk.
    if (log.writtenOffset < endOffset) await written(partition, endOffset);
    let offset = log.logStartOffset;
    while (offset < endOffset) {
      const read = this.#read(index, offset, endOffset);
      if (read === undefined || read.sizeBytes === 0) return;
      try {
        const { batches, nextOffset } = wholeBatches(
          Buffer.concat(read.buffers ?? (await load(read))),
        );
        if (nextOffset === undefined) return;
        offset = nextOffset;
        yield batches;
      } finally {
        read.release();
      }
    }
  }

  #read(index: number, offset: number, upToOffset: number): LogRead | undefined {
    try {
      return this.#leader(index).log.read(offset, {
        maxBytes: READ_BYTES_MAX,
        upToOffset,
        minOneBatch: true,
      });
    } catch (error) {
      throw asCoordinatorError(error);
    }
  }

  #leader(index: number): Partition {
    const partition = this.#replicas.partition(this.#topic, index);
    if (partition?.isLeader === true) return partition;
    throw new CoordinatorLogError(
      ErrorCode.NOT_LEADER_OR_FOLLOWER,
      `this broker does not lead ${this.#topic}-${index}`,
    );
  }
}

/** Cuts off a last batch that is not whole. */
function wholeBatches(bytes: Buffer): { batches: Buffer; nextOffset: number | undefined } {
  let end = 0;
  let nextOffset: number | undefined;
  while (bytes.length - end > BATCH_OVERHEAD_BYTES) {
    const sizeBytes = batchSizeBytes(bytes, end);
    if (end + sizeBytes > bytes.length) break;
    nextOffset = batchLastOffset(bytes, end) + 1;
    end += sizeBytes;
  }
  return { batches: bytes.subarray(0, end), nextOffset };
}

function written(partition: Partition, endOffset: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const onOffsetDone = (_tag: number, errorCode: number): void => {
      if (errorCode === ErrorCode.NONE) resolve();
      else reject(new CoordinatorLogError(errorCode, 'the partition was lost while it was read'));
    };
    partition.writtenWaiters.add(endOffset, { onOffsetDone }, 0);
  });
}

function load(read: LogRead): Promise<readonly Buffer[]> {
  return new Promise((resolve, reject) => {
    read.load((error, buffers) => {
      if (error === undefined) resolve(buffers);
      else reject(new CoordinatorLogError(error.errorCode, error.message, { cause: error }));
    });
  });
}

function asCoordinatorError(error: unknown): unknown {
  return error instanceof LogError
    ? new CoordinatorLogError(error.errorCode, error.message, { cause: error })
    : error;
}
