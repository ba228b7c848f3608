/** Records of all kinds in an order that a seed decides: plain, idempotent and transactional, keys that repeat, tombstones, every codec, records deleted. */
import { Admin, Producer } from '@zurau/client';
import type { ProducerRecord } from '@zurau/client';

export interface WorkloadTopic {
  readonly name: string;
  readonly partitions: number;
}

const ROUNDS = 160;
const RECORDS_MAX = 16;
const VALUE_BYTES_MAX = 900;
const KEYS = 60;

const PRODUCERS = [
  { enableIdempotence: false },
  { compressionType: 'gzip', enableIdempotence: false },
  { compressionType: 'lz4' },
  { compressionType: 'snappy' },
  { compressionType: 'zstd', transactionalId: 'dump-zstd' },
  { transactionalId: 'dump-plain' },
] as const;

/** Resolves with one transaction left open, and its producer: nobody ends it until that is closed. */
export async function randomWorkload(
  bootstrapServers: string,
  topics: readonly WorkloadTopic[],
  seed: number,
): Promise<Producer> {
  const pick = numbers(seed);
  const chance = (percent: number): boolean => pick(100) < percent;
  // Does not compress well, or there would be few segments.
  const text = Array.from({ length: 20_000 }, () => pick(36).toString(36)).join('');
  const valueOf = (length: number): string => {
    const from = pick(text.length - length);
    return text.slice(from, from + length);
  };
  const record = (): ProducerRecord => {
    const { name, partitions } = topics[pick(topics.length)]!;
    const value = chance(10) ? null : valueOf(pick(VALUE_BYTES_MAX));
    const headers = chance(20) ? [{ key: 'header', value: 'h' }] : [];
    return { topic: name, partition: pick(partitions), key: `key-${pick(KEYS)}`, value, headers };
  };
  const producers = PRODUCERS.map(
    (config) => new Producer({ bootstrapServers, lingerMs: 0, ...config }),
  );
  const admin = new Admin({ bootstrapServers });
  for (let round = 0; round < ROUNDS; round++) {
    const index = pick(producers.length);
    const producer = producers[index]!;
    const records = Array.from({ length: 1 + pick(RECORDS_MAX) }, record);
    if (!('transactionalId' in PRODUCERS[index]!)) {
      await producer.sendBatch(records);
    } else {
      await producer.beginTransaction();
      await producer.sendBatch(records);
      if (chance(30)) {
        const { topic, partition } = records[0]!;
        await producer.sendOffsets([{ topic, partition: partition!, offset: round }], {
          groupId: 'dump-readers',
          generationId: -1,
          memberId: '',
          groupInstanceId: null,
        });
      }
      if (chance(35)) await producer.abortTransaction();
      else await producer.commitTransaction();
    }
    if (chance(2)) {
      const topic = topics[0]!;
      const [start] = await admin.listOffsets([
        { topic: topic.name, partition: 0, at: 'beginning' },
      ]);
      const [end] = await admin.listOffsets([{ topic: topic.name, partition: 0, at: 'end' }]);
      const beforeOffset = start!.offset + pick(1 + end!.offset - start!.offset);
      await admin.deleteRecords([{ topic: topic.name, partition: 0, beforeOffset }]);
    }
  }
  const open = producers.pop()!;
  await open.beginTransaction();
  await open.sendBatch(Array.from({ length: RECORDS_MAX }, record));
  await Promise.all([...producers.map((producer) => producer.close()), admin.close()]);
  return open;
}

/** Whole numbers below a bound, the same for the same seed (mulberry32). */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
