/**
 * StopReplica (key 5): the controller tells this broker to give replicas up, or to delete them.
 */
import { stopReplicaApi } from '@zurau/protocol';
import type { PeerOrders } from '../inter-broker/peer-orders.ts';
import type { ApiHandler } from './handler.ts';
import { defineHandler, ORDER_ELEMENTS_MAX } from './handler.ts';

export function stopReplicaHandler({ orders }: { readonly orders: PeerOrders }): ApiHandler {
  return defineHandler(
    stopReplicaApi,
    { min: 3, max: 4, elementsMax: ORDER_ELEMENTS_MAX },
    (request, { signal }) => orders.stopReplica(request, signal),
  );
}
