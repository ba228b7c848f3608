/**
 * The greatest leader epoch and producer id that a partition directory knows of, for someone who takes it over without knowing its history. Looks at
 * batch headers; at records only where the transaction coordinator keeps producer ids in them.
 */
import {
  CompressionError,
  DecodeError,
  batchLeaderEpoch,
  batchProducerId,
  decodeRecords,
  decodeVersioned,
  transactionLogValue,
} from '@zurau/protocol';
import type { Disk } from '@zurau/platform';
import { BatchScanner } from '../batch-scanner.ts';
import { readEpochs } from './epoch-check.ts';
import type { PartitionDirectory } from './log-directory-files.ts';
import { listPartitionFiles } from './partition-files.ts';
import type { SegmentFiles } from './partition-files.ts';
import { describedSnapshot } from './described-snapshot.ts';

const WINDOW_BYTES = 256 * 1024;
const TRANSACTION_STATE_TOPIC = '__transaction_state';

/** -1 when nothing was ever written. After an unclean stop the checkpoint may lag behind the last segment, so that is asked too. Throws DiskError. */
export function latestLeaderEpoch(disk: Disk, directory: string, closedCleanly: boolean): number {
  let latest = readEpochs(disk, directory)?.at(-1)?.epoch ?? -1;
  const last = listPartitionFiles(disk, directory).segments.at(-1);
  if (last === undefined || (closedCleanly && latest >= 0)) return latest;
  eachBatch(disk, last, ({ buffer, at }) => {
    latest = Math.max(latest, batchLeaderEpoch(buffer, at));
  });
  return latest;
}

/**
 * -1 when no idempotent producer is known there. Ids that were forgotten since do not count: nobody minds when they come back. Throws DiskError.
 */
export function highestProducerId(
  disk: Disk,
  { topic, path }: PartitionDirectory,
  closedCleanly: boolean,
): number {
  const { segments, snapshots } = listPartitionFiles(disk, path);
  const snapshot = snapshots.at(-1);
  let highest = -1;
  for (const each of (snapshot && describedSnapshot(disk, snapshot.path)) ?? []) {
    highest = Math.max(highest, each.producerId);
  }
  const isTransactionLog = topic === TRANSACTION_STATE_TOPIC;
  if (closedCleanly && snapshot !== undefined && !isTransactionLog) return highest;
  for (const [index, segment] of segments.entries()) {
    const endOffset = segments[index + 1]?.baseOffset ?? Infinity;
    if (endOffset <= (snapshot?.offset ?? 0) && !isTransactionLog) continue;
    eachBatch(disk, segment, (scanner) => {
      highest = Math.max(highest, batchProducerId(scanner.buffer, scanner.at));
      if (!isTransactionLog) return;
      for (const id of transactionProducerIds(scanner.wholeBatch()))
        highest = Math.max(highest, id);
    });
  }
  return highest;
}

function eachBatch(
  disk: Disk,
  { log }: SegmentFiles,
  visit: (scanner: BatchScanner) => void,
): void {
  const file = disk.openSync(log.path, 'read');
  try {
    const scanner = new BatchScanner(file, 0, file.sizeSync(), WINDOW_BYTES);
    while (scanner.next()) visit(scanner);
  } finally {
    file.closeSync();
  }
}

/** What cannot be read counts as nothing: recovery decides about it. */
function transactionProducerIds(batch: Buffer): number[] {
  try {
    return decodeRecords(batch, 0, { checkCrc: false }).flatMap(({ value }) =>
      value === null ? [] : [decodeVersioned(transactionLogValue, value).producerId],
    );
  } catch (error) {
    if (error instanceof DecodeError || error instanceof CompressionError) return [];
    throw error;
  }
}
