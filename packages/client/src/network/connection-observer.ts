/** What a connection tells of what passes on it, for those who count or watch. */
import type { KafkaError } from '../errors.ts';

/** Must not throw. */
export interface ConnectionObserver {
  onSent(sizeBytes: number): void;
  onReceived(sizeBytes: number): void;
  /** A request has its response, or will not get one. */
  onRequestDone(report: RequestReport): void;
}

/** What became of a request. */
export interface RequestReport {
  readonly apiKey: number;
  readonly api: string;
  readonly version: number;
  readonly correlationId: number;
  readonly durationMs: number;
  /** Of the response; 0 without one. */
  readonly sizeBytes: number;
  readonly error: KafkaError | undefined;
}
