/**
 * Two ways to spoil a request: before it is written, so that it still decodes and reaches whoever answers it; and after, in its bytes.
 */
import { BATCH_HEADER_BYTES, computeBatchCrc } from '@zurau/protocol';

const NUMBERS = [
  0,
  1,
  -1,
  -2,
  2,
  127,
  128,
  -128,
  255,
  32_767,
  32_768,
  -32_768,
  65_536,
  100_000,
  0x7fff_ffff,
  -0x8000_0000,
  0x1_0000_0000,
  Number.MAX_SAFE_INTEGER,
  -Number.MAX_SAFE_INTEGER,
];
const TEXTS = [
  '',
  '.',
  '..',
  '/',
  '../../etc/passwd',
  ' ',
  '\0',
  'é',
  '\ud800',
  '😀',
  '__consumer_offsets',
  '__transaction_state',
  'x'.repeat(249),
  'x'.repeat(250),
  'y'.repeat(5000),
  'fuzz-plain',
  'group-0',
  '0',
  '-1',
  '9'.repeat(40),
  'constructor',
  '__proto__',
  'AAAAAAAAAAAAAAAAAAAAAQ',
];
/** Whoever waits for long, or makes a thousand partitions, holds up what comes after it: not every time. */
const QUICK = [
  { names: /Ms$/, values: [-1, 0, 1, 5, 20] },
  { names: /^(numPartitions|count)$/, values: [-2, -1, 0, 1, 7, 10_001, 0x7fff_ffff] },
];
const COPIES_MAX = 50;
const BATCH_CRC_AT = 17;

/** A copy of the body in which one to three values are something else. */
export function mutateBody(body, random) {
  const copy = cloned(body);
  for (let changes = 1 + random.int(3); changes > 0; changes--) mutateInside(copy, random);
  return copy;
}

function cloned(value) {
  if (Array.isArray(value)) return value.map(cloned);
  if (value === null || typeof value !== 'object' || Buffer.isBuffer(value)) return value;
  const copy = {};
  for (const key of Object.keys(value)) copy[key] = cloned(value[key]);
  return copy;
}

/** Walks down at random and changes what it ends at. */
function mutateInside(container, random) {
  // Where something else has been put already there is nothing inside.
  if (container === null || typeof container !== 'object') return;
  const keys = Object.keys(container);
  if (keys.length === 0) return;
  const key = random.pick(keys);
  const value = container[key];
  if (Array.isArray(value)) {
    if (value.length > 0 && typeof value[0] === 'object' && random.chance(80)) {
      mutateInside(random.pick(value), random);
    } else {
      container[key] = mutatedList(value, random);
    }
  } else if (value !== null && typeof value === 'object' && !Buffer.isBuffer(value)) {
    mutateInside(value, random);
  } else {
    const quick = QUICK.find(({ names }) => names.test(key));
    const isQuick = quick !== undefined && random.chance(98);
    container[key] = isQuick ? random.pick(quick.values) : mutatedValue(value, random);
  }
}

function mutatedList(list, random) {
  switch (random.int(4)) {
    case 0:
      return [];
    case 1:
      return null;
    case 2: {
      const copies = 1 + random.int(COPIES_MAX);
      return list.length === 0 ? list : Array.from({ length: copies }, () => random.pick(list));
    }
    default:
      return list.map((value) => mutatedValue(value, random));
  }
}

function mutatedValue(value, random) {
  switch (typeof value) {
    case 'number':
      return random.chance(70) ? random.pick(NUMBERS) : random.int(1000);
    case 'string':
      if (random.chance(10)) return null;
      return random.chance(50) ? random.pick(TEXTS) : value + random.pick(TEXTS);
    case 'boolean':
      return !value;
    default:
      if (Buffer.isBuffer(value)) return mutatedBytes(value, random);
      return value === null ? random.pick(['', [], 0]) : value;
  }
}

/** Most record batches get a checksum that fits, or nothing behind it would be looked at. */
function mutatedBytes(bytes, random) {
  if (random.chance(10)) return random.chance(50) ? null : random.bytes(random.int(200));
  if (bytes.length === 0) return random.bytes(random.int(100));
  const copy = Buffer.from(bytes);
  for (let flips = 1 + random.int(4); flips > 0; flips--) {
    // As often in the header as behind it.
    const bound = random.chance(50) ? Math.min(copy.length, BATCH_HEADER_BYTES) : copy.length;
    copy[random.int(bound)] = random.chance(30)
      ? random.pick([0, 1, 0x7f, 0x80, 0xff])
      : random.int(256);
  }
  if (copy.length >= BATCH_HEADER_BYTES && random.chance(80)) {
    copy[16] = 2;
    if (random.chance(80)) copy.writeInt32BE(copy.length - 12, 8);
    if (copy.readInt32BE(8) + 12 === copy.length) {
      copy.writeUInt32BE(computeBatchCrc(copy, 0) >>> 0, BATCH_CRC_AT);
    }
  }
  return copy;
}

/** A frame that was one. */
export function mutateFrame(frame, random) {
  let bytes = Buffer.from(frame);
  switch (random.int(6)) {
    case 0:
    case 1:
    case 2:
      for (let flips = 1 + random.int(6); flips > 0; flips--) {
        bytes[4 + random.int(bytes.length - 4)] = random.int(256);
      }
      break;
    case 3:
      bytes = Buffer.concat([
        bytes.subarray(0, 4 + random.int(bytes.length - 4)),
        random.bytes(random.int(64)),
      ]);
      break;
    case 4: {
      const at = 4 + random.int(bytes.length - 4);
      bytes = Buffer.concat([
        bytes.subarray(0, at),
        random.bytes(1 + random.int(300)),
        bytes.subarray(at),
      ]);
      break;
    }
    default:
      if (random.chance(50)) {
        bytes = Buffer.concat([Buffer.alloc(4), random.bytes(1 + random.int(400))]);
      } else {
        bytes.writeInt32BE(
          random.pick([-1, 0, 1, 0x7fff_ffff, -0x8000_0000, 104_857_600, 104_857_601]),
          0,
        );
        return bytes;
      }
  }
  bytes.writeInt32BE(bytes.length - 4, 0);
  return bytes;
}
