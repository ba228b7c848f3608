import { expect, test } from 'vitest';
import {
  apiByKey,
  apiVersionsApi,
  ByteReader,
  consumerProtocolSubscription,
  controlledShutdownApi,
  createTopicsApi,
  DecodeError,
  decodeResponseFrame,
  decodeVersioned,
  EncodeError,
  encodeRequestFrame,
  encodeResponseFrame,
  encodeVersioned,
  fetchApi,
  leaderAndIsrApi,
  metadataApi,
  offsetCommitKey,
  offsetFetchApi,
  produceApi,
  readRequestHeader,
  requestHeaderVersion,
  responseHeaderVersion,
  saslHandshakeApi,
  versionOf,
} from '../index.ts';

test('header versions follow the body, with the two exceptions', () => {
  const versions = (api: typeof produceApi | typeof fetchApi, version: number): number[] => [
    requestHeaderVersion(api, version),
    responseHeaderVersion(api, version),
  ];
  expect(versions(produceApi, 8)).toEqual([1, 0]);
  expect(versions(produceApi, 9)).toEqual([2, 1]);
  expect(versions(fetchApi, 12)).toEqual([2, 1]);
  expect([3, 4].map((version) => requestHeaderVersion(leaderAndIsrApi, version))).toEqual([1, 2]);
  expect([0, 3, 4].map((version) => requestHeaderVersion(apiVersionsApi, version))).toEqual([
    1, 2, 2,
  ]);
  expect([0, 3, 4].map((version) => responseHeaderVersion(apiVersionsApi, version))).toEqual([
    0, 0, 0,
  ]);
  expect([0, 1, 3].map((version) => requestHeaderVersion(controlledShutdownApi, version))).toEqual([
    0, 1, 2,
  ]);
  expect(requestHeaderVersion(saslHandshakeApi, 1)).toBe(1);
});

test('a request: size, header, body', () => {
  const header = { correlationId: 5, clientId: 'me' };
  const pieces = encodeRequestFrame(metadataApi, 4, header, { topics: null });
  expect(Buffer.concat(pieces).toString('hex')).toBe(
    '00000011' + '0003' + '0004' + '00000005' + '00026d65' + 'ffffffff' + '01',
  );
  const reader = new ByteReader(Buffer.concat(pieces), 4);
  expect(readRequestHeader(reader)).toEqual({
    requestApiKey: 3,
    requestApiVersion: 4,
    correlationId: 5,
    clientId: 'me',
  });
  const request = metadataApi.request.read(reader, 4);
  expect(request.topics).toBeNull();
  expect(request.allowAutoTopicCreation).toBe(true);
});

test('the header of an API that is not known, or of a version to come, is readable', () => {
  const read = (hex: string): unknown => readRequestHeader(new ByteReader(Buffer.from(hex, 'hex')));
  const clientId = '00026d65';
  expect(apiByKey(999)).toBeUndefined();
  expect(read(`03e7000000000009${clientId}`)).toMatchObject({ correlationId: 9, clientId: 'me' });
  expect(read(`0012006300000009${clientId}00`)).toMatchObject({
    requestApiVersion: 99,
    correlationId: 9,
  });
  expect(() => read('001200')).toThrow(DecodeError);
});

test('a response: size, header, body; records by reference', () => {
  const records = Buffer.alloc(100_000, 1);
  const pieces = encodeResponseFrame(fetchApi, 12, 77, {
    responses: [
      {
        topic: 't',
        partitions: [{ partitionIndex: 0, errorCode: 0, highWatermark: 5, records: [records] }],
      },
    ],
  });
  expect(pieces.includes(records)).toBe(true);
  expect(pieces.length).toBe(3);
  const frame = Buffer.concat(pieces);
  expect(frame.readInt32BE()).toBe(frame.length - 4);
  const { correlationId, body } = decodeResponseFrame(fetchApi, 12, frame.subarray(4));
  expect(correlationId).toBe(77);
  const partition = body.responses[0]!.partitions[0]!;
  expect(partition.records!.equals(records)).toBe(true);
  expect({ ...partition, records: null }).toEqual({
    partitionIndex: 0,
    errorCode: 0,
    highWatermark: 5,
    lastStableOffset: -1,
    logStartOffset: -1,
    divergingEpoch: { epoch: -1, endOffset: -1 },
    currentLeader: { leaderId: -1, leaderEpoch: -1 },
    snapshotId: { endOffset: -1, epoch: -1 },
    abortedTransactions: [],
    preferredReadReplica: -1,
    records: null,
  });
});

