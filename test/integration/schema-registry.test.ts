/** Avro, Protobuf and JSON Schema through a registry. The golden bytes follow Confluent's documentation of the wire format. */
import { type KafkaError, type SerdeContext, topic } from '@zurau/client';
import {
  avro,
  jsonSchema,
  protobuf,
  SchemaRegistry,
  type SchemaRegistryConfig,
} from '@zurau/client/registry';
import { SchemaRegistryServer } from '@zurau/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let server: SchemaRegistryServer;
let registry: SchemaRegistry;

beforeEach(async () => {
  server = await SchemaRegistryServer.start();
  registry = client();
});

afterEach(async () => {
  await server.stop();
});

function client(config: Partial<SchemaRegistryConfig> = {}): SchemaRegistry {
  return new SchemaRegistry({ urls: server.url, retryBackoffMs: 1, ...config });
}

const context = (name = 'orders'): SerdeContext => ({ topic: name, part: 'value', headers: [] });
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const codeOf = (error: unknown): string => (error as KafkaError).code;

const USER = {
  type: 'record',
  name: 'User',
  namespace: 'example',
  fields: [
    { name: 'name', type: 'string' },
    { name: 'age', type: 'int' },
  ],
};

interface User {
  name: string;
  age: number;
}

describe('Avro', () => {
  it('is written behind magic byte and schema id, and registered once', async () => {
    const serde = avro<User>({ registry, schema: USER });
    const users = [
      { name: 'Ann', age: 30 },
      { name: 'Bo', age: -1 },
    ];
    const written = await Promise.all(
      users.map(async (user) => await serde.serialize(user, context())),
    );
    expect(written.map(hex)).toEqual(['0000000001' + '06416e6e' + '3c', '0000000001' + '04426f01']);
    const again = serde.serialize(users[0] as User, context());
    expect(again).not.toBeInstanceOf(Promise);
    expect(server.requests).toEqual(['POST /subjects/orders-value/versions']);
    const reading = avro<User>({ registry: client() });
    for (const [index, bytes] of written.entries()) {
      const read = await reading.deserialize(Buffer.from(bytes), context());
      expect({ ...read }).toEqual(users[index]);
    }
    expect(server.requests.slice(1)).toEqual(['GET /schemas/ids/1']);
  });

  it("reads old records in the shape of the reader's schema", async () => {
    const old = await avro<User>({ registry, schema: USER }).serialize(
      { name: 'Ann', age: 30 },
      context(),
    );
    const schema = {
      ...USER,
      fields: [USER.fields[0], { name: 'mail', type: 'string', default: 'none' }],
    };
    const reading = avro<{ name: string; mail: string }>({ registry, schema });
    expect({ ...(await reading.deserialize(Buffer.from(old), context())) }).toEqual({
      name: 'Ann',
      mail: 'none',
    });
  });

  it('writes bytes and single values as Confluent does', async () => {
    const raw = avro<Buffer>({ registry, schema: '"bytes"' });
    expect(hex(await raw.serialize(Buffer.from([7, 8]), context('raw')))).toBe('00000000010708');
    const text = avro<string>({ registry, schema: 'string' });
    expect(hex(await text.serialize('hi', context('text')))).toBe('0000000002' + '046869');
  });

  it('finds the schemas that others use', async () => {
    await registry.register('address', {
      type: 'AVRO',
      schema: JSON.stringify({
        type: 'record',
        name: 'example.Address',
        fields: [{ name: 'city', type: 'string' }],
      }),
    });
    const schema = {
      type: 'record',
      name: 'example.Person',
      fields: [{ name: 'home', type: 'example.Address' }],
    };
    const references = [{ name: 'example.Address', subject: 'address', version: 1 }];
    const serde = avro<{ home: { city: string } }>({ registry, schema, references });
    const written = await serde.serialize({ home: { city: 'Ulm' } }, context());
    const reading = avro<{ home: { city: string } }>({ registry: client() });
    const read = await reading.deserialize(Buffer.from(written), context());
    expect(read.home.city).toBe('Ulm');
  });

  it('says which field is wrong', async () => {
    const serde = avro<User>({ registry, schema: USER });
    await expect(
      (async () => serde.serialize({ name: 'x', age: 'old' } as never, context()))(),
    ).rejects.toThrow(/age is old, which is no int/);
  });

  it.each([
    ['topic', 'orders-value'],
    ['record', 'example.User'],
    ['topic-record', 'orders-example.User'],
    [({ topic: name }: { topic: string }) => `my-${name}`, 'my-orders'],
  ] as const)('registers under the subject of strategy %s', async (subject, expected) => {
    await avro<User>({ registry, schema: USER, subject }).serialize(
      { name: '', age: 0 },
      context(),
    );
    expect(await registry.subjects()).toEqual([expected]);
  });

  it('registers nothing when it is told not to', async () => {
    const serde = avro<User>({ registry, schema: USER, idFrom: 'look-up' });
    const write = async (): Promise<Uint8Array> => serde.serialize({ name: '', age: 0 }, context());
    await expect(write()).rejects.toMatchObject({
      code: 'SCHEMA_REGISTRY_ERROR',
      errorCode: 40401,
    });
    await registry.register('orders-value', { type: 'AVRO', schema: JSON.stringify(USER) });
    expect(hex(await write())).toBe('00000000010000');
  });

  it('writes with the latest schema of the subject', async () => {
    const schema = { type: 'AVRO', schema: JSON.stringify(USER) } as const;
    await registry.register('orders-value', schema);
    const fields = [...USER.fields, { name: 'mail', type: 'string', default: '' }];
    const newer = { type: 'AVRO', schema: JSON.stringify({ ...USER, fields }) } as const;
    await registry.register('orders-value', newer);
    const serde = avro<User>({ registry, idFrom: 'latest' });
    const bytes = await serde.serialize({ name: 'A', age: 1, mail: 'm' } as User, context());
    expect(hex(bytes)).toBe('0000000002' + '0241' + '02' + '026d');
    await serde.serialize({ name: 'A', age: 1, mail: 'm' } as User, context());
    expect(server.requests.filter((request) => request.endsWith('latest'))).toHaveLength(1);
  });
});

