/**
 * What record batches cost: CRC-32C, building, decoding, the codecs. Prints one table; the median of many runs.
 *
 * Run after `npm run build`: node bench/micro/records.mjs [part of a name]
 */
import { measure } from 'mitata';
import {
  batchPositions,
  checkBatch,
  compress,
  crc32c,
  decodeRecords,
  decompress,
  encodeRecordBatch,
  loadCodecs,
  RecordBatchBuilder,
  wholeBatchSizeBytes,
} from '@zurau/protocol';

const CODECS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];
const only = process.argv[2] ?? '';

/** @type {{ name: string, 'per operation': string, 'MB/s': string, 'per record': string }[]} */
const table = [];

/** `bytes` and `records` are what one call handles. */
async function row(name, bytes, records, run) {
  if (!name.includes(only)) return;
  const { p50 } = await measure(run, { min_cpu_time: 300e6 });
  table.push({
    name,
    'per operation': duration(p50),
    'MB/s': bytes === 0 ? '' : Math.round((bytes / p50) * 1000).toLocaleString('en'),
    'per record': records === 0 ? '' : duration(p50 / records),
  });
}

function duration(nanoseconds) {
  if (nanoseconds < 1000) return `${nanoseconds.toFixed(0)} ns`;
  if (nanoseconds < 1e6) return `${(nanoseconds / 1000).toFixed(1)} us`;
  return `${(nanoseconds / 1e6).toFixed(2)} ms`;
}

await loadCodecs();

const noise = Buffer.alloc(1 << 20);
for (let at = 0, state = 1; at < noise.length; at++) {
  state = (Math.imul(state, 1103515245) + 12345) >>> 0;
  noise[at] = state >>> 16;
}

for (const sizeBytes of [61, 256, 1024, 16 * 1024, 256 * 1024, 1024 * 1024]) {
  await row(`crc32c ${sizeBytes} B`, sizeBytes, 0, () => crc32c(noise, 0, sizeBytes));
}

/** Records like those of applications: JSON of about `valueBytes`, a short key. */
function jsonRecords(count, valueBytes) {
  return Array.from({ length: count }, (_, index) => {
    let value = '';
    for (let part = 0; value.length < valueBytes; part++) {
      value += `{"id":${index * 31 + part},"user":"user-${(index * 7919 + part) % 5000}","n":${Math.imul(index, part + 7) >>> 0}}`;
    }
    return {
      timestamp: 1_700_000_000_000 + index,
      key: Buffer.from(`key-${index % 1000}`),
      value: Buffer.from(value.slice(0, valueBytes)),
    };
  });
}

const sets = [
  ['160 x 100 B', jsonRecords(160, 100)],
  ['16 x 1 KB', jsonRecords(16, 1000)],
  ['1000 x 1 KB', jsonRecords(1000, 1000)],
];

for (const [name, records] of sets) {
  const plain = encodeRecordBatch(records);
  await row(`build ${name}, buffers`, plain.length, records.length, () => {
    const builder = new RecordBatchBuilder();
    for (let index = 0; index < records.length; index++) builder.append(records[index]);
    return builder.build();
  });
  const texts = records.map(({ timestamp, key, value }) => ({
    timestamp,
    key: key.toString(),
    value: value.toString(),
  }));
  await row(`build ${name}, strings`, plain.length, records.length, () => {
    const builder = new RecordBatchBuilder();
    for (let index = 0; index < texts.length; index++) builder.append(texts[index]);
    return builder.build();
  });
  for (const codec of CODECS) {
    const batch = encodeRecordBatch(records, { codec });
    await row(`decode ${name}, ${codec}`, plain.length, records.length, () => decodeRecords(batch));
  }
}

const text = encodeRecordBatch(sets[2][1]);
for (const [name, bytes] of [
  ['16 KB', text.subarray(61, 61 + 16_384)],
  ['1 MB', text.subarray(61)],
]) {
  for (const codec of CODECS.slice(1)) {
    const packed = compress(codec, bytes);
    const ratio = (bytes.length / packed.length).toFixed(1);
    await row(`compress ${name} ${codec} (${ratio}:1)`, bytes.length, 0, () =>
      compress(codec, bytes),
    );
    await row(`decompress ${name} ${codec}`, bytes.length, 0, () =>
      decompress(codec, packed, bytes.length),
    );
  }
}

const small = encodeRecordBatch(jsonRecords(1, 100));
const field = Buffer.concat(Array.from({ length: 1000 }, () => small));
await row('walk 1000 batches, wholeBatchSizeBytes', 0, 1000, () => {
  let count = 0;
  let sizeBytes = 0;
  for (
    let at = 0;
    (sizeBytes = wholeBatchSizeBytes(field, at, field.length)) > 0;
    at += sizeBytes
  ) {
    count++;
  }
  return count;
});
await row('walk 1000 batches, batchPositions', 0, 1000, () => {
  let count = 0;
  for (const at of batchPositions(field)) count += at & 1;
  return count;
});
await row('check 1000 batches', field.length, 1000, () => {
  let problems = 0;
  for (const at of batchPositions(field)) {
    if (checkBatch(field, at, 1_048_588) !== undefined) problems++;
  }
  return problems;
});

console.table(Object.fromEntries(table.map(({ name, ...figures }) => [name, figures])));
