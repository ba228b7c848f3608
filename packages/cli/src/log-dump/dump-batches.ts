/** `.log` files: batches, and their records if wanted. */
import { decodeCoordinatorRecord, describedBatches, parsePartitionDirectoryName } from '@zurau/log';
import type { DescribedBatch } from '@zurau/log';
import type { ListingColumn } from '../listing.ts';
import { type DumpContext, orDash, parentNameOf, timeText } from './dump-context.ts';

type Batch = Omit<DescribedBatch, 'records'>;
type DescribedRecord = NonNullable<DescribedBatch['records']>[number];

const BATCH_COLUMNS: readonly ListingColumn<Batch>[] = [
  { title: 'POSITION', align: 'right', of: ({ position }) => position },
  { title: 'BYTES', align: 'right', of: ({ sizeBytes }) => sizeBytes },
  { title: 'FIRST', align: 'right', of: ({ baseOffset }) => baseOffset },
  { title: 'LAST', align: 'right', of: ({ lastOffset }) => lastOffset },
  { title: 'RECORDS', align: 'right', of: ({ recordCount }) => recordCount },
  { title: 'EPOCH', align: 'right', of: ({ leaderEpoch }) => orDash(leaderEpoch) },
  { title: 'CODEC', of: ({ codec }) => codec },
  { title: 'MAX TIMESTAMP', of: ({ maxTimestamp }) => timeText(maxTimestamp) },
  {
    title: 'PRODUCER',
    of: ({ producerId, producerEpoch, baseSequence }) =>
      producerId < 0 ? '-' : `${producerId}/${producerEpoch}/${baseSequence}`,
  },
  { title: 'NOTES', of: notesOf },
];

interface RecordRow {
  readonly offset: number;
  readonly timestamp: number;
  readonly key: Shown;
  readonly value: Shown;
  readonly headers: readonly (readonly [string, Shown])[];
}

/** Text, other bytes in base64, null for null; or what they mean, where they were decoded. */
type Shown = string | null | { readonly base64: string } | object;

const RECORD_COLUMNS: readonly ListingColumn<RecordRow>[] = [
  { title: 'OFFSET', align: 'right', of: ({ offset }) => offset },
  { title: 'TIMESTAMP', of: ({ timestamp }) => timeText(timestamp) },
  { title: 'KEY', of: ({ key }) => shownText(key) },
  { title: 'VALUE', of: ({ value }) => shownText(value) },
  {
    title: 'HEADERS',
    of: ({ headers }) => headers.map(([key, value]) => `${key}=${shownText(value)}`).join(' '),
  },
];

export async function dumpLogFile(context: DumpContext, path: string): Promise<void> {
  const { disk, listing, records } = context;
  const topic = context.decode ? parsePartitionDirectoryName(parentNameOf(path))?.topic : undefined;
  const file = disk.openSync(path, 'read');
  try {
    if (file.sizeSync() === 0) return await listing.note('no batches');
    const batches = describedBatches(file, { withRecords: records });
    const end = records
      ? await dumpWithRecords(context, batches, topic)
      : await dumpBatches(context, batches);
    if (end !== undefined) await listing.rows('end', END_COLUMNS, [end]);
  } finally {
    file.closeSync();
  }
}

type Batches = ReturnType<typeof describedBatches>;
interface End {
  readonly position: number;
  readonly problem: string;
}

const END_COLUMNS: readonly ListingColumn<End>[] = [
  { title: 'ENDS AT', align: 'right', of: ({ position }) => position },
  { title: 'BECAUSE', of: ({ problem }) => problem },
];

async function dumpBatches({ listing }: DumpContext, batches: Batches): Promise<End | undefined> {
  let end: End | undefined;
  const rows = function* (): Generator<Batch> {
    for (let step = batches.next(); ; step = batches.next()) {
      if (step.done === true) {
        end = step.value;
        return;
      }
      yield withoutRecords(step.value);
    }
  };
  await listing.rows('batch', BATCH_COLUMNS, rows());
  return end;
}

/** A table a batch: its records are views that do not outlive it. */
async function dumpWithRecords(
  { listing }: DumpContext,
  batches: Batches,
  topic: string | undefined,
): Promise<End | undefined> {
  for (let step = batches.next(); ; step = batches.next()) {
    if (step.done === true) return step.value;
    const { records, ...batch } = step.value;
    if (!(await listing.rows('batch', BATCH_COLUMNS, [batch]))) return undefined;
    const rows = recordRows(batch.control === undefined ? topic : undefined, records ?? []);
    if (!(await listing.rows('record', RECORD_COLUMNS, rows))) return undefined;
    await listing.note('');
  }
}

function* recordRows(
  topic: string | undefined,
  records: readonly DescribedRecord[],
): Generator<RecordRow> {
  for (const { offset, timestamp, key, value, headers } of records) {
    const decoded = topic === undefined ? undefined : decodeCoordinatorRecord(topic, key, value);
    yield {
      offset,
      timestamp,
      key: decoded?.key ?? shown(key),
      value: decoded === undefined ? shown(value) : decoded.value,
      headers: headers.map((header) => [header.key, shown(header.value)] as const),
    };
  }
}

function withoutRecords({ records: _, ...batch }: DescribedBatch): Batch {
  return batch;
}

function notesOf(batch: Batch): string {
  const notes: string[] = [];
  if (batch.control !== undefined) notes.push(`${batch.control.type} marker`);
  else if (batch.isTransactional) notes.push('transactional');
  if (batch.timestampType === 'LogAppendTime') notes.push('log append time');
  if (batch.hasDeleteHorizon) notes.push(`deletes from ${timeText(batch.baseTimestamp)}`);
  if (batch.problem !== undefined) notes.push(`DAMAGED: ${batch.problem}`);
  return notes.join(', ');
}

function shown(bytes: Buffer | null): Shown {
  if (bytes === null) return null;
  try {
    return utf8.decode(bytes);
  } catch {
    return { base64: bytes.toString('base64') };
  }
}

/** On one line, whatever is in it. */
function shownText(value: Shown): string {
  if (value === null) return 'null';
  if (typeof value !== 'string') return JSON.stringify(value);
  // oxlint-disable-next-line no-control-regex -- control characters would tear the table
  return /[\u0000-\u001f\u007f]/.test(value) ? JSON.stringify(value) : value;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
