/** Produce: what is appended, what is refused and how, and what a consumer then sees. */
import {
  crc32c,
  deleteTopicsApi,
  fetchApi,
  metadataApi,
  produceApi,
  ZERO_UUID,
} from '@zurau/protocol';
import type { CompressionCodec, RecordInput } from '@zurau/protocol';
import type { Driver } from '../driver.ts';
import { batch, onePartition, T0, TIMEOUT_MS } from '../driver.ts';
import { scenario } from '../scenario.ts';
import type { Scenario } from '../scenario.ts';

const RECORDS: readonly RecordInput[] = [
  { timestamp: T0, key: 'a', value: 'one' },
  { timestamp: T0 + 5, key: 'b', value: null },
  { timestamp: T0 + 1, key: null, value: 'three', headers: [{ key: 'h', value: 'v' }] },
];
const CODECS: readonly CompressionCodec[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];
const YEAR_MS = 365 * 24 * 3_600_000;

/** All that a partition holds. */
export async function readAll(
  broker: Driver,
  step: string,
  topic: string,
  partition = 0,
): Promise<void> {
  const topicId = await broker.topicId(topic);
  await broker.send(step, fetchApi, {
    maxWaitMs: 0,
    minBytes: 0,
    topics: [
      { topic, topicId, partitions: [{ partition, fetchOffset: 0, partitionMaxBytes: 1_000_000 }] },
    ],
  });
}

function damaged(change: (buffer: Buffer) => void, records = RECORDS): Buffer {
  const bytes = Buffer.from(batch(records));
  change(bytes);
  return bytes;
}

