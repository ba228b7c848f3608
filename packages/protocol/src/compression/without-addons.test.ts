/** A machine for which the native addons have no build, and a Node without zstd: simulated by hiding the addons. */
import { expect, test } from 'vitest';
import {
  compress,
  crc32c,
  crc32cImplementation,
  decodeRecords,
  decompress,
  encodeRecordBatch,
  loadCodecs,
  zstdIsReady,
} from '../index.ts';

// The loader that all three addons share tries only this path when it is set.
process.env['NAPI_RS_NATIVE_LIBRARY_PATH'] = '/nowhere/no-addon.node';

const errorOf = (kind: string): Error =>
  expect.objectContaining({ name: 'CompressionError', kind }) as Error;

test('checksums are computed all the same, and plain and gzip batches work', () => {
  const bytes = Buffer.alloc(10_000, 'abc');
  const checksum = crc32c(bytes);
  expect(crc32cImplementation()).toBe('portable');
  expect(crc32c(bytes)).toBe(checksum);
  expect(crc32c(Buffer.alloc(32))).toBe(0x8a9136aa);
  for (const codec of ['none', 'gzip'] as const) {
    const batch = encodeRecordBatch([{ timestamp: 1, value: bytes }], { codec });
    expect(decodeRecords(batch)[0]!.value!.equals(bytes)).toBe(true);
  }
});

test.each(['snappy', 'lz4'] as const)('%s says that it is not available', (codec) => {
  expect(() => compress(codec, Buffer.from('text'))).toThrow(errorOf('UNAVAILABLE'));
});

test.skipIf(zstdIsReady())(
  'zstd says that it is not loaded until loadCodecs, and works afterwards',
  async () => {
    expect(() => compress('zstd', Buffer.from('text'))).toThrow(errorOf('NOT_LOADED'));
    await Promise.all([loadCodecs(), loadCodecs()]);
    expect(zstdIsReady()).toBe(true);
    const compressed = compress('zstd', Buffer.from('text'));
    expect(decompress('zstd', compressed, 4).toString()).toBe('text');
  },
);
