/**
 * Which header version goes with which version of a message.
 *
 * Request header 1 has the client id, 2 adds tagged fields; response header 1 adds tagged fields. A flexible message has the flexible header,
 * with two exceptions.
 */
import type { Api } from '../message-codec.ts';

const CONTROLLED_SHUTDOWN_KEY = 7;
const API_VERSIONS_KEY = 18;

type HeaderApi = Pick<Api, 'key'> & {
  readonly request: Pick<Api['request'], 'flexibleFrom'>;
  readonly response: Pick<Api['response'], 'flexibleFrom'>;
};

/** 0, 1 or 2. */
export function requestHeaderVersion(api: HeaderApi, version: number): number {
  if (version >= api.request.flexibleFrom) return 2;
  // ControlledShutdown 0 was sent by brokers that did not know of client ids.
  return api.key === CONTROLLED_SHUTDOWN_KEY && version === 0 ? 0 : 1;
}

/** 0 or 1. */
export function responseHeaderVersion(api: HeaderApi, version: number): number {
  // A client that asked in a version that the broker does not know must be able to read the answer, which is in version 0 (KIP-511).
  if (api.key === API_VERSIONS_KEY) return 0;
  return version >= api.response.flexibleFrom ? 1 : 0;
}