export const produceScenarios: readonly Scenario[] = [
  scenario('every codec, every acks', produceApi, async (broker) => {
    const topic = broker.name('codecs');
    await broker.createTopic(topic);
    for (const codec of CODECS) {
      for (const acks of [-1, 1]) {
        await broker.send(
          `${codec}, acks ${acks}`,
          produceApi,
          onePartition(topic, batch(RECORDS, { codec }), 0, acks),
        );
      }
    }
    await readAll(broker, 'read back', topic);
  }),

  scenario('where it goes', produceApi, async (broker) => {
    const topic = broker.name('places');
    await broker.createTopic(topic, {}, 2);
    const records = batch(RECORDS);
    await broker.send('unknown topic', produceApi, onePartition(`${topic}-z`, records));
    await broker.send('unknown partition', produceApi, onePartition(topic, records, 9));
    await broker.send('negative partition', produceApi, onePartition(topic, records, -1));
    await broker.send('bad name', produceApi, onePartition('a b', records));
    await broker.send('no name', produceApi, onePartition('', records));
    for (const acks of [2, -2, 7]) {
      await broker.send(`acks ${acks}`, produceApi, onePartition(topic, records, 0, acks));
    }
    await broker.send('several partitions, one unknown', produceApi, {
      acks: -1,
      timeoutMs: TIMEOUT_MS,
      topicData: [
        { name: topic, partitionData: [0, 1, 2].map((index) => ({ index, records })) },
        { name: `${topic}-z`, partitionData: [{ index: 0, records }] },
      ],
    });
    await broker.send('nothing', produceApi, { acks: -1, timeoutMs: TIMEOUT_MS, topicData: [] });
    await broker.send('a topic without partitions', produceApi, {
      acks: -1,
      timeoutMs: TIMEOUT_MS,
      topicData: [{ name: topic, partitionData: [] }],
    });
    await broker.send('no time', produceApi, {
      ...onePartition(topic, records, 0, 1),
      timeoutMs: 0,
    });
    await readAll(broker, 'read back', topic);
  }),

  scenario('the internal topic', produceApi, async (broker) => {
    await broker.coordinator('any');
    await broker.send(
      'not for clients',
      produceApi,
      onePartition('__consumer_offsets', batch(RECORDS)),
    );
  }),

  scenario('acks 0', produceApi, async (broker) => {
    const topic = broker.name('unacknowledged');
    await broker.createTopic(topic);
    const silently = { expectNothing: true, on: 'silent' };
    const isOpen = (step: string): Promise<unknown> =>
      broker.send(step, metadataApi, { topics: [] }, { on: 'silent' });
    await broker.send('good', produceApi, onePartition(topic, batch(RECORDS), 0, 0), silently);
    await isOpen('the connection stays');
    await broker.send(
      'unknown topic',
      produceApi,
      onePartition(`${topic}-z`, batch(RECORDS), 0, 0),
      silently,
    );
    await isOpen('the connection is closed');
    await broker.send(
      'bad',
      produceApi,
      onePartition(
        topic,
        damaged((bytes) => (bytes[30]! ^= 1)),
        0,
        0,
      ),
      silently,
    );
    await isOpen('closed again');
    await readAll(broker, 'read back', topic);
  }),

  scenario('damaged batches', produceApi, async (broker) => {
    const topic = broker.name('damaged');
    await broker.createTopic(topic);
    const good = batch(RECORDS);
    const cases: Record<string, Buffer | null> = {
      'bad CRC': damaged((bytes) => (bytes[bytes.length - 1]! ^= 0xff)),
      null: null,
      empty: Buffer.alloc(0),
      'half a header': good.subarray(0, 30),
      'cut short': good.subarray(0, good.length - 3),
      'bytes after it': Buffer.concat([good, Buffer.from('xyz')]),
      'two batches': Buffer.concat([good, good]),
      'magic 1': damaged((bytes) => (bytes[16] = 1)),
      'magic 0': damaged((bytes) => (bytes[16] = 0)),
      'magic 3': damaged((bytes) => (bytes[16] = 3)),
      'length too small': damaged((bytes) => bytes.writeInt32BE(10, 8)),
      'length negative': damaged((bytes) => bytes.writeInt32BE(-1, 8)),
      'length too large': damaged((bytes) => bytes.writeInt32BE(bytes.length, 8)),
    };
    for (const [step, records] of Object.entries(cases)) {
      await broker.send(step, produceApi, onePartition(topic, records), {
        timeoutMs: 1_000,
        on: step,
      });
    }
    await readAll(broker, 'read back', topic);
  }),

  scenario('batches that contradict themselves', produceApi, async (broker) => {
    const topic = broker.name('contradicting');
    await broker.createTopic(topic);
    const cases: Record<string, Buffer> = {
      'fewer records than counted': resealed((bytes) => bytes.writeInt32BE(5, 57)),
      'more records than counted': resealed((bytes) => bytes.writeInt32BE(2, 57)),
      'negative count': resealed((bytes) => bytes.writeInt32BE(-1, 57)),
      'no records': resealed((bytes) => bytes.writeInt32BE(0, 57)),
      'last offset before the last record': resealed((bytes) => bytes.writeInt32BE(1, 23)),
      'last offset after the last record': resealed((bytes) => bytes.writeInt32BE(9, 23)),
      'negative last offset': resealed((bytes) => bytes.writeInt32BE(-1, 23)),
      'a base offset': resealed((bytes) => bytes.writeBigInt64BE(5n, 0)),
      'a leader epoch': resealed((bytes) => bytes.writeInt32BE(99, 12)),
      'unknown codec': resealed((bytes) => bytes.writeInt16BE(5, 21)),
      'control batch': resealed((bytes) => bytes.writeInt16BE(0x20, 21)),
      'delete horizon': resealed((bytes) => bytes.writeInt16BE(0x40, 21)),
      'unused attribute': resealed((bytes) => bytes.writeInt16BE(0x80, 21)),
      'a wrong max timestamp': resealed((bytes) => bytes.writeBigInt64BE(BigInt(T0 + 9_999), 35)),
      'gzip that is none': resealed((bytes) => bytes.writeInt16BE(1, 21)),
      'lz4 that is none': resealed((bytes) => bytes.writeInt16BE(3, 21)),
      'record length too large': resealed((bytes) => (bytes[61] = 0x7e)),
      'record length zero': resealed((bytes) => (bytes[61] = 0)),
      'log append time': resealed((bytes) => bytes.writeInt16BE(0x08, 21)),
    };
    for (const [step, records] of Object.entries(cases)) {
      await broker.send(step, produceApi, onePartition(topic, records));
    }
    await readAll(broker, 'read back', topic);
  }),

  scenario('timestamps', produceApi, async (broker) => {
    const now = Date.now();
    const times: Record<string, number> = {
      none: -1,
      zero: 0,
      'long ago': T0,
      'too old': now - 2 * YEAR_MS,
      'too far ahead': now + YEAR_MS,
      negative: -5,
    };
    const configs: Record<string, Record<string, string>> = {
      default: {},
      append: { 'message.timestamp.type': 'LogAppendTime' },
      before: { 'message.timestamp.before.max.ms': '3600000' },
      difference: { 'message.timestamp.difference.max.ms': '3600000' },
    };
    for (const [kind, config] of Object.entries(configs)) {
      const topic = broker.name(`times-${kind}`);
      await broker.createTopic(topic, config);
      for (const [step, timestamp] of Object.entries(times)) {
        const records = [now, timestamp, now].map((each) => ({ timestamp: each, value: step }));
        for (const codec of ['none', 'lz4'] as const) {
          await broker.send(
            `${kind}: ${step}, ${codec}`,
            produceApi,
            onePartition(topic, batch(records, { codec })),
          );
        }
      }
      await broker.send(
        `${kind}: all bad`,
        produceApi,
        onePartition(
          topic,
          batch([1, 2, 3].map((n) => ({ timestamp: now + YEAR_MS + n, value: '' }))),
        ),
      );
    }
  }),

  scenario(
    'times of appending, read back',
    produceApi,
    async (broker) => {
      const topic = broker.name('appended');
      await broker.createTopic(topic, { 'message.timestamp.type': 'LogAppendTime' });
      for (const codec of CODECS) {
        await broker.send(codec, produceApi, onePartition(topic, batch(RECORDS, { codec })));
      }
      await readAll(broker, 'read back', topic);
    },
    { fromVersion: 7 },
  ),

  scenario(
    'compression of the topic',
    produceApi,
    async (broker) => {
      for (const type of ['producer', 'uncompressed', 'gzip', 'snappy', 'lz4', 'zstd']) {
        const topic = broker.name(`compressed-${type}`);
        await broker.createTopic(topic, { 'compression.type': type });
        for (const codec of CODECS) {
          await broker.send(
            `${codec} into ${type}`,
            produceApi,
            onePartition(topic, batch(RECORDS, { codec })),
          );
        }
        await readAll(broker, `read back ${type}`, topic);
      }
    },
    { fromVersion: 7 },
  ),

  scenario('sizes', produceApi, async (broker) => {
    const topic = broker.name('sized');
    await broker.createTopic(topic, { 'max.message.bytes': '300' });
    const recordOf = (sizeBytes: number): Buffer =>
      batch([{ timestamp: T0, value: 'x'.repeat(sizeBytes - 61 - 13) }]);
    for (const sizeBytes of [200, 296, 297, 298, 299, 300, 301, 302, 303, 304, 1000]) {
      await broker.send(
        `about ${sizeBytes} bytes`,
        produceApi,
        onePartition(topic, recordOf(sizeBytes)),
      );
    }
    await broker.send(
      'large, but compressed',
      produceApi,
      onePartition(topic, batch([{ timestamp: T0, value: 'x'.repeat(5000) }], { codec: 'gzip' })),
    );
    const decompressing = broker.name('sized-un');
    await broker.createTopic(decompressing, {
      'max.message.bytes': '300',
      'compression.type': 'uncompressed',
    });
    await broker.send(
      'large when decompressed',
      produceApi,
      onePartition(
        decompressing,
        batch([{ timestamp: T0, value: 'x'.repeat(5000) }], { codec: 'gzip' }),
      ),
    );
    const segments = broker.name('sized-seg');
    await broker.createTopic(segments, { 'segment.bytes': '1000' });
    await broker.send(
      'larger than a segment',
      produceApi,
      onePartition(segments, batch([{ timestamp: T0, value: 'x'.repeat(2000) }])),
    );
    await readAll(broker, 'read back', topic);
  }),

  scenario('compacted topics need keys', produceApi, async (broker) => {
    const topic = broker.name('compacted');
    await broker.createTopic(topic, { 'cleanup.policy': 'compact' });
    const keyed = (...keys: (string | null)[]): RecordInput[] =>
      keys.map((key, index) => ({ timestamp: T0 + index, key, value: 'v' }));
    for (const codec of ['none', 'zstd'] as const) {
      for (const keys of [['a'], [null], ['a', null, 'b', null], [null, null], ['']]) {
        await broker.send(
          `${codec}: ${JSON.stringify(keys)}`,
          produceApi,
          onePartition(topic, batch(keyed(...keys), { codec })),
        );
      }
    }
    await broker.send('one good partition, one bad', produceApi, {
      acks: -1,
      timeoutMs: TIMEOUT_MS,
      topicData: [
        { name: topic, partitionData: [{ index: 0, records: batch(keyed(null)) }] },
        { name: topic, partitionData: [{ index: 1, records: batch(keyed('a')) }] },
      ],
    });
    await readAll(broker, 'read back', topic);
  }),

  scenario(
    'small limits, gzip, times of appending, two in-sync replicas',
    produceApi,
    async (broker) => {
      const topic = broker.name('strict');
      await broker.createTopic(topic);
      for (const acks of [-1, 1]) {
        await broker.send(`acks ${acks}`, produceApi, onePartition(topic, batch(RECORDS), 0, acks));
        await broker.send(
          `large, acks ${acks}`,
          produceApi,
          onePartition(
            topic,
            batch([
              {
                timestamp: T0,
                value: Buffer.from(Array.from({ length: 3000 }, (_, i) => (i * i * 7919) >> 3)),
              },
            ]),
            0,
            acks,
          ),
        );
      }
      await broker.send(
        'unknown topic is not made',
        produceApi,
        onePartition(`${topic}-z`, batch(RECORDS), 0, 1),
      );
      await readAll(broker, 'read back', topic);
    },
    { profile: 'strict' },
  ),

  scenario(
    'a topic that was deleted and made again',
    produceApi,
    async (broker) => {
      const topic = broker.name('again');
      await broker.createTopic(topic);
      await broker.send('first', produceApi, onePartition(topic, batch(RECORDS)));
      await broker.quietly(deleteTopicsApi, {
        topics: [{ name: topic, topicId: ZERO_UUID }],
        timeoutMs: TIMEOUT_MS,
      });
      await broker.send('deleted', produceApi, onePartition(topic, batch(RECORDS)));
      await broker.until(async () => {
        try {
          await broker.createTopic(topic);
          return true;
        } catch {
          return false;
        }
      });
      await broker.send('second', produceApi, onePartition(topic, batch(RECORDS)));
      await readAll(broker, 'read back', topic);
    },
    { fromVersion: 11 },
  ),
];

/** A batch with a changed header or body, and the right CRC. */
function resealed(change: (buffer: Buffer) => void): Buffer {
  return damaged((bytes) => {
    change(bytes);
    bytes.writeUInt32BE(crc32c(bytes, 21), 17);
  });
}
