/**
 * Protobuf through a schema registry. Needs the package `protobufjs`.
 *
 * The schema is the text of a .proto file. What is read is read with the file that it was written with; its unknown fields stay unknown. Values are plain objects with
 * camelCase names; 64-bit integers are read as decimal strings, enums as names, unless `conversion` says otherwise.
 */
import type * as Protobuf from 'protobufjs';
import { clientError } from '../errors.ts';
import { optionalPeer } from './optional-peer.ts';
import type { Schema } from './schema-registry.ts';
import { type SchemaCodec, SchemaSerde, type SchemaSerdeOptions } from './schema-serde.ts';
import { decodeMessagePath, encodeMessagePath } from './wire-format.ts';

export interface ProtobufOptions extends SchemaSerdeOptions {
  /** The text of a .proto file. Without it the serde can read, and write with `idFrom: 'latest'`. */
  readonly schema?: string;
  /** Full name of the message that is written; by default the first of the file. */
  readonly message?: string;
  /** Handed to protobufjs's `toObject`. */
  readonly conversion?: Readonly<Record<string, unknown>>;
}

export function protobuf<T extends object>(options: ProtobufOptions): SchemaSerde<T> {
  const { schema, references } = options;
  const own: Schema | undefined =
    schema === undefined ? undefined : { type: 'PROTOBUF', schema, references };
  const codec = async (
    text: Schema,
    referenced: ReadonlyMap<string, Schema>,
  ): Promise<SchemaCodec<T>> => {
    const library = await load();
    return new ProtoFile<T>(library, text, referenced, options);
  };
  return new SchemaSerde<T>(options, own, { writer: codec, reader: codec });
}

/** What CommonJS exports; its namespace as an ES module need not have all of it. */
type Library = Omit<typeof Protobuf, 'default'>;

async function load(): Promise<Library> {
  const loaded = await optionalPeer('protobufjs', () => import('protobufjs'));
  return loaded.default;
}

/** The messages of one file, and of those that it imports. */
class ProtoFile<T> implements SchemaCodec<T> {
  readonly recordName: string;
  readonly #library: Library;
  /** The file alone, whose order of messages the paths go by. */
  readonly #file: Protobuf.Root;
  readonly #package: string;
  readonly #root: Protobuf.Root;
  readonly #written: Protobuf.Type;
  readonly #path: Buffer;
  readonly #conversion: Protobuf.IConversionOptions;

  constructor(
    library: Library,
    schema: Schema,
    referenced: ReadonlyMap<string, Schema>,
    options: ProtobufOptions,
  ) {
    this.#library = library;
    this.#conversion = { longs: String, enums: String, defaults: true, ...options.conversion };
    const parsed = library.parse(schema.schema, new library.Root());
    this.#file = parsed.root;
    this.#package = parsed.package ?? '';
    this.#root = new library.Root();
    this.#addImports(parsed.imports, referenced);
    for (const file of referenced.values()) {
      const { imports } = library.parse(file.schema, this.#root);
      this.#addImports(imports, referenced);
    }
    library.parse(schema.schema, this.#root);
    this.#root.resolveAll();
    const name = options.message ?? this.#nameAt([0]);
    const type = this.#root.lookup(name, library.Type);
    if (!(type instanceof library.Type)) {
      throw clientError('INVALID_ARGUMENT', `The schema has no message ${name}.`);
    }
    this.#written = type;
    this.recordName = type.fullName.replace(/^\./, '');
    this.#path = encodeMessagePath(this.#pathOf(this.recordName));
  }

  encode(value: T): Uint8Array {
    const problem = this.#written.verify(value as Record<string, unknown>);
    // Enum names and decimal strings, as they are read, are fine to write too.
    if (problem !== null && !/: (integer\|Long|enum value) expected$/.test(problem)) {
      throw new Error(problem);
    }
    const message = this.#written.fromObject(value as Record<string, unknown>);
    const worse = this.#written.verify(message);
    if (worse !== null) throw new Error(worse);
    return Buffer.concat([this.#path, this.#written.encode(message).finish()]);
  }

  decode(bytes: Buffer, at: number): T {
    const { path, end } = decodeMessagePath(bytes, at);
    const type = this.#root.lookupType(this.#nameAt(path));
    return type.toObject(type.decode(bytes.subarray(end)), this.#conversion) as T;
  }

  /** Google's own files come with the library. */
  #addImports(imports: readonly string[] = [], referenced: ReadonlyMap<string, Schema>): void {
    for (const name of imports) {
      if (referenced.has(name)) continue;
      const known = this.#library.common.get(name);
      if (known?.nested === undefined) {
        throw clientError('INVALID_ARGUMENT', `The schema imports ${name}; add it to references.`);
      }
      this.#root.addJSON(known.nested);
    }
  }

  /** Full name of the message at a path: the index among the file's messages, then among the messages inside of that, ... */
  #nameAt(path: readonly number[]): string {
    let scope: Protobuf.NamespaceBase = this.#scope();
    for (const index of path) {
      const found = this.#messagesOf(scope)[index];
      if (found === undefined) {
        throw clientError('INVALID_ARGUMENT', `The schema has no message [${path.join(', ')}].`);
      }
      scope = found;
    }
    return scope.fullName.replace(/^\./, '');
  }

  #pathOf(fullName: string): number[] {
    const inside = this.#package === '' ? fullName : fullName.slice(this.#package.length + 1);
    const path: number[] = [];
    let scope: Protobuf.NamespaceBase = this.#scope();
    for (const name of inside.split('.')) {
      const messages = this.#messagesOf(scope);
      const index = messages.findIndex((message) => message.name === name);
      if (index < 0) {
        const about = `Message ${fullName} is not in the schema's own file, but in one that it imports.`;
        throw clientError('INVALID_ARGUMENT', about);
      }
      path.push(index);
      scope = messages[index] as Protobuf.Type;
    }
    return path;
  }

  #scope(): Protobuf.NamespaceBase {
    return this.#package === ''
      ? this.#file
      : (this.#file.lookup(this.#package) as Protobuf.Namespace);
  }

  #messagesOf(scope: Protobuf.NamespaceBase): Protobuf.Type[] {
    return scope.nestedArray.filter((item) => item instanceof this.#library.Type);
  }
}
