/**
 * Zstandard: by node:zlib where it has it (22.15 and newer), else by WebAssembly, an optional package that `loadCodecs`
 * makes ready.
 *
 * Owns the choice and the WebAssembly instance. Each frame is bounded before it is decompressed.
 */
import * as zlib from 'node:zlib';
import { CompressionError, corrupt, tooLarge } from './compression-error.ts';
import { zstdFrames, type ZstdFrame } from './zstd-frame.ts';
import { loadZstdWasm, OUTPUT_TOO_SMALL, type ZstdWasm } from './zstd-wasm.ts';

/** What newer Nodes have; the types of the oldest supported one do not know it. */
interface NodeZstd {
  zstdCompressSync(input: Uint8Array, options: { params: Record<number, number> }): Buffer;
  zstdDecompressSync(input: Uint8Array, options: { maxOutputLength: number }): Buffer;
}

/** ZSTD_c_compressionLevel. */
const LEVEL_PARAMETER = 100;
const DEFAULT_LEVEL = 3;

const nodeZstd: NodeZstd | undefined =
  'zstdCompressSync' in zlib ? (zlib as unknown as NodeZstd) : undefined;
let wasmZstd: ZstdWasm | undefined;
/** Whether the WebAssembly package has been looked for. */
let isLoaded = false;

/**
 * Makes zstd ready where node:zlib has none (50 to 100 ms, once, mostly of this thread). Resolves in any case: without the optional
 * package, compressing and decompressing zstd throws CompressionError `UNAVAILABLE` from then on, `NOT_LOADED` before. Idempotent.
 */
export async function loadCodecs(): Promise<void> {
  if (nodeZstd !== undefined || wasmZstd !== undefined) return;
  wasmZstd = await loadZstdWasm();
  isLoaded = true;
}

/** Whether zstd can be used right now. */
export function zstdIsReady(): boolean {
  return nodeZstd !== undefined || wasmZstd !== undefined;
}

/** `level` is -131072 to 22. */
export function compressZstd(input: Buffer, level: number = DEFAULT_LEVEL): Buffer {
  if (nodeZstd !== undefined) {
    return nodeZstd.zstdCompressSync(input, { params: { [LEVEL_PARAMETER]: level } });
  }
  return requireWasm().compress(input, level);
}

export function decompressZstd(input: Buffer, maxBytes: number): Buffer {
  const frames = zstdFrames(input);
  const outputs: Buffer[] = [];
  let allowedBytes = maxBytes;
  for (const frame of frames) {
    if (frame.contentBytes > allowedBytes) throw tooLarge('zstd', maxBytes);
    const output = decompressFrame(input, frame, allowedBytes);
    if (output.length > allowedBytes) throw tooLarge('zstd', maxBytes);
    allowedBytes -= output.length;
    outputs.push(output);
  }
  return outputs.length === 1 ? outputs[0]! : Buffer.concat(outputs);
}

function decompressFrame(input: Buffer, frame: ZstdFrame, allowedBytes: number): Buffer {
  const bytes = input.subarray(frame.start, frame.end);
  const outputBytesMax = Math.min(frame.outputBytesMax, allowedBytes);
  try {
    if (nodeZstd !== undefined) {
      // The limit must be positive.
      const maxOutputLength = Math.max(1, outputBytesMax);
      return nodeZstd.zstdDecompressSync(bytes, { maxOutputLength });
    }
    return requireWasm().decompress(bytes, outputBytesMax);
  } catch (error) {
    if (error instanceof CompressionError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    const isTooLarge = code === 'ERR_BUFFER_TOO_LARGE' || message === OUTPUT_TOO_SMALL;
    if (isTooLarge && outputBytesMax < frame.outputBytesMax) throw tooLarge('zstd', allowedBytes);
    throw corrupt('zstd', message);
  }
}

function requireWasm(): ZstdWasm {
  if (wasmZstd !== undefined) return wasmZstd;
  if (!isLoaded) throw new CompressionError('zstd', 'NOT_LOADED', 'await loadCodecs() first');
  throw new CompressionError(
    'zstd',
    'UNAVAILABLE',
    'this Node has no zstd: use Node 22.15 or newer, or install @hpcc-js/wasm-zstd',
  );
}
