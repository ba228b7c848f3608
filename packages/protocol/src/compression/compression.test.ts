import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  compress,
  CompressionError,
  decompress,
  loadCodecs,
  zstdIsReady,
  type CompressionCodec,
  type CompressionErrorKind,
} from '../index.ts';
import { xxhash32 } from './xxhash32.ts';

const CODECS: readonly CompressionCodec[] = ['gzip', 'snappy', 'lz4', 'zstd'];
const MIB = 1024 * 1024;

beforeAll(loadCodecs);

function errorKind(run: () => unknown): CompressionErrorKind | 'none' {
  try {
    run();
    return 'none';
  } catch (error) {
    if (error instanceof CompressionError) return error.kind;
    throw error;
  }
}

describe.each(CODECS)('%s', (codec) => {
  test('gives back any bytes, and allows exactly their size', () => {
    // Literal and repeated stretches, so that blocks of all kinds come up.
    const stretch = fc.oneof(
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
      fc
        .tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 1, max: 70_000 }))
        .map(([byte, count]) => Buffer.alloc(count, byte)),
    );
    fc.assert(
      fc.property(fc.array(stretch, { maxLength: 6 }), (stretches) => {
        const bytes = Buffer.concat(stretches);
        const compressed = compress(codec, bytes);
        expect(decompress(codec, compressed, bytes.length).equals(bytes)).toBe(true);
        if (bytes.length > 0) {
          expect(errorKind(() => decompress(codec, compressed, bytes.length - 1))).toBe(
            'TOO_LARGE',
          );
        }
      }),
      { numRuns: 60 },
    );
  });

  test.each([0, 1, 32767, 32768, 32769, 65535, 65536, 65537, 200_000])(
    'incompressible input of %i bytes',
    (sizeBytes) => {
      const bytes = randomBytes(sizeBytes);
      const compressed = compress(codec, bytes);
      expect(decompress(codec, compressed, sizeBytes).equals(bytes)).toBe(true);
    },
  );

  test('damaged input ends in a CompressionError or in some bytes within the limit', () => {
    const originals = [
      Buffer.from('{"id":1,"name":"damaged"}'.repeat(200)),
      Buffer.concat([randomBytes(500), Buffer.alloc(90_000, 'ab')]),
    ].map((bytes) => compress(codec, bytes));
    fc.assert(
      fc.property(
        fc.constantFrom(...originals),
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 4 }),
        fc.option(fc.nat()),
        (original, changes, cutAt) => {
          const damaged = Buffer.from(original);
          for (const [at, byte] of changes) damaged[at % damaged.length] = byte;
          const input = cutAt === null ? damaged : damaged.subarray(0, cutAt % damaged.length);
          const kind = errorKind(() => {
            expect(decompress(codec, input, 100_000).length).toBeLessThanOrEqual(100_000);
          });
          expect(['none', 'CORRUPT', 'TOO_LARGE']).toContain(kind);
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('bytes of no codec are refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const kind = errorKind(() => decompress(codec, Buffer.from(bytes), 1000));
        expect(['none', 'CORRUPT', 'TOO_LARGE']).toContain(kind);
      }),
      { numRuns: 500 },
    );
    expect(errorKind(() => decompress(codec, Buffer.from('no such format at all'), MIB))).toBe(
      'CORRUPT',
    );
  });

  test('a bomb costs no more memory than the limit', () => {
    // Made by hand for zstd: its memory for compressing would hide what decompressing takes.
    const bomb =
      codec === 'zstd' ? repeatedBlocks(200 * MIB) : compress(codec, Buffer.alloc(200 * MIB));
    const before = process.memoryUsage();
    expect(errorKind(() => decompress(codec, bomb, 2 * MIB))).toBe('TOO_LARGE');
    const after = process.memoryUsage();
    // The limit, as much again while it is put together, and what the process does anyway.
    expect(after.rss - before.rss).toBeLessThan(32 * MIB);
  });
});

/** A zstd frame without content size whose blocks say "128 KiB of this byte". */
function repeatedBlocks(contentBytes: number): Buffer {
  const blockCount = contentBytes / 131_072;
  const frame = Buffer.alloc(6 + 4 * blockCount, Buffer.from('020010' + '61', 'hex'));
  Buffer.from('28b52ffd00' + '58', 'hex').copy(frame);
  for (let at = 6; at < frame.length; at += 4) frame.write('02001061', at, 'hex');
  frame[frame.length - 4]! |= 1;
  return frame;
}

test('levels trade time for size', () => {
  const words = ['offset', 'segment', 'epoch', 'leader', 'fetch', 'quorum', 'batch', 'record'];
  const text = Buffer.from(
    Array.from({ length: 20_000 }, (_, i) => words[(i * i + (i >> 3)) % 8]).join(' '),
  );
  for (const codec of ['gzip', 'zstd'] as const) {
    const fast = compress(codec, text, codec === 'zstd' ? -50 : 1);
    const small = compress(codec, text, 9);
    expect(small.length).toBeLessThan(fast.length);
    expect(decompress(codec, small, text.length).equals(text)).toBe(true);
  }
});

test('the default level of gzip is that of zlib', () => {
  const text = Buffer.from('some text, some more text, and some text again'.repeat(50));
  expect(compress('gzip', text).equals(gzipSync(text))).toBe(true);
});

