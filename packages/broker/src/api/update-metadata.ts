/**
 * UpdateMetadata (key 6): the controller tells this broker who is alive and who leads what.
 */
import { updateMetadataApi } from '@zurau/protocol';
import type { ControlOrders } from '../replica/control-orders.ts';
import type { ApiHandler } from './handler.ts';
import { defineHandler } from './handler.ts';

export function updateMetadataHandler({ orders }: { readonly orders: ControlOrders }): ApiHandler {
  return defineHandler(updateMetadataApi, { min: 7, max: 8 }, (request) =>
    orders.updateMetadata(request),
  );
}
