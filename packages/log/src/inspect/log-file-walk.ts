/**
 * Walks all batches of a log file, whole, as they lie there, sound or not: for those who look at files, not for those who serve them.
 *
 * Owns a window of the file in memory, as large as the largest batch and never larger than {@link BATCH_BYTES_MAX}. Changes nothing,
 * throws nothing but DiskError.
 */
import {
  BATCH_HEADER_BYTES,
  BATCH_MAGIC,
  batchCrc,
  batchMagic,
  batchSizeBytes,
  computeBatchCrc,
} from '@zurau/protocol';
import type { DiskFile } from '@zurau/platform';

/** A size field above this is taken for damage: nobody writes such batches, and no one could read them. */
export const BATCH_BYTES_MAX: number = 512 * 1024 * 1024;
const WINDOW_BYTES = 1024 * 1024;
/** The magic is the byte at 16 in every format. */
const READABLE_BYTES = 17;

/** Why a walk cannot go on although the file does. */
export type WalkStop =
  /** Nothing but zeros as far as a header reaches: allocated, never written. */
  | { readonly kind: 'zeros' }
  /** The file ends inside the batch. */
  | { readonly kind: 'incomplete' }
  /** Message format 0 or 1. */
  | { readonly kind: 'old-format'; readonly magic: number }
  | { readonly kind: 'impossible-magic'; readonly magic: number }
  | { readonly kind: 'impossible-size'; readonly sizeBytes: number };

export class LogFileWalk {
  /** Holds the current batch, whole, at {@link at}; until the next step. */
  buffer: Buffer;
  at = 0;
  /** Of the current batch, or of what stopped the walk, in the file. */
  position = 0;
  sizeBytes = 0;
  /** Set when the walk ended before the file did. */
  stop: WalkStop | undefined;
  readonly #file: DiskFile;
  readonly #fileBytes: number;
  #windowPosition = 0;
  #windowBytes = 0;

  constructor(file: DiskFile) {
    this.#file = file;
    this.#fileBytes = file.sizeSync();
    this.buffer = Buffer.allocUnsafe(
      Math.max(BATCH_HEADER_BYTES, Math.min(WINDOW_BYTES, this.#fileBytes)),
    );
  }

  get fileBytes(): number {
    return this.#fileBytes;
  }

  /** Moves to the next batch; false at the end of the file and where no batch can be. */
  next(): boolean {
    this.position += this.sizeBytes;
    this.sizeBytes = 0;
    if (this.position >= this.#fileBytes) return false;
    this.stop = this.#stepIntoBatch();
    return this.stop === undefined;
  }

  /** Whether the checksum of the current batch is right. */
  get crcIsRight(): boolean {
    return computeBatchCrc(this.buffer, this.at) === batchCrc(this.buffer, this.at);
  }

  #stepIntoBatch(): WalkStop | undefined {
    const headerBytes = this.#hold(BATCH_HEADER_BYTES);
    const header = this.buffer.subarray(this.at, this.at + headerBytes);
    if (header.every((byte) => byte === 0)) return { kind: 'zeros' };
    if (headerBytes < READABLE_BYTES) return { kind: 'incomplete' };
    const magic = batchMagic(this.buffer, this.at);
    if (magic === 0 || magic === 1) return { kind: 'old-format', magic };
    if (magic !== BATCH_MAGIC) return { kind: 'impossible-magic', magic };
    const sizeBytes = batchSizeBytes(this.buffer, this.at);
    if (sizeBytes < BATCH_HEADER_BYTES || sizeBytes > BATCH_BYTES_MAX) {
      return { kind: 'impossible-size', sizeBytes };
    }
    if (this.position + sizeBytes > this.#fileBytes) return { kind: 'incomplete' };
    if (this.#hold(sizeBytes) < sizeBytes) return { kind: 'incomplete' };
    this.sizeBytes = sizeBytes;
    return undefined;
  }

  /** Has `byteCount` bytes from the position on in the buffer, or as many as there are; returns how many. */
  #hold(byteCount: number): number {
    const inWindow = this.position - this.#windowPosition;
    if (inWindow + byteCount <= this.#windowBytes) {
      this.at = inWindow;
      return byteCount;
    }
    if (byteCount > this.buffer.length) this.buffer = Buffer.allocUnsafe(byteCount);
    const wanted = Math.min(this.buffer.length, this.#fileBytes - this.position);
    this.#windowBytes = this.#file.readSync(this.buffer, 0, wanted, this.position);
    this.#windowPosition = this.position;
    this.at = 0;
    return Math.min(byteCount, this.#windowBytes);
  }
}

/** For people. */
export function describeStop(stop: WalkStop): string {
  switch (stop.kind) {
    case 'zeros':
      return 'zeros where a batch should begin';
    case 'incomplete':
      return 'the file ends inside a batch';
    case 'old-format':
      return `a message of format ${stop.magic}; only format 2 is read`;
    case 'impossible-magic':
      return `no batch: its format would be ${stop.magic}`;
    case 'impossible-size':
      return `no batch: its size would be ${stop.sizeBytes} bytes`;
  }
}
