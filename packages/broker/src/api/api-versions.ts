/**
 * ApiVersions (key 18): what this broker speaks, derived from the registry.
 *
 * A request of an unknown version is answered in version 0 with UNSUPPORTED_VERSION and the versions, so that the client can ask
 * again (KIP-511).
 */
import { apiVersionsApi, ErrorCode } from '@zurau/protocol';
import type { ApiVersionsResponseInput } from '@zurau/protocol';
import type { ApiHandler } from './handler.ts';
import { defineHandler } from './handler.ts';

export interface ServedVersions {
  readonly apiKey: number;
  readonly minVersion: number;
  readonly maxVersion: number;
}

const PRODUCE_KEY = 0;

/** KIP-511 wants a name of a software: letters, digits, dots and hyphens, not at the ends. */
const SOFTWARE_PATTERN = /^[a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?$/;

export function apiVersionsHandler(served: () => ServedVersions[]): ApiHandler {
  return defineHandler(apiVersionsApi, { min: 0, max: 4 }, (request, context) => {
    const isNamed =
      context.apiVersion < 3 ||
      (SOFTWARE_PATTERN.test(request.clientSoftwareName) &&
        SOFTWARE_PATTERN.test(request.clientSoftwareVersion));
    return describeVersions(served(), isNamed ? ErrorCode.NONE : ErrorCode.INVALID_REQUEST);
  });
}

export function unsupportedApiVersionsHandler(served: () => ServedVersions[]): ApiHandler {
  return {
    key: apiVersionsApi.key,
    name: apiVersionsApi.name,
    api: apiVersionsApi,
    minVersion: 0,
    maxVersion: 0,
    overlap: 'exclusive',
    readsInPlace: true,
    serve(_reader, request) {
      request.respond(describeVersions(served(), ErrorCode.UNSUPPORTED_VERSION));
    },
  };
}

function describeVersions(
  served: readonly ServedVersions[],
  errorCode: number,
): ApiVersionsResponseInput {
  // librdkafka only compresses when the announced range of Produce starts at 0, though nothing sends those versions any more;
  // Kafka 4 announces it for the same reason.
  const produce = served.find(({ apiKey }) => apiKey === PRODUCE_KEY);
  const announced = served.map((api) => (api === produce ? { ...api, minVersion: 0 } : api));
  return {
    errorCode,
    apiKeys: errorCode === ErrorCode.INVALID_REQUEST ? [] : announced,
    // No feature is finalized in a cluster without KRaft, and that is known.
    finalizedFeaturesEpoch: 0,
  };
}
