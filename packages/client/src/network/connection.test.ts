import { type SimulatedHost, simulatedPlatform, type Socket } from '@zurau/platform';
import { type Api, encodeResponseFrame, ErrorCode, metadataApi } from '@zurau/protocol';
import { describe, expect, it } from 'vitest';
import type { KafkaError } from '../errors.ts';
import { SmallCluster } from '../fixtures/small-cluster.ts';
import { Connection } from './connection.ts';
import { createReadStage } from './frame-reader.ts';
import { negotiateVersions } from './versions.ts';

async function connect(client: SimulatedHost, host: string): Promise<Connection> {
  return await client.simulation.runUntilSettled(
    Connection.open({
      platform: client,
      address: { host, port: 9092 },
      clientId: 'test',
      stage: createReadStage(),
      connectTimeoutMs: 1_000,
      requestTimeoutMs: 3_000,
    }),
  );
}

async function smallCluster(): Promise<{ client: SimulatedHost; cluster: SmallCluster }> {
  const client = simulatedPlatform(1);
  const cluster = new SmallCluster([client.simulation.host('broker0')]);
  await client.simulation.runUntilSettled(cluster.start());
  return { client, cluster };
}

/** A listener that does with each connection what it is told. */
async function listener(onSocket: (socket: Socket) => void): Promise<SimulatedHost> {
  const client = simulatedPlatform(1);
  const host = client.simulation.host('strange');
  await client.simulation.runUntilSettled(host.network.listen({ host: '', port: 9092 }, onSocket));
  return client;
}

const metadata = { topics: null, allowAutoTopicCreation: false };
const code = (error: unknown): string => (error as KafkaError).code;

describe('Connection', () => {
  it('matches many requests in flight with their responses', async () => {
    const { client, cluster } = await smallCluster();
    cluster.createTopic('a', 1);
    cluster.createTopic('b', 2);
    const connection = await connect(client, 'broker0');
    const asked = ['a', 'b', 'a', 'b'].map((name) =>
      connection.request(metadataApi, 9, { ...metadata, topics: [{ name }] }),
    );
    expect(connection.inFlightCount).toBe(4);
    const responses = await client.simulation.runUntilSettled(Promise.all(asked));
    expect(responses.map(({ topics }) => topics[0]?.partitions.length)).toEqual([1, 2, 1, 2]);
    await client.simulation.runUntilSettled(connection.close());
  });

  it('drops a request that its caller aborts, and goes on with the others', async () => {
    const { client } = await smallCluster();
    const connection = await connect(client, 'broker0');
    const abort = new AbortController();
    const aborted = connection
      .request(metadataApi, 9, metadata, { signal: abort.signal })
      .catch(code);
    const other = connection.request(metadataApi, 9, metadata);
    abort.abort();
    expect(await aborted).toBe('ABORTED');
    expect((await client.simulation.runUntilSettled(other)).clusterId).toBe('small');
    await client.simulation.runUntilSettled(connection.close());
  });

  it('fails everything in flight when one request is not answered in time', async () => {
    const { client, cluster } = await smallCluster();
    cluster.fateOfRequest = () => 'ignore';
    const connection = await connect(client, 'broker0');
    const startMs = client.simulation.nowMs;
    const results = Promise.all([
      connection.request(metadataApi, 9, metadata).catch(code),
      connection.request(metadataApi, 9, metadata, { timeoutMs: 500 }).catch(code),
    ]);
    expect(await client.simulation.runUntilSettled(results)).toEqual([
      'REQUEST_TIMEOUT',
      'REQUEST_TIMEOUT',
    ]);
    expect(connection.closed).toBe(true);
    expect(client.simulation.nowMs - startMs).toBeGreaterThanOrEqual(500);
    expect(client.simulation.nowMs - startMs).toBeLessThan(510);
    expect(await connection.request(metadataApi, 9, metadata).catch(code)).toBe('REQUEST_TIMEOUT');
  });

  it('says what is wrong with a request that cannot be encoded, and goes on', async () => {
    const { client } = await smallCluster();
    const connection = await connect(client, 'broker0');
    const wrong = connection.request(metadataApi, 0, { topics: null }).catch(code);
    expect(await client.simulation.runUntilSettled(wrong)).toBe('INVALID_ARGUMENT');
    const next = connection.request(metadataApi, 9, metadata);
    expect((await client.simulation.runUntilSettled(next)).clusterId).toBe('small');
    await client.simulation.runUntilSettled(connection.close());
  });

  it('fails everything in flight when the broker goes away', async () => {
    const { client, cluster } = await smallCluster();
    cluster.fateOfRequest = () => 'cut-before';
    const connection = await connect(client, 'broker0');
    const gone: string[] = [];
    connection.onClose = (error) => gone.push(error.code);
    const results = [1, 2].map(() => connection.request(metadataApi, 9, metadata).catch(code));
    expect(await client.simulation.runUntilSettled(Promise.all(results))).toEqual([
      'CONNECTION_LOST',
      'CONNECTION_LOST',
    ]);
    expect(gone).toEqual(['CONNECTION_LOST']);
  });

  it('says that nobody listens', async () => {
    const client = simulatedPlatform(1);
    client.simulation.host('empty');
    const error = await connect(client, 'empty').catch((caught: unknown) => caught as KafkaError);
    expect(error).toMatchObject({ code: 'CONNECTION_REFUSED', retriable: true });
  });

  it.each([
    ['that is not Kafka', Buffer.from('HTTP/1.1 400 Bad Request\r\n')],
    ['with another correlation id', frame(metadataApi as unknown as Api, 9, 77)],
    ['that is cut off inside', Buffer.from([0, 0, 0, 5, 0, 0, 0, 0, 9])],
    ['without a correlation id', Buffer.from([0, 0, 0, 1, 0])],
  ])('ends at an answer %s', async (_, answer) => {
    const client = await listener((socket) => {
      socket.start({
        nextBuffer: () => Buffer.alloc(1024),
        onBytes: () => socket.write([answer]),
        onEnd: () => {},
      });
    });
    const connection = await connect(client, 'strange');
    const result = connection.request(metadataApi, 9, metadata).catch(code);
    expect(await client.simulation.runUntilSettled(result)).toBe('PROTOCOL_VIOLATION');
    expect(connection.closed).toBe(true);
  });
});

