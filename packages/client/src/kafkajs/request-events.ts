/**
 * REQUEST, REQUEST_TIMEOUT and what else can be told from requests, of one engine client: listens to the engine's channel while somebody wants
 * to know, because a channel that nobody listens to costs nothing.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Clock } from '@zurau/platform';
import { formatAddress } from '../network/address.ts';
import type { ClientEvents } from '../observability/events.ts';
import type { RequestEvent, RequestTimeoutEvent } from './events.ts';

const CHANNEL = 'zurau:client:request';

export type EngineRequest = ClientEvents[typeof CHANNEL];

/** Told in KafkaJS's terms. Times are wall-clock milliseconds. */
export interface RequestListener {
  /** Whether a client of the engine is meant. */
  owns(instanceId: number): boolean;
  onRequest(payload: RequestEvent['payload'], request: EngineRequest): void;
  /** It was not answered in time. */
  onTimeout(payload: RequestTimeoutEvent['payload']): void;
}

export class RequestEvents {
  readonly #onMessage: (message: unknown) => void;
  #listening = false;

  constructor(clock: Clock, listener: RequestListener) {
    this.#onMessage = (message) => {
      const request = message as EngineRequest;
      if (!listener.owns(request.instanceId)) return;
      const payload = requestPayload(request, clock);
      if (request.error?.code === 'REQUEST_TIMEOUT') {
        const { duration: _, size: __, ...rest } = payload;
        listener.onTimeout(rest);
      } else listener.onRequest(payload, request);
    };
  }

  start(): void {
    if (this.#listening) return;
    this.#listening = true;
    subscribe(CHANNEL, this.#onMessage);
  }

  stop(): void {
    if (!this.#listening) return;
    this.#listening = false;
    unsubscribe(CHANNEL, this.#onMessage);
  }
}

function requestPayload(request: EngineRequest, clock: Clock): RequestEvent['payload'] {
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
