/** Compression by KafkaJS's numbers. All codecs are built into the engine; those that applications register are not needed, and not used. */
import type { CompressionCodec } from '@zurau/protocol';
import { CompressionTypes } from './constants.ts';
import { KafkaJSNotImplemented } from './errors.ts';

const CODECS: Readonly<Record<number, CompressionCodec>> = {
  [CompressionTypes.None]: 'none',
  [CompressionTypes.GZIP]: 'gzip',
  [CompressionTypes.Snappy]: 'snappy',
  [CompressionTypes.LZ4]: 'lz4',
  [CompressionTypes.ZSTD]: 'zstd',
};

/** Throws KafkaJSNotImplemented for a number that is none. */
export function codecOf(type: number | null | undefined): CompressionCodec {
  const codec = CODECS[type ?? CompressionTypes.None];
  if (codec !== undefined) return codec;
  throw new KafkaJSNotImplemented(`Compression type ${String(type)} is not known`);
}

const builtIn = (): Record<string, never> => ({});

/** May be assigned to, as programs for KafkaJS do to bring codecs along. */
export const CompressionCodecs: {
  // oxlint-disable-next-line typescript/no-explicit-any -- as KafkaJS has it
  [Type in 1 | 2 | 3 | 4]: () => any;
} = { 1: builtIn, 2: builtIn, 3: builtIn, 4: builtIn };
