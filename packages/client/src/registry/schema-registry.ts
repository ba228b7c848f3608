/**
 * A client of a schema registry that speaks Confluent's REST API.
 *
 * What cannot change is asked once: a schema by its id, an id by its schema; concurrent askers share one request. Several addresses are tried in turn, and again
 * after a pause, while they do not answer.
 */
import { nodePlatform, type Platform } from '@zurau/platform';
import { backoffMs, sleep } from '../cluster/retry.ts';
import { flag, resolveSettings, type Settings, anything, wholeNumber } from '../config/settings.ts';
import { abortedError, clientError, KafkaError } from '../errors.ts';
import { RecentMap } from './recent-map.ts';

export type SchemaType = 'AVRO' | 'PROTOBUF' | 'JSON';

/** Another schema that this one uses, and the name that it uses it by. */
export interface SchemaReference {
  readonly name: string;
  readonly subject: string;
  readonly version: number;
}

export interface Schema {
  readonly type: SchemaType;
  /** Its text. */
  readonly schema: string;
  readonly references?: readonly SchemaReference[] | undefined;
}

/** A schema under a subject. */
export interface RegisteredSchema extends Schema {
  readonly subject: string;
  readonly id: number;
  readonly version: number;
}

export type RegistryAuth =
  | { readonly username: string; readonly password: string }
  | { readonly token: string | (() => string | Promise<string>) };

export interface SchemaRegistryConfig {
  /** `http://registry:8081`, one or several; the next is tried when one does not answer. */
  readonly urls: string | readonly string[];
  readonly auth?: RegistryAuth | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /** Of one request. */
  readonly requestTimeoutMs?: number;
  /** How often a request that failed on the way, or for the registry's own reasons, is made again. */
  readonly retries?: number;
  readonly retryBackoffMs?: number;
  readonly retryBackoffMaxMs?: number;
  /** How long the latest version of a subject is believed to be the latest. */
  readonly latestMaxAgeMs?: number;
  /** How many schemas are remembered. */
  readonly cacheCapacity?: number;
  /** Has the registry compare schemas in a normal form (Confluent 7.0). */
  readonly normalize?: boolean;
  /** For proxies, certificates and tests: takes the place of the global `fetch`. */
  readonly fetch?: typeof fetch;
  readonly platform?: Platform;
}

export interface RegistryCallOptions {
  readonly signal?: AbortSignal | undefined;
}

/** What the registry sends in its responses; only what is read. */
interface Answer {
  readonly id?: number;
  readonly version?: number;
  readonly subject?: string;
  readonly schema?: string;
  readonly schemaType?: SchemaType;
  readonly references?: readonly SchemaReference[];
  readonly is_compatible?: boolean;
  readonly messages?: readonly string[];
  readonly compatibilityLevel?: string;
  readonly compatibility?: string;
}

const CONTENT_TYPE = 'application/vnd.schemaregistry.v1+json';
const ANSWER_BYTES_MAX = 16 * 1024 * 1024;

export class SchemaRegistry {
  readonly #config: Required<SchemaRegistryConfig>;
  readonly #urls: readonly string[];
  /** Which address answered last. */
  #preferred = 0;
  readonly #byId: RecentMap<number, Promise<Schema>>;
  /** By subject and schema: promises of registered schemas. */
  readonly #ids: RecentMap<string, Promise<number>>;
  readonly #latest: RecentMap<
    string,
    { readonly atMs: number; readonly schema: Promise<RegisteredSchema> }
  >;

