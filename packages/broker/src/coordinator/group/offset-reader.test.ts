import fc from 'fast-check';
import { expect, test } from 'vitest';
import { groupRecordCodec, type GroupRecord } from './group-records.ts';

const name = fc.constantFrom('g', 'group', 'group-1', 'group-2', 'Zürich', '', 'a/b');
const offsets = fc.record({
  kind: fc.constant('offset' as const),
  group: name,
  topic: name,
  partition: fc.integer({ min: 0, max: 3 }),
  value: fc.option(
    fc.record({
      offset: fc.nat(),
      leaderEpoch: fc.integer({ min: -1, max: 5 }),
      metadata: fc.constantFrom('', 'where I am'),
      commitTimestampMs: fc.nat({ max: 2 ** 45 }),
      // A value of an older version, which the reader leaves to the codec.
      expireTimestampMs: fc.constantFrom(-1, -1, -1, 1_700_000_000_000),
    }),
  ),
});
const others = name.map((group): GroupRecord => ({ kind: 'group', group, value: null }));
const records = fc.array(fc.oneof({ weight: 9, arbitrary: offsets }, others), { maxLength: 30 });

test('reads in a row what the codec reads one by one', () => {
  fc.assert(
    fc.property(records, fc.nat({ max: 7 }), (written: GroupRecord[], gapBytes) => {
      const read = groupRecordCodec.createReader!();
      const gap = Buffer.alloc(gapBytes, 1);
      for (const record of written) {
        const { key, value } = groupRecordCodec.encode(record);
        const bytes = Buffer.concat([gap, key, gap, value ?? gap, gap]);
        const [keyStart, keyEnd] = [gap.length, gap.length + key.length];
        const valueStart = value === null ? -1 : keyEnd + gap.length;
        const valueEnd = value === null ? -1 : valueStart + value.length;
        expect(read({ bytes, keyStart, keyEnd, valueStart, valueEnd })).toEqual(
          groupRecordCodec.decode(key, value),
        );
      }
    }),
  );
});

test('a key that looks like the last one and is none is not taken for it', () => {
  const read = groupRecordCodec.createReader!();
  const commit: GroupRecord = { kind: 'offset', group: 'g', topic: 't', partition: 7, value: null };
  const { key } = groupRecordCodec.encode(commit);
  const view = (bytes: Buffer): Parameters<typeof read>[0] => ({
    bytes,
    keyStart: 0,
    keyEnd: bytes.length,
    valueStart: -1,
    valueEnd: -1,
  });
  expect(read(view(key))).toEqual(commit);
  expect(() => read(view(key.subarray(0, key.length - 1)))).toThrow('bytes');
  expect(read(view(Buffer.from([0, 99, 0, 0])))).toBeUndefined();
});
