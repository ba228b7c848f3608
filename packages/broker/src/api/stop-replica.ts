/**
 * StopReplica (key 5): the controller tells this broker to give replicas up, or to delete them.
 */
import { stopReplicaApi } from '@zurau/protocol';
import type { ControlOrders } from '../replica/control-orders.ts';
import type { ApiHandler } from './handler.ts';
import { defineHandler } from './handler.ts';

export function stopReplicaHandler({ orders }: { readonly orders: ControlOrders }): ApiHandler {
  return defineHandler(stopReplicaApi, { min: 3, max: 4 }, (request) =>
    orders.stopReplica(request),
  );
}