  /** Asks nobody yet. Throws KafkaError `INVALID_ARGUMENT` for a wrong or unknown setting. */
  constructor(config: SchemaRegistryConfig) {
    this.#config = resolveSettings<SchemaRegistryConfig>(settings(), config, 'SchemaRegistry');
    const { urls, cacheCapacity } = this.#config;
    this.#urls = (typeof urls === 'string' ? urls.split(',') : urls).map((url) =>
      url.trim().replace(/\/+$/, ''),
    );
    this.#byId = new RecentMap(cacheCapacity);
    this.#ids = new RecentMap(cacheCapacity);
    this.#latest = new RecentMap(cacheCapacity);
  }

  /** Registers a schema if the subject does not have it; resolves with its id. */
  async register(
    subject: string,
    schema: Schema,
    options: RegistryCallOptions = {},
  ): Promise<number> {
    return await remembered(this.#ids, `register ${keyOf(subject, schema)}`, async () => {
      const path = `/subjects/${encodeURIComponent(subject)}/versions${this.#normalize()}`;
      const { id } = await this.#call('POST', path, options, bodyOf(schema));
      if (typeof id !== 'number') throw malformed(path);
      return id;
    });
  }

  /** The id of a schema that the subject has. Rejects with `SCHEMA_REGISTRY_ERROR` when it has not. */
  async lookUp(
    subject: string,
    schema: Schema,
    options: RegistryCallOptions = {},
  ): Promise<number> {
    return await remembered(this.#ids, `look up ${keyOf(subject, schema)}`, async () => {
      const path = `/subjects/${encodeURIComponent(subject)}${this.#normalize()}`;
      const { id } = await this.#call('POST', path, options, bodyOf(schema));
      if (typeof id !== 'number') throw malformed(path);
      return id;
    });
  }

  /** A schema by its id. */
  async schema(id: number, options: RegistryCallOptions = {}): Promise<Schema> {
    return await remembered(this.#byId, id, async () => {
      const path = `/schemas/ids/${id}`;
      return schemaOf(await this.#call('GET', path, options), path);
    });
  }

  /** A version of a subject; the latest is believed to be so for `latestMaxAgeMs`. */
  async version(
    subject: string,
    version: number | 'latest',
    options: RegistryCallOptions = {},
  ): Promise<RegisteredSchema> {
    const ask = async (): Promise<RegisteredSchema> => {
      const path = `/subjects/${encodeURIComponent(subject)}/versions/${version}`;
      const answer = await this.#call('GET', path, options);
      const { id, version: number } = answer;
      if (typeof id !== 'number' || typeof number !== 'number') throw malformed(path);
      return { ...schemaOf(answer, path), subject, id, version: number };
    };
    const nowMs = this.#config.platform.clock.monotonicMs();
    const key = `${version} ${subject}`;
    const known = this.#latest.get(key);
    const isGood = version !== 'latest' || nowMs - (known?.atMs ?? 0) < this.#config.latestMaxAgeMs;
    if (known !== undefined && isGood) return await known.schema;
    const schema = ask();
    this.#latest.set(key, { atMs: nowMs, schema });
    schema.catch(() => this.#latest.delete(key));
    return await schema;
  }

  /** The schemas that a schema uses, those first that others of them use; each once, by the name it is used by. */
  async resolveReferences(
    schema: Schema,
    options: RegistryCallOptions = {},
  ): Promise<ReadonlyMap<string, Schema>> {
    const found = new Map<string, Schema>();
    const visit = async (of: Schema, depth: number): Promise<void> => {
      if (depth > REFERENCES_DEPTH_MAX) {
        throw clientError('INVALID_ARGUMENT', 'The references of a schema are nested too deeply.');
      }
      for (const { name, subject, version } of of.references ?? []) {
        if (found.has(name)) continue;
        const referenced = await this.version(subject, version, options);
        await visit(referenced, depth + 1);
        found.set(name, referenced);
      }
    };
    await visit(schema, 1);
    return found;
  }

  async subjects(options: RegistryCallOptions = {}): Promise<string[]> {
    return (await this.#call('GET', '/subjects', options)) as unknown as string[];
  }

  async versions(subject: string, options: RegistryCallOptions = {}): Promise<number[]> {
    const path = `/subjects/${encodeURIComponent(subject)}/versions`;
    return (await this.#call('GET', path, options)) as unknown as number[];
  }

  /** Whether the subject would take the schema, and what stands against it. */
  async isCompatible(
    subject: string,
    schema: Schema,
    options: RegistryCallOptions & { readonly version?: number | 'latest' } = {},
  ): Promise<{ readonly compatible: boolean; readonly messages: readonly string[] }> {
    const version = options.version ?? 'latest';
    const path = `/compatibility/subjects/${encodeURIComponent(subject)}/versions/${version}?verbose=true`;
    const answer = await this.#call('POST', path, options, bodyOf(schema));
    return { compatible: answer.is_compatible === true, messages: answer.messages ?? [] };
  }

  /** `BACKWARD`, `FULL`, `NONE`, ...; of the subject, or of all that have none of their own. */
  async compatibility(subject?: string, options: RegistryCallOptions = {}): Promise<string> {
    const answer = await this.#call('GET', configPath(subject), options);
    return answer.compatibilityLevel ?? '';
  }

  async setCompatibility(
    level: string,
    subject?: string,
    options: RegistryCallOptions = {},
  ): Promise<void> {
    await this.#call('PUT', configPath(subject), options, { compatibility: level });
  }

  /** Softly; with `permanent` what was softly deleted goes for good. Resolves with the versions. */
  async deleteSubject(
    subject: string,
    options: RegistryCallOptions & { readonly permanent?: boolean } = {},
  ): Promise<number[]> {
    const query = options.permanent === true ? '?permanent=true' : '';
    const path = `/subjects/${encodeURIComponent(subject)}${query}`;
    const versions = await this.#call('DELETE', path, options);
    this.#latest.clear();
    this.#ids.clear();
    return versions as unknown as number[];
  }

  #normalize(): string {
    return this.#config.normalize ? '?normalize=true' : '';
  }

  async #call(
    method: string,
    path: string,
    { signal }: RegistryCallOptions,
    body?: object,
  ): Promise<Answer> {
    const { platform, retries, retryBackoffMs, retryBackoffMaxMs } = this.#config;
    const policy = { baseMs: retryBackoffMs, maxMs: retryBackoffMaxMs };
    for (let attempt = 0; ; attempt += 1) {
      let failure: KafkaError | undefined;
      for (let index = 0; index < this.#urls.length; index += 1) {
        const place = (this.#preferred + index) % this.#urls.length;
        try {
          const answer = await this.#ask(`${this.#urls[place]}${path}`, method, body, signal);
          this.#preferred = place;
          return answer;
        } catch (error) {
          if (!(error instanceof KafkaError) || !error.retriable) throw error;
          failure = error;
        }
      }
      if (attempt >= retries) throw failure ?? clientError('INVALID_ARGUMENT', 'There is no url.');
      await sleep(platform, backoffMs(platform, policy, attempt), signal);
    }
  }

  async #ask(
    url: string,
    method: string,
    body: object | undefined,
    signal: AbortSignal | undefined,
  ): Promise<Answer> {
    const { platform, requestTimeoutMs, headers } = this.#config;
    const limit = new AbortController();
    const timer = platform.timers.after(requestTimeoutMs, () => limit.abort());
    const signals = signal === undefined ? [limit.signal] : [limit.signal, signal];
    try {
      const response = await this.#config.fetch(url, {
        method,
        headers: {
          accept: CONTENT_TYPE,
          ...(body === undefined ? {} : { 'content-type': CONTENT_TYPE }),
          ...(await this.#authorization()),
          ...headers,
        },
        signal: AbortSignal.any(signals),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await boundedText(response, url);
      if (!response.ok) throw refusal(url, response.status, text);
      return parsed(text, url);
    } catch (error) {
      if (error instanceof KafkaError) throw error;
      if (signal?.aborted === true) throw abortedError(signal);
      const why = limit.signal.aborted ? `no answer in ${requestTimeoutMs} ms` : reasonOf(error);
      throw clientError('SCHEMA_REGISTRY_UNAVAILABLE', `Schema registry ${url}: ${why}`, error);
    } finally {
      timer.cancel();
    }
  }

  async #authorization(): Promise<Record<string, string>> {
    const { auth } = this.#config;
    if (auth === undefined) return {};
    if ('token' in auth) {
      const token = typeof auth.token === 'string' ? auth.token : await auth.token();
      return { authorization: `Bearer ${token}` };
    }
    const pair = Buffer.from(`${auth.username}:${auth.password}`).toString('base64');
    return { authorization: `Basic ${pair}` };
  }
}

