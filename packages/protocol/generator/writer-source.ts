/**
 * The writing functions of a message: one a struct, straight-line code in the order of the wire.
 *
 * A value that the version cannot carry is left out when its field is ignorable or when it is the default; otherwise writing fails.
 */
import type { ScalarType } from '../schemas/notation.ts';
import type { Field, Message, Struct } from './model.ts';
import {
  flexibleCondition,
  flexibleSource,
  methodName,
  versionParameter,
} from './reader-source.ts';
import { defaultSource } from './type-source.ts';
import { condition, intersect, negation, outside, type VersionRange } from './version-range.ts';

export function writersSource(message: Message): string {
  const writers = message.structs.map((struct) => writerSource(struct, message)).join('\n');
  const checks = message.structs
    .filter((struct) => new RegExp(`\\bisDefault${struct.name}\\(`).test(writers))
    .map(isDefaultSource);
  return `${writers}\n${checks.join('\n')}`;
}

function writerSource(struct: Struct, message: Message): string {
  const known = struct.versions;
  const inline = struct.fields.filter((field) => field.tag === undefined);
  const tagged = struct.fields
    .filter((field) => field.tag !== undefined)
    .toSorted((a, b) => (a.tag ?? 0) - (b.tag ?? 0));
  const body = inline.map((field) => writeFieldSource(field, message, known)).join('\n');
  const content = `${body}\n${taggedSource(tagged, message, known)}`;
  const messageParameter = /\bmessage\b/.test(content) ? 'message' : '_message';
  return `function write${struct.name}(writer: ByteWriter, ${messageParameter}: ${struct.name}Input, ${versionParameter(content, message, known)}): void {
    ${flexibleSource(content, message, known)}${content}
  }\n`;
}

/** Tells whether a struct has nothing but defaults. */
function isDefaultSource(struct: Struct): string {
  const parts = struct.fields.map((field) => `!(${notDefaultSource(field, inputSource(field))})`);
  return `function isDefault${struct.name}(message: ${struct.name}Input): boolean {
    return ${parts.join(' && ')};
  }\n`;
}

/** The field's value, its default when it was left out. */
function inputSource(field: Field): string {
  const access = `message.${field.name}`;
  if (!field.optional) return access;
  const fallback = defaultSource(field);
  if (field.nullable === undefined || fallback === 'null') return `(${access} ?? ${fallback})`;
  return `(${access} === undefined ? ${fallback} : ${access})`;
}

function writeFieldSource(field: Field, message: Message, known: VersionRange): string {
  const when = condition(field.versions, known);
  const inField = intersect(field.versions, known) ?? known;
  const declaration = `const ${field.local} = ${trimmed(inputSource(field))};`;
  const write = writeValueSource(field, message, inField);
  if (when === 'true') return `${declaration}\n${write}`;
  if (field.ignorable) return `if (${when}) {\n${declaration}\n${write}\n}`;
  return `${declaration}\nif (${when}) {\n${write}\n} else if (${notDefaultSource(field, field.local)}) {\n${refusal(field)}\n}`;
}

function refusal(field: Field): string {
  return `throw new EncodeError(\`${field.path} is not part of version \${version}\`);`;
}

/** Writes the value that is in the field's variable. */
function writeValueSource(field: Field, message: Message, known: VersionRange): string {
  const { local, nullable } = field;
  if (nullable === undefined) return writePresentSource(field, message, known, false);
  const when = condition(nullable, known);
  const inNullable = writePresentSource(field, message, intersect(nullable, known) ?? known, true);
  if (when === 'true') return inNullable;
  const notNullable = writePresentSource(field, message, outside(nullable, known), false);
  return `if (${when}) {\n${inNullable}\n} else if (${local} === null) {
    throw new EncodeError(\`${field.path} is null, which version \${version} does not allow\`);
  } else {\n${notNullable}\n}`;
}