describe('snappy', () => {
  const raw = Buffer.from([5, 0x10, ...Buffer.from('kafka')]);

  test('a bare block is read', () => {
    expect(decompress('snappy', raw, 5).toString()).toBe('kafka');
    expect(errorKind(() => decompress('snappy', raw, 4))).toBe('TOO_LARGE');
  });

  test('is framed as Java frames it, 32 KiB a block', () => {
    const compressed = compress('snappy', Buffer.alloc(70_000, 'x'));
    expect(compressed.subarray(0, 16).toString('hex')).toBe('82534e41505059000000000100000001');
    const blockSizes: number[] = [];
    for (let at = 16; at < compressed.length; at += 4 + compressed.readInt32BE(at)) {
      const low = compressed[at + 4]! & 0x7f;
      blockSizes.push(low + (compressed[at + 5]! & 0x7f) * 128 + compressed[at + 6]! * 16384);
    }
    expect(blockSizes).toEqual([32768, 32768, 70_000 - 65536]);
  });

  test('a block that claims more than its bytes can become is refused before anything is allocated', () => {
    const claimed = Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f, 0x00, 0x61]);
    expect(errorKind(() => decompress('snappy', claimed, 2 ** 33))).toBe('CORRUPT');
  });
});

describe('lz4', () => {
  test('xxhash32 gives the published values', () => {
    expect(xxhash32(Buffer.from(''), 0, 0)).toBe(0x02cc5d05);
    expect(xxhash32(Buffer.from('abc'), 0, 3)).toBe(0x32d153ff);
    const sentence = Buffer.from('Nobody inspects the spammish repetition');
    expect(xxhash32(sentence, 0, sentence.length)).toBe(0xe2293b2f);
  });

  /** A frame of blocks given as [stored, bytes]. */
  function frame(flags: number, extras: Buffer, blocks: readonly [boolean, Buffer][]): Buffer {
    const parts: Buffer[] = [];
    const descriptor = Buffer.concat([Buffer.from([0x40 | flags, 0x40]), extras]);
    parts.push(Buffer.from([0x04, 0x22, 0x4d, 0x18]), descriptor);
    parts.push(Buffer.from([(xxhash32(descriptor, 0, descriptor.length) >>> 8) & 0xff]));
    for (const [stored, bytes] of blocks) {
      parts.push(uint32(bytes.length + (stored ? 0x8000_0000 : 0)), bytes);
      if ((flags & 0x10) !== 0) parts.push(uint32(xxhash32(bytes, 0, bytes.length)));
    }
    parts.push(uint32(0));
    return Buffer.concat(parts);
  }

  function uint32(value: number): Buffer {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value);
    return bytes;
  }

  const stored: [boolean, Buffer] = [true, Buffer.from('0123456789')];
  /** Ten bytes, ten back, then the literal "Hello": a block that needs the one before. */
  const dependent: [boolean, Buffer] = [
    false,
    Buffer.from([0x06, 0x0a, 0x00, 0x50, ...Buffer.from('Hello')]),
  ];

  test('frames with checksums and content size are read, and the checksums count', () => {
    const content = Buffer.from('0123456789');
    const size = Buffer.concat([uint32(10), uint32(0)]);
    const all = Buffer.concat([
      frame(0x20 | 0x10 | 0x08 | 0x04, size, [stored]),
      uint32(xxhash32(content, 0, 10)),
    ]);
    expect(decompress('lz4', all, 10).toString()).toBe('0123456789');
    expect(errorKind(() => decompress('lz4', all, 9))).toBe('TOO_LARGE');
    for (let at = 6; at < all.length; at++) {
      const damaged = Buffer.from(all);
      damaged[at]! ^= 0x01;
      expect(errorKind(() => decompress('lz4', damaged, 100))).not.toBe('none');
    }
    for (let end = 0; end < all.length; end++) {
      expect(errorKind(() => decompress('lz4', all.subarray(0, end), 100))).toBe('CORRUPT');
    }
  });

  test('blocks that refer to the one before are read', () => {
    const linked = frame(0, Buffer.alloc(0), [stored, dependent]);
    expect(decompress('lz4', linked, 100).toString()).toBe('01234567890123456789Hello');
    const independent = frame(0x20, Buffer.alloc(0), [stored, dependent]);
    expect(errorKind(() => decompress('lz4', independent, MIB))).toBe('CORRUPT');
  });
});

describe('zstd', () => {
  /** The text "kafka" stored in a frame without content size. */
  const storedFrame = '28b52ffd00' + '58' + '290000' + Buffer.from('kafka').toString('hex');

  test('is ready, several frames and skippable ones are read', () => {
    expect(zstdIsReady()).toBe(true);
    const skippable = '5a2a4d18' + '03000000' + 'aabbcc';
    const input = Buffer.from(storedFrame + skippable + storedFrame, 'hex');
    expect(decompress('zstd', input, 10).toString()).toBe('kafkakafka');
    expect(errorKind(() => decompress('zstd', input, 9))).toBe('TOO_LARGE');
  });

  test('without content size the limit is exact all the same', () => {
    const repeated = repeatedBlocks(100 * 131_072);
    const output = decompress('zstd', repeated, 100 * 131_072);
    expect(output.equals(Buffer.alloc(100 * 131_072, 'a'))).toBe(true);
    expect(errorKind(() => decompress('zstd', repeated, 100 * 131_072 - 1))).toBe('TOO_LARGE');
  });

  test('a content size that the blocks cannot hold is refused', () => {
    const lying = Buffer.from(
      '28b52ffd' + 'e0' + 'ffffffffff000000' + '290000' + '6b61666b61',
      'hex',
    );
    expect(errorKind(() => decompress('zstd', lying, 2 ** 45))).toBe('CORRUPT');
  });
});