const REFERENCES_DEPTH_MAX = 32;

function settings(): Settings<SchemaRegistryConfig> {
  return {
    urls: {
      defaultValue: [],
      check: (value) => {
        const list: unknown[] = typeof value === 'string' ? value.split(',') : (value as unknown[]);
        if (!Array.isArray(list) || list.length === 0) return 'must name at least one URL';
        const isUrl = (url: unknown): boolean =>
          typeof url === 'string' && URL.canParse(url) && /^\s*https?:/.test(url);
        return list.every(isUrl) ? undefined : 'must be http or https URLs';
      },
    },
    auth: anything<RegistryAuth | undefined>(undefined),
    headers: anything<Readonly<Record<string, string>>>({}),
    requestTimeoutMs: wholeNumber(10_000, 1),
    retries: wholeNumber(3, 0),
    retryBackoffMs: wholeNumber(200, 0),
    retryBackoffMaxMs: wholeNumber(2_000, 0),
    latestMaxAgeMs: wholeNumber(60_000, 0),
    cacheCapacity: wholeNumber(1_000, 1),
    normalize: flag(false),
    fetch: anything(fetch),
    platform: anything(nodePlatform()),
  } as Settings<SchemaRegistryConfig>;
}

/** Asks once a key; a failure is not remembered. */
function remembered<K, T>(
  memory: RecentMap<K, Promise<T>>,
  key: K,
  ask: () => Promise<T>,
): Promise<T> {
  const known = memory.get(key);
  if (known !== undefined) return known;
  const asked = ask();
  memory.set(key, asked);
  asked.catch(() => memory.delete(key));
  return asked;
}

