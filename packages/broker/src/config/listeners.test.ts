import { describe, expect, test } from 'vitest';
import { BrokerConfig } from './broker-config.ts';
import { ConfigError } from './config-error.ts';
import {
  advertisedListeners,
  endpointText,
  interBrokerListenerName,
  listeners,
  publishedEndpoints,
} from './listeners.ts';

function configOf(properties: Record<string, string>): BrokerConfig {
  return BrokerConfig.from(new Map(Object.entries(properties))).config;
}

const MAP = 'PLAINTEXT:PLAINTEXT,SSL:SSL,INTERNAL:PLAINTEXT,external:SASL_SSL';

test('by default everything listens on 9092', () => {
  const config = configOf({});
  const endpoint = {
    listenerName: 'PLAINTEXT',
    securityProtocol: 'PLAINTEXT',
    host: '',
    port: 9092,
  };
  expect(listeners(config)).toEqual([endpoint]);
  expect(advertisedListeners(config)).toEqual([endpoint]);
  expect(interBrokerListenerName(config)).toBe('PLAINTEXT');
});

test('several listeners, names without regard to case, IPv6 in brackets', () => {
  const config = configOf({
    listeners: 'internal://127.0.0.1:19092 , EXTERNAL://[::1]:9093, PLAINTEXT://my-host.local:0',
    'listener.security.protocol.map': MAP,
    'inter.broker.listener.name': 'Internal',
  });
  expect(listeners(config)).toEqual([
    { listenerName: 'INTERNAL', securityProtocol: 'PLAINTEXT', host: '127.0.0.1', port: 19092 },
    { listenerName: 'EXTERNAL', securityProtocol: 'SASL_SSL', host: '::1', port: 9093 },
    { listenerName: 'PLAINTEXT', securityProtocol: 'PLAINTEXT', host: 'my-host.local', port: 0 },
  ]);
  expect(interBrokerListenerName(config)).toBe('INTERNAL');
  expect(listeners(config).map(endpointText)).toEqual([
    'INTERNAL://127.0.0.1:19092',
    'EXTERNAL://[::1]:9093',
    'PLAINTEXT://my-host.local:0',
  ]);
});

test('a port may be shared by an IPv4 and an IPv6 address, and free ports by all', () => {
  const text = 'PLAINTEXT://127.0.0.1:9092,SSL://[::1]:9092,INTERNAL://:0,EXTERNAL://:0';
  expect(
    listeners(configOf({ listeners: text, 'listener.security.protocol.map': MAP })),
  ).toHaveLength(4);
});

test('advertised listeners may share a port, and be fewer than the listeners', () => {
  const config = configOf({
    listeners: 'PLAINTEXT://0.0.0.0:9092,SSL://0.0.0.0:9093,INTERNAL://:9094',
    'advertised.listeners': 'PLAINTEXT://a.example:9000,SSL://b.example:9000',
    'listener.security.protocol.map': MAP,
  });
  expect(advertisedListeners(config).map(endpointText)).toEqual([
    'PLAINTEXT://a.example:9000',
    'SSL://b.example:9000',
  ]);
});

describe('refused', () => {
  test.each([
    ['no protocol', { listeners: 'CLIENTS://:9092' }, 'CLIENTS has no security protocol'],
    ['a name twice', { listeners: 'PLAINTEXT://:1,plaintext://:2' }, 'a name of its own'],
    ['a port twice', { listeners: 'PLAINTEXT://:9092,SSL://:9092' }, 'port 9092 is used twice'],
    [
      'a port twice with addresses of a kind',
      { listeners: 'PLAINTEXT://127.0.0.1:9092,SSL://127.0.0.2:9092' },
      'port 9092 is used twice',
    ],
    ['no port', { listeners: 'PLAINTEXT://host' }, 'must be NAME://host:port'],
    ['a large port', { listeners: 'PLAINTEXT://:65536' }, 'at most 65535'],
    ['an IPv6 address without brackets', { listeners: 'PLAINTEXT://::1:9092' }, 'in brackets'],
    ['nothing', { listeners: '' }, 'at least one listener'],
    [
      'an address of no host',
      { listeners: 'PLAINTEXT://0.0.0.0:9092' },
      'cannot connect to 0.0.0.0',
    ],
    [
      'the same when advertised',
      { 'advertised.listeners': 'PLAINTEXT://0.0.0.0:9092' },
      'cannot connect to 0.0.0.0',
    ],
    [
      'an advertised listener that does not listen',
      { 'advertised.listeners': 'PLAINTEXT://a:1,SSL://a:2' },
      'SSL must be one of the names in listeners',
    ],
    ['no listener for brokers', { listeners: 'SSL://:9092' }, 'must be an advertised listener'],
    [
      'both ways to name it',
      {
        'inter.broker.listener.name': 'PLAINTEXT',
        'security.inter.broker.protocol': 'PLAINTEXT',
      },
      'exclude each other',
    ],
    [
      'an unknown listener for brokers',
      { 'inter.broker.listener.name': 'NOPE' },
      'must be a listener name in listener.security.protocol.map',
    ],
    [
      'an unknown protocol',
      { 'listener.security.protocol.map': 'PLAINTEXT:TLS' },
      'PLAINTEXT:TLS must be NAME:PROTOCOL',
    ],
  ] as [string, Record<string, string>, string][])('%s', (_, properties, message) => {
    expect(() => configOf(properties)).toThrow(ConfigError);
    expect(() => configOf(properties)).toThrow(message);
  });
});

test('what is published has the ports that were bound and the name of the machine', () => {
  const config = configOf({ listeners: 'PLAINTEXT://:0,SSL://127.0.0.1:9093' });
  const published = publishedEndpoints(listeners(config), () => 40_001, 'my-machine');
  expect(published.map(endpointText)).toEqual([
    'PLAINTEXT://my-machine:40001',
    'SSL://127.0.0.1:9093',
  ]);
});