describe('Protobuf', () => {
  const schema = `
    syntax = "proto3";
    package example;
    enum Color { RED = 0; BLUE = 1; }
    message First { string name = 1; int64 count = 2; Color color = 3; }
    message Outer {
      map<string, int32> skipped = 2;
      message Inner { int32 n = 1; }
      message Other { int32 n = 1; }
      Inner inner = 1;
    }`;

  it('writes the first message of a file with the short path', async () => {
    const serde = protobuf<{ name: string; count: string; color: string }>({ registry, schema });
    const value = { name: 'a', count: '9007199254740993', color: 'BLUE' };
    const written = Buffer.from(await serde.serialize(value, context()));
    expect(hex(written)).toBe('0000000001' + '00' + '0a0161' + '1081808080808080' + '10' + '1801');
    expect(await protobuf({ registry: client() }).deserialize(written, context())).toEqual(value);
  });

  it.each([
    ['example.Outer', '0202', '0a020805', { inner: { n: 5 } }],
    ['example.Outer.Inner', '040200', '0805', { n: 5 }],
    ['example.Outer.Other', '040202', '0805', { n: 5 }],
  ])('writes the path to %s', async (message, path, payload, value) => {
    const serde = protobuf<object>({ registry, schema, message });
    const written = Buffer.from(await serde.serialize(value, context()));
    expect(hex(written)).toBe(`0000000001${path}${payload}`);
    const read = await protobuf<object>({ registry: client() }).deserialize(written, context());
    expect(read).toMatchObject(value);
  });

  it("imports other files, and Google's", async () => {
    const common = 'syntax = "proto3"; package shop; message Money { int64 cents = 1; }';
    await registry.register('money', { type: 'PROTOBUF', schema: common });
    const serde = protobuf<object>({
      registry,
      schema: `syntax = "proto3";
        import "money.proto";
        import "google/protobuf/timestamp.proto";
        message Bill { shop.Money sum = 1; google.protobuf.Timestamp at = 2; }`,
      references: [{ name: 'money.proto', subject: 'money', version: 1 }],
    });
    const value = { sum: { cents: '5' }, at: { seconds: '7', nanos: 0 } };
    const written = Buffer.from(await serde.serialize(value, context()));
    const read = await protobuf<object>({ registry: client() }).deserialize(written, context());
    expect(read).toEqual(value);
  });

  it('refuses what does not fit, and paths that lead nowhere', async () => {
    const serde = protobuf<object>({ registry, schema });
    const write = async (): Promise<Uint8Array> => serde.serialize({ name: 5 }, context());
    await expect(write()).rejects.toThrow(/name: string expected/);
    const written = Buffer.from(await serde.serialize({}, context()));
    const read = async (path: string): Promise<unknown> =>
      serde.deserialize(
        Buffer.concat([written.subarray(0, 5), Buffer.from(path, 'hex')]),
        context(),
      );
    for (const path of ['0208', '01', '04', 'ffffffffff', '']) {
      await expect(read(path)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    }
  });
});

describe('JSON Schema', () => {
  const schema = {
    title: 'Order',
    type: 'object',
    properties: { id: { type: 'integer' } },
    required: ['id'],
  };

  it('is written as text behind the id, and checked in both directions', async () => {
    const serde = jsonSchema<{ id: number }>({ registry, schema });
    const written = Buffer.from(await serde.serialize({ id: 1 }, context()));
    expect(hex(written.subarray(0, 5))).toBe('0000000001');
    expect(written.toString('utf8', 5)).toBe('{"id":1}');
    expect(await jsonSchema({ registry: client() }).deserialize(written, context())).toEqual({
      id: 1,
    });
    const write = async (): Promise<Uint8Array> => serde.serialize({ id: 'x' } as never, context());
    await expect(write()).rejects.toThrow(/data\/id must be integer/);
    const strict = jsonSchema({ registry, schema: { ...schema, required: ['id', 'more'] } });
    await expect((async () => strict.deserialize(written, context()))()).rejects.toThrow(
      /must have required property 'more'/,
    );
    const lax = jsonSchema({
      registry,
      schema: { ...schema, required: ['more'] },
      validate: false,
    });
    expect(await lax.deserialize(written, context())).toEqual({ id: 1 });
  });

  it.each([
    'https://json-schema.org/draft/2020-12/schema',
    'https://json-schema.org/draft/2019-09/schema',
  ])('is understood in draft %s', async ($schema) => {
    const newer = { $schema, type: 'array', items: { type: 'integer' } };
    const serde = jsonSchema<number[]>({ registry, schema: newer });
    expect(Buffer.from(await serde.serialize([1], context())).toString('utf8', 5)).toBe('[1]');
  });

  it('finds the schemas that others use', async () => {
    await registry.register('id', { type: 'JSON', schema: '{"type":"integer"}' });
    const serde = jsonSchema<object>({
      registry,
      schema: { type: 'object', properties: { id: { $ref: 'id.json' } } },
      references: [{ name: 'id.json', subject: 'id', version: 1 }],
    });
    const write = async (id: unknown): Promise<Uint8Array> => serde.serialize({ id }, context());
    await write(1);
    await expect(write('x')).rejects.toThrow(/must be integer/);
  });
});

describe('the registry', () => {
  it('is told who asks', async () => {
    server.authorization = `Basic ${Buffer.from('user:secret').toString('base64')}`;
    expect(await registry.subjects().catch(codeOf)).toBe('SCHEMA_REGISTRY_ERROR');
    expect(await client({ auth: { username: 'user', password: 'secret' } }).subjects()).toEqual([]);
    server.authorization = 'Bearer abc';
    expect(await client({ auth: { token: () => Promise.resolve('abc') } }).subjects()).toEqual([]);
  });

  it('is asked again, and elsewhere, when it does not answer', async () => {
    server.failures = { status: 503, count: 2 };
    expect(await registry.subjects()).toEqual([]);
    server.failures = { status: 503, count: 99 };
    expect(await client({ retries: 1 }).subjects().catch(codeOf)).toBe(
      'SCHEMA_REGISTRY_UNAVAILABLE',
    );
    server.failures.count = 0;
    const several = client({ urls: ['http://127.0.0.1:1', server.url], retries: 0 });
    expect(await several.subjects()).toEqual([]);
  });

  it('is not believed to have failed for ever', async () => {
    server.failures = { status: 500, count: 1 };
    const once = client({ retries: 0 });
    const schema = { type: 'JSON', schema: '{}' } as const;
    expect(await once.register('s', schema).catch(codeOf)).toBe('SCHEMA_REGISTRY_UNAVAILABLE');
    expect(await once.register('s', schema)).toBe(1);
  });

  it('keeps subjects, versions and what is compatible', async () => {
    await registry.register('s', { type: 'JSON', schema: '{}' });
    await registry.register('s', { type: 'JSON', schema: '{"type":"string"}' });
    expect(await registry.versions('s')).toEqual([1, 2]);
    expect(await registry.version('s', 'latest')).toMatchObject({
      id: 2,
      version: 2,
      type: 'JSON',
    });
    expect(await registry.isCompatible('s', { type: 'JSON', schema: '"incompatible"' })).toEqual({
      compatible: false,
      messages: ['it says so itself'],
    });
    const refused = registry.register('s', { type: 'JSON', schema: '"incompatible"' });
    await expect(refused).rejects.toMatchObject({ errorCode: 409, retriable: false });
    await registry.setCompatibility('FULL', 's');
    expect([await registry.compatibility('s'), await registry.compatibility()]).toEqual([
      'FULL',
      'BACKWARD',
    ]);
    expect(await registry.deleteSubject('s')).toEqual([1, 2]);
    expect(await registry.subjects()).toEqual([]);
  });

  it('is configured with known settings only', () => {
    expect(() => client({ url: server.url } as never)).toThrow(/Did you mean urls/);
    expect(() => client({ urls: 'registry:8081' })).toThrow(/http or https/);
  });
});

it('records whose bytes are not of a registry are refused by the typed topic', async () => {
  const orders = topic('orders', { value: avro<User>({ registry, schema: USER }) });
  const record = { offset: 3, timestamp: 0, key: null, value: Buffer.from('{}'), headers: [] };
  const batch = { topic: 'orders', partition: 0, records: [record] };
  await expect(orders.decode(batch)).rejects.toMatchObject({
    code: 'DESERIALIZATION_FAILED',
    message: expect.stringMatching(/at offset 3: .*do not begin with a schema id/) as string,
  });
});
