/** The interfaces of a message, and the source of types and default values. */
import type { ScalarType } from '../schemas/notation.ts';
import type { Field, Message, Struct } from './model.ts';
import { sameRange, type VersionRange } from './version-range.ts';

export function interfacesSource(message: Message): string {
  return message.structs
    .map((struct) => `${interfaceSource(struct)}\n${inputSource(struct)}`)
    .join('\n');
}

function interfaceSource(struct: Struct): string {
  const lines = struct.fields.map((field) => {
    return `${remark(field, struct)}${field.name}: ${readType(field)};`;
  });
  return `export interface ${struct.name} {\n${lines.join('\n')}\n}\n`;
}

function inputSource(struct: Struct): string {
  const lines = struct.fields.map((field) => {
    const type = inputType(field);
    return field.optional
      ? `readonly ${field.name}?: ${type} | undefined;`
      : `readonly ${field.name}: ${type};`;
  });
  return `export interface ${struct.name}Input {\n${lines.join('\n')}\n}\n`;
}

/** Says which versions carry the field, what it is in the others, and where null is a value. */
function remark(field: Field, struct: Struct): string {
  const parts = [];
  if (!sameRange(field.versions, struct.versions)) {
    parts.push(rangeText(field.versions, struct.versions));
  }
  if (field.nullable !== undefined && !sameRange(field.nullable, field.versions)) {
    parts.push(`null in ${rangeText(field.nullable, struct.versions)}`);
  }
  if (field.explicitDefault !== undefined) parts.push(`default ${defaultSource(field)}`);
  return parts.length === 0 ? '' : `/** ${parts.join('; ')} */\n`;
}

function rangeText(range: VersionRange, within: VersionRange): string {
  if (range.from === range.to) return `version ${range.from}`;
  if (range.to === within.to) return `versions ${range.from}+`;
  return `versions ${range.from}-${range.to}`;
}

function readType(field: Field): string {
  const { type } = field;
  const orNull = field.nullable === undefined ? '' : ' | null';
  if (type.kind === 'scalar') return scalarTypeSource(type.scalar) + orNull;
  if (type.kind === 'struct') return type.struct.name + orNull;
  return `${elementTypeSource(type.element)}[]${orNull}`;
}

/** Type of the elements of an array, when read. */
export function elementTypeSource(element: ScalarType | Struct): string {
  return typeof element === 'string' ? scalarTypeSource(element) : element.name;
}

function inputType(field: Field): string {
  const { type } = field;
  const orNull = field.nullable === undefined ? '' : ' | null';
  if (type.kind === 'scalar') {
    const isBytes = type.scalar === 'bytes' || type.scalar === 'records';
    return (isBytes ? 'BytesInput' : scalarTypeSource(type.scalar)) + orNull;
  }
  if (type.kind === 'struct') return `${type.struct.name}Input${orNull}`;
  const element =
    typeof type.element === 'string' ? scalarTypeSource(type.element) : `${type.element.name}Input`;
  return `readonly ${element}[]${orNull}`;
}

function scalarTypeSource(scalar: ScalarType): string {
  switch (scalar) {
    case 'bool':
      return 'boolean';
    case 'int8':
    case 'int16':
    case 'uint16':
    case 'int32':
    case 'int64':
    case 'float64':
      return 'number';
    case 'string':
    case 'uuid':
      return 'string';
    case 'bytes':
    case 'records':
      return 'Buffer';
  }
}

/** What a field is when a version does not carry it. */
export function defaultSource(field: Field): string {
  const { explicitDefault, type } = field;
  if (typeof explicitDefault === 'string') return `'${explicitDefault}'`;
  if (explicitDefault === Number.MAX_SAFE_INTEGER) return 'Number.MAX_SAFE_INTEGER';
  if (explicitDefault !== undefined) return String(explicitDefault);
  if (type.kind === 'array') return '[]';
  if (type.kind === 'struct') return structDefaultSource(type.struct);
  switch (type.scalar) {
    case 'bool':
      return 'false';
    case 'int8':
    case 'int16':
    case 'uint16':
    case 'int32':
    case 'int64':
    case 'float64':
      return '0';
    case 'string':
      return "''";
    case 'uuid':
      return 'ZERO_UUID';
    case 'bytes':
      return 'EMPTY_BYTES';
    case 'records':
      return field.nullable === undefined ? 'EMPTY_BYTES' : 'null';
  }
}

function structDefaultSource(struct: Struct): string {
  const fields = struct.fields.map((field) => `${field.name}: ${defaultSource(field)}`);
  return `{ ${fields.join(', ')} }`;
}
