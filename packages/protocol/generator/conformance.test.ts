/**
 * Compares the schemas with the message definitions of Apache Kafka, version by version and field by field. The definitions are not part of the
 * repository: the folder is named by ZURAU_KAFKA_SPEC, or is ../shared/kafka-spec beside it; without it there is nothing to compare with.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { apiSchemas, dataSchemas } from '../schemas/all.ts';
import type { FieldSchema, MessageSchema, ScalarType, StructSchema } from '../schemas/notation.ts';
import { parseRange, type VersionRange } from './version-range.ts';

const specDirectory =
  process.env['ZURAU_KAFKA_SPEC'] ??
  fileURLToPath(new URL('../../../../shared/kafka-spec', import.meta.url));
const isPresent = existsSync(`${specDirectory}/3.9/messages`);
if (!isPresent) {
  console.warn(
    `schemas are not compared with Kafka's definitions: no ${specDirectory} (set ZURAU_KAFKA_SPEC)`,
  );
}

interface SpecField {
  readonly name: string;
  readonly type: string;
  readonly versions?: string;
  readonly nullableVersions?: string;
  readonly taggedVersions?: string;
  readonly flexibleVersions?: string;
  readonly tag?: number;
  readonly default?: string | number | boolean;
  readonly ignorable?: boolean;
  readonly mapKey?: boolean;
  readonly entityType?: string;
  readonly fields?: readonly SpecField[];
}

interface Spec {
  readonly name: string;
  readonly type: string;
  readonly apiKey?: number;
  readonly listeners?: readonly string[];
  readonly validVersions: string;
  readonly flexibleVersions: string;
  readonly fields: readonly SpecField[];
  readonly commonStructs?: readonly { name: string; fields: readonly SpecField[] }[];
}

/** Definitions by message name, one map a release, oldest first. */
const releases: readonly ReadonlyMap<string, Spec>[] = isPresent
  ? ['3.9/messages', '3.9/records', '4.0/messages', '4.0/records', '4.3/messages'].map((folder) => {
      const files = readdirSync(`${specDirectory}/${folder}`).map((file) => {
        const text = readFileSync(`${specDirectory}/${folder}/${file}`, 'utf8');
        return JSON.parse(text.replaceAll(/^\s*\/\/.*$/gm, '')) as Spec;
      });
      return new Map(files.map((spec) => [spec.name, spec]));
    })
  : [];

/** Not carried: between KRaft nodes only, or unstable in 3.9. */
const omittedKeys = new Set([52, 53, 54, 59, 62, 63, 70, 73, 82]);
const shareGroupKeys = new Set([76, 77, 78, 79, 83, 84, 85, 86, 87]);
/** Renamed since 3.9, together with a struct; compared with the newer definition only. */
const renamed = new Map([['ListClientMetricsResources', 'ListConfigResources']]);

/** Of 4.3.1 (in the jars of its clients and its group coordinator), and not in the folder. */
const notInFolder = new Set([
  'ConsumerGroupDescribeRequest',
  'ConsumerGroupDescribeResponse',
  'ConsumerGroupRegularExpressionKey',
  'ConsumerGroupRegularExpressionValue',
]);

const messages: [string, MessageSchema][] = [
  ...apiSchemas.flatMap((api): [string, MessageSchema][] => [
    [`${api.name}Request`, api.request],
    [`${api.name}Response`, api.response],
  ]),
  ...Object.values(dataSchemas)
    .flat()
    .map((schema): [string, MessageSchema] => [schema.name, schema.message]),
].filter(([name]) => !notInFolder.has(name));

describe.skipIf(!isPresent)("schemas against Kafka's definitions", () => {
  test('every API of a broker or its clients has a schema, with its key', () => {
    const ours = new Map(apiSchemas.map((api) => [api.name, api.key]));
    const wanted = new Map<string, number>();
    for (const spec of releases.flatMap((release) => [...release.values()])) {
      const key = spec.apiKey;
      if (spec.type !== 'request' || key === undefined) continue;
      if (omittedKeys.has(key) || shareGroupKeys.has(key)) continue;
      const name = spec.name.replace(/Request$/, '');
      wanted.set(renamed.get(name) ?? name, key);
    }
    expect(new Map([...ours].toSorted())).toEqual(new Map([...wanted].toSorted()));
  });

  test.each(messages)('%s', (name, schema) => {
    const specs = releases.map((release) => release.get(name)).filter((spec) => spec !== undefined);
    expect(specs.length).toBeGreaterThan(0);
    const ranges = specs.map((spec) => validRange(spec.validVersions));
    const valid = {
      from: Math.min(...ranges.map((range) => range.from)),
      to: Math.max(...ranges.map((range) => range.to)),
    };
    expect(validRange(schema.versions), 'valid versions').toEqual(valid);
    for (const [index, spec] of specs.entries()) {
      const range = ranges[index]!;
      for (let version = range.from; version <= range.to; version++) {
        const theirs = specFields(spec, spec.fields, version, range);
        const names = new Set(spec.fields.map((field) => ourName(field.name)));
        // A later release may add a tagged field without a new version.
        const isLast = index === specs.length - 1;
        const found = ourFields(schema, schema.fields, version, valid).filter(
          (field) => isLast || field.tag === undefined || names.has(field.name),
        );
        expect(found, `${name} version ${version}`).toEqual(theirs);
      }
    }
    // What is not on the wire may differ between releases: the newest that has the field decides.
    const theirs = new Map(specs.flatMap((spec) => specMarks(spec, spec.fields, name)));
    const found = new Map(ourMarks(schema.fields, name));
    if (name === 'RequestHeader') theirs.set('RequestHeader.clientId', 'ignorable');
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(theirs));
  });
});

