import {
  consumerProtocolAssignment,
  encodeVersioned,
  groupMetadataKey,
  groupMetadataValue,
  offsetCommitKey,
  offsetCommitValue,
} from '@zurau/protocol';
import { expect, it } from 'vitest';
import { decodeCoordinatorRecord } from './coordinator-records.ts';

const OFFSETS = '__consumer_offsets';

it('reads committed offsets and tombstones', () => {
  const key = encodeVersioned(offsetCommitKey, { group: 'g', topic: 't', partition: 3 }, 1);
  const commit = { offset: 7, leaderEpoch: 1, metadata: 'm', commitTimestamp: 5 };
  const value = encodeVersioned(offsetCommitValue, commit, 3);
  const decoded = { type: 'offset-commit', key: { group: 'g', topic: 't', partition: 3 } };
  expect(decodeCoordinatorRecord(OFFSETS, key, value)).toMatchObject({ ...decoded, value: commit });
  expect(decodeCoordinatorRecord(OFFSETS, key, null)).toEqual({ ...decoded, value: null });
});

it('reads what the members of a group were assigned', () => {
  const assignment = encodeVersioned(
    consumerProtocolAssignment,
    { assignedPartitions: [{ topic: 't', partitions: [0, 2] }], userData: null },
    1,
  );
  const member = { memberId: 'm', clientId: 'c', clientHost: '/h', rebalanceTimeout: 1 };
  const members = [
    { ...member, sessionTimeout: 1, subscription: Buffer.from('not that'), assignment },
  ];
  const value = encodeVersioned(
    groupMetadataValue,
    { protocolType: 'consumer', generation: 4, protocol: 'range', leader: 'm', members },
    3,
  );
  const key = encodeVersioned(groupMetadataKey, { group: 'g' }, 2);
  expect(decodeCoordinatorRecord(OFFSETS, key, value)).toMatchObject({
    type: 'group-metadata',
    key: { group: 'g' },
    value: {
      generation: 4,
      members: [{ assignment: { assignedPartitions: [{ topic: 't', partitions: [0, 2] }] } }],
    },
  });
});

it('leaves alone what it does not know', () => {
  const bytes = Buffer.from([0, 1, 0]);
  expect(decodeCoordinatorRecord(OFFSETS, bytes, null)).toBeUndefined();
  expect(decodeCoordinatorRecord(OFFSETS, Buffer.from([0, 99]), bytes)).toBeUndefined();
  expect(decodeCoordinatorRecord('orders', bytes, bytes)).toBeUndefined();
  expect(decodeCoordinatorRecord(OFFSETS, null, bytes)).toBeUndefined();
});
