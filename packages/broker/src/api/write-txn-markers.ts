/**
 * WriteTxnMarkers (key 27): a transaction coordinator, or an administrator who ends a hanging transaction, has the outcome written to partitions
 * that this broker leads (KIP-98, KIP-664).
 */
import { writeTxnMarkersApi } from '@zurau/protocol';
import type { MarkerWriter } from '../replica/marker-writer.ts';
import type { ApiHandler } from './handler.ts';
import { defineHandler } from './handler.ts';

export function writeTxnMarkersHandler({
  markers,
}: {
  readonly markers: MarkerWriter;
}): ApiHandler {
  return defineHandler(
    writeTxnMarkersApi,
    { min: 0, max: 1 },
    async (request) => await markers.writeTxnMarkers(request),
  );
}
