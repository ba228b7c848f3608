/**
 * JSON Schema through a schema registry: JSON text behind the schema id, checked against the schema in both directions. Needs the package `ajv`.
 */
import { clientError } from '../errors.ts';
import { optionalPeer } from './optional-peer.ts';
import type { Schema } from './schema-registry.ts';
import { type SchemaCodec, SchemaSerde, type SchemaSerdeOptions } from './schema-serde.ts';

export interface JsonSchemaOptions extends SchemaSerdeOptions {
  /** An object or its JSON text. Without it the serde can read, and write with `idFrom: 'latest'`. */
  readonly schema?: object | string;
  /** Whether values are checked: when they are written against what they are written with, when they are read against one's own schema, else the writer's. Default true. */
  readonly validate?: boolean;
  /** Handed to ajv. */
  readonly ajv?: Readonly<Record<string, unknown>>;
}

/** What is used of ajv, whatever draft it is made for. */
interface Validator {
  addSchema(schema: object, key: string): unknown;
  compile(schema: object): ((value: unknown) => boolean) & { errors?: unknown };
  errorsText(errors: unknown): string;
}

export function jsonSchema<T>(options: JsonSchemaOptions): SchemaSerde<T> {
  const { schema, references, validate = true } = options;
  const own: Schema | undefined =
    schema === undefined
      ? undefined
      : {
          type: 'JSON',
          schema: typeof schema === 'string' ? schema : JSON.stringify(schema),
          references,
        };
  const codec = async (
    of: Schema,
    referenced: ReadonlyMap<string, Schema>,
  ): Promise<SchemaCodec<T>> => {
    const parsed = JSON.parse(of.schema) as { $schema?: unknown; title?: unknown };
    const check = validate ? await checkOf(parsed, referenced, options.ajv) : () => {};
    return {
      recordName: typeof parsed.title === 'string' ? parsed.title : undefined,
      encode: (value) => {
        check(value);
        return Buffer.from(JSON.stringify(value));
      },
      decode: (bytes, at) => {
        const value: unknown = JSON.parse(bytes.toString('utf8', at));
        check(value);
        return value as T;
      },
    };
  };
  return new SchemaSerde<T>(options, own, {
    writer: codec,
    reader: async (written, referenced) =>
      own === undefined
        ? await codec(written, referenced)
        : await codec(own, await options.registry.resolveReferences(own)),
  });
}

async function checkOf(
  schema: { readonly $schema?: unknown },
  referenced: ReadonlyMap<string, Schema>,
  options: JsonSchemaOptions['ajv'],
): Promise<(value: unknown) => void> {
  const ajv = await validatorFor(typeof schema.$schema === 'string' ? schema.$schema : '', options);
  for (const [name, { schema: text }] of referenced) {
    ajv.addSchema(JSON.parse(text) as object, name);
  }
  const isValid = ajv.compile(schema);
  return (value) => {
    if (isValid(value)) return;
    const why = ajv.errorsText(isValid.errors);
    throw clientError('INVALID_ARGUMENT', `The value does not fit its schema: ${why}`);
  };
}

async function validatorFor(draft: string, options: JsonSchemaOptions['ajv']): Promise<Validator> {
  const settings = { strict: false, allErrors: true, ...options };
  if (draft.includes('2020-12')) {
    const { Ajv2020 } = await optionalPeer('ajv', () => import('ajv/dist/2020.js'));
    return new Ajv2020(settings);
  }
  if (draft.includes('2019-09')) {
    const { Ajv2019 } = await optionalPeer('ajv', () => import('ajv/dist/2019.js'));
    return new Ajv2019(settings);
  }
  const { Ajv } = await optionalPeer('ajv', () => import('ajv'));
  return new Ajv(settings);
}
