/**
 * REQUEST, REQUEST_TIMEOUT and what else can be told from requests, of one engine client: listens to the engine's channel while somebody wants
 * to know, because a channel that nobody listens to costs nothing.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Clock } from '@zurau/platform';
import { formatAddress } from '../network/address.ts';
import type { ClientEvents } from '../observability/events.ts';

const CHANNEL = 'zurau:client:request';

export type EngineRequest = ClientEvents[typeof CHANNEL];

/** What KafkaJS tells of a request that was answered. Times are wall-clock milliseconds. */
export interface RequestPayload {
  readonly apiKey: number;
  readonly apiName: string;
  readonly apiVersion: number;
  readonly broker: string;
  readonly clientId: string;
  readonly correlationId: number;
  readonly createdAt: number;
  readonly duration: number;
  readonly pendingDuration: number;
  readonly sentAt: number;
  readonly size: number;
}

export class RequestEvents {
  readonly #owns: (instanceId: number) => boolean;
  readonly #listener: (message: unknown) => void;
  #listening = false;

  /** `owns` tells which clients of the engine are meant. */
  constructor(owns: (instanceId: number) => boolean, onRequest: (request: EngineRequest) => void) {
    this.#owns = owns;
    this.#listener = (message) => {
      const request = message as EngineRequest;
      if (this.#owns(request.instanceId)) onRequest(request);
    };
  }

  start(): void {
    if (this.#listening) return;
    this.#listening = true;
    subscribe(CHANNEL, this.#listener);
  }

  stop(): void {
    if (!this.#listening) return;
    this.#listening = false;
    unsubscribe(CHANNEL, this.#listener);
  }
}

export function requestPayload(request: EngineRequest, clock: Clock): RequestPayload {
  const sentAt = Math.round(clock.now() - request.durationMs);
  return {
    apiKey: request.apiKey,
    apiName: request.api,
    apiVersion: request.version,
    broker: formatAddress(request.address),
    clientId: request.clientId,
    correlationId: request.correlationId,
    createdAt: sentAt,
    duration: Math.round(request.durationMs),
    pendingDuration: 0,
    sentAt,
    size: request.sizeBytes,
  };
}

/** What KafkaJS tells of a request that was not answered in time. */
export function timeoutPayload({
  duration: _,
  size: __,
  ...payload
}: RequestPayload): Omit<RequestPayload, 'duration' | 'size'> {
  return payload;
}
