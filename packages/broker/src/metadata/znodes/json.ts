/**
 * Reading the JSON that brokers keep in znodes. Another program may have written it, so every field is checked.
 *
 * Owns: the error and the checks that all znodes share.
 */

/** The content of a node is not what this version of Kafka's format says. */
export class ZnodeError extends Error {
  readonly path: string;

  constructor(path: string, problem: string, options?: ErrorOptions) {
    super(`${path}: ${problem}`, options);
    this.name = 'ZnodeError';
    this.path = path;
  }
}

/** A JSON object whose fields are read by type; each getter throws {@link ZnodeError} when the field is missing or of another type. */
export class ZnodeObject {
  readonly path: string;
  readonly #fields: Readonly<Record<string, unknown>>;

  constructor(path: string, fields: Readonly<Record<string, unknown>>) {
    this.path = path;
    this.#fields = fields;
  }

  static parse(path: string, data: Buffer): ZnodeObject {
    let value: unknown;
    try {
      value = JSON.parse(data.toString('utf8'));
    } catch (cause) {
      throw new ZnodeError(path, 'is not JSON', { cause });
    }
    return asObject(path, value);
  }

  has(name: string): boolean {
    return this.#fields[name] !== undefined && this.#fields[name] !== null;
  }

  int(name: string): number {
    const value = this.#fields[name];
    if (typeof value !== 'number' || !Number.isSafeInteger(value)) this.#fail(name, 'a number');
    return value;
  }

  intOr<T>(name: string, otherwise: T): number | T {
    return this.has(name) ? this.int(name) : otherwise;
  }

  string(name: string): string {
    const value = this.#fields[name];
    if (typeof value !== 'string') this.#fail(name, 'a string');
    return value;
  }

  stringOr<T>(name: string, otherwise: T): string | T {
    return this.has(name) ? this.string(name) : otherwise;
  }

  /** A whole number written as text, as Kafka writes 64-bit ones. */
  textInt(name: string): number {
    const value = Number(this.string(name));
    if (!Number.isSafeInteger(value)) this.#fail(name, 'a number as text');
    return value;
  }

  ints(name: string): number[] {
    return this.#array(name, (value): value is number => Number.isSafeInteger(value), 'numbers');
  }

  strings(name: string): string[] {
    return this.#array(name, (value) => typeof value === 'string', 'strings');
  }

  objects(name: string): ZnodeObject[] {
    const isRecord = (value: unknown): value is Record<string, unknown> => isPlain(value);
    return this.#array(name, isRecord, 'objects').map(
      (fields) => new ZnodeObject(this.path, fields),
    );
  }

  object(name: string): ZnodeObject {
    return asObject(this.path, this.#fields[name]);
  }

  keys(): string[] {
    return Object.keys(this.#fields);
  }

  #array<T>(name: string, is: (value: unknown) => value is T, what: string): T[] {
    const value = this.#fields[name];
    if (!Array.isArray(value) || !value.every(is)) this.#fail(name, `a list of ${what}`);
    return value;
  }

  #fail(name: string, wanted: string): never {
    throw new ZnodeError(this.path, `"${name}" is not ${wanted}`);
  }
}

export function encodeJson(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value), 'utf8');
}

function asObject(path: string, value: unknown): ZnodeObject {
  if (!isPlain(value)) throw new ZnodeError(path, 'is not a JSON object');
  return new ZnodeObject(path, value);
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
