import { describe, expect, test } from 'vitest';
import { ZERO_UUID } from '@zurau/protocol';
import { brokerIdZnode, clusterIdZnode } from './brokers.ts';
import { configChangeZnode, configZnode } from './configs.ts';
import {
  controllerEpochZnode,
  controllerZnode,
  isrChangeZnode,
  logDirEventZnode,
  producerIdBlockZnode,
} from './controller.ts';
import { featureZnode } from './features.ts';
import { ZnodeError } from './json.ts';
import { partitionStateZnode, topicZnode } from './topics.ts';

const text = (data: Buffer): unknown => JSON.parse(data.toString());
const bytes = (json: unknown): Buffer => Buffer.from(JSON.stringify(json));

describe('as Apache Kafka 3.9 writes them', () => {
  test('/brokers/ids/N', () => {
    const registration = {
      id: 3,
      rack: 'r1',
      timestampMs: 1_700_000_000_000,
      endpoints: [
        { host: '::1', port: 9094, listenerName: 'TLS', securityProtocol: 'SSL' as const },
        { host: 'h', port: 9092, listenerName: 'OUT', securityProtocol: 'PLAINTEXT' as const },
      ],
    };
    const data = brokerIdZnode.encode(registration);
    expect(text(data)).toEqual({
      version: 5,
      host: 'h',
      port: 9092,
      jmx_port: -1,
      timestamp: '1700000000000',
      endpoints: ['TLS://[::1]:9094', 'OUT://h:9092'],
      listener_security_protocol_map: { TLS: 'SSL', OUT: 'PLAINTEXT' },
      features: {},
      rack: 'r1',
    });
    expect(brokerIdZnode.decode(3, data)).toEqual(registration);
    expect(brokerIdZnode.path(3)).toBe('/brokers/ids/3');
  });

  test('/brokers/topics/T in its versions', () => {
    const registration = {
      topicId: 'AAAAAAAAAAAAAAAAAAAAAQ',
      partitions: new Map([
        [0, [1, 2]],
        [1, [2, 1]],
      ]),
      addingReplicas: new Map([[1, [2]]]),
      removingReplicas: new Map(),
    };
    const data = topicZnode.encode(registration);
    expect(text(data)).toEqual({
      version: 3,
      topic_id: 'AAAAAAAAAAAAAAAAAAAAAQ',
      partitions: { 0: [1, 2], 1: [2, 1] },
      adding_replicas: { 1: [2] },
      removing_replicas: {},
    });
    expect(topicZnode.decode('t', data)).toEqual(registration);
    const oldest = topicZnode.decode('t', bytes({ version: 1, partitions: { 0: [1] } }));
    expect(oldest).toEqual({
      topicId: ZERO_UUID,
      partitions: new Map([[0, [1]]]),
      addingReplicas: new Map(),
      removingReplicas: new Map(),
    });
    expect(text(topicZnode.encode(oldest))).toMatchObject({ version: 2 });
  });

  test('/brokers/topics/T/partitions/P/state', () => {
    const state = {
      leader: 1,
      leaderEpoch: 2,
      isr: [1, 3],
      controllerEpoch: 4,
      recovering: false,
    };
    const data = partitionStateZnode.encode(state);
    expect(text(data)).toEqual({
      version: 1,
      leader: 1,
      leader_epoch: 2,
      isr: [1, 3],
      controller_epoch: 4,
    });
    expect(partitionStateZnode.decode('t', 0, data)).toEqual(state);
    const recovering = { ...state, recovering: true };
    expect(text(partitionStateZnode.encode(recovering))).toMatchObject({
      leader_recovery_state: 1,
    });
    expect(partitionStateZnode.path('t', 7)).toBe('/brokers/topics/t/partitions/7/state');
  });

  test('the small ones', () => {
    expect(text(controllerZnode.encode(1, 5))).toEqual({
      version: 2,
      brokerid: 1,
      timestamp: '5',
      kraftControllerEpoch: -1,
    });
    expect(controllerZnode.decode(bytes({ version: 1, brokerid: 7, timestamp: '1' }))).toBe(7);
    expect(controllerEpochZnode.encode(12).toString()).toBe('12');
    expect(controllerEpochZnode.decode(Buffer.from('12'))).toBe(12);
    expect(text(clusterIdZnode.encode('x'))).toEqual({ version: '1', id: 'x' });
    const block = { brokerId: 1, first: 1_000, last: 1_999 };
    expect(text(producerIdBlockZnode.encode(block))).toEqual({
      version: 1,
      broker: 1,
      block_start: '1000',
      block_end: '1999',
    });
    expect(producerIdBlockZnode.decode(producerIdBlockZnode.encode(block))).toEqual(block);
    expect(text(configZnode.encode({ 'a.b': 'c' }))).toEqual({
      version: 1,
      config: { 'a.b': 'c' },
    });
    expect(configZnode.decode('topics', 't', Buffer.alloc(0))).toEqual({});
    expect(text(configChangeZnode.encode('topics', 't'))).toEqual({
      version: 2,
      entity_path: 'topics/t',
    });
    const partitions = [{ topic: 't', partition: 1 }];
    expect(isrChangeZnode.decode(isrChangeZnode.encode(partitions))).toEqual(partitions);
    expect(text(featureZnode.encodeEmpty())).toEqual({ version: 2, status: 1, features: {} });
    expect(featureZnode.isEnabled(featureZnode.encodeEmpty())).toBe(true);
    expect(featureZnode.isEnabled(bytes({ version: 1, status: 0, features: {} }))).toBe(false);
    expect(text(logDirEventZnode.encode(4))).toEqual({ version: 1, broker: 4, event: 1 });
  });
});

test.each<[string, () => unknown]>([
  ['no JSON', () => topicZnode.decode('t', Buffer.from('{'))],
  ['no object', () => topicZnode.decode('t', bytes([1]))],
  [
    'a partition that is no number',
    () => topicZnode.decode('t', bytes({ partitions: { x: [1] } })),
  ],
  ['replicas that are no list', () => topicZnode.decode('t', bytes({ partitions: { 0: 1 } }))],
  ['a state without leader', () => partitionStateZnode.decode('t', 0, bytes({ isr: [] }))],
  ['an epoch that is no number', () => controllerEpochZnode.decode(Buffer.from('x'))],
  [
    'an endpoint that is none',
    () =>
      brokerIdZnode.decode(
        1,
        bytes({ version: 5, endpoints: ['x'], listener_security_protocol_map: {} }),
      ),
  ],
])('refuses %s', (_, decode) => {
  expect(decode).toThrow(ZnodeError);
});
