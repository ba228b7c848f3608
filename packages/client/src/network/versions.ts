/**
 * Which versions of which APIs a broker and this client have in common.
 *
 * ApiVersions is asked in version 3 first. A broker older than 2.4 answers that with error UNSUPPORTED_VERSION in the encoding of version 0
 * and its own range of ApiVersions, and is asked again in the best version that it knows (KIP-511).
 */
import { type Api, apiVersionsApi, type ApiVersionsResponse, ErrorCode } from '@zurau/protocol';
import { brokerError, clientError } from '../errors.ts';
import { formatAddress } from './address.ts';
import type { Connection, RequestOptions } from './connection.ts';

const FIRST_VERSION = 3;

export interface ClientSoftware {
  readonly name: string;
  readonly version: string;
}

interface VersionRange {
  readonly min: number;
  readonly max: number;
}

/** Versions that one broker speaks; immutable. */
export class BrokerVersions {
  readonly #ranges: ReadonlyMap<number, VersionRange>;
  readonly #features: ReadonlyMap<string, number>;
  readonly #broker: string;

  constructor(
    broker: string,
    ranges: ReadonlyMap<number, VersionRange>,
    features: ReadonlyMap<string, number> = new Map(),
  ) {
    this.#broker = broker;
    this.#ranges = ranges;
    this.#features = features;
  }

  /** The level of a feature that the cluster has agreed on (KIP-584), as of the connection; 0 when it does not have it. */
  feature(name: string): number {
    return this.#features.get(name) ?? 0;
  }

  /** Whether any version of the API is in common. */
  supports(api: AnyApi, limits: Partial<VersionRange> = {}): boolean {
    return this.#best(api, limits) !== undefined;
  }

  /**
   * The newest version in common, between `limits` where a caller can only handle some. Throws KafkaError
   * `VERSION_MISMATCH`.
   */
  pick(api: AnyApi, limits: Partial<VersionRange> = {}): number {
    const best = this.#best(api, limits);
    if (best !== undefined) return best;
    const theirs = this.#ranges.get(api.key);
    const has =
      theirs === undefined ? 'does not serve it' : `serves ${theirs.min} to ${theirs.max}`;
    const min = limits.min ?? api.request.minVersion;
    const max = limits.max ?? api.request.maxVersion;
    throw clientError(
      'VERSION_MISMATCH',
      `This needs ${api.name} in a version from ${min} to ${max}; broker ${this.#broker} ${has}.`,
    );
  }

  #best(api: AnyApi, limits: Partial<VersionRange>): number | undefined {
    const theirs = this.#ranges.get(api.key);
    if (theirs === undefined) return undefined;
    const max = Math.min(theirs.max, api.request.maxVersion, limits.max ?? Number.MAX_VALUE);
    const min = Math.max(theirs.min, api.request.minVersion, limits.min ?? 0);
    return max >= min ? max : undefined;
  }
}

type AnyApi = Pick<Api<never, never, unknown, never>, 'key' | 'name'> & {
  readonly request: { readonly minVersion: number; readonly maxVersion: number };
};

/** Asks a broker on a fresh connection. */
export async function negotiateVersions(
  connection: Connection,
  software: ClientSoftware,
  options: RequestOptions = {},
): Promise<BrokerVersions> {
  const broker = formatAddress(connection.address);
  const ask = (version: number): Promise<ApiVersionsResponse> =>
    connection.request(
      apiVersionsApi,
      version,
      { clientSoftwareName: software.name, clientSoftwareVersion: software.version },
      { ...options, versionOf: (body) => (isUnsupportedVersion(body) ? 0 : version) },
    );
  let response = await ask(FIRST_VERSION);
  if (response.errorCode === ErrorCode.UNSUPPORTED_VERSION) {
    const own = response.apiKeys.find((entry) => entry.apiKey === apiVersionsApi.key);
    response = await ask(Math.min(own?.maxVersion ?? 0, FIRST_VERSION));
  }
  if (response.errorCode !== ErrorCode.NONE) {
    throw brokerError(response.errorCode, `Asking broker ${broker} for its versions`);
  }
  const ranges = new Map<number, VersionRange>();
  for (const { apiKey, minVersion, maxVersion } of response.apiKeys) {
    ranges.set(apiKey, { min: minVersion, max: maxVersion });
  }
  const features = response.finalizedFeatures.map(
    ({ name, maxVersionLevel }) => [name, maxVersionLevel] as const,
  );
  return new BrokerVersions(broker, ranges, new Map(features));
}

/** The error code is the first field in every version. */
function isUnsupportedVersion(body: Buffer): boolean {
  return body.length >= 2 && body.readInt16BE(0) === ErrorCode.UNSUPPORTED_VERSION;
}
