/**
 * The records of `__consumer_offsets` against bytes that Apache Kafka 3.9.1 wrote.
 */
import { DecodeError } from '@zurau/protocol';
import { expect, test } from 'vitest';
import { groupRecordCodec, type GroupRecord } from './group-records.ts';

const NOW_MS = 1735689600123;

const golden: readonly {
  readonly name: string;
  readonly record: GroupRecord;
  readonly key: string;
  readonly value: string | null;
}[] = [
  {
    name: 'offset commit',
    record: {
      kind: 'offset',
      group: 'orders',
      topic: 'payments',
      partition: 3,
      value: {
        offset: 123456789012,
        leaderEpoch: 7,
        metadata: 'méta',
        commitTimestampMs: NOW_MS,
        expireTimestampMs: -1,
      },
    },
    key: '000100066f726465727300087061796d656e747300000003',
    value: '00030000001cbe991a140000000700056dc3a97461000001941f297c7b',
  },
  {
    name: 'offset commit with an expiry of its own, which has no leader epoch',
    record: {
      kind: 'offset',
      group: 'orders',
      topic: 'payments',
      partition: 3,
      value: {
        offset: 42,
        leaderEpoch: -1,
        metadata: '',
        commitTimestampMs: NOW_MS,
        expireTimestampMs: 1735693200123,
      },
    },
    key: '000100066f726465727300087061796d656e747300000003',
    value: '0001000000000000002a0000000001941f297c7b000001941f606afb',
  },
  {
    name: 'offset tombstone',
    record: { kind: 'offset', group: 'orders', topic: 'payments', partition: 3, value: null },
    key: '000100066f726465727300087061796d656e747300000003',
    value: null,
  },
  {
    name: 'group with members',
    record: {
      kind: 'group',
      group: 'orders',
      value: {
        protocolType: 'consumer',
        generation: 5,
        protocol: 'range',
        leader: 'a-1',
        currentStateTimestamp: NOW_MS,
        members: [
          {
            memberId: 'a-1',
            groupInstanceId: 'i1',
            clientId: 'a',
            clientHost: '/127.0.0.1',
            rebalanceTimeout: 60_000,
            sessionTimeout: 10_000,
            subscription: Buffer.of(1, 2),
            assignment: Buffer.of(3),
          },
          {
            memberId: 'b-1',
            groupInstanceId: null,
            clientId: '',
            clientHost: '/0:0:0:0:0:0:0:1',
            rebalanceTimeout: 60_000,
            sessionTimeout: 10_000,
            subscription: Buffer.alloc(0),
            assignment: Buffer.alloc(0),
          },
        ],
      },
    },
    key: '000200066f7264657273',
    value:
      '00030008636f6e73756d657200000005000572616e67650003612d31000001941f297c7b000000020003612d31' +
      '00026931000161000a2f3132372e302e302e310000ea600000271000000002010200000001030003622d31ffff' +
      '000000102f303a303a303a303a303a303a303a310000ea60000027100000000000000000',
  },
  {
    name: 'empty group',
    record: {
      kind: 'group',
      group: 'orders',
      value: {
        protocolType: 'consumer',
        generation: 6,
        protocol: null,
        leader: null,
        currentStateTimestamp: NOW_MS,
        members: [],
      },
    },
    key: '000200066f7264657273',
    value: '00030008636f6e73756d657200000006ffffffff000001941f297c7b00000000',
  },
  {
    name: 'group tombstone',
    record: { kind: 'group', group: 'orders', value: null },
    key: '000200066f7264657273',
    value: null,
  },
];

test.each(golden)('$name', ({ record, key, value }) => {
  const written = groupRecordCodec.encode(record);
  expect(written.key.toString('hex')).toBe(key);
  expect(written.value?.toString('hex') ?? null).toBe(value);
  expect(groupRecordCodec.decode(written.key, written.value)).toEqual(record);
});

test('versions that are not written are read', () => {
  const offsetKey = hex('000000066f726465727300087061796d656e747300000003');
  const offset = hex('0004000000000000002a00000007026d000001941f297c7b00');
  expect(groupRecordCodec.decode(offsetKey, offset)).toMatchObject({
    kind: 'offset',
    group: 'orders',
    value: { offset: 42, leaderEpoch: 7, metadata: 'm', expireTimestampMs: -1 },
  });
  const group = hex(
    '00000008636f6e73756d657200000005000572616e67650003612d31000000010003612d31000161000a2f3132' +
      '372e302e302e31000027100000000201020000000103',
  );
  expect(groupRecordCodec.decode(hex('000200066f7264657273'), group)).toMatchObject({
    kind: 'group',
    value: { generation: 5, currentStateTimestamp: -1, members: [{ rebalanceTimeout: -1 }] },
  });
});

test('keys of other versions are skipped, damaged records are refused', () => {
  expect(groupRecordCodec.decode(hex('000900066f7264657273'), null)).toBeUndefined();
  expect(groupRecordCodec.decode(Buffer.alloc(1), null)).toBeUndefined();
  expect(() => groupRecordCodec.decode(hex('000200ff6f'), null)).toThrow(DecodeError);
  expect(() => groupRecordCodec.decode(hex('000200066f7264657273'), hex('0063'))).toThrow(
    DecodeError,
  );
});

function hex(text: string): Buffer {
  return Buffer.from(text, 'hex');
}