/** Ignorable and entity of every field, by its path. */
function specMarks(spec: Spec, fields: readonly SpecField[], path: string): [string, string][] {
  return fields.flatMap((field): [string, string][] => {
    const fieldPath = `${path}.${ourName(field.name)}`;
    const mark = `${field.ignorable === true ? 'ignorable' : ''}${field.entityType ?? ''}`;
    return [[fieldPath, mark], ...specMarks(spec, partsOf(spec, field) ?? [], fieldPath)];
  });
}

function ourMarks(fields: readonly FieldSchema[], path: string): [string, string][] {
  return fields.flatMap((field): [string, string][] => {
    const fieldPath = `${path}.${field.name}`;
    const content = contentOf(field);
    const mark = `${field.ignorable === true ? 'ignorable' : ''}${field.entity ?? ''}`;
    const parts = typeof content === 'string' ? [] : content.fields;
    return [[fieldPath, mark], ...ourMarks(parts, fieldPath)];
  });
}

/** What a field is in one version. */
interface FieldFacts {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
  readonly flexible: boolean;
  readonly tag: number | undefined;
  readonly default: unknown;
  readonly mapKey: boolean;
  readonly fields: readonly FieldFacts[] | undefined;
}

function specFields(
  spec: Spec,
  fields: readonly SpecField[],
  version: number,
  range: VersionRange,
): FieldFacts[] {
  return fields
    .filter((field) => isIn(field.versions ?? field.taggedVersions, version, range))
    .map((field) => {
      const parts = partsOf(spec, field);
      return {
        name: ourName(field.name),
        type: field.type,
        nullable: isIn(field.nullableVersions, version, range),
        flexible: isIn(field.flexibleVersions ?? spec.flexibleVersions, version, range),
        tag: isIn(field.taggedVersions, version, range) ? field.tag : undefined,
        default: specDefault(field),
        mapKey: field.mapKey === true,
        fields: parts && specFields(spec, parts, version, range),
      };
    });
}

function ourFields(
  message: MessageSchema,
  fields: readonly FieldSchema[],
  version: number,
  range: VersionRange,
): FieldFacts[] {
  return fields
    .filter((field) => isIn(field.versions, version, range))
    .map((field) => {
      const { type } = field;
      const content = contentOf(field);
      const typeName = typeof content === 'string' ? content : content.name;
      return {
        name: field.name,
        type: type.kind === 'array' ? `[]${typeName}` : typeName,
        nullable: field.nullable === true || isIn(field.nullable, version, range),
        flexible: field.alwaysLegacy !== true && isIn(message.flexible, version, range),
        tag: field.tag,
        default: field.default,
        mapKey: field.mapKey === true,
        fields:
          typeof content === 'string'
            ? undefined
            : ourFields(message, content.fields, version, range),
      };
    });
}

function ourName(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

function partsOf(spec: Spec, { fields, type }: SpecField): readonly SpecField[] | undefined {
  const base = type.replace('[]', '');
  return fields ?? spec.commonStructs?.find((common) => common.name === base)?.fields;
}

function contentOf({ type }: FieldSchema): ScalarType | StructSchema {
  if (type.kind === 'scalar') return type.scalar;
  return type.kind === 'struct' ? type.struct : type.element;
}

/** The definitions write all defaults as text. */
function specDefault({ default: value, type }: SpecField): unknown {
  if (value === undefined) return undefined;
  const text = String(value);
  if (text === 'null') return null;
  if (type === 'string' || type === 'uuid') return text;
  if (type === 'bool') return text === 'true';
  return Math.min(Number(text), Number.MAX_SAFE_INTEGER);
}

function isIn(range: string | undefined, version: number, valid: VersionRange): boolean {
  if (range === undefined) return false;
  const parsed = parseRange(range, valid);
  return parsed !== undefined && version >= parsed.from && version <= parsed.to;
}

function validRange(text: string): VersionRange {
  const range = parseRange(text, { from: 0, to: Infinity });
  if (range === undefined) throw new Error(`no valid versions: '${text}'`);
  return range;
}
