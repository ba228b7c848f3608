import { describe, expect, expectTypeOf, it } from 'vitest';
import type { ProducerRecord } from '../producer/record.ts';
import { bigInt64, bytes, double, int32, int64, json, string, uuid } from './primitives.ts';
import type { Serde, SerdeContext } from './serde.ts';
import { type ReadRecord, type RecordSink, topic } from './typed-topic.ts';

const context: SerdeContext = { topic: 't', part: 'value', headers: [] };

/** The bytes that Kafka's Java serializers of 3.9 write for these values. */
describe.each<[string, Serde<never>, unknown, string]>([
  ['string', string() as Serde<never>, 'Grüße 🎉', '4772c3bcc39f6520f09f8e89'],
  ['json', json() as Serde<never>, { a: [1, null] }, Buffer.from('{"a":[1,null]}').toString('hex')],
  ['int32', int32() as Serde<never>, -2, 'fffffffe'],
  ['int64', int64() as Serde<never>, 2 ** 40 + 1, '0000010000000001'],
  ['bigInt64', bigInt64() as Serde<never>, -(2n ** 63n), '8000000000000000'],
  ['double', double() as Serde<never>, -1.5, 'bff8000000000000'],
  [
    'uuid',
    uuid() as Serde<never>,
    '01234567-89ab-cdef-0123-456789abcdef',
    Buffer.from('01234567-89ab-cdef-0123-456789abcdef').toString('hex'),
  ],
  ['bytes', bytes() as Serde<never>, Buffer.from([1, 2]), '0102'],
])('%s', (_, serde, value, hex) => {
  it('is written as Java does, and read back', async () => {
    const written = Buffer.from(await serde.serialize(value as never, context));
    expect(written.toString('hex')).toBe(hex);
    expect(await serde.deserialize(written, context)).toEqual(value);
  });
});

it.each<[string, Serde<never>, unknown]>([
  ['int32', int32() as Serde<never>, 2 ** 31],
  ['int32', int32() as Serde<never>, 1.5],
  ['int64', int64() as Serde<never>, 2 ** 53],
  ['bigInt64', bigInt64() as Serde<never>, 2n ** 63n],
  ['string', string() as Serde<never>, 5],
  ['uuid', uuid() as Serde<never>, 'no'],
  ['json', json() as Serde<never>, undefined],
])('%s refuses %s', (_, serde, value) => {
  expect(() => serde.serialize(value as never, context)).toThrow(/is not/);
});

it.each([int32(), int64(), bigInt64(), double(), uuid()])(
  'bytes of another size are refused',
  (serde) => {
    expect(() => serde.deserialize(Buffer.alloc(3), context)).toThrow();
  },
);

it('a number that is too large to be exact is refused, not rounded', async () => {
  const written = Buffer.from(await bigInt64().serialize(2n ** 53n, context));
  expect(() => int64().deserialize(written, context)).toThrow(/2\^53/);
});

interface Order {
  readonly id: number;
}

function sink(): { sent: ProducerRecord[]; producer: RecordSink } {
  const sent: ProducerRecord[] = [];
  const send: RecordSink['send'] = (record) => {
    const offset = sent.push(record) - 1;
    const place = { topic: record.topic, partition: 0, offset };
    return Promise.resolve({ ...place, timestamp: 0, logStartOffset: 0 });
  };
  return { sent, producer: { send } };
}

function batchOf(sent: readonly ProducerRecord[], name = 'orders') {
  return {
    topic: name,
    partition: 3,
    records: sent.map(({ key, value }, offset) => ({
      offset,
      timestamp: 7,
      key: (key ?? null) as never,
      value: (value ?? null) as never,
      headers: [],
    })),
  };
}

describe('a typed topic', () => {
  const orders = topic('orders', { key: string(), value: json<Order>() });

  it('has the types of its serializers', () => {
    type Sent = Parameters<typeof orders.send>[1];
    expectTypeOf<Sent['key']>().toEqualTypeOf<string | null | undefined>();
    expectTypeOf<Sent['value']>().toEqualTypeOf<Order | null | undefined>();
    expectTypeOf(orders.decode).returns.resolves.toEqualTypeOf<ReadRecord<string, Order>[]>();
    expectTypeOf(topic('raw').decode).returns.resolves.toEqualTypeOf<
      ReadRecord<Uint8Array, Uint8Array>[]
    >();
  });

  it('writes records and reads them back, tombstones too', async () => {
    const { sent, producer } = sink();
    await orders.send(producer, { key: 'a', value: { id: 1 }, partition: 3, timestamp: 7 });
    await orders.sendBatch(producer, [{ key: 'b', value: null }, { value: { id: 2 } }]);
    expect(sent[0]).toMatchObject({ topic: 'orders', partition: 3, timestamp: 7 });
    const read = await orders.decode(batchOf(sent));
    expect(read.map(({ key, value, offset }) => [offset, key, value])).toEqual([
      [0, 'a', { id: 1 }],
      [1, 'b', null],
      [2, null, { id: 2 }],
    ]);
    const source = (async function* () {
      yield* [batchOf([], 'other'), batchOf(sent)];
      await Promise.resolve();
    })();
    const seen: unknown[] = [];
    for await (const { value } of orders.records(source)) seen.push(value);
    expect(seen).toEqual([{ id: 1 }, null, { id: 2 }]);
  });

  it('waits for serializers that need to', async () => {
    const slow: Serde<number> = {
      serialize: async (value) => {
        await Promise.resolve();
        return Buffer.from([value]);
      },
      deserialize: (value) => Promise.resolve(value[0] ?? -1),
    };
    const slowly = topic('orders', { key: slow, value: slow });
    const { sent, producer } = sink();
    await slowly.send(producer, { key: 1, value: 2 });
    expect(await slowly.decode(batchOf(sent))).toMatchObject([{ key: 1, value: 2 }]);
    const bad = topic('orders', {
      value: { ...slow, serialize: () => Promise.reject(new Error('no')) },
    });
    await expect(bad.send(producer, { value: 1 })).rejects.toMatchObject({
      code: 'SERIALIZATION_FAILED',
    });
  });

  it('says which record cannot be read or written', async () => {
    const broken = { topic: 'orders', value: Buffer.from('{') };
    await expect(orders.decode(batchOf([broken]))).rejects.toMatchObject({
      code: 'DESERIALIZATION_FAILED',
      message: expect.stringContaining('value of orders-3 at offset 0') as string,
    });
    const { producer, sent } = sink();
    const wrong = orders.sendBatch(producer, [{ value: { id: 1 } }, { key: 5 as never }]);
    await expect(wrong).rejects.toMatchObject({ code: 'SERIALIZATION_FAILED', retriable: false });
    expect(sent).toEqual([]);
    await expect(orders.decode(batchOf([], 'other'))).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });
});
