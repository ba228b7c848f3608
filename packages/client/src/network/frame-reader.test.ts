import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createReadStage, FrameReader, READ_STAGE_BYTES } from './frame-reader.ts';

/** Feeds a stream to a reader in pieces of these sizes (then in whatever it takes), as a socket would. */
function feed(stream: Buffer, pieceSizes: readonly number[], frameBytesMax = 1 << 20) {
  const frames: Buffer[] = [];
  const bad: number[] = [];
  const reader = new FrameReader(createReadStage(), frameBytesMax, {
    onFrame: (payload) => frames.push(Buffer.from(payload)),
    onBadFrame: (sizeBytes) => bad.push(sizeBytes),
    onEnd: () => {},
  });
  let at = 0;
  for (let turn = 0; at < stream.length; turn += 1) {
    const memory = reader.nextBuffer();
    expect(memory.length).toBeGreaterThan(0);
    const wanted = pieceSizes[turn] ?? Number.POSITIVE_INFINITY;
    const count = Math.min(memory.length, wanted, stream.length - at);
    stream.copy(memory, 0, at, at + count);
    at += count;
    reader.onBytes(count, memory);
  }
  return { frames, bad };
}

function framed(payload: Buffer): Buffer {
  const size = Buffer.alloc(4);
  size.writeInt32BE(payload.length);
  return Buffer.concat([size, payload]);
}

describe('FrameReader', () => {
  it('gives the same frames however the stream is cut', () => {
    const payloads = fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 8 });
    const sizes = fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 60 });
    fc.assert(
      fc.property(payloads, sizes, (arrays, pieceSizes) => {
        const expected = arrays.map((array) => Buffer.from(array));
        const stream = Buffer.concat(expected.map(framed));
        expect(feed(stream, pieceSizes).frames).toEqual(expected);
      }),
    );
  });

  it('reads frames that are larger than the stage', () => {
    const large = Buffer.alloc(3 * READ_STAGE_BYTES + 7, 'abc');
    const small = Buffer.from('small');
    const { frames } = feed(Buffer.concat([framed(small), framed(large), framed(small)]), [10]);
    expect(frames.map(({ length }) => length)).toEqual([5, large.length, 5]);
    expect(frames[1]?.equals(large)).toBe(true);
  });

  it('stops at a size that cannot be, before it allocates anything for it', () => {
    const good = framed(Buffer.from('good'));
    const http = Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n');
    expect(feed(Buffer.concat([good, http]), [])).toEqual({
      frames: [Buffer.from('good')],
      bad: [0x48545450],
    });
    const negative = Buffer.from([0xff, 0xff, 0xff, 0xff, 1, 2, 3]);
    expect(feed(negative, [2, 3]).bad).toEqual([-1]);
  });
});
