import { expect, it } from 'vitest';
import type { KafkaError } from '../errors.ts';
import { Admin } from '../admin/admin.ts';
import { Consumer } from '../consumer/consumer.ts';
import { Producer } from '../producer/producer.ts';
import { resolveProducerConfig } from '../producer/producer-config.ts';

const bootstrapServers = 'broker:9092';

function messageOf(make: () => unknown): string {
  try {
    make();
  } catch (error) {
    expect((error as KafkaError).code).toBe('INVALID_ARGUMENT');
    return (error as KafkaError).message;
  }
  return 'nothing thrown';
}

it.each([
  [{ bootstrapServer: 'a' }, 'Did you mean bootstrapServers?'],
  [{ lingerms: 5 }, 'Did you mean lingerMs?'],
  [{ 'linger.ms': 5 }, 'Did you mean lingerMs?'],
  [{ compression: 'gzip' }, 'there is no setting "compression"'],
  [{ xyzzy: 1 }, 'there is no setting "xyzzy".'],
  [{ lingerMs: -1 }, 'lingerMs must be a whole number from 0'],
  [{ lingerMs: '5' }, 'it is "5"'],
  [{ compressionType: 'brotli' }, '"none", "gzip", "snappy", "lz4", "zstd"; it is "brotli"'],
  [{ acks: 2 }, 'acks must be one of "all", 0, 1; it is 2'],
  [{ acks: 1, enableIdempotence: true }, 'enableIdempotence needs acks "all"'],
  [{ maxInFlightRequestsPerConnection: 6 }, 'of 5 at most'],
  [{ deliveryTimeoutMs: 1_000 }, 'at least lingerMs + requestTimeoutMs'],
])('a producer refuses %j', (config, message) => {
  expect(messageOf(() => new Producer({ bootstrapServers, ...config } as never))).toContain(
    message,
  );
});

it.each([[[]], [''], ['a:b'], [[1]], [{}]])('bootstrapServers %j are refused', (servers) => {
  expect(messageOf(() => new Admin({ bootstrapServers: servers as never }))).toContain(
    Array.isArray(servers) || typeof servers === 'object' ? 'bootstrapServers' : 'host:port',
  );
});

it('bootstrapServers must be given', () => {
  expect(messageOf(() => new Consumer({} as never))).toContain('bootstrapServers is missing');
});

it('defaults depend on each other as in Kafka', () => {
  expect(resolveProducerConfig({ bootstrapServers })).toMatchObject({
    acks: 'all',
    enableIdempotence: true,
  });
  expect(resolveProducerConfig({ bootstrapServers, acks: 1 }).enableIdempotence).toBe(false);
  const slow = resolveProducerConfig({ bootstrapServers, requestTimeoutMs: 200_000, lingerMs: 5 });
  expect(slow.deliveryTimeoutMs).toBe(200_005);
});