function keyOf(subject: string, { type, schema, references = [] }: Schema): string {
  return JSON.stringify([subject, type, schema, references]);
}

function bodyOf({ type, schema, references = [] }: Schema): object {
  return {
    schema,
    // Registries before 5.5 know Avro alone, and not this field.
    ...(type === 'AVRO' ? {} : { schemaType: type }),
    ...(references.length === 0 ? {} : { references }),
  };
}

function schemaOf({ schema, schemaType, references }: Answer, path: string): Schema {
  if (typeof schema !== 'string') throw malformed(path);
  return { type: schemaType ?? 'AVRO', schema, references };
}

function configPath(subject: string | undefined): string {
  return subject === undefined
    ? '/config'
    : `/config/${encodeURIComponent(subject)}?defaultToGlobal=true`;
}

async function boundedText(response: Response, url: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of response.body ?? []) {
    sizeBytes += chunk.length;
    if (sizeBytes > ANSWER_BYTES_MAX) throw malformed(url);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(text: string, url: string): Answer {
  try {
    return JSON.parse(text) as Answer;
  } catch (error) {
    throw malformed(url, error);
  }
}

const RETRIABLE_STATUSES: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

function refusal(url: string, status: number, text: string): KafkaError {
  let message = text.slice(0, 500);
  let errorCode = status;
  try {
    const answer = JSON.parse(text) as { error_code?: number; message?: string };
    message = answer.message ?? message;
    errorCode = answer.error_code ?? errorCode;
  } catch {
    // A proxy's page, not the registry's answer.
  }
  const retriable = RETRIABLE_STATUSES.has(status);
  const code = retriable ? 'SCHEMA_REGISTRY_UNAVAILABLE' : 'SCHEMA_REGISTRY_ERROR';
  return new KafkaError(code, `Schema registry ${url}: ${status}: ${message}`, {
    errorCode,
    retriable,
  });
}

function malformed(what: string, cause?: unknown): KafkaError {
  const about = `The schema registry's answer to ${what} makes no sense.`;
  return clientError('SCHEMA_REGISTRY_ERROR', about, cause);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
