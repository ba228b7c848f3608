import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { simulatedPlatform } from '@zurau/platform';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SmallCluster } from '../fixtures/small-cluster.ts';
import { Producer } from '../producer/producer.ts';
import type { Metric } from './client-metrics.ts';
import type { ClientEventName } from './events.ts';
import { BOUNDS_MS, Histogram } from './histogram.ts';
import { extractTraceContext, injectTraceContext } from './trace-context.ts';

it('a histogram puts each duration into the first bucket that is large enough', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 200_000, noNaN: true }), (durationMs) => {
      const histogram = new Histogram();
      histogram.record(durationMs);
      const expected = BOUNDS_MS.findIndex((bound) => durationMs <= bound);
      const index = expected < 0 ? BOUNDS_MS.length : expected;
      expect(histogram.counts.findIndex((count) => count === 1)).toBe(index);
      expect([histogram.count, histogram.sumMs]).toEqual([1, durationMs]);
    }),
  );
});

describe('trace context', () => {
  const context = {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    sampled: true,
    traceState: 'a=b',
  };

  it('goes into headers of either form and comes out again', () => {
    for (const headers of [undefined, { a: 'x', traceparent: 'old' }, [{ key: 'a', value: 'x' }]]) {
      const carried = injectTraceContext(headers, context);
      expect(extractTraceContext(carried)).toEqual(context);
      expect(carried.filter(({ key }) => key === 'traceparent')).toEqual([
        { key: 'traceparent', value: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' },
      ]);
      expect(carried.some(({ key }) => key === 'a')).toBe(headers !== undefined);
    }
  });

  it.each([
    '',
    '00-00000000000000000000000000000000-b7ad6b7169203331-01',
    '00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01',
    'ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    '00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01',
    '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331',
  ])('that makes no sense is none: "%s"', (traceparent) => {
    expect(extractTraceContext({ traceparent })).toBeUndefined();
  });

  it('of a later version is read as far as it is known', () => {
    const traceparent = '01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00-more';
    expect(extractTraceContext({ traceparent })).toMatchObject({ sampled: false });
  });
});

it('a producer counts and tells what it does', async () => {
  const client = simulatedPlatform(1);
  const { simulation } = client;
  const cluster = new SmallCluster([simulation.host('broker0')]);
  await simulation.runUntilSettled(cluster.start());
  cluster.createTopic('t', 1);
  const seen: { name: string; message: Record<string, unknown> }[] = [];
  const names: ClientEventName[] = [
    'zurau:client:connection:open',
    'zurau:client:connection:close',
    'zurau:client:request',
    'zurau:client:metadata',
  ];
  const onEvent = (message: unknown, name: string | symbol): void => {
    seen.push({ name: String(name), message: message as Record<string, unknown> });
  };
  for (const name of names) subscribe(name, onEvent);
  try {
    const producer = new Producer({
      bootstrapServers: cluster.bootstrapServers,
      platform: client,
      clientId: 'watched',
    });
    await simulation.runUntilSettled(
      producer.sendBatch([
        { topic: 't', value: 'a' },
        { topic: 't', value: 'b' },
      ]),
    );
    await simulation.runUntilSettled(producer.close());
    const valueOf = (metric: string): unknown => {
      const found = producer.metrics().find(({ name }) => name === metric) as Metric;
      return found.type === 'histogram' ? found.series : found.series[0]?.value;
    };
    expect(valueOf('kafka_client_records_acknowledged_total')).toBe(2);
    expect(valueOf('kafka_client_batches_acknowledged_total')).toBe(1);
    expect(valueOf('kafka_client_connections')).toBe(0);
    expect(valueOf('kafka_client_sent_bytes_total')).toBeGreaterThan(100);
    const durations = valueOf('kafka_client_request_duration_seconds') as {
      labels: object;
      count: number;
      buckets: { le: number; count: number }[];
    }[];
    const produce = durations.find(({ labels }) => 'api' in labels && labels.api === 'Produce');
    expect(produce).toMatchObject({ count: 1, labels: { client_id: 'watched' } });
    expect(produce?.buckets.at(-1)).toEqual({ le: Number.POSITIVE_INFINITY, count: 1 });
    const requests = seen.filter(({ name }) => name === 'zurau:client:request');
    expect(requests.map(({ message }) => message['api'])).toContain('Produce');
    expect(seen.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
    expect(seen[0]?.message).toMatchObject({ clientId: 'watched' });
  } finally {
    for (const name of names) unsubscribe(name, onEvent);
  }
});
