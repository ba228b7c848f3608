/**
 * The reading functions of a message: one a struct, straight-line code in the order of the wire.
 *
 * Every local is assigned once and the object is made in one literal at the end, so that all values of a struct share one shape whatever their version.
 */
import type { ScalarType } from '../schemas/notation.ts';
import { scalarBytesMin, structBytesMin, type Field, type Message, type Struct } from './model.ts';
import { defaultSource, elementTypeSource } from './type-source.ts';
import { condition, intersect, negation, outside, type VersionRange } from './version-range.ts';

export function readersSource(message: Message): string {
  return message.structs.map((struct) => readerSource(struct, message)).join('\n');
}

function readerSource(struct: Struct, message: Message): string {
  const known = struct.versions;
  const inline = struct.fields.filter((field) => field.tag === undefined);
  const tagged = struct.fields.filter((field) => field.tag !== undefined);
  const body = inline.map((field) => readFieldSource(field, message, known)).join('\n');
  const tags = taggedSource(tagged, message, known);
  const properties = struct.fields.map((field) =>
    field.local === field.name ? field.name : `${field.name}: ${field.local}`,
  );
  const content = `${body}\n${tags}\nreturn { ${properties.join(', ')} };`;
  return `function read${struct.name}(reader: ByteReader, ${versionParameter(content, message, known)}): ${struct.name} {
    ${flexibleSource(content, message, known)}${content}
  }\n`;
}

/** `version: number`, with an underscore where the function does not look at it. */
export function versionParameter(body: string, message: Message, known: VersionRange): string {
  // A field may have that name too.
  const used = /(?<!\.)\bversion\b(?!:)/.test(body + flexibleSource(body, message, known));
  return used ? 'version: number' : '_version: number';
}

/** Decides once a function whether the encoding is flexible, where both are possible and it matters. */
export function flexibleSource(body: string, message: Message, known: VersionRange): string {
  if (!/\bflexible\b/.test(body)) return '';
  return `const flexible = ${condition(message.flexible, known)};\n`;
}

/** The condition that the encoding is flexible: `true`, `false`, or the function's variable. */
export function flexibleCondition(message: Message, known: VersionRange): string {
  const source = condition(message.flexible, known);
  return source === 'true' || source === 'false' ? source : 'flexible';
}

/** `a` when the condition holds, else `b`, without a choice where there is none. */
function choice(when: string, a: () => string, b: () => string): string {
  if (when === 'true') return a();
  if (when === 'false') return b();
  return `${when} ? ${a()} : ${b()}`;
}

function readFieldSource(field: Field, message: Message, known: VersionRange): string {
  const { type, local } = field;
  const inField = intersect(field.versions, known) ?? known;
  const when = condition(field.versions, known);
  if (type.kind === 'array') {
    const isNullable = field.nullable !== undefined;
    const absent = defaultSource(field) === 'null' ? '-1' : '0';
    const length = choice(
      when,
      () => parenthesized(arrayLengthSource(field, message, inField)),
      () => absent,
    );
    const declaration = isNullable
      ? `let ${local}: ${elementTypeSource(type.element)}[] | null = null;`
      : `const ${local}: ${elementTypeSource(type.element)}[] = [];`;
    return `${declaration}\nconst ${local}Length = ${length};\n${fillArraySource(field, message, inField)}`;
  }
  const value = choice(
    when,
    () => parenthesized(readValueSource(field, message, inField)),
    () => defaultSource(field),
  );
  return `const ${local} = ${value};`;
}

/** Appends the elements; the variable `<local>Length` has their number, -1 for null. */
function fillArraySource(field: Field, message: Message, known: VersionRange): string {
  const { type, local } = field;
  if (type.kind !== 'array') throw new Error(`${field.path} is no array`);
  const loop = `for (let index = 0; index < ${local}Length; index++) ${local}.push(${elementSource(type.element, message, known)});`;
  return field.nullable === undefined
    ? loop
    : `if (${local}Length >= 0) {\n${local} = [];\n${loop}\n}`;
}

function elementSource(
  element: ScalarType | Struct,
  message: Message,
  known: VersionRange,
): string {
  if (typeof element !== 'string') return `read${element.name}(reader, version)`;
  return choice(
    flexibleCondition(message, known),
    () => `reader.${methodName(element, true, false)}()`,
    () => `reader.${methodName(element, false, false)}()`,
  );
}

function arrayLengthSource(field: Field, message: Message, known: VersionRange): string {
  if (field.type.kind !== 'array') throw new Error(`${field.path} is no array`);
  const { element } = field.type;
  const least = (flexible: boolean): number =>
    typeof element === 'string'
      ? scalarBytesMin(element, flexible)
      : structBytesMin(element, message);
  return eachEncoding(field, message, known, (flexible, nullable) => {
    const name = `${flexible ? 'compact' : ''}${nullable ? 'Nullable' : ''}ArrayLength`;
    return `reader.${uncapitalized(name)}(${least(flexible)})`;
  });
}

