/** What to show of a file or a directory, by its name. */
import {
  OFFSET_CHECKPOINT_FILES,
  describedSnapshot,
  isLogDirectory,
  listPartitionFiles,
  listPartitions,
  loadLogCodecs,
  offsetIndexEntries,
  parseSegmentFileName,
  readEpochs,
  readMetaProperties,
  readOffsetCheckpoint,
  readTopicId,
  timeIndexEntries,
  transactionIndexEntries,
  wasClosedCleanly,
} from '@zurau/log';
import type { DescribedProducer, OffsetCheckpointFile } from '@zurau/log';
import type { DiskFile } from '@zurau/platform';
import type { ListingColumn } from '../listing.ts';
import { dumpLogFile } from './dump-batches.ts';
import { type DumpContext, baseNameOf, orDash, timeText } from './dump-context.ts';

/** Shows a log directory, or that of a partition. */
export async function dumpDirectory(context: DumpContext, directory: string): Promise<void> {
  await loadLogCodecs();
  const { disk } = context;
  const partitions = listPartitions(disk, directory);
  if (partitions.length === 0 && !isLogDirectory(disk, directory)) {
    await dumpPartition(context, directory);
    return;
  }
  await dumpMetaProperties(context, directory);
  const rows = partitions.map(({ topic, partition, path }) => {
    const { segments } = listPartitionFiles(disk, path);
    return {
      topic,
      partition,
      topicId: readTopicId(disk, path) ?? null,
      segments: segments.length,
      sizeBytes: segments.reduce((sum, { log }) => sum + log.sizeBytes, 0),
      startOffset: segments[0]?.baseOffset ?? 0,
    };
  });
  await context.listing.rows('partition', partitionColumns<(typeof rows)[number]>(), rows);
  for (const file of OFFSET_CHECKPOINT_FILES) {
    if (disk.statSync(`${directory}/${file}`) === undefined) continue;
    await context.listing.heading(`\n${file}`);
    await dumpOffsetCheckpoint(context, directory, file);
  }
  if (context.records) for (const { path } of partitions) await dumpSegments(context, path);
}

interface PartitionRow {
  readonly topic: string;
  readonly partition: number;
  readonly topicId: string | null;
  readonly segments: number;
  readonly sizeBytes: number;
  readonly startOffset: number;
}

function partitionColumns<Row extends PartitionRow>(): readonly ListingColumn<Row>[] {
  return [
    { title: 'TOPIC', of: ({ topic }) => topic },
    { title: 'PARTITION', align: 'right', of: ({ partition }) => partition },
    { title: 'TOPIC ID', of: ({ topicId }) => topicId ?? '-' },
    { title: 'SEGMENTS', align: 'right', of: ({ segments }) => segments },
    { title: 'BYTES', align: 'right', of: ({ sizeBytes }) => sizeBytes },
    { title: 'START', align: 'right', of: ({ startOffset }) => startOffset },
  ];
}

async function dumpPartition(context: DumpContext, directory: string): Promise<void> {
  const { disk, listing } = context;
  const files = listPartitionFiles(disk, directory);
  const topicId = readTopicId(disk, directory);
  if (topicId !== undefined) await dumpTopicId(context, topicId);
  await dumpEpochs(context, directory);
  const rows = files.segments.map(({ baseOffset, log, index, timeindex, txnindex }) => ({
    baseOffset,
    logBytes: log.sizeBytes,
    indexBytes: index?.sizeBytes ?? null,
    timeindexBytes: timeindex?.sizeBytes ?? null,
    txnindexBytes: txnindex?.sizeBytes ?? null,
  }));
  type Row = (typeof rows)[number];
  const bytes = (title: string, of: (row: Row) => number | null): ListingColumn<Row> => ({
    title,
    align: 'right',
    of: (row) => of(row) ?? '-',
  });
  await listing.rows<Row>(
    'segment',
    [
      { title: 'SEGMENT', align: 'right', of: ({ baseOffset }) => baseOffset },
      bytes('LOG BYTES', ({ logBytes }) => logBytes),
      bytes('INDEX', ({ indexBytes }) => indexBytes),
      bytes('TIMEINDEX', ({ timeindexBytes }) => timeindexBytes),
      bytes('TXNINDEX', ({ txnindexBytes }) => txnindexBytes),
    ],
    rows,
  );
  for (const { name, path } of files.snapshots) {
    await listing.heading(`\n${name}`);
    await dumpSnapshot(context, path);
  }
  const rest = [...files.orphans, ...files.others].filter(({ name }) => !KNOWN.has(name));
  if (rest.length > 0) await listing.heading('\nother files');
  await listing.rows(
    'file',
    [
      { title: 'FILE', of: ({ name }) => name },
      { title: 'BYTES', align: 'right', of: ({ sizeBytes }) => sizeBytes },
    ],
    rest,
  );
  if (context.records) await dumpSegments(context, directory);
}

