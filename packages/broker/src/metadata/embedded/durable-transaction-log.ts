/**
 * The embedded store's transactions on disk: a log of the storage engine, and a snapshot now and then, in a directory of their own:
 *
 *   LOG_DIR/__cluster_metadata-0/  .lock
 *                                  00000000000000000000.log .index .timeindex    transactions
 *                                  00000000000000000123.checkpoint               the tree at zxid 123
 *
 * Apache Kafka with ZooKeeper leaves a directory of that name alone. Torn writes, CRCs and recovery are the storage engine's.
 *
 * Owns: the directory. A transaction counts as synced when the engine has written it with `flush.messages=1`.
 */
import { defaultLogConfig, openStandaloneLog } from '@zurau/log';
import type { LogConfig, LogLogger, LogRead, PartitionLog } from '@zurau/log';
import type { Disk, DiskError, DiskLock, Platform } from '@zurau/platform';
import { batchPositions } from '@zurau/protocol';
import { METADATA_TOPIC } from '../topic-names.ts';
import type { Transaction } from './node-tree.ts';
import {
  decodeSnapshot,
  decodeTransaction,
  encodeSnapshot,
  encodeTransaction,
  TransactionFormatError,
} from './transaction-format.ts';
import type { TransactionLog, TreeSnapshot } from './transaction-log.ts';

/** A snapshot is made after this much; together they bound what has to be replayed. */
const SNAPSHOT_AFTER_BYTES = 4 * 1_048_576;
const SNAPSHOT_AFTER_TRANSACTIONS = 10_000;
const REPLAY_READ_BYTES = 1_048_576;
const TAIL_CACHE_BYTES = 1_048_576;

const SNAPSHOT_SUFFIX = '.checkpoint';

const LOG_CONFIG: LogConfig = {
  ...defaultLogConfig,
  // Written means synced.
  flushMessages: 1,
  // Two of the largest transactions; small, so that what a snapshot covers goes soon.
  segmentBytes: 8 * 1_048_576,
  segmentIndexBytes: 65_536,
  segmentMs: Number.MAX_SAFE_INTEGER,
  maxMessageBytes: 8 * 1_048_576,
  // Nothing goes by age or size: only what a snapshot covers does.
  retentionMs: -1,
  retentionBytes: -1,
  fileDeleteDelayMs: 0,
};

export interface DurableTransactionLogOptions {
  readonly platform: Platform;
  /** The first of `log.dirs`. */
  readonly logDir: string;
  readonly logger: LogLogger;
  /** For tests; {@link SNAPSHOT_AFTER_TRANSACTIONS} otherwise. */
  readonly snapshotAfterTransactions?: number;
}

