/**
 * Snappy as Kafka's clients frame it. Blocks come from the addon, the framing (of the xerial library) is ours:
 *
 *     header = 0x82 "SNAPPY" 0x00 | version int32 1 | oldest compatible version int32 1
 *     then, until the end: blockBytes int32 | block, a raw snappy block of at most 32 KiB of input
 *     block  = uncompressedBytes as unsigned varint | commands
 *
 * Some clients send one bare block without framing; both are read.
 */
import { loadNativeAddon } from '../native-addon.ts';
import { CompressionError, corrupt, tooLarge } from './compression-error.ts';

interface SnappyOptions {
  readonly copyOutputData: boolean;
}

interface SnappyAddon {
  readonly compressSync: (input: Uint8Array, options: SnappyOptions) => Buffer;
  readonly uncompressSync: (input: Uint8Array, options: SnappyOptions) => Buffer | string;
}

const FRAME_HEADER: Buffer = Buffer.from([
  0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1,
]);
const MAGIC_BYTES = 8;
const BLOCK_BYTES = 32 * 1024;
/** A block that does not compress grows by a sixth and 32 bytes at most. */
const blockBytesMax = (inputBytes: number): number => 32 + inputBytes + Math.ceil(inputBytes / 6);
/** No command makes more than 64 bytes out of 3; with some slack, what a block can claim. */
const EXPANSION_MAX = 22;
/** Small copies are cheaper than buffers whose memory the addon manages: by a factor of 3 at 1 MiB. */
const OPTIONS: SnappyOptions = { copyOutputData: true };

let addon: SnappyAddon | null | undefined;

function snappy(): SnappyAddon {
  if (addon === undefined) addon = loadNativeAddon<SnappyAddon>('snappy');
  if (addon === null) {
    throw new CompressionError('snappy', 'UNAVAILABLE', 'the package snappy has no build here');
  }
  return addon;
}

export function compressSnappy(input: Buffer): Buffer {
  const { compressSync } = snappy();
  const blockCount = Math.ceil(input.length / BLOCK_BYTES);
  const lastBytes = input.length - Math.max(0, blockCount - 1) * BLOCK_BYTES;
  const output = Buffer.allocUnsafe(
    FRAME_HEADER.length +
      blockCount * 4 +
      Math.max(0, blockCount - 1) * blockBytesMax(BLOCK_BYTES) +
      blockBytesMax(lastBytes),
  );
  output.set(FRAME_HEADER, 0);
  let at = FRAME_HEADER.length;
  for (let start = 0; start < input.length; start += BLOCK_BYTES) {
    const block = compressSync(input.subarray(start, start + BLOCK_BYTES), OPTIONS);
    at = output.writeInt32BE(block.length, at);
    output.set(block, at);
    at += block.length;
  }
  return output.subarray(0, at);
}

export function decompressSnappy(input: Buffer, maxBytes: number): Buffer {
  if (!isFramed(input)) {
    const outputBytes = declaredBytes(input, 0, input.length);
    if (outputBytes > maxBytes) throw tooLarge('snappy', maxBytes);
    return uncompressBlock(input, outputBytes);
  }
  // All declared sizes are added up before anything is allocated.
  let totalBytes = 0;
  let blockCount = 0;
  for (let at = FRAME_HEADER.length; at < input.length; blockCount++) {
    const end = blockEnd(input, at);
    totalBytes += declaredBytes(input, at + 4, end);
    if (totalBytes > maxBytes) throw tooLarge('snappy', maxBytes);
    at = end;
  }
  if (blockCount === 1) {
    return uncompressBlock(input.subarray(FRAME_HEADER.length + 4), totalBytes);
  }
  const output = Buffer.allocUnsafe(totalBytes);
  let outputAt = 0;
  for (let at = FRAME_HEADER.length; at < input.length;) {
    const end = blockEnd(input, at);
    const block = uncompressBlock(input.subarray(at + 4, end), declaredBytes(input, at + 4, end));
    output.set(block, outputAt);
    outputAt += block.length;
    at = end;
  }
  return output;
}

function isFramed(input: Buffer): boolean {
  return (
    input.length >= FRAME_HEADER.length &&
    input.compare(FRAME_HEADER, 0, MAGIC_BYTES, 0, MAGIC_BYTES) === 0
  );
}

function blockEnd(input: Buffer, at: number): number {
  if (at + 4 > input.length) throw corrupt('snappy', 'ends inside a block length');
  const blockBytes = input.readInt32BE(at);
  const end = at + 4 + blockBytes;
  if (blockBytes <= 0 || end > input.length) throw corrupt('snappy', 'impossible block length');
  return end;
}

/** The size that the block in `input[at, end)` starts with. Throws where so few bytes cannot become so many. */
function declaredBytes(input: Buffer, at: number, end: number): number {
  let size = 0;
  for (let index = 0; index < 5 && at + index < end; index++) {
    const byte = input[at + index]!;
    size += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) {
      if (size > (end - at) * EXPANSION_MAX) break;
      return size;
    }
  }
  throw corrupt('snappy', 'impossible uncompressed size');
}

function uncompressBlock(block: Buffer, outputBytes: number): Buffer {
  const { uncompressSync } = snappy();
  let output: Buffer | string;
  try {
    output = uncompressSync(block, OPTIONS);
  } catch (error) {
    throw corrupt('snappy', (error as Error).message);
  }
  if (typeof output === 'string' || output.length !== outputBytes) {
    throw corrupt('snappy', 'block is not as long as it says');
  }
  return output;
}