const KNOWN: ReadonlySet<string> = new Set(['leader-epoch-checkpoint', 'partition.metadata']);

async function dumpSegments(context: DumpContext, directory: string): Promise<void> {
  for (const { log } of listPartitionFiles(context.disk, directory).segments) {
    await context.listing.heading(`\n${log.path}`);
    await dumpLogFile(context, log.path);
  }
}

/** Shows one file; false when its name says that it is none of a log. */
export async function dumpFile(context: DumpContext, path: string): Promise<boolean> {
  await loadLogCodecs();
  const { disk } = context;
  const name = baseNameOf(path);
  const directory = path === name ? '.' : path.slice(0, -name.length - 1) || '/';
  if (name === 'leader-epoch-checkpoint') {
    await dumpEpochs(context, directory);
    return true;
  }
  if (name === 'partition.metadata') {
    const topicId = readTopicId(disk, directory);
    await (topicId === undefined ? sayDamaged(context, path) : dumpTopicId(context, topicId));
    return true;
  }
  if (name === 'meta.properties') {
    await dumpMetaProperties(context, directory);
    return true;
  }
  const checkpoint = OFFSET_CHECKPOINT_FILES.find((file) => file === name);
  if (checkpoint !== undefined) {
    await dumpOffsetCheckpoint(context, directory, checkpoint);
    return true;
  }
  const segmentFile = parseSegmentFileName(name.replace(/\.(deleted|cleaned|swap)$/, ''));
  if (segmentFile === undefined) return false;
  const { kind, offset } = segmentFile;
  if (kind === 'log') await dumpLogFile(context, path);
  else if (kind === 'snapshot') await dumpSnapshot(context, path);
  else await dumpIndex(context, path, kind, offset);
  return true;
}

async function dumpIndex(
  { disk, listing }: DumpContext,
  path: string,
  kind: 'index' | 'timeindex' | 'txnindex',
  baseOffset: number,
): Promise<void> {
  const file: DiskFile = disk.openSync(path, 'read');
  try {
    if (file.sizeSync() === 0) {
      await listing.note('no entries');
    } else if (kind === 'index') {
      await listing.rows(
        'index-entry',
        [
          { title: 'OFFSET', align: 'right', of: ({ offset }) => offset },
          { title: 'POSITION', align: 'right', of: ({ position }) => position },
        ],
        offsetIndexEntries(file, baseOffset),
      );
    } else if (kind === 'timeindex') {
      await listing.rows(
        'timeindex-entry',
        [
          { title: 'TIMESTAMP', of: ({ timestamp }) => timeText(timestamp) },
          { title: 'OFFSET', align: 'right', of: ({ offset }) => offset },
        ],
        timeIndexEntries(file, baseOffset),
      );
    } else {
      await listing.rows(
        'aborted-transaction',
        [
          { title: 'PRODUCER', align: 'right', of: ({ producerId }) => producerId },
          { title: 'FIRST', align: 'right', of: ({ firstOffset }) => firstOffset },
          { title: 'LAST', align: 'right', of: ({ lastOffset }) => lastOffset },
          { title: 'LAST STABLE', align: 'right', of: (entry) => entry.lastStableOffset },
        ],
        transactionIndexEntries(file),
      );
    }
  } finally {
    file.closeSync();
  }
}

