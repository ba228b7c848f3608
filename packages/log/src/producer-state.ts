/**
 * All producers of one log, and its transactions: open ones, and those complete but not yet below the high watermark.
 *
 * Owns the state in memory as of `endOffset`; files are the snapshot store's. Every batch with a producer id goes
 * through `check` (may refuse it, changes nothing) and, once it has its offsets, through `apply` (never refuses).
 */
import {
  DecodeError,
  ErrorCode,
  attributesIsControl,
  attributesIsTransactional,
  batchAttributes,
  batchBaseOffset,
  batchLastOffset,
  batchLastSequence,
  batchMaxTimestamp,
  batchProducerEpoch,
  batchProducerId,
  decodeControlRecord,
  decodeRecords,
} from '@zurau/protocol';
import type { ControlRecord } from '@zurau/protocol';
import { PRODUCER_EXPIRATION_MS, PRODUCER_RECALL_MAX_BYTES } from './limits.ts';
import { LogError } from './log-error.ts';
import type { AppendOrigin, ProducerBatch } from './producer-entry.ts';
import { ProducerEntry } from './producer-entry.ts';
import { encodeProducerSnapshot } from './producer-snapshot.ts';
import type { RecallProgress } from './producer-recall.ts';
import type { AbortedTransaction } from './transaction-index.ts';

export class ProducerState {
  readonly #expirationMs: number;
  readonly #producers = new Map<number, ProducerEntry>();
  /** First offset to producer id, ascending. */
  readonly #ongoing = new Map<number, number>();
  /** First offset to marker offset, ascending. */
  readonly #unreplicated = new Map<number, number>();
  /** The state covers all batches below. */
  endOffset = 0;
  /** How far the log was read back for batches that the snapshot at the bottom of this state does not have. */
  readonly recall: RecallProgress = { fromOffset: 0, leftBytes: 0 };

  constructor(expirationMs: number = PRODUCER_EXPIRATION_MS) {
    this.#expirationMs = expirationMs;
  }

  get count(): number {
    return this.#producers.size;
  }

  entry(producerId: number): ProducerEntry | undefined {
    return this.#producers.get(producerId);
  }

  entries(): IterableIterator<ProducerEntry> {
    return this.#producers.values();
  }

  /** First offset of the earliest transaction whose outcome readers may not see yet; undefined when there is none. */
  get firstUnstableOffset(): number | undefined {
    let first: number | undefined;
    for (const offset of this.#ongoing.keys()) {
      first = offset;
      break;
    }
    for (const offset of this.#unreplicated.keys()) {
      return first === undefined || offset < first ? offset : first;
    }
    return first;
  }

  /**
   * Whether the batch may be appended; throws LogError if not. Returns the batch it repeats, if it does.
   * `origin` is not 'replication': what the leader accepted is not questioned. `recall` finds earlier batches of a producer in the log.
   */
  check(
    buffer: Buffer,
    at: number,
    origin: AppendOrigin,
    recall: (entry: ProducerEntry) => void,
  ): ProducerBatch | undefined {
    const producerId = batchProducerId(buffer, at);
    if (producerId < 0) return undefined;
    const entry = this.#producers.get(producerId);
    if (attributesIsControl(batchAttributes(buffer, at))) {
      const marker = readMarker(buffer, at);
      if (entry !== undefined && marker !== undefined) {
        entry.checkEpoch(batchProducerEpoch(buffer, at));
        if (entry.coordinatorEpoch > marker.coordinatorEpoch) {
          throw new LogError(ErrorCode.TRANSACTION_COORDINATOR_FENCED);
        }
      }
      return undefined;
    }
    if (entry === undefined) return undefined;
    if (origin === 'client') {
      if (entry.mayRepeatUnknown(buffer, at)) recall(entry);
      const duplicate = entry.duplicateOf(buffer, at);
      if (duplicate !== undefined) return duplicate;
    }
    entry.checkData(buffer, at, origin);
    return undefined;
  }

