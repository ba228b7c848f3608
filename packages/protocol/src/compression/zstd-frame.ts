/**
 * The outline of Zstandard frames (RFC 8878; integers little-endian): enough to bound the output before decompressing.
 *
 *     frame  = magic 0xFD2FB528 | descriptor | [window] | [dictionary id] | [content size] | blocks | [checksum int32]
 *     block  = header 3 bytes: bit 0 last, bits 1-2 type (0 stored, 1 one byte repeated, 2 compressed), size | data
 *     skippable frame = magic 0x184D2A5x | size uint32 | data
 *
 * Never looks into compressed blocks: those become at most 128 KiB each.
 */
import { corrupt } from './compression-error.ts';

const FRAME_MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a50;
const SKIPPABLE_HEADER_BYTES = 8;
const BLOCK_OUTPUT_BYTES_MAX = 128 * 1024;
const DICTIONARY_ID_BYTES = [0, 1, 2, 4];
const BLOCK_STORED = 0;
const BLOCK_REPEATED = 1;
const BLOCK_COMPRESSED = 2;

export interface ZstdFrame {
  readonly start: number;
  readonly end: number;
  /** -1: not declared, as in what Java's stream writes. */
  readonly contentBytes: number;
  /** The most that it can become; the declared size where there is one. */
  readonly outputBytesMax: number;
}

/** The frames of the input without skippable ones. Throws CompressionError when they do not fill it exactly. */
export function zstdFrames(input: Buffer): ZstdFrame[] {
  const frames: ZstdFrame[] = [];
  let at = 0;
  while (at < input.length) {
    const magic = unsigned(input, at, 4);
    if (magic === FRAME_MAGIC) {
      const frame = readFrame(input, at);
      frames.push(frame);
      at = frame.end;
    } else if (magic >>> 4 === SKIPPABLE_MAGIC >>> 4) {
      at += SKIPPABLE_HEADER_BYTES + unsigned(input, at + 4, 4);
    } else {
      throw corrupt('zstd', 'not a frame');
    }
  }
  if (at > input.length) throw corrupt('zstd', 'ends inside a frame');
  return frames;
}

function readFrame(input: Buffer, start: number): ZstdFrame {
  const descriptor = unsigned(input, start + 4, 1);
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const hasChecksum = (descriptor & 0x04) !== 0;
  let at = start + 5 + (isSingleSegment ? 0 : 1) + DICTIONARY_ID_BYTES[descriptor & 0x03]!;
  const contentBytes = contentSize(input, at, descriptor >>> 6, isSingleSegment);
  at += contentSizeBytes(descriptor >>> 6, isSingleSegment);

  let blocksBytesMax = 0;
  for (let isLast = false; !isLast;) {
    const blockHeader = unsigned(input, at, 3);
    const size = blockHeader >>> 3;
    isLast = (blockHeader & 1) === 1;
    at += 3;
    switch ((blockHeader >>> 1) & 0x03) {
      case BLOCK_STORED:
        blocksBytesMax += size;
        at += size;
        break;
      case BLOCK_REPEATED:
        blocksBytesMax += size;
        at += 1;
        break;
      case BLOCK_COMPRESSED:
        blocksBytesMax += BLOCK_OUTPUT_BYTES_MAX;
        at += size;
        break;
      default:
        throw corrupt('zstd', 'unknown block type');
    }
  }
  if (hasChecksum) at += 4;
  if (at > input.length) throw corrupt('zstd', 'ends inside a frame');
  if (contentBytes > blocksBytesMax) throw corrupt('zstd', 'declares more than its blocks hold');
  return {
    start,
    end: at,
    contentBytes,
    outputBytesMax: contentBytes < 0 ? blocksBytesMax : contentBytes,
  };
}

function contentSizeBytes(flag: number, isSingleSegment: boolean): number {
  if (flag === 0) return isSingleSegment ? 1 : 0;
  return 2 ** flag;
}

function contentSize(input: Buffer, at: number, flag: number, isSingleSegment: boolean): number {
  switch (contentSizeBytes(flag, isSingleSegment)) {
    case 0:
      return -1;
    case 1:
      return unsigned(input, at, 1);
    case 2:
      return unsigned(input, at, 2) + 256;
    case 4:
      return unsigned(input, at, 4);
    default:
      return unsigned(input, at, 4) + unsigned(input, at + 4, 4) * 2 ** 32;
  }
}

function unsigned(input: Buffer, at: number, byteCount: number): number {
  if (at + byteCount > input.length) throw corrupt('zstd', 'ends inside a frame');
  return input.readUIntLE(at, byteCount);
}