interface Waiter {
  readonly offset: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export class DurableTransactionLog implements TransactionLog {
  readonly #platform: Platform;
  readonly #directory: string;
  readonly #logger: LogLogger;
  readonly #snapshotAfterTransactions: number;
  #log: PartitionLog | undefined;
  #lock: DiskLock | undefined;
  #waiters: Waiter[] = [];
  #failure: unknown;
  #transactionsSinceSnapshot = 0;
  #bytesSinceSnapshot = 0;
  #closing: Promise<void> | undefined;

  constructor(options: DurableTransactionLogOptions) {
    this.#platform = options.platform;
    this.#directory = `${options.logDir}/${METADATA_TOPIC}-0`;
    this.#logger = options.logger;
    this.#snapshotAfterTransactions =
      options.snapshotAfterTransactions ?? SNAPSHOT_AFTER_TRANSACTIONS;
  }

  /** Rejects with DiskError (`LOCKED`: another process has the store), or with TransactionFormatError when it is damaged. */
  async open(
    onSnapshot: (snapshot: TreeSnapshot) => void,
    onTransaction: (transaction: Transaction) => void,
  ): Promise<void> {
    const { disk } = this.#platform;
    makeDirDurably(disk, this.#directory);
    this.#lock = disk.lockSync(`${this.#directory}/.lock`);
    try {
      const found = this.#newestSnapshot();
      if (found !== undefined) onSnapshot(found.snapshot);
      const log = await openStandaloneLog({
        platform: this.#platform,
        directory: this.#directory,
        topic: METADATA_TOPIC,
        partition: 0,
        config: LOG_CONFIG,
        logger: this.#logger,
        tailCacheBytes: TAIL_CACHE_BYTES,
      });
      this.#log = log;
      log.listener = {
        onWritten: () => this.#written(log.writtenOffset),
        onWriteFailed: (_log, error) => {
          this.#logger.error({ err: error }, 'cannot write the metadata log');
          this.#fail(error);
        },
      };
      await this.#replay(log, found?.header, onTransaction);
    } catch (error) {
      this.#log?.abandon();
      this.#lock.release();
      throw error;
    }
  }

  append(transaction: Transaction): void {
    if (this.#failure !== undefined) return;
    const batch = encodeTransaction(transaction);
    this.#transactionsSinceSnapshot++;
    this.#bytesSinceSnapshot += batch.length;
    try {
      this.#opened().append(batch, { leaderEpoch: 0, origin: 'coordinator', ownsBuffer: true });
    } catch (error) {
      // The engine refuses: the disk has failed before. Whoever syncs learns of it.
      this.#fail(error);
    }
  }

  sync(): Promise<void> {
    const { logEndOffset, writtenOffset } = this.#opened();
    if (this.#failure !== undefined) return Promise.reject(asError(this.#failure));
    if (writtenOffset >= logEndOffset) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#waiters.push({ offset: logEndOffset, resolve, reject });
    });
  }

  get wantsSnapshot(): boolean {
    return (
      this.#transactionsSinceSnapshot >= this.#snapshotAfterTransactions ||
      this.#bytesSinceSnapshot >= SNAPSHOT_AFTER_BYTES
    );
  }

  async saveSnapshot(snapshot: TreeSnapshot): Promise<void> {
    const log = this.#opened();
    const nodes = [...snapshot.nodes];
    // What is not written yet may be lost, and then later transactions take its place in the log: replay must not begin behind it.
    const offset = log.writtenOffset;
    const batches = encodeSnapshot({ zxid: snapshot.zxid, nodes }, offset, nodes.length);
    this.#transactionsSinceSnapshot = 0;
    this.#bytesSinceSnapshot = 0;

    try {
      await this.#keep(`${String(snapshot.zxid).padStart(20, '0')}${SNAPSHOT_SUFFIX}`, batches);
      log.setHighWatermark(offset);
      log.deleteRecordsBefore(offset);
      log.applyRetention();
      this.#logger.debug({ zxid: snapshot.zxid, nodes: nodes.length }, 'metadata snapshot');
    } catch (error) {
      // The log still has everything; the next one is tried after as much again.
      this.#logger.warn({ zxid: snapshot.zxid, err: error }, 'cannot keep a metadata snapshot');
    }
  }

  /** In place of all older snapshots. */
  async #keep(name: string, batches: readonly Buffer[]): Promise<void> {
    const { disk } = this.#platform;
    const path = `${this.#directory}/${name}`;
    await writeDurably(disk, `${path}.tmp`, batches);
    disk.renameSync(`${path}.tmp`, path);
    disk.syncDirSync(this.#directory);

    for (const older of this.#snapshotNames()) {
      if (older < name) disk.removeFileSync(`${this.#directory}/${older}`);
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    try {
      await this.#log?.close();
    } catch (error) {
      // Everything acknowledged is synced; what a failed disk does with the rest nobody waits for.
      this.#logger.warn({ error }, 'the metadata log could not be closed cleanly');
      this.#log?.abandon();
    }
    this.#fail(new Error('the metadata log is closed'));
    this.#lock?.release();
  }

  async #replay(
    log: PartitionLog,
    snapshot: { readonly zxid: number; readonly offset: number } | undefined,
    onTransaction: (transaction: Transaction) => void,
  ): Promise<void> {
    if (snapshot === undefined && log.logStartOffset > 0) {
      throw new TransactionFormatError(`the snapshot is missing in ${this.#directory}`);
    }
    let offset = Math.max(log.logStartOffset, snapshot?.offset ?? 0);
    while (offset < log.logEndOffset) {
      const read = log.read(offset, {
        maxBytes: REPLAY_READ_BYTES,
        upToOffset: log.logEndOffset,
        minOneBatch: true,
      });
      const batches = Buffer.concat(await load(read));
      read.release();
      let last = offset;
      for (const at of batchPositions(batches)) {
        const transaction = decodeTransaction(batches, at);
        last = Number(batches.readBigInt64BE(at)) + transaction.effects.length;
        if (transaction.zxid <= (snapshot?.zxid ?? 0)) continue;
        onTransaction(transaction);
        this.#transactionsSinceSnapshot++;
      }
      if (last === offset) throw new TransactionFormatError(`nothing to read at offset ${offset}`);
      offset = last;
    }
  }

  #newestSnapshot(): ReturnType<typeof decodeSnapshot> | undefined {
    for (const name of this.#snapshotNames().reverse()) {
      const file = this.#platform.disk.readFileSync(`${this.#directory}/${name}`);
      try {
        return decodeSnapshot(file);
      } catch (error) {
        this.#logger.error({ name, error }, 'a metadata snapshot is unreadable');
      }
    }
    return undefined;
  }

  /** Oldest first. */
  #snapshotNames(): string[] {
    return this.#platform.disk
      .readDirSync(this.#directory)
      .map(({ name }) => name)
      .filter((name) => name.endsWith(SNAPSHOT_SUFFIX))
      .sort();
  }

  #opened(): PartitionLog {
    if (this.#log === undefined) throw new Error('the transaction log is not open');
    return this.#log;
  }

  #written(offset: number): void {
    const done = this.#waiters.filter((waiter) => waiter.offset <= offset);
    this.#waiters = this.#waiters.filter((waiter) => waiter.offset > offset);
    for (const { resolve } of done) resolve();
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const { reject } of waiters) reject(error);
  }
}

function load(read: LogRead): Promise<Buffer[]> {
  return new Promise((resolve, reject) => {
    read.load((error, buffers) => {
      if (error === undefined) resolve(buffers);
      else reject(error);
    });
  });
}

/** With its parents where they are missing; every name that is made is synced. */
function makeDirDurably(disk: Disk, path: string): void {
  if (path === '' || disk.statSync(path) !== undefined) return;
  const slash = path.lastIndexOf('/');
  const parent = slash < 0 ? '.' : path.slice(0, slash);
  if (slash > 0) makeDirDurably(disk, parent);
  disk.makeDirSync(path);
  disk.syncDirSync(parent === '' ? '/' : parent);
}

async function writeDurably(disk: Disk, path: string, buffers: readonly Buffer[]): Promise<void> {
  const file = disk.openSync(path, 'write');
  try {
    file.truncateSync(0);
    await new Promise<void>((resolve, reject) => {
      const settle = (error: DiskError | undefined): void => {
        if (error === undefined) resolve();
        else reject(error);
      };
      file.write(buffers, 0, (error) => {
        if (error === undefined) file.sync(settle);
        else settle(error);
      });
    });
  } finally {
    file.closeSync();
  }
}

function asError(failure: unknown): Error {
  return failure instanceof Error ? failure : new Error(String(failure));
}
