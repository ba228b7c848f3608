/**
 * From the text of a config to its value, by Kafka's rules: blanks around it do not count, lists
 * are split at commas, booleans ignore case, numbers must fit their type.
 *
 * Owns: parsing, limits, and the text form in which values are shown. Pure; throws {@link
 * ConfigError} only.
 */
import { invalidValue } from './config-error.ts';
import type { ConfigDefinition, ConfigRange, ConfigScalar } from './definition.ts';
import { isSensitive } from './definition.ts';
import { FORMAT_TEXT, formatProblem } from './value-format.ts';

/** Stands for a password wherever text is shown. */
export const HIDDEN = '[hidden]';

export interface ParsedValue {
  readonly value: ConfigScalar;
  /**
   * The value as Kafka writes it (`true`, `0.5`, `a,b`); of a password, the password itself. Null
   * for null.
   */
  readonly text: string | null;
}

interface IntegerType {
  readonly name: string;
  readonly min: bigint;
  readonly max: bigint;
}

const INTEGERS: Readonly<Record<'short' | 'int' | 'long', IntegerType>> = {
  short: { name: '16-bit', min: -(2n ** 15n), max: 2n ** 15n - 1n },
  int: { name: '32-bit', min: -(2n ** 31n), max: 2n ** 31n - 1n },
  long: { name: '64-bit', min: -(2n ** 63n), max: 2n ** 63n - 1n },
};

const SAFE_MAX = BigInt(Number.MAX_SAFE_INTEGER);

/** Parses and checks. Throws ConfigError naming key, value and what is allowed. */
export function parseValue(key: string, definition: ConfigDefinition, text: string): ParsedValue {
  const trimmed = text.trim();
  const parsed = parseAs(key, definition, trimmed);
  const problem = valueProblem(definition, parsed.value);
  if (problem !== undefined) {
    throw invalidValue(key, isSensitive(definition) ? HIDDEN : trimmed, problem);
  }
  return parsed;
}

/** The default, which is not checked: some of Kafka's own lie outside of what may be set. */
export function defaultValue(key: string, definition: ConfigDefinition): ParsedValue {
  if (definition.default === null) return { value: null, text: null };
  return parseAs(key, definition, definition.default);
}

function parseAs(key: string, definition: ConfigDefinition, trimmed: string): ParsedValue {
  switch (definition.type) {
    case 'boolean': {
      const lower = trimmed.toLowerCase();
      if (lower !== 'true' && lower !== 'false') {
        throw invalidValue(key, trimmed, 'must be true or false');
      }
      return { value: lower === 'true', text: lower };
    }
    case 'short':
    case 'int':
    case 'long':
      return parseInteger(key, definition, INTEGERS[definition.type], trimmed);
    case 'double':
      return parseDouble(key, definition, trimmed);
    case 'list': {
      const value = trimmed === '' ? [] : trimmed.split(/\s*,\s*/);
      return { value, text: value.join(',') };
    }
    case 'string':
    case 'class':
    case 'password':
      return { value: trimmed, text: trimmed };
  }
}

function parseInteger(
  key: string,
  definition: ConfigDefinition,
  type: IntegerType,
  trimmed: string,
): ParsedValue {
  if (!/^[+-]?\d+$/.test(trimmed)) throw invalidValue(key, trimmed, mustBe(definition));
  const exact = BigInt(trimmed.replace(/^\+/, ''));
  if (exact < type.min || exact > type.max) {
    throw invalidValue(key, trimmed, `${mustBe(definition)} that fits a ${type.name} number`);
  }
  const safe = exact > SAFE_MAX ? SAFE_MAX : exact < -SAFE_MAX ? -SAFE_MAX : exact;
  return { value: Number(safe), text: exact.toString() };
}

function parseDouble(key: string, definition: ConfigDefinition, trimmed: string): ParsedValue {
  const value = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(trimmed)
    ? Number(trimmed)
    : Number.NaN;
  if (!Number.isFinite(value)) throw invalidValue(key, trimmed, mustBe(definition));
  return { value, text: doubleText(value) };
}

/**
 * A double as Java prints it: at least one digit after the point, scientific from 10^7 up and below
 * 10^-3.
 */
export function doubleText(value: number): string {
  const magnitude = Math.abs(value);
  if (magnitude === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  if (magnitude >= 1e-3 && magnitude < 1e7) {
    const text = String(value);
    return text.includes('.') ? text : `${text}.0`;
  }
  const [mantissa = '', exponent = ''] = value.toExponential().split('e');
  return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}E${Number(exponent)}`;
}

function valueProblem(definition: ConfigDefinition, value: ConfigScalar): string | undefined {
  const { range, oneOf, format } = definition;
  if (range !== undefined && typeof value === 'number' && !isInRange(range, value)) {
    return mustBe(definition);
  }
  if (oneOf !== undefined) {
    const allowed = definition.caseInsensitive ? oneOf.map((word) => word.toLowerCase()) : oneOf;
    const words = Array.isArray(value) ? value : [value];
    for (const word of words as readonly string[]) {
      if (!allowed.includes(definition.caseInsensitive ? word.toLowerCase() : word)) {
        return mustBe(definition);
      }
    }
  }
  return format === undefined ? undefined : formatProblem(format, value);
}

function isInRange(range: ConfigRange, value: number): boolean {
  if (value === range.or) return true;
  return value >= range.min && (range.max === undefined || value <= range.max);
}

function mustBe(definition: ConfigDefinition): string {
  return `must be ${validValuesText(definition)}`;
}

/** What a config may be, in words; for messages and documentation. */
export function validValuesText(definition: ConfigDefinition): string {
  if (definition.format !== undefined) return FORMAT_TEXT[definition.format];
  if (definition.oneOf !== undefined) {
    const words = definition.oneOf.join(', ');
    return definition.type === 'list' ? `a list of: ${words}` : `one of: ${words}`;
  }
  switch (definition.type) {
    case 'boolean':
      return 'true or false';
    case 'short':
    case 'int':
    case 'long':
      return `a whole number${rangeText(definition.range)}`;
    case 'double':
      return `a number${rangeText(definition.range)}`;
    case 'list':
      return 'a list separated by commas';
    case 'string':
    case 'class':
    case 'password':
      return 'a text';
  }
}

function rangeText(range: ConfigRange | undefined): string {
  if (range === undefined) return '';
  const limits =
    range.max === undefined ? ` of at least ${range.min}` : ` from ${range.min} to ${range.max}`;
  return range.or === undefined ? limits : `${limits}, or ${range.or}`;
}
