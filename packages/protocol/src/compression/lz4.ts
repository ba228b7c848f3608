/**
 * LZ4 frames (integers little-endian). Blocks come from the addon; the frame is ours, because that bounds the output
 * block by block, and because the addon's own frames are two to ten times slower than its blocks.
 *
 *     frame = magic 0x184D2204 | FLG | BD | [contentBytes int64] | [dictionary id int32] | header checksum
 *           | blocks | end mark int32 0 | [content checksum int32]
 *     FLG   = version 01 | blocks independent | block checksums | content size | content checksum | 0 | dictionary
 *     BD    = 0 | largest block 4: 64 KiB, 5: 256 KiB, 6: 1 MiB, 7: 4 MiB | 0000
 *     block = size uint32, top bit: stored as it is | data | [checksum int32]
 *
 * We write what Kafka's Java client reads and writes: independent blocks of 64 KiB, no sizes, no checksums (the batch
 * has its CRC).
 */
import { loadNativeAddon } from '../native-addon.ts';
import { CompressionError, corrupt, tooLarge } from './compression-error.ts';
import { xxhash32 } from './xxhash32.ts';

/** Raw blocks; `compressSync` answers, and `uncompressSync` takes, a block behind its size as int32. */
interface Lz4Addon {
  readonly compressSync: (input: Uint8Array) => Buffer;
  readonly uncompressSync: (input: Uint8Array, dictionary?: Uint8Array) => Buffer;
}

const MAGIC = 0x184d2204;
/** Magic, version 1 with independent blocks, 64 KiB, and the checksum of these two bytes. */
const FRAME_HEADER: Buffer = Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82]);
const BLOCK_BYTES = 64 * 1024;
const SIZE_PREFIX_BYTES = 4;
const STORED_BIT = 0x8000_0000;
/** A length byte of a block adds 255 bytes at most. */
const EXPANSION_MAX = 255;
const WINDOW_BYTES = 64 * 1024;

let addon: Lz4Addon | null | undefined;

function lz4(): Lz4Addon {
  if (addon === undefined) addon = loadNativeAddon<Lz4Addon>('lz4-napi');
  if (addon === null) {
    throw new CompressionError('lz4', 'UNAVAILABLE', 'the package lz4-napi has no build here');
  }
  return addon;
}

export function compressLz4(input: Buffer): Buffer {
  const { compressSync } = lz4();
  const blockCount = Math.ceil(input.length / BLOCK_BYTES);
  // A block that would grow is stored: no block is larger than its input.
  const output = Buffer.allocUnsafe(FRAME_HEADER.length + blockCount * 4 + input.length + 4);
  output.set(FRAME_HEADER, 0);
  let at = FRAME_HEADER.length;
  for (let start = 0; start < input.length; start += BLOCK_BYTES) {
    const block = input.subarray(start, start + BLOCK_BYTES);
    const compressed = compressSync(block);
    const compressedBytes = compressed.length - SIZE_PREFIX_BYTES;
    if (compressedBytes < block.length) {
      at = output.writeUInt32LE(compressedBytes, at);
      at += compressed.copy(output, at, SIZE_PREFIX_BYTES);
    } else {
      at = output.writeUInt32LE(STORED_BIT + block.length, at);
      output.set(block, at);
      at += block.length;
    }
  }
  at = output.writeUInt32LE(0, at);
  return output.subarray(0, at);
}

interface FrameHeader {
  readonly blocksIndependent: boolean;
  readonly blockChecksums: boolean;
  readonly contentChecksum: boolean;
  /** -1: not declared. */
  readonly contentBytes: number;
  readonly blockBytesMax: number;
  /** Where the first block begins. */
  readonly end: number;
}

