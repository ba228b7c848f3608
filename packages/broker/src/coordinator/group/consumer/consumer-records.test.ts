/** The records of consumer groups, byte for byte: laid out by hand from Kafka's definitions of them. */
import { expect, test } from 'vitest';
import { groupRecordCodec, type GroupRecord } from '../group-records.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const TOPIC_ID = Buffer.from('00112233445566778899aabbccddeeff', 'hex').toString('base64url');
const ID = '00112233445566778899aabbccddeeff';
/** Group `g`, member `m`. */
const G = '0001 67';
const M = '0001 6d';

const cases: [GroupRecord, string, string][] = [
  [{ kind: 'group-epoch', group: 'g', value: { epoch: 5 } }, `0003 ${G}`, '0000 00000005 00'],
  [
    {
      kind: 'topics',
      group: 'g',
      value: {
        topics: [{ topicId: TOPIC_ID, topicName: 't', numPartitions: 3, partitionMetadata: [] }],
      },
    },
    `0004 ${G}`,
    `0000 02 ${ID} 02 74 00000003 01 00 00`,
  ],
  [
    {
      kind: 'terms',
      group: 'g',
      member: 'm',
      value: {
        instanceId: null,
        rackId: 'r',
        clientId: 'c',
        clientHost: '/h',
        subscribedTopicNames: ['t'],
        subscribedTopicRegex: 'a.*',
        rebalanceTimeoutMs: 1000,
        serverAssignor: null,
        classicMemberMetadata: {
          sessionTimeoutMs: 10,
          supportedProtocols: [{ name: 'range', metadata: Buffer.from([1, 2]) }],
        },
      },
    },
    `0005 ${G} ${M}`,
    '0000 00 02 72 02 63 03 2f68 02 02 74 04 612e2a 000003e8 00 ' +
      '01 00 11 01 0000000a 02 06 72616e6765 03 0102 00 00',
  ],
  [
    { kind: 'target-epoch', group: 'g', value: { assignmentEpoch: 6 } },
    `0006 ${G}`,
    '0000 00000006 00',
  ],
  [
    {
      kind: 'target',
      group: 'g',
      member: 'm',
      value: { topicPartitions: [{ topicId: TOPIC_ID, partitions: [0, 1] }] },
    },
    `0007 ${G} ${M}`,
    `0000 02 ${ID} 03 00000000 00000001 00 00`,
  ],
  [
    {
      kind: 'progress',
      group: 'g',
      member: 'm',
      value: {
        memberEpoch: 4,
        previousMemberEpoch: 3,
        state: 1,
        assignedPartitions: [],
        partitionsPendingRevocation: [{ topicId: TOPIC_ID, partitions: [2] }],
      },
    },
    `0008 ${G} ${M}`,
    `0000 00000004 00000003 01 01 02 ${ID} 02 00000002 00 00`,
  ],
  [
    {
      kind: 'regex',
      group: 'g',
      expression: 'a.*',
      value: { topics: ['ab'], version: 1, timestamp: 2 },
    },
    `0010 ${G} 0003 612e2a`,
    '0000 02 03 6162 0000000000000001 0000000000000002 00',
  ],
];

test.each(cases)('$kind', (record, key, value) => {
  const encoded = groupRecordCodec.encode(record);
  expect(encoded.key.toString('hex')).toBe(hex(key).toString('hex'));
  expect(encoded.value?.toString('hex')).toBe(hex(value).toString('hex'));
  expect(groupRecordCodec.decode(hex(key), hex(value))).toEqual(record);
  const tombstone = { ...record, value: null };
  expect(groupRecordCodec.encode(tombstone)).toEqual({ key: hex(key), value: null });
  expect(groupRecordCodec.decode(hex(key), null)).toEqual(tombstone);
});
