import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyedHash } from './keyed-hash.ts';
import { OffsetMap } from './offset-map.ts';

const hash = new KeyedHash(Buffer.alloc(16, 7));

describe('the offset map', () => {
  it('knows the last offset of every key, like a map', () => {
    const puts = fc.array(
      fc.record({ key: fc.uint8Array({ maxLength: 40 }), offset: fc.maxSafeNat() }),
      { maxLength: 200 },
    );
    fc.assert(
      fc.property(puts, fc.integer({ min: 2, max: 300 }), (entries, slots) => {
        const map = new OffsetMap(slots, 0.9, hash);
        const model = new Map<string, number>();
        for (const { key, offset } of entries) {
          const bytes = Buffer.from(key);
          const isFull = model.size >= map.keysMax;
          expect(map.put(bytes, 0, bytes.length, offset)).toBe(!isFull);
          if (!isFull) model.set(bytes.toString('hex'), offset);
        }
        expect(map.size).toBe(model.size);
        for (const { key } of entries) {
          const bytes = Buffer.from(key);
          expect(map.get(bytes, 0, bytes.length)).toBe(model.get(bytes.toString('hex')) ?? -1);
        }
      }),
    );
  });

  it('tells keys apart by content, wherever they lie in a buffer', () => {
    const map = new OffsetMap(64, 1, hash);
    const bytes = Buffer.from('aabaab');
    map.put(bytes, 0, 3, 5);
    expect(map.get(bytes, 3, 6)).toBe(5);
    expect(map.get(bytes, 1, 4)).toBe(-1);
    expect(map.get(bytes, 0, 0)).toBe(-1);
  });
});