  /** Takes the batch, which has its final offsets, into account. Returns the transaction it aborts, if it does. */
  apply(buffer: Buffer, at: number, nowMs: number): AbortedTransaction | undefined {
    const lastOffset = batchLastOffset(buffer, at);
    this.endOffset = lastOffset + 1;
    const producerId = batchProducerId(buffer, at);
    if (producerId < 0) return undefined;
    const attributes = batchAttributes(buffer, at);
    if (attributesIsControl(attributes)) return this.#applyMarker(buffer, at, producerId, nowMs);

    const entry = this.#seen(producerId, nowMs);
    const firstOffset = batchBaseOffset(buffer, at);
    entry.addBatch(
      batchProducerEpoch(buffer, at),
      batchLastSequence(buffer, at),
      lastOffset,
      lastOffset - firstOffset,
      batchMaxTimestamp(buffer, at),
    );
    if (attributesIsTransactional(attributes) && entry.transactionFirstOffset < 0) {
      entry.transactionFirstOffset = firstOffset;
      this.#ongoing.set(firstOffset, producerId);
    }
    return undefined;
  }

  #applyMarker(
    buffer: Buffer,
    at: number,
    producerId: number,
    nowMs: number,
  ): AbortedTransaction | undefined {
    const marker = readMarker(buffer, at);
    if (marker === undefined || marker.type === 'unknown') return undefined;
    const entry = this.#seen(producerId, nowMs);
    const firstOffset = entry.transactionFirstOffset;
    const lastOffset = batchBaseOffset(buffer, at);
    entry.setEpoch(batchProducerEpoch(buffer, at));
    entry.coordinatorEpoch = marker.coordinatorEpoch;
    entry.lastTimestamp = batchMaxTimestamp(buffer, at);
    entry.transactionFirstOffset = -1;
    if (firstOffset < 0) return undefined;
    this.#ongoing.delete(firstOffset);
    this.#unreplicated.set(firstOffset, lastOffset);
    if (marker.type === 'commit') return undefined;
    let lastStableOffset = lastOffset + 1;
    for (const offset of this.#ongoing.keys()) {
      lastStableOffset = offset;
      break;
    }
    return { producerId, firstOffset, lastOffset, lastStableOffset };
  }

  /** Completed transactions below the high watermark no longer hold readers back. */
  onHighWatermark(highWatermark: number): void {
    if (this.#unreplicated.size === 0) return;
    for (const [firstOffset, lastOffset] of this.#unreplicated) {
      if (lastOffset < highWatermark) this.#unreplicated.delete(firstOffset);
    }
  }

  removeExpired(nowMs: number): void {
    for (const entry of this.#producers.values()) {
      if (entry.isExpired(nowMs, this.#expirationMs)) this.#producers.delete(entry.producerId);
    }
  }

  /** State as of `offset`; completed transactions are taken as replicated until batches above say otherwise. */
  reset(offset: number, entries: Iterable<ProducerEntry>, nowMs: number): void {
    this.#producers.clear();
    this.#ongoing.clear();
    this.#unreplicated.clear();
    this.endOffset = offset;
    this.recall.fromOffset = offset;
    this.recall.leftBytes = PRODUCER_RECALL_MAX_BYTES;
    const open: ProducerEntry[] = [];
    for (const entry of entries) {
      // When it was seen last is not on disk: half the time is what it is given, or what its records' times say.
      const floorMs = nowMs - this.#expirationMs / 2;
      entry.lastSeenMs = Math.min(nowMs, Math.max(floorMs, entry.lastTimestamp));
      this.#producers.set(entry.producerId, entry);
      if (entry.transactionFirstOffset >= 0) open.push(entry);
    }
    open.sort((a, b) => a.transactionFirstOffset - b.transactionFirstOffset);
    for (const entry of open) this.#ongoing.set(entry.transactionFirstOffset, entry.producerId);
  }

  #seen(producerId: number, nowMs: number): ProducerEntry {
    let entry = this.#producers.get(producerId);
    if (entry === undefined) {
      entry = new ProducerEntry(producerId);
      this.#producers.set(producerId, entry);
    }
    entry.lastSeenMs = nowMs;
    return entry;
  }

  encode(): Buffer {
    return encodeProducerSnapshot(this.#producers.values(), this.#producers.size);
  }
}

function readMarker(buffer: Buffer, at: number): ControlRecord | undefined {
  try {
    const record = decodeRecords(buffer, at, { checkCrc: false })[0];
    return record === undefined ? undefined : decodeControlRecord(record);
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}
