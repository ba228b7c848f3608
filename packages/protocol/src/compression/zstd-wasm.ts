/**
 * Zstandard in WebAssembly, from the optional package @hpcc-js/wasm-zstd.
 *
 * Owns the memory that goes in and out. It calls the compiled functions beneath the package's own class: that class guesses the
 * output's size where a frame does not declare it, and copies results by way of an array of numbers, which is 25
 * times slower and takes many times the memory. The package's version is therefore pinned.
 */

/** The one error that depends on the caller's limit, in the library's words. */
export const OUTPUT_TOO_SMALL = 'Destination buffer is too small';

/** The library's functions on addresses in `HEAPU8`, which is another array after any `malloc`. */
interface ZstdFunctions {
  malloc(sizeBytes: number): number;
  free(address: number): void;
  compressBound(inputBytes: number): number;
  compress(to: number, toBytes: number, from: number, fromBytes: number, level: number): number;
  decompress(to: number, toBytes: number, from: number, fromBytes: number): number;
  isError(result: number): boolean | number;
  getErrorName(result: number): string;
}

interface ZstdInside {
  readonly _zstdClass: ZstdFunctions;
  readonly _mainModule: { readonly _module: { readonly HEAPU8: Uint8Array } };
}

/** Loads the package; undefined where it is not installed, or is not the version that this file knows. */
export async function loadZstdWasm(): Promise<ZstdWasm | undefined> {
  try {
    const { Zstd } = await import('@hpcc-js/wasm-zstd');
    const zstd = new ZstdWasm((await Zstd.load()) as unknown as ZstdInside);
    const sample = Buffer.from('zstd');
    return zstd.decompress(zstd.compress(sample, 1), sample.length).equals(sample)
      ? zstd
      : undefined;
  } catch {
    return undefined;
  }
}

export class ZstdWasm {
  readonly #functions: ZstdFunctions;
  readonly #inside: ZstdInside;

  constructor(inside: ZstdInside) {
    this.#inside = inside;
    this.#functions = inside._zstdClass;
  }

  compress(input: Uint8Array, level: number): Buffer {
    const functions = this.#functions;
    const outputBytes = functions.compressBound(input.length);
    return this.#run(input, outputBytes, (to, from) =>
      functions.compress(to, outputBytes, from, input.length, level),
    );
  }

  /** One frame. Fails with {@link OUTPUT_TOO_SMALL} when it holds more than `outputBytesMax`. */
  decompress(input: Uint8Array, outputBytesMax: number): Buffer {
    const functions = this.#functions;
    return this.#run(input, outputBytesMax, (to, from) =>
      functions.decompress(to, outputBytesMax, from, input.length),
    );
  }

  #run(input: Uint8Array, outputBytes: number, call: (to: number, from: number) => number): Buffer {
    const functions = this.#functions;
    const from = functions.malloc(input.length + outputBytes + 1);
    if (from === 0) throw new Error(`no memory for ${input.length + outputBytes} bytes`);
    try {
      const to = from + input.length;
      this.#heap().set(input, from);
      const sizeBytes = call(to, from);
      if (functions.isError(sizeBytes)) throw new Error(functions.getErrorName(sizeBytes));
      return Buffer.from(this.#heap().subarray(to, to + sizeBytes));
    } finally {
      functions.free(from);
    }
  }

  #heap(): Uint8Array {
    return this.#inside._mainModule._module.HEAPU8;
  }
}
