/**
 * LeaderAndIsr (key 4): the controller tells this broker what to lead and whom to follow.
 */
import { leaderAndIsrApi } from '@zurau/protocol';
import type { ControlOrders } from '../replica/control-orders.ts';
import type { ApiHandler } from './handler.ts';
import { defineHandler } from './handler.ts';

export function leaderAndIsrHandler({ orders }: { readonly orders: ControlOrders }): ApiHandler {
  return defineHandler(leaderAndIsrApi, { min: 5, max: 7 }, (request) =>
    orders.leaderAndIsr(request),
  );
}
