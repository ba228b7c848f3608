/**
 * DescribeCluster (key 60): brokers, controller and cluster id (KIP-700).
 */
import { describeClusterApi, ErrorCode } from '@zurau/protocol';
import type { MetadataCache } from '../metadata/metadata-cache.ts';
import { ALL_CLUSTER_OPERATIONS, OPERATIONS_NOT_ASKED_FOR } from './authorized-operations.ts';
import { defineHandler, type ApiHandler } from './handler.ts';
import { reachableBrokers } from './reachable-brokers.ts';

/** The endpoints of brokers; the other kind are those of KRaft controllers (KIP-919), which this cluster does not have. */
const BROKER_ENDPOINTS = 1;
const CONTROLLER_ENDPOINTS = 2;

export function describeClusterHandler({
  metadata,
}: {
  readonly metadata: MetadataCache;
}): ApiHandler {
  return defineHandler(describeClusterApi, { min: 0, max: 2 }, (request, { listenerName }) => {
    const { clusterId, controllerId } = metadata;
    if (request.endpointType !== BROKER_ENDPOINTS) {
      return {
        throttleTimeMs: 0,
        errorCode:
          request.endpointType === CONTROLLER_ENDPOINTS
            ? ErrorCode.MISMATCHED_ENDPOINT_TYPE
            : ErrorCode.UNSUPPORTED_ENDPOINT_TYPE,
        errorMessage: 'The request was sent to an endpoint of the wrong type.',
        clusterId: '',
        brokers: [],
      };
    }
    return {
      throttleTimeMs: 0,
      errorCode: ErrorCode.NONE,
      errorMessage: null,
      endpointType: BROKER_ENDPOINTS,
      clusterId,
      controllerId,
      brokers: reachableBrokers(metadata, listenerName).map(({ nodeId, ...broker }) => ({
        brokerId: nodeId,
        ...broker,
        isFenced: false,
      })),
      clusterAuthorizedOperations: request.includeClusterAuthorizedOperations
        ? ALL_CLUSTER_OPERATIONS
        : OPERATIONS_NOT_ASKED_FOR,
    };
  });
}
