/**
 * Reads one assigned partition: where its reader stands, what was fetched ahead, what went wrong.
 *
 * There are two offsets. `position` is the next record that the application gets; `fetchOffset` is where the next fetch goes on, ahead of it by
 * what is buffered. Every seek starts a new epoch, and what was asked for in an older one is ignored when it arrives.
 *
 * Synchronous; knows nothing of brokers.
 */
import type { DecodedRecord } from '@zurau/protocol';
import type { KafkaError } from '../errors.ts';
import { Fifo } from '../fifo.ts';
import { partitionName, type TopicPartition } from '../topic-partition.ts';
import type { FetchedPiece } from './fetched-piece.ts';
import type { Position } from './position.ts';

export class PartitionReader {
  readonly topic: string;
  readonly partition: number;
  readonly name: string;
  paused = false;
  /** From the last fetch; -1 before the first. */
  highWatermark = -1;
  logStartOffset = -1;
  /** Set while a look-up or a fetch of this partition is under way. */
  busy = false;
  /** Monotonic time before which nothing is asked. */
  notBeforeMs = 0;
  /** For the next poll to throw. */
  failure: KafkaError | undefined;

  #epoch = 0;
  /** Where to go when `position` is unknown. */
  #wish: Exclude<Position, number> | undefined;
  #position = -1;
  #fetchOffset = -1;
  /** Everything before is decoded: returned, left over, or not for the application. */
  #decodedTo = -1;
  readonly #pieces: Fifo<FetchedPiece> = new Fifo();
  #bufferedBytes = 0;
  /** Decoded, but above the limit of the poll that decoded them. */
  #leftover: DecodedRecord[] = [];

  constructor(of: TopicPartition, position: Position) {
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
  get wish(): Exclude<Position, number> | undefined {
    return this.#wish;
  }

  /** Offset of the next record that is returned; undefined while it is looked up. */
  get position(): number | undefined {
    return this.#wish === undefined ? this.#position : undefined;
  }

  get fetchOffset(): number {
    return this.#fetchOffset;
  }

  get bufferedBytes(): number {
    return this.#bufferedBytes;
  }

  get hasRecords(): boolean {
    return this.#leftover.length > 0 || this.#pieces.size > 0;
  }

  /** Forgets what is buffered, and reads from there. */
  seek(position: Position): void {
    this.#epoch += 1;
    this.#pieces.takeAll();
    this.#leftover = [];
    this.#bufferedBytes = 0;
    this.failure = undefined;
    this.notBeforeMs = 0;
    this.busy = false;
    if (typeof position === 'number') this.#startAt(position);
    else this.#wish = position;
  }

  /** The look-up of the wish has an answer. */
  found(offset: number): void {
    this.#startAt(offset);
  }

  /** Takes over what a fetch at `fetchOffset` brought. */
  add(piece: FetchedPiece): void {
    if (piece.nextOffset === undefined) return;
    this.#pieces.push(piece);
    this.#bufferedBytes += piece.sizeBytes;
    this.#fetchOffset = Math.max(this.#fetchOffset, piece.nextOffset);
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
        this.#decodedTo = batch.nextOffset;
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
    return records;
  }

  #startAt(offset: number): void {
    this.#wish = undefined;
    this.#position = offset;
    this.#fetchOffset = offset;
    this.#decodedTo = offset;
  }
}
