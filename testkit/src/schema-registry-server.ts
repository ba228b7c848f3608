/**
 * A schema registry for tests: the part of Confluent's REST API that clients use, in memory. Two schemas of a subject are compatible when the newer has no
 * `"incompatible"` in it: whether real ones are is a registry's business, not a client's.
 */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

interface StoredSchema {
  readonly schema: string;
  readonly schemaType: string;
  readonly references: readonly unknown[];
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export class SchemaRegistryServer {
  readonly url: string;
  /** `POST /subjects/orders-value/versions`, in the order of their arrival. */
  readonly requests: string[] = [];
  /** The `authorization` header that every request must have. */
  authorization: string | undefined;
  /** So many requests from now on are answered with this status. */
  failures: { status: number; count: number } = { status: 503, count: 0 };
  readonly #server: Server;
  readonly #schemas: StoredSchema[] = [];
  /** Ids by subject; the index is the version, less one. */
  readonly #subjects: Map<string, number[]> = new Map();
  readonly #levels: Map<string, string> = new Map();

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async start(): Promise<SchemaRegistryServer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const registry = new SchemaRegistryServer(server);
    server.on('request', (request, response) => {
      registry.#answer(request).then(
        ({ status, body }) => {
          const type = 'application/vnd.schemaregistry.v1+json';
          response.writeHead(status, { 'content-type': type });
          response.end(JSON.stringify(body));
        },
        () => response.destroy(),
      );
    });
    return registry;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #answer(request: IncomingMessage): Promise<Answer> {
    const { method = '', url = '' } = request;
    this.requests.push(`${method} ${url}`);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (this.failures.count > 0) {
      this.failures.count -= 1;
      return { status: this.failures.status, body: 'out of order' };
    }
    if (request.headers.authorization !== this.authorization) {
      return refusal(401, 401, 'Unauthorized');
    }
    const text = Buffer.concat(chunks).toString();
    const body = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
    const path = new URL(url, this.url).pathname.split('/').slice(1).map(decodeURIComponent);
    return this.#route(method, path, body);
  }

  #route(method: string, path: readonly string[], body: Record<string, unknown>): Answer {
    const [kind, name = '', versions, version] = path;
    switch (`${method} ${kind}`) {
      case 'GET schemas':
        return this.#byId(Number(versions));
      case 'POST subjects':
        return versions === undefined ? this.#lookUp(name, body) : this.#register(name, body);
      case 'GET subjects':
        if (name === '') return { status: 200, body: [...this.#subjects.keys()] };
        return version === undefined ? this.#versions(name) : this.#version(name, version);
      case 'DELETE subjects': {
        const known = this.#subjects.get(name) ?? [];
        this.#subjects.delete(name);
        return { status: 200, body: known.map((_, index) => index + 1) };
      }
      case 'POST compatibility': {
        const compatible = !(body['schema'] as string).includes('"incompatible"');
        const messages = compatible ? [] : ['it says so itself'];
        return { status: 200, body: { is_compatible: compatible, messages } };
      }
      case 'GET config': {
        const level = this.#levels.get(name) ?? this.#levels.get('') ?? 'BACKWARD';
        return { status: 200, body: { compatibilityLevel: level } };
      }
      case 'PUT config':
        this.#levels.set(name, String(body['compatibility']));
        return { status: 200, body };
      default:
        return refusal(404, 404, 'HTTP 404 Not Found');
    }
  }

  #byId(id: number): Answer {
    const stored = this.#schemas[id - 1];
    return stored === undefined
      ? refusal(404, 40403, `Schema ${id} not found`)
      : { status: 200, body: visible(stored) };
  }

  #register(subject: string, body: Record<string, unknown>): Answer {
    const stored = storedOf(body);
    if (stored.schema.includes('"incompatible"')) {
      return refusal(409, 409, 'Schema being registered is incompatible with an earlier schema');
    }
    const id = this.#idOf(stored) ?? this.#schemas.push(stored);
    const ids = this.#subjects.get(subject) ?? [];
    if (!ids.includes(id)) ids.push(id);
    this.#subjects.set(subject, ids);
    return { status: 200, body: { id } };
  }

  #lookUp(subject: string, body: Record<string, unknown>): Answer {
    const ids = this.#subjects.get(subject);
    if (ids === undefined) return refusal(404, 40401, `Subject '${subject}' not found.`);
    const id = this.#idOf(storedOf(body));
    if (id === undefined || !ids.includes(id)) return refusal(404, 40403, 'Schema not found');
    return this.#version(subject, String(ids.indexOf(id) + 1));
  }

  #versions(subject: string): Answer {
    const ids = this.#subjects.get(subject);
    return ids === undefined
      ? refusal(404, 40401, `Subject '${subject}' not found.`)
      : { status: 200, body: ids.map((_, index) => index + 1) };
  }

  #version(subject: string, which: string): Answer {
    const ids = this.#subjects.get(subject);
    if (ids === undefined) return refusal(404, 40401, `Subject '${subject}' not found.`);
    const version = which === 'latest' ? ids.length : Number(which);
    const id = ids[version - 1];
    const stored = id === undefined ? undefined : this.#schemas[id - 1];
    return stored === undefined
      ? refusal(404, 40402, `Version ${which} not found.`)
      : { status: 200, body: { subject, id, version, ...visible(stored) } };
  }

  #idOf(wanted: StoredSchema): number | undefined {
    const text = JSON.stringify(wanted);
    const index = this.#schemas.findIndex((stored) => JSON.stringify(stored) === text);
    return index < 0 ? undefined : index + 1;
  }
}

function storedOf(body: Record<string, unknown>): StoredSchema {
  return {
    schema: body['schema'] as string,
    schemaType: (body['schemaType'] as string | undefined) ?? 'AVRO',
    references: (body['references'] as unknown[] | undefined) ?? [],
  };
}

/** As registries show it: Avro is not mentioned, nor are references that are not there. */
function visible({ schema, schemaType, references }: StoredSchema): object {
  return {
    schema,
    ...(schemaType === 'AVRO' ? {} : { schemaType }),
    ...(references.length === 0 ? {} : { references }),
  };
}

function refusal(status: number, code: number, message: string): Answer {
  return { status, body: { error_code: code, message } };
}
