/** Segments that kcat 1.7 (librdkafka) filled through Apache Kafka 3.9.1, one a codec: its batches as it compressed them. */
import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import {
  attributesCodec,
  batchAttributes,
  batchPositions,
  checkBatch,
  decodeAllRecords,
  loadCodecs,
} from '../index.ts';

const segments = JSON.parse(
  readFileSync(new URL('./fixtures/kcat-segments.json', import.meta.url), 'utf8'),
) as Record<string, string>;

beforeAll(loadCodecs);

test.each(Object.keys(segments))('%s', (name) => {
  const segment = Buffer.from(segments[name]!, 'hex');
  const [topic, codec] = name.split('-');
  const positions = [...batchPositions(segment)];
  expect(positions[0]).toBe(0);
  for (const at of positions) {
    expect(checkBatch(segment, at, Infinity)).toBeUndefined();
    expect(attributesCodec(batchAttributes(segment, at))).toBe(codec);
  }
  const records = decodeAllRecords(segment);
  if (topic === 'kcatlong') {
    expect(records.length).toBe(3000);
    for (const [index, { offset, value }] of records.entries()) {
      expect(offset).toBe(index);
      expect(value!.toString()).toBe('the same long line of text, again and again');
    }
  } else {
    expect(records.map(({ key, value }) => `${String(key)} of ${String(value)}`)).toEqual(
      Array.from({ length: 40 }, (_, index) => `line of kcat number ${index + 1}`),
    );
    for (const { headers } of records) {
      expect(headers).toEqual([{ key: 'origin', value: Buffer.from('kcat') }]);
    }
  }
});
