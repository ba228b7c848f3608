/**
 * What happens inside of a client, for those who want to watch: channels of node:diagnostics_channel, named `zurau:client:...`.
 *
 * Nothing is built for a channel that nobody subscribes to. Names and payloads are part of the public interface.
 */
import { channel, type Channel } from 'node:diagnostics_channel';
import type { KafkaError } from '../errors.ts';
import type { BrokerAddress } from '../network/address.ts';
import type { RequestReport } from '../network/connection-observer.ts';

/** Payloads by channel. Times are in milliseconds. */
export interface ClientEvents {
  /** A connection is ready for requests: versions are known, authentication is done. */
  'zurau:client:connection:open': ConnectionEvent & { readonly durationMs: number };
  /** It could not be opened. */
  'zurau:client:connection:failed': ConnectionEvent & { readonly error: KafkaError };
  /** It is gone; `error` says why, `CLIENT_CLOSED` when nobody is to blame. */
  'zurau:client:connection:close': ConnectionEvent & { readonly error: KafkaError };
  /** SASL succeeded, for the first time on a connection or again (KIP-368). */
  'zurau:client:authenticated': ConnectionEvent & {
    readonly mechanism: string;
    /** 0 when the session has no end. */
    readonly sessionLifetimeMs: number;
  };
  /** A request has its response, or will not get one. */
  'zurau:client:request': ConnectionEvent & RequestReport;
  /** New metadata. */
  'zurau:client:metadata': {
    readonly clientId: string;
    readonly clusterId: string | null;
    readonly controllerId: number;
    readonly brokerIds: readonly number[];
  };
}

export interface ConnectionEvent {
  readonly clientId: string;
  /** Of the producer, consumer or admin client: tells those with the same `clientId` apart. */
  readonly instanceId: number;
  /** -1 while only the address is known. */
  readonly brokerId: number;
  readonly address: BrokerAddress;
}

export type ClientEventName = keyof ClientEvents;

const channels: { readonly [Name in ClientEventName]: Channel } = {
  'zurau:client:connection:open': channel('zurau:client:connection:open'),
  'zurau:client:connection:failed': channel('zurau:client:connection:failed'),
  'zurau:client:connection:close': channel('zurau:client:connection:close'),
  'zurau:client:authenticated': channel('zurau:client:authenticated'),
  'zurau:client:request': channel('zurau:client:request'),
  'zurau:client:metadata': channel('zurau:client:metadata'),
};

/** `payload` is called only when somebody listens. */
export function publish<Name extends ClientEventName>(
  name: Name,
  payload: () => ClientEvents[Name],
): void {
  const target = channels[name];
  if (target.hasSubscribers) target.publish(payload());
}
