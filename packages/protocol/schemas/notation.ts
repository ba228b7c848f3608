/**
 * The notation in which the messages of Kafka's protocol are written down in this folder.
 *
 * A schema is plain data: messages have fields, a field has a name, the versions that carry it, and a type. The generator turns schemas into
 * TypeScript; nothing reads them at run time. Version ranges are text: `'3+'` from 3 to the newest version of the message, `'0-12'`, `'4'`.
 *
 * ```ts
 * message('0-9', '6+', [                       // valid versions, versions in the flexible encoding (KIP-482)
 *   string('groupId', '0+'),
 *   int32('memberEpoch', '9+', { default: -1, ignorable: true }),
 *   array('topics', '0+', struct('Topic', [string('name', '0+'), array('partitions', '0+', 'int32')]), { nullable: '2-7' }),
 *   object('cursor', '8+', struct('Cursor', [...]), { nullable: true, default: null }),
 * ])
 * ```
 */

/** Types without parts. `records` is `bytes` that hold record batches. */
export type ScalarType =
  | 'bool'
  | 'int8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'int64'
  | 'float64'
  | 'string'
  | 'uuid'
  | 'bytes'
  | 'records';

/** What a name or an id in a field refers to. */
export type EntityType = 'brokerId' | 'groupId' | 'producerId' | 'topicName' | 'transactionalId';

/** A named group of fields; an interface of its own in the generated code. */
export interface StructSchema {
  readonly name: string;
  readonly fields: readonly FieldSchema[];
}

export type FieldType =
  | { readonly kind: 'scalar'; readonly scalar: ScalarType }
  | { readonly kind: 'struct'; readonly struct: StructSchema }
  | { readonly kind: 'array'; readonly element: ScalarType | StructSchema };

export interface FieldOptions {
  /** Versions in which null is a value; `true` for all that have the field. */
  readonly nullable?: string | true;
  /** Value where a version does not carry the field; a tagged field that equals it is left out. Zero, empty or false when not given. */
  readonly default?: number | string | boolean | null;
  /** Whether a writer may drop a value that its version cannot carry. Otherwise that is an error. */
  readonly ignorable?: true;
  /** Number of a tagged field (KIP-482): it travels at the end of its struct, and only when it is not the default. */
  readonly tag?: number;
  /** Part of the key by which elements of the array are unique. */
  readonly mapKey?: true;
  readonly entity?: EntityType;
  /** Keeps the encoding of before KIP-482 in flexible versions too. */
  readonly alwaysLegacy?: true;
}

export interface FieldSchema extends FieldOptions {
  readonly name: string;
  readonly versions: string;
  readonly type: FieldType;
}

export interface MessageSchema {
  readonly versions: string;
  /** Versions in the flexible encoding, or `'none'`. */
  readonly flexible: string;
  readonly fields: readonly FieldSchema[];
}

/** A request with its response. */
export interface ApiSchema {
  readonly key: number;
  readonly name: string;
  readonly request: MessageSchema;
  readonly response: MessageSchema;
}

/** A message that is no request and no response: headers, coordinator records, what clients put into opaque bytes. */
export interface DataSchema {
  readonly name: string;
  readonly message: MessageSchema;
}

export function api(
  key: number,
  name: string,
  messages: { readonly request: MessageSchema; readonly response: MessageSchema },
): ApiSchema {
  return { key, name, ...messages };
}

export function data(name: string, content: MessageSchema): DataSchema {
  return { name, message: content };
}

export function message(
  versions: string,
  flexible: string,
  fields: readonly FieldSchema[],
): MessageSchema {
  return { versions, flexible, fields };
}

export function struct(name: string, fields: readonly FieldSchema[]): StructSchema {
  return { name, fields };
}

export function array(
  name: string,
  versions: string,
  element: ScalarType | StructSchema,
  options?: FieldOptions,
): FieldSchema {
  return { name, versions, type: { kind: 'array', element }, ...options };
}

export function object(
  name: string,
  versions: string,
  content: StructSchema,
  options?: FieldOptions,
): FieldSchema {
  return { name, versions, type: { kind: 'struct', struct: content }, ...options };
}

type ScalarField = (name: string, versions: string, options?: FieldOptions) => FieldSchema;

function scalar(type: ScalarType): ScalarField {
  return (name, versions, options) => ({
    name,
    versions,
    type: { kind: 'scalar', scalar: type },
    ...options,
  });
}

export const bool: ScalarField = scalar('bool');
export const int8: ScalarField = scalar('int8');
export const int16: ScalarField = scalar('int16');
export const uint16: ScalarField = scalar('uint16');
export const int32: ScalarField = scalar('int32');
export const int64: ScalarField = scalar('int64');
export const float64: ScalarField = scalar('float64');
export const string: ScalarField = scalar('string');
export const uuid: ScalarField = scalar('uuid');
export const bytes: ScalarField = scalar('bytes');
export const records: ScalarField = scalar('records');
