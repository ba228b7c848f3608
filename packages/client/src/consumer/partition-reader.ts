/**
 * Reads one assigned partition: where its reader stands, what was fetched ahead, what went wrong.
 *
 * There are three offsets. `finished` is where the application has asked for more: what is in front of it is done with. `position` is the next
 * record that the application gets; `fetchOffset` is where the next fetch goes on, ahead of it by what is buffered. Every seek starts a new
 * epoch, and what was asked for in an older one is ignored when it arrives.
 *
 * Synchronous; knows nothing of brokers.
 */
import type { DecodedRecord } from '@zurau/protocol';
import type { KafkaError } from '../errors.ts';
import { Fifo } from '../fifo.ts';
import { partitionName, type TopicPartition } from '../topic-partition.ts';
import type { FetchedPiece } from './fetched-piece.ts';
import type { Position } from './position.ts';

/** A position that is not an offset yet. `committed` is the group's, or where `autoOffsetReset` says. */
export type Wish = Exclude<Position, number> | 'committed';

/** An offset, with the leader epoch of the record in front of it; -1 when that is unknown. */
export interface Place {
  readonly offset: number;
  readonly leaderEpoch: number;
}

export const UNKNOWN_EPOCH = -1;

export class PartitionReader {
  readonly topic: string;
  readonly partition: number;
  readonly name: string;
  /** By the application. */
  paused = false;
  /** By a rebalance: the partition is about to go. */
  held = false;
  /** From the last fetch; -1 before the first. */
  highWatermark = -1;
  lastStableOffset = -1;
  logStartOffset = -1;
  /** Set while a look-up or a fetch of this partition is under way. */
  busy = false;
  /** Monotonic time before which nothing is asked. */
  notBeforeMs = 0;
  /** Failures in a row that a retry may mend. */
  failureCount = 0;
  /** Monotonic time since which it is read. */
  assignedMs: number | undefined;
  /** Monotonic time of the last good answer to a fetch; undefined before. */
  answeredMs: number | undefined;
  /** For the next poll to throw. */
  failure: KafkaError | undefined;
  /** A replica near by, which the leader pointed to (KIP-392), and until when to go by that. */
  preferredReplica: { readonly id: number; readonly untilMs: number } | undefined;
  /** The leader epoch that the fetch position was checked against (KIP-320). */
  validatedEpoch: number = UNKNOWN_EPOCH;
  /** What the group has as far as this reader knows; undefined when it knows nothing. */
  committedOffset: number | undefined;
  /** Of the last record that was returned, milliseconds since the epoch; undefined before. */
  lastTimestamp: number | undefined;

  #epoch = 0;
  /** Where to go when `position` is unknown. */
  #wish: Wish | undefined;
  #position = -1;
  #positionEpoch: number = UNKNOWN_EPOCH;
  #fetchOffset = -1;
  #fetchEpoch: number = UNKNOWN_EPOCH;
  #finished: Place | undefined;
  /** Everything before is decoded: returned, left over, or not for the application. */
  #decodedTo = -1;
  readonly #pieces: Fifo<FetchedPiece> = new Fifo();
  #bufferedBytes = 0;
  /** Decoded, but above the limit of the poll that decoded them. */
  #leftover: DecodedRecord[] = [];

  constructor(of: TopicPartition, position: Position | 'committed') {
    this.topic = of.topic;
    this.partition = of.partition;
    this.name = partitionName(of);
    this.seek(position);
  }

  /** Changes with every seek. */
  get epoch(): number {
    return this.#epoch;
  }

  /** The position that has to be looked up, or undefined when the offset is known. */
  get wish(): Wish | undefined {
    return this.#wish;
  }

  /** Offset of the next record that is returned; undefined while it is looked up. */
  get position(): number | undefined {
    return this.#wish === undefined ? this.#position : undefined;
  }