/** Reads a value that is there, and is no array. */
function readValueSource(field: Field, message: Message, known: VersionRange): string {
  const { type } = field;
  if (type.kind === 'scalar') {
    return eachEncoding(
      field,
      message,
      known,
      (flexible, nullable) => `reader.${methodName(type.scalar, flexible, nullable)}()`,
    );
  }
  if (type.kind === 'array') throw new Error(`${field.path} is an array`);
  const read = `read${type.struct.name}(reader, version)`;
  return choice(
    condition(field.nullable, known),
    () => `(reader.isPresent() ? ${read} : null)`,
    () => read,
  );
}

/** Chooses by what the version makes of the field: nullable or not, flexible or not. */
function eachEncoding(
  field: Field,
  message: Message,
  known: VersionRange,
  source: (flexible: boolean, nullable: boolean) => string,
): string {
  const byFlexibility = (range: VersionRange, nullable: boolean): string => {
    const flexible = source(true, nullable);
    const legacy = source(false, nullable);
    if (flexible === legacy) return legacy;
    return choice(
      field.alwaysLegacy ? 'false' : flexibleCondition(message, range),
      () => flexible,
      () => legacy,
    );
  };
  return choice(
    condition(field.nullable, known),
    () => parenthesized(byFlexibility(intersect(field.nullable ?? known, known) ?? known, true)),
    () => parenthesized(byFlexibility(outside(field.nullable, known), false)),
  );
}

function taggedSource(fields: readonly Field[], message: Message, known: VersionRange): string {
  const flexible = message.flexible && intersect(message.flexible, known);
  if (flexible === undefined) return '';
  const when = flexibleCondition(message, known);
  const guarded = (source: string): string =>
    when === 'true' ? source : `if (${when}) {\n${source}\n}`;
  if (fields.length === 0) return guarded('reader.skipTaggedFields();');
  const declarations = fields.map((field) => {
    const { type, local } = field;
    if (type.kind === 'struct' && field.nullable === undefined) {
      return `let ${local}: ${type.struct.name} | undefined;`;
    }
    const element = type.kind === 'array' ? elementTypeSource(type.element) : '';
    const orNull = field.nullable === undefined ? '' : ' | null';
    const annotation =
      type.kind === 'array'
        ? `: ${element}[]${orNull}`
        : type.kind === 'struct'
          ? `: ${type.struct.name} | null`
          : field.nullable === undefined
            ? ''
            : `: ${type.scalar === 'bytes' || type.scalar === 'records' ? 'Buffer' : 'string'} | null`;
    return `let ${local}${annotation} = ${defaultSource(field)};`;
  });
  const cases = fields.map((field) => {
    const inField = intersect(field.versions, flexible) ?? flexible;
    const otherwise = negation(field.versions, flexible);
    const read =
      field.type.kind === 'array'
        ? `${field.nullable === undefined ? `${field.local} = [];` : `${field.local} = null;`}
           const ${field.local}Length = ${arrayLengthSource(field, message, inField)};
           ${fillArraySource(field, message, inField)}`
        : `${field.local} = ${readValueSource(field, message, inField)};`;
    const skip =
      otherwise === 'false' ? '' : `if (${otherwise}) {\nreader.position = tagEnd;\nbreak;\n}\n`;
    return `case ${field.tag}: {\n${skip}${read}\nbreak;\n}`;
  });
  const section = `const tagCount = reader.uvarint();
    for (let tagIndex = 0; tagIndex < tagCount; tagIndex++) {
      const tag = reader.uvarint();
      const tagEnd = reader.taggedFieldEnd();
      switch (tag) {
        ${cases.join('\n')}
        default:
          reader.position = tagEnd;
      }
      reader.endTaggedField(tagEnd);
    }`;
  const settle = fields
    .filter((field) => field.type.kind === 'struct' && field.nullable === undefined)
    .map((field) => `${field.local} ??= ${defaultSource(field)};`);
  return `${declarations.join('\n')}\n${guarded(section)}\n${settle.join('\n')}`;
}

/** The method of ByteReader and ByteWriter for a type. */
export function methodName(scalar: ScalarType, flexible: boolean, nullable: boolean): string {
  switch (scalar) {
    case 'string':
      return uncapitalized(`${flexible ? 'compact' : ''}${nullable ? 'Nullable' : ''}String`);
    case 'bytes':
    case 'records':
      return uncapitalized(`${flexible ? 'compact' : ''}${nullable ? 'Nullable' : ''}Bytes`);
    default:
      return scalar;
  }
}

function uncapitalized(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function parenthesized(source: string): string {
  return source.includes(' ? ') ? `(${source})` : source;
}
