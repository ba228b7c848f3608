/**
 * UpdateMetadata (key 6): the controller tells this broker who is alive and who leads what.
 */
import { updateMetadataApi } from '@zurau/protocol';
import type { PeerOrders } from '../inter-broker/peer-orders.ts';
import type { ApiHandler } from './handler.ts';
import { defineHandler, ORDER_ELEMENTS_MAX } from './handler.ts';

export function updateMetadataHandler({ orders }: { readonly orders: PeerOrders }): ApiHandler {
  return defineHandler(
    updateMetadataApi,
    { min: 7, max: 8, elementsMax: ORDER_ELEMENTS_MAX },
    (request, { signal }) => orders.updateMetadata(request, signal),
  );
}