  /** The position as it is committed; undefined while it is looked up. */
  get place(): Place | undefined {
    if (this.#wish !== undefined) return undefined;
    return { offset: this.#position, leaderEpoch: this.#positionEpoch };
  }

  /** In front of this the application is done with everything; undefined when it has not begun. */
  get finished(): Place | undefined {
    return this.#finished;
  }

  get fetchOffset(): number {
    return this.#fetchOffset;
  }

  /** Leader epoch of what is in front of `fetchOffset`. */
  get fetchEpoch(): number {
    return this.#fetchEpoch;
  }

  get bufferedBytes(): number {
    return this.#bufferedBytes;
  }

  get hasRecords(): boolean {
    return this.#leftover.length > 0 || this.#pieces.size > 0;
  }

  /** Of the next record, if it was fetched already; milliseconds since the epoch. */
  get nextTimestamp(): number | undefined {
    return this.#leftover[0]?.timestamp ?? this.#pieces.peek()?.nextTimestamp;
  }

  /** Whether anything may be asked for, or returned. */
  get isIdle(): boolean {
    return this.paused || this.held;
  }

  /** Forgets what is buffered, and reads from there. */
  seek(position: Position | 'committed', leaderEpoch: number = UNKNOWN_EPOCH): void {
    this.#epoch += 1;
    this.#pieces.takeAll();
    this.#leftover = [];
    this.#bufferedBytes = 0;
    this.failure = undefined;
    this.notBeforeMs = 0;
    this.busy = false;
    if (typeof position === 'number') this.found(position, leaderEpoch);
    else this.#wish = position;
  }

  /** The look-up of the wish has an answer. */
  found(offset: number, leaderEpoch: number = UNKNOWN_EPOCH): void {
    this.#wish = undefined;
    this.#position = offset;
    this.#positionEpoch = leaderEpoch;
    this.#fetchOffset = offset;
    this.#fetchEpoch = leaderEpoch;
    this.#decodedTo = offset;
    this.validatedEpoch = UNKNOWN_EPOCH;
  }

  /** The application asks for more, so it is done with what it has. */
  finish(): void {
    if (this.#wish === undefined) this.#finished = this.place;
  }

  /** The application says itself how far it is done. */
  finishAt(place: Place): void {
    this.#finished = place;
  }

  /** Takes over what a fetch at `fetchOffset` brought. */
  add(piece: FetchedPiece): void {
    if (piece.nextOffset === undefined) return;
    this.#pieces.push(piece);
    this.#bufferedBytes += piece.sizeBytes;
    this.#fetchOffset = Math.max(this.#fetchOffset, piece.nextOffset);
    this.#fetchEpoch = piece.lastEpoch;
  }

  /**
   * Up to `countMax` records in order; moves the position behind them, and behind what is not for the application. Throws DecodeError or
   * CompressionError, again and again until a seek: a damaged batch is never skipped.
   */
  take(countMax: number): DecodedRecord[] {
    const records = this.#leftover;
    this.#leftover = [];
    while (records.length < countMax) {
      const piece = this.#pieces.peek();
      if (piece === undefined) break;
      try {
        const batch = piece.next(this.#decodedTo);
        if (batch === undefined) {
          this.#pieces.shift();
          this.#bufferedBytes -= piece.sizeBytes;
          continue;
        }
        // Never back, whatever a broker sends.
        this.#decodedTo = Math.max(this.#decodedTo, batch.nextOffset);
        this.#positionEpoch = batch.leaderEpoch;
        for (const record of batch.records) records.push(record);
      } catch (error) {
        // What is in front of the damaged batch is good, and goes out first.
        if (records.length === 0) throw error;
        break;
      }
    }
    if (records.length > countMax) {
      this.#leftover = records.splice(countMax);
      this.#position = (this.#leftover[0] as DecodedRecord).offset;
    } else {
      this.#position = Math.max(this.#position, this.#decodedTo);
    }
    this.lastTimestamp = records.at(-1)?.timestamp ?? this.lastTimestamp;
    return records;
  }
}
