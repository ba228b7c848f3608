/** A producer snapshot as plain data. */
import type { Disk } from '@zurau/platform';
import { decodeProducerSnapshot } from '../producer-snapshot.ts';

export interface DescribedProducer {
  readonly producerId: number;
  readonly epoch: number;
  readonly lastSequence: number;
  /** Of its last batch; -1 when it has none. */
  readonly lastOffset: number;
  readonly lastTimestamp: number;
  readonly coordinatorEpoch: number;
  /** -1 when it has no transaction open. */
  readonly transactionFirstOffset: number;
}

/** Undefined when the file is damaged. Throws DiskError. */
export function describedSnapshot(disk: Disk, path: string): DescribedProducer[] | undefined {
  return decodeProducerSnapshot(disk.readFileSync(path))?.map((entry) => ({
    producerId: entry.producerId,
    epoch: entry.epoch,
    lastSequence: entry.lastSequence,
    lastOffset: entry.lastBatch?.lastOffset ?? -1,
    lastTimestamp: entry.lastTimestamp,
    coordinatorEpoch: entry.coordinatorEpoch,
    transactionFirstOffset: entry.transactionFirstOffset,
  }));
}