test('tagged fields that are not known are passed over', () => {
  const [frame] = encodeResponseFrame(fetchApi, 12, 1, { responses: [] });
  // The body ends with its number of tagged fields, which becomes one: tag 99, two bytes.
  const extended = Buffer.concat([frame!.subarray(4, -1), Buffer.from('01630205ff', 'hex')]);
  expect(decodeResponseFrame(fetchApi, 12, extended).body.responses).toEqual([]);
});

test('a tagged field that is not as long as it says is refused', () => {
  const [frame] = encodeResponseFrame(fetchApi, 16, 1, {
    responses: [],
    nodeEndpoints: [{ nodeId: 1, host: 'h', port: 1 }],
  });
  const bytes = frame!.subarray(4);
  const sizeAt = bytes.length - 14;
  expect(decodeResponseFrame(fetchApi, 16, bytes).body.nodeEndpoints).toEqual([
    { nodeId: 1, host: 'h', port: 1, rack: null },
  ]);
  expect(bytes[sizeAt]).toBe(13);
  bytes[sizeAt] = 12;
  expect(() => decodeResponseFrame(fetchApi, 16, bytes)).toThrow(DecodeError);
});

test('a value that the version cannot carry is refused by name, unless it may be ignored', () => {
  const header = { correlationId: 1, clientId: null };
  const topic = { name: 't', numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] };
  const create = (version: number, validateOnly: boolean): Buffer[] =>
    encodeRequestFrame(createTopicsApi, version, header, {
      topics: [topic],
      timeoutMs: 1,
      validateOnly,
    });
  expect(() => create(0, true)).toThrow(EncodeError);
  expect(() => create(0, true)).toThrow(
    'CreateTopicsRequest.validateOnly is not part of version 0',
  );
  expect(create(0, false).length).toBe(1);
  expect(() =>
    encodeRequestFrame(offsetFetchApi, 1, header, { groupId: 'g', topics: null }),
  ).toThrow('OffsetFetchRequest.topics is null, which version 1 does not allow');
  // Ignorable: a field of version 4 and later.
  const body = { maxWaitMs: 1, minBytes: 1, topics: [], isolationLevel: 1 };
  expect(encodeRequestFrame(fetchApi, 3, header, body).length).toBe(1);
  expect(() => encodeRequestFrame(fetchApi, 99, header, body)).toThrow('has no version 99');
});

test('nothing is left behind by a frame that could not be written', () => {
  const header = { correlationId: 1, clientId: 'x' };
  const before = Buffer.concat(encodeRequestFrame(metadataApi, 1, header, { topics: null }));
  expect(() =>
    encodeRequestFrame(metadataApi, 1, header, { topics: [{ name: 'ok' }, { name: null }] }),
  ).toThrow(EncodeError);
  const after = Buffer.concat(encodeRequestFrame(metadataApi, 1, header, { topics: null }));
  expect(after).toEqual(before);
});

test('a message with its version in front', () => {
  const key = { group: 'g', topic: 't', partition: 3 };
  const bytes = encodeVersioned(offsetCommitKey, key, 1);
  expect(bytes.toString('hex')).toBe('0001' + '000167' + '000174' + '00000003');
  expect(versionOf(bytes)).toBe(1);
  expect(decodeVersioned(offsetCommitKey, bytes)).toEqual(key);
  expect(() => decodeVersioned(offsetCommitKey, Buffer.from('0009', 'hex'))).toThrow(DecodeError);
  expect(() => encodeVersioned(offsetCommitKey, key, 2)).toThrow(EncodeError);
});

test('a subscription of a newer consumer is read as the newest known version', () => {
  const bytes = encodeVersioned(
    consumerProtocolSubscription,
    { topics: ['t'], ownedPartitions: [], generationId: 4, rackId: 'r' },
    3,
  );
  bytes.writeInt16BE(9);
  const newer = Buffer.concat([bytes, Buffer.from('more')]);
  expect(() => decodeVersioned(consumerProtocolSubscription, newer)).toThrow(DecodeError);
  expect(
    decodeVersioned(consumerProtocolSubscription, newer, { newerAsNewest: true }),
  ).toMatchObject({ topics: ['t'], generationId: 4, rackId: 'r' });
});