describe('versions', () => {
  it('are the newest in common', async () => {
    const { client } = await smallCluster();
    const connection = await connect(client, 'broker0');
    const versions = await client.simulation.runUntilSettled(
      negotiateVersions(connection, { name: 'test', version: '1' }),
    );
    expect(versions.pick(metadataApi, { max: 9 })).toBe(9);
    expect(() => versions.pick(metadataApi, { min: 99 })).toThrow(/Metadata.*99/);
    await client.simulation.runUntilSettled(connection.close());
  });

  it.each([0, 1, 2])('are found out from a broker that knows ApiVersions %i', async (max) => {
    const { client, cluster } = await smallCluster();
    cluster.versionsMax = { ApiVersions: max, Metadata: 5 };
    const connection = await connect(client, 'broker0');
    const versions = await client.simulation.runUntilSettled(
      negotiateVersions(connection, { name: 'test', version: '1' }),
    );
    expect(versions.pick(metadataApi)).toBe(5);
    expect(cluster.requests).toEqual([
      { name: 'ApiVersions', version: 3 },
      { name: 'ApiVersions', version: max },
    ]);
    await client.simulation.runUntilSettled(connection.close());
  });

  it('that cannot be had end in an error', async () => {
    const { client, cluster } = await smallCluster();
    cluster.fateOfRequest = () => ({ errorCode: ErrorCode.CLUSTER_AUTHORIZATION_FAILED });
    const connection = await connect(client, 'broker0');
    const failed = negotiateVersions(connection, { name: 'test', version: '1' }).catch(code);
    expect(await client.simulation.runUntilSettled(failed)).toBe('CLUSTER_AUTHORIZATION_FAILED');
    await client.simulation.runUntilSettled(connection.close());
  });
});

function frame(api: Api, version: number, correlationId: number): Buffer {
  const body = { brokers: [], topics: [] };
  return Buffer.concat(encodeResponseFrame(api, version, correlationId, body));
}
