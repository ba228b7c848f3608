/**
 * What a client counts: plain numbers that its parts add to, and a snapshot of them for whoever asks. No dependency on any metrics library: the guide shows how
 * prom-client and OpenTelemetry read it.
 *
 * Must never cost more than an addition where records pass.
 */
import type { KafkaError } from '../errors.ts';
import { BOUNDS_MS, Histogram } from './histogram.ts';

/** One metric with all its series. Names and types are OpenMetrics'; times are in seconds there, so they are here. */
export type Metric =
  | {
      readonly name: string;
      readonly help: string;
      readonly type: 'counter' | 'gauge';
      readonly series: readonly { readonly labels: Labels; readonly value: number }[];
    }
  | {
      readonly name: string;
      readonly help: string;
      readonly type: 'histogram';
      readonly series: readonly HistogramSeries[];
    };

export type Labels = Readonly<Record<string, string>>;

export interface HistogramSeries {
  readonly labels: Labels;
  readonly count: number;
  readonly sum: number;
  /** Cumulative, as Prometheus has them: how many were at most `le`; the last is Infinity. */
  readonly buckets: readonly { readonly le: number; readonly count: number }[];
}

interface ApiCounts {
  readonly latency: Histogram;
  failed: number;
}

let instanceCount = 0;

export class ClientMetrics {
  connectionsOpen = 0;
  connectionsOpened = 0;
  connectionsFailed = 0;
  authentications = 0;
  authenticationsFailed = 0;
  bytesSent = 0;
  bytesReceived = 0;
  metadataRefreshes = 0;
  batchesAcknowledged = 0;
  batchesFailed = 0;
  recordsAcknowledged = 0;
  recordsFailed = 0;
  batchesConsumed = 0;
  recordsConsumed = 0;
  /** Unique in the process. */
  readonly instanceId: number;
  readonly #clientId: string;
  readonly #apis: Map<string, ApiCounts> = new Map();

  constructor(clientId: string) {
    this.#clientId = clientId;
    instanceCount += 1;
    this.instanceId = instanceCount;
  }

  request(apiName: string, latencyMs: number, error: KafkaError | undefined): void {
    let counts = this.#apis.get(apiName);
    if (counts === undefined) {
      counts = { latency: new Histogram(), failed: 0 };
      this.#apis.set(apiName, counts);
    }
    counts.latency.record(latencyMs);
    if (error !== undefined) counts.failed += 1;
  }

  /** What a poll returns. */
  consumed(batches: readonly { readonly records: { readonly length: number } }[]): void {
    this.batchesConsumed += batches.length;
    for (const { records } of batches) this.recordsConsumed += records.length;
  }

  snapshot(): Metric[] {
    const labels = { client_id: this.#clientId };
    const counter = (name: string, help: string, value: number): Metric => ({
      name: `kafka_client_${name}_total`,
      help,
      type: 'counter',
      series: [{ labels, value }],
    });
    const apis = [...this.#apis].map(([api, counts]) => ({ labels: { ...labels, api }, counts }));
    return [
      {
        name: 'kafka_client_connections',
        help: 'Connections that are open.',
        type: 'gauge',
        series: [{ labels, value: this.connectionsOpen }],
      },
      counter('connections_opened', 'Connections that were opened.', this.connectionsOpened),
      counter(
        'connections_failed',
        'Connections that could not be opened.',
        this.connectionsFailed,
      ),
      counter('authentications', 'SASL authentications that succeeded.', this.authentications),
      counter(
        'authentications_failed',
        'SASL authentications that failed.',
        this.authenticationsFailed,
      ),
      counter('sent_bytes', 'Bytes of requests.', this.bytesSent),
      counter('received_bytes', 'Bytes of responses.', this.bytesReceived),
      counter('metadata_refreshes', 'Metadata responses.', this.metadataRefreshes),
      counter('batches_acknowledged', 'Batches that brokers took.', this.batchesAcknowledged),
      counter('batches_failed', 'Batches that were given up.', this.batchesFailed),
      counter('records_acknowledged', 'Records that brokers took.', this.recordsAcknowledged),
      counter('records_failed', 'Records that were given up.', this.recordsFailed),
      counter('batches_consumed', 'Batches that a poll returned.', this.batchesConsumed),
      counter('records_consumed', 'Records that a poll returned.', this.recordsConsumed),
      {
        name: 'kafka_client_request_failures_total',
        help: 'Requests that got no response, by API.',
        type: 'counter',
        series: apis.map(({ labels: of, counts }) => ({ labels: of, value: counts.failed })),
      },
      {
        name: 'kafka_client_request_duration_seconds',
        help: 'From sending a request to its response, or to the end of hope for it, by API.',
        type: 'histogram',
        series: apis.map(({ labels: of, counts }) => seriesOf(of, counts.latency)),
      },
    ];
  }
}

function seriesOf(labels: Labels, { counts, count, sumMs }: Histogram): HistogramSeries {
  let below = 0;
  const buckets = counts.map((inBucket, index) => {
    below += inBucket;
    return { le: (BOUNDS_MS[index] ?? Number.POSITIVE_INFINITY) / 1000, count: below };
  });
  return { labels, count, sum: sumMs / 1000, buckets };
}