/** The first frame of the input; what follows it is ignored, as Java does. */
export function decompressLz4(input: Buffer, maxBytes: number): Buffer {
  const header = readFrameHeader(input);
  if (header.contentBytes > maxBytes) throw tooLarge('lz4', maxBytes);
  const blocks: Buffer[] = [];
  let totalBytes = 0;
  let at = header.end;
  for (;;) {
    const sizeField = uint32(input, at);
    at += 4;
    if (sizeField === 0) break;
    const blockBytes = sizeField % STORED_BIT;
    const end = at + blockBytes;
    if (blockBytes > header.blockBytesMax || end > input.length) {
      throw corrupt('lz4', 'impossible block size');
    }
    const allowedBytes = maxBytes - totalBytes;
    let block: Buffer;
    if (sizeField >= STORED_BIT) {
      if (blockBytes > allowedBytes) throw tooLarge('lz4', maxBytes);
      block = input.subarray(at, end);
    } else {
      const possibleBytes = Math.min(header.blockBytesMax, blockBytes * EXPANSION_MAX);
      const outputBytesMax = Math.min(possibleBytes, allowedBytes);
      const dictionary = header.blocksIndependent ? undefined : lastBytes(blocks, WINDOW_BYTES);
      const uncompressed = uncompressBlock(input.subarray(at, end), outputBytesMax, dictionary);
      if (uncompressed === undefined) {
        if (outputBytesMax < possibleBytes) throw tooLarge('lz4', maxBytes);
        throw corrupt('lz4', 'damaged block');
      }
      block = uncompressed;
    }
    blocks.push(block);
    totalBytes += block.length;
    at = end;
    if (header.blockChecksums) {
      if (uint32(input, at) !== xxhash32(input, end - blockBytes, end)) {
        throw corrupt('lz4', 'wrong block checksum');
      }
      at += 4;
    }
  }
  if (header.contentBytes >= 0 && header.contentBytes !== totalBytes) {
    throw corrupt('lz4', 'content is not as long as declared');
  }
  const output = blocks.length === 1 ? blocks[0]! : Buffer.concat(blocks, totalBytes);
  if (header.contentChecksum && uint32(input, at) !== xxhash32(output, 0, output.length)) {
    throw corrupt('lz4', 'wrong content checksum');
  }
  return output;
}

function readFrameHeader(input: Buffer): FrameHeader {
  if (uint32(input, 0) !== MAGIC) throw corrupt('lz4', 'not a frame');
  if (input.length < FRAME_HEADER.length) throw corrupt('lz4', 'ends inside the frame header');
  const flags = input[4]!;
  const descriptor = input[5]!;
  if (flags >>> 6 !== 1 || (flags & 0x02) !== 0) throw corrupt('lz4', 'unknown frame version');
  if ((flags & 0x01) !== 0) throw corrupt('lz4', 'needs a dictionary');
  const sizeCode = descriptor >>> 4;
  if (sizeCode < 4 || sizeCode > 7 || (descriptor & 0x0f) !== 0) {
    throw corrupt('lz4', 'unknown block size');
  }
  let at = 6;
  let contentBytes = -1;
  if ((flags & 0x08) !== 0) {
    contentBytes = uint32(input, at) + uint32(input, at + 4) * 2 ** 32;
    at += 8;
  }
  if (at >= input.length) throw corrupt('lz4', 'ends inside the frame header');
  if (input[at] !== ((xxhash32(input, 4, at) >>> 8) & 0xff)) {
    throw corrupt('lz4', 'wrong header checksum');
  }
  return {
    blocksIndependent: (flags & 0x20) !== 0,
    blockChecksums: (flags & 0x10) !== 0,
    contentChecksum: (flags & 0x04) !== 0,
    contentBytes,
    blockBytesMax: 2 ** (8 + 2 * sizeCode),
    end: at + 1,
  };
}

/** Undefined when the block is damaged or holds more than `outputBytesMax`; the addon does not tell which. */
function uncompressBlock(
  block: Buffer,
  outputBytesMax: number,
  dictionary: Buffer | undefined,
): Buffer | undefined {
  const { uncompressSync } = lz4();
  const prefixed = Buffer.allocUnsafe(SIZE_PREFIX_BYTES + block.length);
  prefixed.writeUInt32LE(outputBytesMax, 0);
  prefixed.set(block, SIZE_PREFIX_BYTES);
  let output: Buffer;
  try {
    output = dictionary ? uncompressSync(prefixed, dictionary) : uncompressSync(prefixed);
  } catch {
    return undefined;
  }
  // The addon's buffer keeps all the memory that was allowed; views on a short output must not hold on to it.
  return output.length * 2 < outputBytesMax ? Buffer.from(output) : output;
}

/** The last `count` bytes of the blocks so far: what a dependent block may refer to. */
function lastBytes(blocks: readonly Buffer[], count: number): Buffer | undefined {
  const tail: Buffer[] = [];
  let missing = count;
  for (let index = blocks.length - 1; index >= 0 && missing > 0; index--) {
    const block = blocks[index]!;
    tail.unshift(block.subarray(Math.max(0, block.length - missing)));
    missing -= block.length;
  }
  return tail.length === 0 ? undefined : Buffer.concat(tail);
}

function uint32(input: Buffer, at: number): number {
  if (at + 4 > input.length) throw corrupt('lz4', 'ends too early');
  return input.readUInt32LE(at);
}
