/**
 * Transactions and nodes as records. A transaction is one batch, so it is there whole or not at all; each of its records is one effect:
 *
 *   key    {"zxid":5,"op":"create","path":"/a","owner":"0"}   op: create, set, delete; owner: of a create, decimal text
 *   value  the node's data; null for delete
 *   timestamp of the record: when it happened
 *
 * A snapshot is a file of such batches, the first record a header, the others one node each, parents before children:
 *
 *   key    {"snapshot":1,"zxid":5,"offset":12,"nodes":80}     offset: of the log, from which to replay
 *   key    {"path":"/a","owner":"0","czxid":1, ...}           value: the node's data
 *
 * Owns: these two formats. Never reads or writes a file.
 */
import { batchPositions, checkBatch, decodeRecords, encodeRecordBatch } from '@zurau/protocol';
import type { DecodedRecord } from '@zurau/protocol';
import type { Effect, NodeState, Transaction } from './node-tree.ts';
import type { TreeSnapshot } from './transaction-log.ts';

const SNAPSHOT_VERSION = 1;
/** Nodes go into batches of about this size. */
const SNAPSHOT_BATCH_BYTES = 1_048_576;

/** What is written is not what was to be read: the log or the snapshot is damaged in a way that a crash cannot explain. */
export class TransactionFormatError extends Error {
  constructor(problem: string, options?: ErrorOptions) {
    super(`embedded metadata store: ${problem}`, options);
    this.name = 'TransactionFormatError';
  }
}

interface EffectKey {
  readonly zxid: number;
  readonly op: Effect['type'];
  readonly path: string;
  readonly owner?: string;
}

type NodeKey = Omit<NodeState, 'data' | 'owner'> & {
  readonly path: string;
  readonly owner: string;
};

export interface SnapshotHeader {
  readonly zxid: number;
  /** Of the log: the snapshot has everything before it. */
  readonly offset: number;
}

/** One batch. */
export function encodeTransaction({ zxid, timeMs, effects }: Transaction): Buffer {
  return encodeRecordBatch(
    effects.map((effect) => ({
      timestamp: timeMs,
      key: json(effectKey(zxid, effect)),
      value: effect.type === 'delete' ? null : effect.data,
    })),
  );
}

/** Throws {@link TransactionFormatError}. */
export function decodeTransaction(buffer: Buffer, at: number): Transaction {
  const records = decodeRecords(buffer, at, { checkCrc: false });
  const [first] = records;
  if (first === undefined) throw new TransactionFormatError('a transaction is empty');
  const { zxid } = parse<EffectKey>(first);
  return { zxid, timeMs: first.timestamp, effects: records.map((record) => effectOf(record)) };
}

function effectKey(zxid: number, effect: Effect): EffectKey {
  const key = { zxid, op: effect.type, path: effect.path };
  return effect.type === 'create' ? { ...key, owner: String(effect.owner) } : key;
}

function effectOf(record: DecodedRecord): Effect {
  const { op, path, owner } = parse<EffectKey>(record);
  switch (op) {
    case 'create':
      return { type: op, path, data: dataOf(record), owner: BigInt(owner ?? 0) };
    case 'set':
      return { type: op, path, data: dataOf(record) };
    case 'delete':
      return { type: op, path };
    default:
      throw new TransactionFormatError(`unknown operation ${JSON.stringify(op)}`);
  }
}

/** The batches of a snapshot. */
export function encodeSnapshot(snapshot: TreeSnapshot, offset: number, nodes: number): Buffer[] {
  const header = { snapshot: SNAPSHOT_VERSION, zxid: snapshot.zxid, offset, nodes };
  const batches: Buffer[] = [encodeRecordBatch([{ timestamp: 0, key: json(header), value: null }])];
  let pending: { timestamp: number; key: Buffer; value: Buffer }[] = [];
  let pendingBytes = 0;
  const flush = (): void => {
    if (pending.length > 0) batches.push(encodeRecordBatch(pending));
    pending = [];
    pendingBytes = 0;
  };
  for (const [path, { data, owner, ...stat }] of snapshot.nodes) {
    const key = json({ path, owner: String(owner), ...stat });
    pending.push({ timestamp: 0, key, value: data });
    pendingBytes += key.length + data.length;
    if (pendingBytes >= SNAPSHOT_BATCH_BYTES) flush();
  }
  flush();
  return batches;
}

/** Throws {@link TransactionFormatError} for a snapshot that is not whole. */
export function decodeSnapshot(file: Buffer): { header: SnapshotHeader; snapshot: TreeSnapshot } {
  const records: DecodedRecord[] = [];
  let endOfBatches = 0;
  for (const at of batchPositions(file)) {
    if (checkBatch(file, at, file.length) !== undefined) {
      throw new TransactionFormatError('a snapshot is damaged');
    }
    records.push(...decodeRecords(file, at, { checkCrc: false }));
    endOfBatches++;
  }
  const [first, ...rest] = records;
  if (first === undefined || endOfBatches === 0) {
    throw new TransactionFormatError('a snapshot is empty');
  }
  const header = parse<SnapshotHeader & { snapshot: number; nodes: number }>(first);
  if (header.snapshot !== SNAPSHOT_VERSION || header.nodes !== rest.length) {
    throw new TransactionFormatError('a snapshot is not whole, or of another version');
  }
  const nodes = rest.map((record): [string, NodeState] => {
    const { path, owner, ...stat } = parse<NodeKey>(record);
    return [path, { ...stat, data: dataOf(record), owner: BigInt(owner) }];
  });
  return { header, snapshot: { zxid: header.zxid, nodes } };
}

/** A view would keep the whole file, or the read buffer's next content, in the tree. */
function dataOf({ value }: DecodedRecord): Buffer {
  return value === null ? Buffer.alloc(0) : Buffer.from(value);
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value), 'utf8');
}

/** The CRC vouches for the bytes, and only this file writes them. */
function parse<T>({ key }: DecodedRecord): T {
  try {
    return JSON.parse((key ?? Buffer.alloc(0)).toString('utf8')) as T;
  } catch (cause) {
    throw new TransactionFormatError('a record has no readable key', { cause });
  }
}
