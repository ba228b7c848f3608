/**
 * The brokers as a client sees them that came in by one of the listeners: with the endpoints of that listener, and without brokers that do
 * not have it.
 */
import type { MetadataCache } from '../metadata/metadata-cache.ts';

export interface ReachableBroker {
  readonly nodeId: number;
  readonly host: string;
  readonly port: number;
  readonly rack: string | null;
}

export function reachableBrokers(metadata: MetadataCache, listenerName: string): ReachableBroker[] {
  return metadata.aliveBrokers().flatMap(({ id, rack, endpoints }) => {
    const endpoint = endpoints.get(listenerName);
    return endpoint === undefined ? [] : [{ nodeId: id, ...endpoint, rack }];
  });
}

export function isReachable(metadata: MetadataCache, id: number, listenerName: string): boolean {
  return metadata.broker(id)?.endpoints.has(listenerName) === true;
}
