/**
 * Schemas resolved for code generation: ranges parsed, every struct with its full name and the versions in which it occurs, every field with its
 * TypeScript types and default.
 */
import type { FieldSchema, MessageSchema, ScalarType, StructSchema } from '../schemas/notation.ts';
import { hull, parseRange, sameRange, type VersionRange } from './version-range.ts';

export interface Message {
  readonly name: string;
  readonly versions: VersionRange;
  readonly flexible: VersionRange | undefined;
  /** The message itself first, then its structs in the order in which they are first needed. */
  readonly structs: readonly Struct[];
}

export interface Struct {
  /** Full name: the interface's. */
  readonly name: string;
  /** Versions in which it occurs. */
  readonly versions: VersionRange;
  fields: readonly Field[];
}

export type Type =
  | { readonly kind: 'scalar'; readonly scalar: ScalarType }
  | { readonly kind: 'struct'; readonly struct: Struct }
  | { readonly kind: 'array'; readonly element: ScalarType | Struct };

export interface Field {
  readonly name: string;
  /** Its name as a variable. */
  readonly local: string;
  /** `Message.field`, for error texts. */
  readonly path: string;
  readonly type: Type;
  readonly versions: VersionRange;
  readonly nullable: VersionRange | undefined;
  readonly tag: number | undefined;
  readonly ignorable: boolean;
  readonly alwaysLegacy: boolean;
  /** Default as written in the schema, undefined when there is none. */
  readonly explicitDefault: FieldSchema['default'];
  /** Whether a writer may leave it out. */
  readonly optional: boolean;
}

/** Names that generated functions use themselves, or that TypeScript reserves. */
const takenNames = new Set(
  'reader writer message version flexible tag tagCount tagEnd index element mark default function delete new package'.split(
    ' ',
  ),
);

export function resolveMessage(name: string, schema: MessageSchema): Message {
  const match = /^(\d+)(?:-(\d+))?$/.exec(schema.versions);
  if (match === null) throw new Error(`${name}: valid versions '${schema.versions}'`);
  const versions = { from: Number(match[1]), to: Number(match[2] ?? match[1]) };
  const flexible = parseRange(schema.flexible, versions);
  const occurrences = new Map<StructSchema, VersionRange>();
  collectOccurrences(schema.fields, versions, occurrences);
  const structs: Struct[] = [];
  const bySchema = new Map<StructSchema, Struct>();

  const resolveStruct = (struct: StructSchema): Struct => {
    const known = bySchema.get(struct);
    if (known !== undefined) return known;
    const fullName = `${name}${struct.name}`;
    if (structs.some((other) => other.name === fullName)) {
      throw new Error(`two structs are called ${fullName}`);
    }
    const within = occurrences.get(struct) ?? versions;
    const resolved: Struct = { name: fullName, versions: within, fields: [] };
    bySchema.set(struct, resolved);
    structs.push(resolved);
    resolved.fields = resolveFields(fullName, struct.fields, within);
    return resolved;
  };

  const resolveFields = (
    owner: string,
    fields: readonly FieldSchema[],
    within: VersionRange,
  ): Field[] =>
    fields.map((field) => {
      const path = `${owner}.${field.name}`;
      const range = parseRange(field.versions, within);
      if (range === undefined) throw new Error(`${path} is in no version`);
      if (field.tag !== undefined && (flexible === undefined || range.from < flexible.from)) {
        throw new Error(`${path} is tagged in a version that is not flexible`);
      }
      const nullable =
        field.nullable === true ? range : field.nullable && parseRange(field.nullable, range);
      return {
        name: field.name,
        local: takenNames.has(field.name) ? `${field.name}Value` : field.name,
        path,
        type: resolveType(field),
        versions: range,
        nullable: nullable === '' ? undefined : nullable,
        tag: field.tag,
        ignorable: field.ignorable === true,
        alwaysLegacy: field.alwaysLegacy === true,
        explicitDefault: field.default,
        optional:
          field.default !== undefined ||
          field.tag !== undefined ||
          field.ignorable === true ||
          !sameRange(range, within),
      };
    });

  const resolveType = ({ type }: FieldSchema): Type => {
    if (type.kind === 'scalar') return type;
    if (type.kind === 'struct') return { kind: 'struct', struct: resolveStruct(type.struct) };
    if (typeof type.element === 'string') return { kind: 'array', element: type.element };
    return { kind: 'array', element: resolveStruct(type.element) };
  };

  const root: Struct = { name, versions, fields: [] };
  structs.push(root);
  root.fields = resolveFields(name, schema.fields, versions);
  return { name, versions, flexible, structs };
}

/** Finds the versions in which each struct occurs: one used in two places has those of both. */
function collectOccurrences(
  fields: readonly FieldSchema[],
  within: VersionRange,
  occurrences: Map<StructSchema, VersionRange>,
): void {
  for (const { type, versions } of fields) {
    const range = parseRange(versions, within);
    const struct =
      type.kind === 'struct' ? type.struct : type.kind === 'array' ? type.element : undefined;
    if (range === undefined || struct === undefined || typeof struct === 'string') continue;
    const known = occurrences.get(struct);
    occurrences.set(struct, known === undefined ? range : hull(known, range));
    collectOccurrences(struct.fields, range, occurrences);
  }
}

/** The least number of bytes that a value of the struct takes in any version. */
export function structBytesMin(struct: Struct, message: Message): number {
  let least = Infinity;
  for (let version = struct.versions.from; version <= struct.versions.to; version++) {
    least = Math.min(least, structBytesMinAt(struct, message, version));
  }
  if (least < 1) throw new Error(`${struct.name} may take no bytes at all`);
  return least;
}

function structBytesMinAt(struct: Struct, message: Message, version: number): number {
  const flexible = has(message.flexible, version);
  let bytes = flexible ? 1 : 0;
  for (const field of struct.fields) {
    if (!has(field.versions, version) || field.tag !== undefined) continue;
    const { type } = field;
    if (type.kind === 'scalar') {
      bytes += scalarBytesMin(type.scalar, flexible && !field.alwaysLegacy);
    } else if (type.kind === 'array') bytes += flexible ? 1 : 4;
    else if (field.nullable !== undefined) bytes += 1;
    else bytes += structBytesMinAt(type.struct, message, version);
  }
  return bytes;
}

/** The least number of bytes that a value of the type takes. */
export function scalarBytesMin(scalar: ScalarType, flexible: boolean): number {
  switch (scalar) {
    case 'bool':
    case 'int8':
      return 1;
    case 'int16':
    case 'uint16':
      return 2;
    case 'int32':
      return 4;
    case 'int64':
    case 'float64':
      return 8;
    case 'uuid':
      return 16;
    case 'string':
      return flexible ? 1 : 2;
    case 'bytes':
    case 'records':
      return flexible ? 1 : 4;
  }
}

function has(range: VersionRange | undefined, version: number): boolean {
  return range !== undefined && version >= range.from && version <= range.to;
}