async function dumpSnapshot(context: DumpContext, path: string): Promise<void> {
  const producers = describedSnapshot(context.disk, path);
  if (producers === undefined) return sayDamaged(context, path);
  if (producers.length === 0) return context.listing.note('no producers');
  const columns: readonly ListingColumn<DescribedProducer>[] = [
    { title: 'PRODUCER', align: 'right', of: ({ producerId }) => producerId },
    { title: 'EPOCH', align: 'right', of: ({ epoch }) => orDash(epoch) },
    { title: 'LAST SEQUENCE', align: 'right', of: ({ lastSequence }) => orDash(lastSequence) },
    { title: 'LAST OFFSET', align: 'right', of: ({ lastOffset }) => orDash(lastOffset) },
    { title: 'LAST TIMESTAMP', of: ({ lastTimestamp }) => timeText(lastTimestamp) },
    { title: 'COORDINATOR EPOCH', align: 'right', of: (each) => orDash(each.coordinatorEpoch) },
    { title: 'OPEN FROM', align: 'right', of: (each) => orDash(each.transactionFirstOffset) },
  ];
  await context.listing.rows('producer', columns, producers);
}

async function dumpEpochs(context: DumpContext, directory: string): Promise<void> {
  const epochs = readEpochs(context.disk, directory);
  if (epochs === undefined) return sayDamaged(context, `${directory}/leader-epoch-checkpoint`);
  await context.listing.rows(
    'leader-epoch',
    [
      { title: 'LEADER EPOCH', align: 'right', of: ({ epoch }) => epoch },
      { title: 'FROM OFFSET', align: 'right', of: ({ startOffset }) => startOffset },
    ],
    epochs,
  );
  if (epochs.length > 0) await context.listing.note('');
}

async function dumpOffsetCheckpoint(
  context: DumpContext,
  directory: string,
  file: OffsetCheckpointFile,
): Promise<void> {
  const offsets = readOffsetCheckpoint(context.disk, directory, file);
  if (offsets === undefined) return sayDamaged(context, `${directory}/${file}`);
  if (offsets.length === 0) return context.listing.note('no partitions');
  await context.listing.rows(
    file,
    [
      { title: 'TOPIC', of: ({ topic }) => topic },
      { title: 'PARTITION', align: 'right', of: ({ partition }) => partition },
      { title: 'OFFSET', align: 'right', of: ({ offset }) => offset },
    ],
    offsets,
  );
}

async function dumpTopicId({ listing }: DumpContext, topicId: string): Promise<void> {
  await listing.rows('topic-id', [{ title: 'TOPIC ID', of: (row) => row.topicId }], [{ topicId }]);
  await listing.note('');
}

async function dumpMetaProperties(
  { disk, listing }: DumpContext,
  directory: string,
): Promise<void> {
  const properties = readMetaProperties(disk, directory);
  if (properties === undefined) return;
  const rows = [
    {
      brokerId: properties.brokerId ?? null,
      clusterId: properties.clusterId ?? null,
      closedCleanly: wasClosedCleanly(disk, directory),
    },
  ];
  await listing.rows(
    'meta-properties',
    [
      { title: 'BROKER', align: 'right', of: ({ brokerId }) => brokerId ?? '-' },
      { title: 'CLUSTER', of: ({ clusterId }) => clusterId ?? '-' },
      { title: 'CLOSED CLEANLY', of: ({ closedCleanly }) => (closedCleanly ? 'yes' : 'no') },
    ],
    rows,
  );
  await listing.note('');
}

async function sayDamaged({ listing }: DumpContext, path: string): Promise<void> {
  await listing.rows('damaged', [{ title: 'DAMAGED', of: (row) => row.path }], [{ path }]);
}
