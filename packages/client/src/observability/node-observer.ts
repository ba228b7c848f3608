/** What one broker's connections do, told to the counters and the event channels. */
import type { KafkaError } from '../errors.ts';
import type { BrokerAddress } from '../network/address.ts';
import type { ConnectionObserver, RequestReport } from '../network/connection-observer.ts';
import type { ClientMetrics } from './client-metrics.ts';
import { type ConnectionEvent, publish } from './events.ts';

export class NodeObserver implements ConnectionObserver {
  readonly #metrics: ClientMetrics;
  readonly #event: ConnectionEvent;

  constructor(metrics: ClientMetrics, clientId: string, brokerId: number, address: BrokerAddress) {
    this.#metrics = metrics;
    this.#event = { clientId, instanceId: metrics.instanceId, brokerId, address };
  }

  onSent(sizeBytes: number): void {
    this.#metrics.bytesSent += sizeBytes;
  }

  onReceived(sizeBytes: number): void {
    this.#metrics.bytesReceived += sizeBytes;
  }

  onRequestDone(report: RequestReport): void {
    this.#metrics.request(report.api, report.durationMs, report.error);
    publish('zurau:client:request', () => ({ ...this.#event, ...report }));
  }

  onOpen(durationMs: number): void {
    this.#metrics.connectionsOpened += 1;
    this.#metrics.connectionsOpen += 1;
    publish('zurau:client:connection:open', () => ({ ...this.#event, durationMs }));
  }

  onFailed(error: KafkaError): void {
    this.#metrics.connectionsFailed += 1;
    publish('zurau:client:connection:failed', () => ({ ...this.#event, error }));
  }

  onClosed(error: KafkaError): void {
    this.#metrics.connectionsOpen -= 1;
    publish('zurau:client:connection:close', () => ({ ...this.#event, error }));
  }

  onAuthenticated(mechanism: string, sessionLifetimeMs: number): void {
    this.#metrics.authentications += 1;
    publish('zurau:client:authenticated', () => ({ ...this.#event, mechanism, sessionLifetimeMs }));
  }

  onAuthenticationFailed(): void {
    this.#metrics.authenticationsFailed += 1;
  }
}
