/**
 * LeaderAndIsr (key 4): the controller tells this broker what to lead and whom to follow.
 */
import { leaderAndIsrApi } from '@zurau/protocol';
import type { PeerOrders } from '../inter-broker/peer-orders.ts';
import type { ApiHandler } from './handler.ts';
import { defineHandler, ORDER_ELEMENTS_MAX } from './handler.ts';

export function leaderAndIsrHandler({ orders }: { readonly orders: PeerOrders }): ApiHandler {
  return defineHandler(
    leaderAndIsrApi,
    { min: 5, max: 7, elementsMax: ORDER_ELEMENTS_MAX },
    (request, { signal }) => orders.leaderAndIsr(request, signal),
  );
}
