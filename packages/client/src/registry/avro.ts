/**
 * Avro through a schema registry. Needs the package `avsc`.
 *
 * What was written with another version of the schema is read by Avro's rules of resolution into the shape of one's own, if one is given. The primitive type
 * `bytes` is written as it is, as Confluent's serializers do.
 */
import type * as Avsc from 'avsc';
import { optionalPeer } from './optional-peer.ts';
import type { Schema } from './schema-registry.ts';
import { type SchemaCodec, SchemaSerde, type SchemaSerdeOptions } from './schema-serde.ts';

export interface AvroOptions extends SchemaSerdeOptions {
  /** An object or its JSON text. Without it the serde can read, and write with `idFrom: 'latest'`. */
  readonly schema?: object | string;
  /** Handed to `avsc.Type.forSchema`: logical types, how unions are represented. */
  readonly avsc?: Readonly<Record<string, unknown>>;
}

export function avro<T>(options: AvroOptions): SchemaSerde<T> {
  const own = ownSchema(options);
  const typeOf = async (schema: Schema, referenced: ReadonlyMap<string, Schema>) => {
    const avsc = await load();
    return typeFor(avsc, schema, referenced, options.avsc);
  };
  return new SchemaSerde<T>(options, own, {
    writer: async (schema, referenced) => codecOf<T>(await typeOf(schema, referenced)),
    reader: async (written, referenced) => {
      const writer = await typeOf(written, referenced);
      if (own === undefined) return codecOf<T>(writer);
      const reader = await typeOf(own, await options.registry.resolveReferences(own));
      return codecOf<T>(reader, writer);
    },
  });
}

function ownSchema({ schema, references }: AvroOptions): Schema | undefined {
  if (schema === undefined) return undefined;
  const text = typeof schema === 'string' ? schema : JSON.stringify(schema);
  return { type: 'AVRO', schema: text, references };
}

/** What CommonJS exports; its namespace as an ES module need not have all of it. */
type Library = Omit<typeof Avsc, 'default'>;

async function load(): Promise<Library> {
  const loaded = await optionalPeer('avsc', () => import('avsc'));
  return loaded.default;
}

function typeFor(
  avsc: Library,
  schema: Schema,
  referenced: ReadonlyMap<string, Schema>,
  options: AvroOptions['avsc'] = {},
): Avsc.Type {
  const registry: Record<string, Avsc.Type> = {};
  const all = { wrapUnions: 'auto', ...options, registry } as Avsc.ForSchemaOptions;
  for (const { schema: text } of referenced.values()) avsc.Type.forSchema(parse(text), all);
  return avsc.Type.forSchema(parse(schema.schema), all);
}

/** A schema may be a bare name, which is not always written as JSON. */
function parse(text: string): Avsc.Schema {
  return (/^\s*[[{"]/.test(text) ? JSON.parse(text) : text.trim()) as Avsc.Schema;
}

/** Of a type; reads what was written with `writer`. */
function codecOf<T>(type: Avsc.Type, writer: Avsc.Type = type): SchemaCodec<T> {
  const isBytes = type.typeName === 'bytes';
  const resolver = writer === type ? undefined : type.createResolver(writer);
  return {
    recordName: type.name,
    encode: (value) => {
      if (isBytes) return value as Uint8Array;
      type.isValid(value, { errorHook: refuse });
      return type.toBuffer(value);
    },
    decode: (bytes, at) => {
      const payload = bytes.subarray(at);
      if (writer.typeName === 'bytes' && isBytes) return payload as T;
      return type.fromBuffer(payload, resolver) as T;
    },
  };
}

function refuse(path: string[], value: unknown, type: Avsc.Type): never {
  const where = path.length === 0 ? 'The value' : path.join('.');
  throw new Error(`${where} is ${shown(value)}, which is no ${type.typeName}`);
}

function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  if (typeof value === 'string') return value.slice(0, 100);
  return typeof value === 'number' || typeof value === 'boolean' ? `${value}` : typeof value;
}
