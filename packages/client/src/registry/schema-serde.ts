/**
 * What Avro, Protobuf and JSON Schema have in common: which schema a record is written with, which id it gets, and where the codec of an id is remembered.
 *
 * A format gives a codec for a schema; this file does the rest. Must never ask the registry twice for what cannot change.
 */
import { clientError } from '../errors.ts';
import type { Serde, SerdeContext } from '../serde/serde.ts';
import { RecentMap } from './recent-map.ts';
import type { Schema, SchemaReference, SchemaRegistry } from './schema-registry.ts';
import { type SubjectNameStrategy, subjectName } from './subject-names.ts';
import { framed, HEADER_BYTES, schemaIdOf } from './wire-format.ts';

/** Settings of every format. */
export interface SchemaSerdeOptions {
  readonly registry: SchemaRegistry;
  /** What this schema uses of others. */
  readonly references?: readonly SchemaReference[];
  /** `topic` (`orders-value`) by default. */
  readonly subject?: SubjectNameStrategy;
  /**
   * Where the id comes from: `register` registers the schema if the subject does not have it (the default), `look-up` wants it to be there, `latest` writes
   * with the subject's latest version instead of `schema`.
   */
  readonly idFrom?: 'register' | 'look-up' | 'latest';
}

/** Writes and reads with one schema. */
export interface SchemaCodec<T> {
  /** Full name of what is written; undefined for schemas without a name. */
  readonly recordName: string | undefined;
  /** What comes behind the schema id. */
  encode(value: T): Uint8Array;
  /** `bytes` with the schema id; the payload begins at `at`. */
  decode(bytes: Buffer, at: number): T;
}

export interface SchemaFormat<T> {
  /** The codec of the schema that values are written with; `referenced` are the schemas that it uses, by name. */
  writer(schema: Schema, referenced: ReadonlyMap<string, Schema>): Promise<SchemaCodec<T>>;
  /** The codec that reads what was written with another schema. */
  reader(written: Schema, referenced: ReadonlyMap<string, Schema>): Promise<SchemaCodec<T>>;
}

interface Writing<T> {
  readonly id: number;
  readonly codec: SchemaCodec<T>;
}

const CODECS_MAX = 1_000;

export class SchemaSerde<T> implements Serde<T> {
  readonly #options: SchemaSerdeOptions;
  /** Undefined for a serde that only reads, or writes with the latest schema. */
  readonly #schema: Schema | undefined;
  readonly #format: SchemaFormat<T>;
  /** By topic and part: what is written with, once it is known. */
  readonly #writing: RecentMap<string, Writing<T>> = new RecentMap(CODECS_MAX);
  readonly #reading: RecentMap<number, SchemaCodec<T>> = new RecentMap(CODECS_MAX);

  constructor(options: SchemaSerdeOptions, schema: Schema | undefined, format: SchemaFormat<T>) {
    this.#options = options;
    this.#schema = schema;
    this.#format = format;
  }

  serialize(value: T, context: SerdeContext): Uint8Array | Promise<Uint8Array> {
    const known = this.#writing.get(`${context.part} ${context.topic}`);
    if (known !== undefined && this.#options.idFrom !== 'latest') {
      return framed(known.id, known.codec.encode(value));
    }
    return this.#prepare(context).then(({ id, codec }) => framed(id, codec.encode(value)));
  }

  deserialize(bytes: Buffer, _context: SerdeContext): T | Promise<T> {
    const id = schemaIdOf(bytes);
    const known = this.#reading.get(id);
    if (known !== undefined) return known.decode(bytes, HEADER_BYTES);
    return this.#codecOf(id).then((codec) => codec.decode(bytes, HEADER_BYTES));
  }

  async #prepare(context: SerdeContext): Promise<Writing<T>> {
    const { registry, idFrom = 'register', subject: strategy = 'topic' } = this.#options;
    const key = `${context.part} ${context.topic}`;
    const known = this.#writing.get(key);
    if (idFrom === 'latest') {
      const recordName = known?.codec.recordName ?? (await this.#ownName());
      const latest = await registry.version(
        subjectName(strategy, { topic: context.topic, part: context.part, recordName }),
        'latest',
      );
      if (known?.id === latest.id) return known;
      const codec = await this.#writerOf(latest);
      return this.#remember(key, { id: latest.id, codec });
    }
    const schema = this.#schema;
    if (schema === undefined) {
      throw clientError('INVALID_ARGUMENT', 'A serde without a schema can only read.');
    }
    const codec = await this.#writerOf(schema);
    const { topic, part } = context;
    const subject = subjectName(strategy, { topic, part, recordName: codec.recordName });
    const id =
      idFrom === 'register'
        ? await registry.register(subject, schema)
        : await registry.lookUp(subject, schema);
    return this.#remember(key, { id, codec });
  }

  #remember(key: string, writing: Writing<T>): Writing<T> {
    this.#writing.set(key, writing);
    return writing;
  }

  async #ownName(): Promise<string | undefined> {
    return this.#schema === undefined ? undefined : (await this.#writerOf(this.#schema)).recordName;
  }

  async #writerOf(schema: Schema): Promise<SchemaCodec<T>> {
    const referenced = await this.#options.registry.resolveReferences(schema);
    return await this.#format.writer(schema, referenced);
  }

  async #codecOf(id: number): Promise<SchemaCodec<T>> {
    const written = await this.#options.registry.schema(id);
    const referenced = await this.#options.registry.resolveReferences(written);
    const codec = await this.#format.reader(written, referenced);
    this.#reading.set(id, codec);
    return codec;
  }
}
