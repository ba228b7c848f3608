/**
 * Checks configuration objects against a table of settings: unknown keys with the nearest known one, types, ranges, defaults.
 *
 * Owns the checking only; each client has its own table. Names are Kafka's in camelCase (`linger.ms` is `lingerMs`), and Kafka's
 * dotted spelling is recognised in the error, because that is what people paste first.
 */
import { clientError } from '../errors.ts';
import { nearestName } from './nearest-name.ts';

/** One setting: its default, and what it accepts. `check` returns what is wrong, for people, or undefined. */
export interface Setting<T> {
  readonly defaultValue: T;
  readonly check: (value: unknown) => string | undefined;
}

export type Settings<T> = { readonly [K in keyof T]-?: Setting<T[K]> };

export function wholeNumber(
  defaultValue: number,
  min: number,
  max: number = 2 ** 31 - 1,
): Setting<number> {
  return {
    defaultValue,
    check: (value) =>
      Number.isInteger(value) && (value as number) >= min && (value as number) <= max
        ? undefined
        : `must be a whole number from ${min} to ${max}`,
  };
}

export function flag(defaultValue: boolean): Setting<boolean> {
  return {
    defaultValue,
    check: (value) => (typeof value === 'boolean' ? undefined : 'must be true or false'),
  };
}

export function text(defaultValue: string): Setting<string> {
  return {
    defaultValue,
    check: (value) => (typeof value === 'string' ? undefined : 'must be a string'),
  };
}

export function oneOf<const T>(defaultValue: T, ...others: T[]): Setting<T> {
  const allowed = [defaultValue, ...others];
  return {
    defaultValue,
    check: (value) =>
      allowed.includes(value as T)
        ? undefined
        : `must be one of ${allowed.map((item) => JSON.stringify(item)).join(', ')}`,
  };
}

/** Anything; for objects that the type checker alone can tell. */
export function anything<T>(defaultValue: T): Setting<T> {
  return { defaultValue, check: () => undefined };
}

/**
 * `given` with the defaults filled in; a value of undefined counts as absent. Throws KafkaError `INVALID_ARGUMENT` that names the key, the
 * value and what is allowed.
 */
export function resolveSettings<T extends object>(
  settings: Settings<T>,
  given: object,
  owner: string,
): Required<T> {
  const known = Object.keys(settings);
  const resolved: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given) as [string, unknown][]) {
    if (!known.includes(name)) throw unknownSetting(name, known, owner);
    if (value === undefined) continue;
    const problem = (settings as Record<string, Setting<unknown>>)[name]?.check(value);
    if (problem !== undefined) {
      throw clientError(
        'INVALID_ARGUMENT',
        `${owner}: ${name} ${problem}; it is ${describe(value)}.`,
      );
    }
    resolved[name] = value;
  }
  for (const name of known) {
    resolved[name] ??= (settings as Record<string, Setting<unknown>>)[name]?.defaultValue;
  }
  return resolved as Required<T>;
}

function unknownSetting(name: string, known: readonly string[], owner: string): Error {
  const camelCase = name.replace(/[.\-_]([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const nearest = known.includes(camelCase) ? camelCase : nearestName(camelCase, known);
  const hint = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
  return clientError('INVALID_ARGUMENT', `${owner}: there is no setting "${name}".${hint}`);
}

function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'object' && value !== null) return 'an object';
  return String(value);
}
