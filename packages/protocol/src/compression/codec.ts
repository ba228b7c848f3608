/**
 * Kafka's compression codecs: their names and their numbers in a batch's attributes.
 */

export type CompressionCodec = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd';

/** Index = the codec's number in bits 0 to 2 of the attributes. */
const CODECS: readonly CompressionCodec[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];

/** The codec's number in a batch's attributes. */
export function codecId(codec: CompressionCodec): number {
  switch (codec) {
    case 'none':
      return 0;
    case 'gzip':
      return 1;
    case 'snappy':
      return 2;
    case 'lz4':
      return 3;
    case 'zstd':
      return 4;
  }
}

/** The codec of a number; undefined for those that Kafka does not define. */
export function codecById(id: number): CompressionCodec | undefined {
  return CODECS[id];
}
