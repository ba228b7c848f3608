/**
 * The APIs that this broker serves, by key. What ApiVersions answers is derived from here, so that nothing can be announced
 * that is not served.
 */
import { apiByKey } from '@zurau/protocol';
import type { ApiHandler } from './handler.ts';
import type { ServedVersions } from './api-versions.ts';
import { apiVersionsHandler, unsupportedApiVersionsHandler } from './api-versions.ts';

const API_VERSIONS_KEY = 18;

export class ApiRegistry {
  readonly #handlers = new Map<number, ApiHandler>();
  readonly #unsupportedApiVersions: ApiHandler;

  constructor(handlers: readonly ApiHandler[]) {
    const served = (): ServedVersions[] => this.servedVersions();
    this.#add(apiVersionsHandler(served));
    this.#unsupportedApiVersions = unsupportedApiVersionsHandler(served);
    for (const handler of handlers) this.#add(handler);
  }

  /** The handler for a request of that version; undefined when the connection has to be closed, as Kafka does. */
  resolve(key: number, version: number): ApiHandler | undefined {
    const handler = this.#handlers.get(key);
    if (handler !== undefined && version >= handler.minVersion && version <= handler.maxVersion) {
      return handler;
    }
    // KIP-511: a client that is ahead of the broker is told what the broker speaks, in the oldest form.
    if (key === API_VERSIONS_KEY) return this.#unsupportedApiVersions;
    return undefined;
  }

  /** For the log, when `resolve` found nothing. */
  explainUnsupported(key: number, version: number): string {
    const handler = this.#handlers.get(key);
    if (handler !== undefined) {
      return `${handler.name} v${version} is not supported: this broker speaks v${handler.minVersion} to v${handler.maxVersion}`;
    }
    const name = apiByKey(key)?.name;
    return name === undefined
      ? `there is no API with key ${key}`
      : `${name} is not served by this broker`;
  }

  servedVersions(): ServedVersions[] {
    return [...this.#handlers.values()]
      .map(({ key, minVersion, maxVersion }) => ({ apiKey: key, minVersion, maxVersion }))
      .sort((a, b) => a.apiKey - b.apiKey);
  }

  #add(handler: ApiHandler): void {
    const { key, name, minVersion, maxVersion, api } = handler;
    if (this.#handlers.has(key)) throw new Error(`${name} has two handlers`);
    if (minVersion < api.request.minVersion || maxVersion > api.request.maxVersion) {
      throw new Error(`${name} v${minVersion} to v${maxVersion} is more than the protocol defines`);
    }
    this.#handlers.set(key, handler);
  }
}