function writePresentSource(
  field: Field,
  message: Message,
  known: VersionRange,
  nullable: boolean,
): string {
  const { type, local } = field;
  const flexible = field.alwaysLegacy ? 'false' : flexibleCondition(message, known);
  if (type.kind === 'scalar') {
    return either(
      flexible,
      `writer.${methodName(type.scalar, true, nullable)}(${local});`,
      `writer.${methodName(type.scalar, false, nullable)}(${local});`,
    );
  }
  if (type.kind === 'struct') {
    const write = `write${type.struct.name}(writer, ${local}, version);`;
    return nullable ? `writer.present(${local} !== null);\nif (${local} !== null) ${write}` : write;
  }
  const length = (count: string): string =>
    either(flexible, `writer.compactArrayLength(${count});`, `writer.arrayLength(${count});`);
  const loop = `for (const element of ${local}) ${elementSource(type.element, flexible)}`;
  return nullable
    ? `${length(`${local} === null ? -1 : ${local}.length`)}\nif (${local} !== null) {\n${loop}\n}`
    : `${length(`${local}.length`)}\n${loop}`;
}

function elementSource(element: ScalarType | Struct, flexible: string): string {
  if (typeof element !== 'string') return `write${element.name}(writer, element, version);`;
  const source = either(
    flexible,
    `writer.${methodName(element, true, false)}(element);`,
    `writer.${methodName(element, false, false)}(element);`,
  );
  return `{\n${source}\n}`;
}

function taggedSource(fields: readonly Field[], message: Message, known: VersionRange): string {
  const flexible = message.flexible && intersect(message.flexible, known);
  const refusals = fields
    .filter((field) => !field.ignorable && condition(field.versions, known) !== 'true')
    .map((field) => {
      return `if (${negation(field.versions, known)} && ${notDefaultSource(field, field.local)}) {\n${refusal(field)}\n}`;
    });
  // A struct that was left out is not made only to be left out again.
  const declarations = fields.map((field) =>
    field.type.kind === 'struct'
      ? `const ${field.local} = message.${field.name};`
      : `const ${field.local} = ${trimmed(inputSource(field))};`,
  );
  if (flexible === undefined) return '';
  const counts = fields.map((field) => {
    const when = condition(field.versions, flexible);
    const isSet = notDefaultSource(field, field.local);
    return `const has${capitalized(field.name)} = ${when === 'true' ? isSet : `${when} && (${isSet})`};`;
  });
  const sum = fields.map((field) => `(has${capitalized(field.name)} ? 1 : 0)`).join(' + ');
  const writes = fields.map((field) => {
    const inField = intersect(field.versions, flexible) ?? flexible;
    return `if (has${capitalized(field.name)}) {
      writer.uvarint(${field.tag});
      const mark = writer.beginSized();
      ${writeValueSource(field, message, inField)}
      writer.endSized(mark);
    }`;
  });
  const section =
    fields.length === 0
      ? 'writer.noTaggedFields();'
      : `${counts.join('\n')}\nwriter.uvarint(${sum});\n${writes.join('\n')}`;
  const when = flexibleCondition(message, known);
  const guarded = when === 'true' ? section : `if (${when}) {\n${section}\n}`;
  return `${declarations.join('\n')}\n${refusals.join('\n')}\n${guarded}`;
}

/** The condition that a value is not the field's default. */
function notDefaultSource(field: Field, value: string): string {
  const { type, nullable } = field;
  const fallback = defaultSource(field);
  if (fallback === 'null') {
    const isGiven = type.kind === 'struct' && field.tag !== undefined;
    return isGiven ? `${value} !== undefined && ${value} !== null` : `${value} !== null`;
  }
  const orNull = nullable === undefined ? '' : `${value} === null || `;
  if (type.kind === 'array') return `${orNull}${value}.length !== 0`;
  if (type.kind === 'struct') {
    const isGiven = field.tag === undefined ? '' : `${value} !== undefined && `;
    return `${isGiven}${orNull}!isDefault${type.struct.name}(${value})`;
  }
  if (type.scalar === 'bytes' || type.scalar === 'records') {
    return `${orNull}byteCountOf(${value}) !== 0`;
  }
  if (type.scalar === 'bool') return fallback === 'true' ? `!${value}` : value;
  return `${value} !== ${fallback}`;
}

function either(when: string, a: string, b: string): string {
  if (a === b || when === 'true') return a;
  if (when === 'false') return b;
  return `if (${when}) ${a}\nelse ${b}`;
}

function trimmed(source: string): string {
  return source.startsWith('(') ? source.slice(1, -1) : source;
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
