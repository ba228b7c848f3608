/**
 * Frames captured between real clients and Apache Kafka 3.9.1: they decode to the last byte, and what was decoded is written as the same bytes. Each is
 * stored without its size.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  apiByKey,
  ByteReader,
  decodeResponseFrame,
  decodeVersioned,
  consumerProtocolAssignment,
  consumerProtocolSubscription,
  encodeRequestFrame,
  encodeResponseFrame,
  fetchApi,
  joinGroupApi,
  produceApi,
  readRequestHeader,
  syncGroupApi,
  type Api,
} from '../index.ts';

interface Capture {
  readonly from: string;
  readonly frames: readonly {
    readonly key: number;
    readonly version: number;
    readonly request: string;
    readonly response: string;
  }[];
}

const captures = ['kcat', 'kafkajs', 'java', 'kafka-broker'].map((name) => {
  const path = new URL(`../../test/fixtures/frames/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(path, 'utf8')) as Capture;
});

const frames = captures.flatMap(({ from, frames }) =>
  frames.map(({ key, version, request, response }) => {
    const api = apiByKey(key)!;
    return {
      label: `${api.name} ${version} from ${from}`,
      api,
      version,
      request: Buffer.from(request, 'hex'),
      response: Buffer.from(response, 'hex'),
    };
  }),
);

function decodeRequest(api: Api, frame: Buffer): unknown {
  const reader = new ByteReader(frame);
  const { requestApiVersion } = readRequestHeader(reader);
  return api.request.read(reader, requestApiVersion);
}

function bodies<T>(
  api: { readonly key: number },
  pick: (frame: (typeof frames)[number]) => T,
): T[] {
  return frames.filter((frame) => frame.api.key === api.key).map(pick);
}

describe('requests', () => {
  test.each(frames)('$label', ({ api, version, request }) => {
    const reader = new ByteReader(request);
    const header = readRequestHeader(reader);
    expect(header).toMatchObject({ requestApiKey: api.key, requestApiVersion: version });
    const body = api.request.read(reader, version);
    expect(reader.remaining).toBe(0);
    const again = Buffer.concat(encodeRequestFrame(api, version, header, body));
    expect(again.subarray(4).toString('hex')).toBe(request.toString('hex'));
    expect(again.readInt32BE()).toBe(request.length);
  });
});

describe('responses', () => {
  test.each(frames)('$label', ({ api, version, response }) => {
    const { correlationId, body } = decodeResponseFrame(api, version, response);
    const again = Buffer.concat(encodeResponseFrame(api, version, correlationId, body));
    expect(again.subarray(4).toString('hex')).toBe(response.toString('hex'));
  });
});

test('the records that were produced and fetched are what the clients sent', () => {
  const produced = bodies(produceApi, ({ request }) =>
    decodeRequest(produceApi, request),
  ) as ReturnType<typeof produceApi.request.read>[];
  const topics = produced.map(({ topicData }) => topicData[0]!.name);
  expect(topics.toSorted()).toEqual(['golden-java', 'golden-js', 'golden-kcat']);
  for (const { topicData } of produced) {
    const records = topicData[0]!.partitionData[0]!.records!;
    expect(records[16]).toBe(2); // magic
    expect(records.readInt32BE(8)).toBe(records.length - 12);
  }
  const fetched = bodies(
    fetchApi,
    ({ version, response }) => decodeResponseFrame(fetchApi, version, response).body,
  );
  const withRecords = fetched.filter(({ responses }) =>
    responses.some(({ partitions }) =>
      partitions.some(({ records }) => (records?.length ?? 0) > 61),
    ),
  );
  expect(withRecords.length).toBe(3);
});

test("what the members of classic groups tell each other is the consumer protocol's", () => {
  const subscriptions = bodies(joinGroupApi, ({ request }) =>
    decodeRequest(joinGroupApi, request),
  ) as ReturnType<typeof joinGroupApi.request.read>[];
  expect(subscriptions.length).toBe(3);
  for (const { protocols } of subscriptions) {
    for (const { metadata } of protocols) {
      const { topics } = decodeVersioned(consumerProtocolSubscription, metadata, {
        newerAsNewest: true,
      });
      expect(topics[0]).toMatch(/^golden-/);
    }
  }
  const assignments = bodies(
    syncGroupApi,
    ({ version, response }) => decodeResponseFrame(syncGroupApi, version, response).body.assignment,
  );
  for (const assignment of assignments) {
    const { assignedPartitions } = decodeVersioned(consumerProtocolAssignment, assignment);
    expect(assignedPartitions[0]!.topic).toMatch(/^golden-/);
    expect(assignedPartitions[0]!.partitions.toSorted()).toEqual([0, 1]);
  }
});
