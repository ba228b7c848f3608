/**
 * What a connection may count on: order, overlap, limits, and how it ends.
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import {
  ErrorCode,
  apiVersionsApi,
  createTopicsApi,
  describeConfigsApi,
  encodeRecordBatch,
  encodeRequestFrame,
  fetchApi,
  heartbeatApi,
  metadataApi,
  produceApi,
} from '@zurau/protocol';
import { startBroker } from '@zurau/broker';
import type { RunningBroker } from '@zurau/broker';
import { RawClient } from '@zurau/testkit';

let broker: RunningBroker | undefined;
const clients: RawClient[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await broker?.close();
  broker = undefined;
});

async function start(properties: Record<string, string> = {}): Promise<RunningBroker> {
  broker = await startBroker({ port: 0, properties });
  return broker;
}

async function client(): Promise<RawClient> {
  const made = await RawClient.connect(broker!.bootstrapServers);
  clients.push(made);
  return made;
}

async function createTopic(name: string): Promise<void> {
  const outcome = await (
    await client()
  ).exchange(createTopicsApi, 7, {
    topics: [{ name, numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }],
    timeoutMs: 5000,
  });
  expect(outcome).toMatchObject({ kind: 'answer', body: { topics: [{ errorCode: 0 }] } });
}

const produceOf = (
  topic: string,
  acks: number,
  value = 'v',
): Parameters<typeof produceApi.request.write>[1] => ({
  transactionalId: null,
  acks,
  timeoutMs: 5000,
  topicData: [
    {
      name: topic,
      partitionData: [
        {
          index: 0,
          records: encodeRecordBatch([{ key: null, value, timestamp: 1_700_000_000_000 }]),
        },
      ],
    },
  ],
});

const fetchOf = (
  topic: string,
  maxWaitMs: number,
  fetchOffset = 0,
): Parameters<typeof fetchApi.request.write>[1] => ({
  maxWaitMs,
  minBytes: 1,
  topics: [{ topic, partitions: [{ partition: 0, fetchOffset, partitionMaxBytes: 1_000_000 }] }],
  forgottenTopicsData: [],
});

async function closedWithin(socket: Socket, ms: number): Promise<boolean> {
  if (socket.destroyed) return true;
  socket.resume();
  return Promise.race([
    once(socket, 'close').then(() => true),
    new Promise<boolean>((resolve) => setTimeout(() => resolve(false), ms)),
  ]);
}

function rawSocket(): Socket {
  const [host, port] = broker!.bootstrapServers.split(':');
  const socket = connect(Number(port), host);
  socket.on('error', () => undefined);
  return socket;
}

describe('requests of one connection', () => {
  it('are answered in order, though a later one is ready first', async () => {
    await start();
    await createTopic('ordered');
    const reader = await client();
    const writer = await client();
    const settled: string[] = [];
    const fetched = reader
      .exchange(fetchApi, 11, fetchOf('ordered', 5000))
      .then((outcome) => settled.push('fetch') && outcome);
    const metadata = reader
      .exchange(metadataApi, 9, { topics: [], allowAutoTopicCreation: false })
      .then(() => settled.push('metadata'));
    expect(settled).toEqual([]);
    await writer.exchange(produceApi, 9, produceOf('ordered', -1));
    const outcome = await fetched;
    await metadata;
    expect(settled).toEqual(['fetch', 'metadata']);
    expect(outcome).toMatchObject({
      kind: 'answer',
      body: { responses: [{ partitions: [{ errorCode: 0, highWatermark: 1 }] }] },
    });
  });

  it('append in order, hundreds of them at once', async () => {
    await start();
    await createTopic('pipelined');
    const writer = await client();
    const outcomes = await Promise.all(
      Array.from({ length: 500 }, (_, i) =>
        writer.exchange(produceApi, 9, produceOf('pipelined', i % 2 === 0 ? 1 : -1, `v${i}`)),
      ),
    );
    const offsets = outcomes.map((outcome) =>
      outcome.kind === 'answer' ? outcome.body.responses[0]!.partitionResponses[0]!.baseOffset : -1,
    );
    expect(offsets).toEqual(Array.from({ length: 500 }, (_, i) => i));
  });

  it('wait behind one that changes something', async () => {
    await start();
    const admin = await client();
    const [created, listed] = await Promise.all([
      admin.exchange(createTopicsApi, 5, {
        topics: [
          { name: 'first', numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] },
        ],
        timeoutMs: 5000,
      }),
      admin.exchange(metadataApi, 9, {
        topics: [{ name: 'first' }],
        allowAutoTopicCreation: false,
      }),
    ]);
    expect(created.kind).toBe('answer');
    expect(listed).toMatchObject({
      kind: 'answer',
      body: { topics: [{ errorCode: 0, name: 'first' }] },
    });
  });

  it('with acks=0 have no answer, and an error closes the connection', async () => {
    await start();
    await createTopic('silent');
    const writer = await client();
    const silent = writer.exchange(produceApi, 9, produceOf('silent', 0));
    const after = await writer.exchange(metadataApi, 9, {
      topics: [],
      allowAutoTopicCreation: false,
    });
    expect(after.kind).toBe('answer');
    expect((await silent).kind).toBe('silence');
    expect((await writer.exchange(produceApi, 9, produceOf('nowhere', 0))).kind).toBe('closed');
  });
});

describe('versions', () => {
  it('ApiVersions of an unknown version is answered in version 0', async () => {
    await start();
    const frame = Buffer.alloc(4 + 2 + 2 + 4 + 2 + 1);
    frame.writeInt32BE(frame.length - 4, 0);
    frame.writeInt16BE(apiVersionsApi.key, 4);
    frame.writeInt16BE(99, 6);
    frame.writeInt32BE(7, 8);
    frame.writeInt16BE(-1, 12);
    const outcome = await (await client()).exchangeBytes(frame);
    expect(outcome.kind).toBe('answer');
    const bytes = (outcome as { body: Buffer }).body;
    expect(bytes.readInt16BE(4)).toBe(ErrorCode.UNSUPPORTED_VERSION);
    expect(bytes.readInt32BE(6)).toBeGreaterThan(20);
  });

  it('any other unknown version closes the connection', async () => {
    await start();
    const old = await client();
    expect(
      (await old.exchange(produceApi, 2, { ...produceOf('x', 1), transactionalId: null })).kind,
    ).toBe('closed');
    const unknown = Buffer.alloc(14);
    unknown.writeInt32BE(10, 0);
    unknown.writeInt16BE(4242, 4);
    unknown.writeInt16BE(-1, 12);
    expect((await (await client()).exchangeBytes(unknown)).kind).toBe('closed');
  });
});

describe('limits', () => {
  it('a frame larger than socket.request.max.bytes closes the connection, others live on', async () => {
    await start({ 'socket.request.max.bytes': '2000' });
    const other = await client();
    for (const size of [2001, 0x7fff_ffff, -1]) {
      const socket = rawSocket();
      const header = Buffer.alloc(4);
      header.writeInt32BE(size, 0);
      socket.write(header);
      expect(await closedWithin(socket, 5000)).toBe(true);
    }
    expect(
      (await other.exchange(heartbeatApi, 0, { groupId: 'g', generationId: 1, memberId: 'm' }))
        .kind,
    ).toBe('answer');
  });

  it('max.connections and max.connections.per.ip refuse further connections', async () => {
    await start({ 'max.connections.per.ip': '2' });
    await client();
    await client();
    expect(await closedWithin(rawSocket(), 5000)).toBe(true);
    clients.pop()!.close();
    const again = await client();
    await expect
      .poll(
        async () =>
          (
            await (
              await client().catch(() => again)
            ).exchange(metadataApi, 4, { topics: [], allowAutoTopicCreation: false })
          ).kind,
      )
      .toBe('answer');
  });

  it('idle connections are closed after connections.max.idle.ms, busy ones are not', async () => {
    await start({ 'connections.max.idle.ms': '300' });
    await createTopic('busy');
    const busy = await client();
    const idle = rawSocket();
    const waiting = busy.exchange(fetchApi, 11, fetchOf('busy', 1500));
    expect(await closedWithin(idle, 5000)).toBe(true);
    expect((await waiting).kind).toBe('answer');
  });

  it('a client that does not read its answers is made to wait, and costs bounded memory', async () => {
    await start();
    await createTopic('slow');
    const writer = await client();
    for (let i = 0; i < 4; i++) {
      await writer.exchange(produceApi, 9, produceOf('slow', 1, 'x'.repeat(900_000)));
    }
    const [host, port] = broker!.bootstrapServers.split(':');
    const socket = connect(Number(port), host);
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    const request = Buffer.concat(
      encodeRequestFrame(
        fetchApi,
        11,
        { correlationId: 1, clientId: 'slow' },
        {
          ...fetchOf('slow', 0),
          maxBytes: 4_000_000,
          topics: [
            {
              topic: 'slow',
              partitions: [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 4_000_000 }],
            },
          ],
        },
      ),
    );
    const before = process.memoryUsage().rss;
    // 100 answers of 3.6 MB: more than the sockets' buffers, and than the bound below.
    for (let i = 0; i < 100; i++) socket.write(request);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(process.memoryUsage().rss - before).toBeLessThan(150_000_000);
    let received = 0;
    socket.on('data', (chunk: Buffer) => (received += chunk.length));
    await expect.poll(() => received, { timeout: 15_000 }).toBeGreaterThan(100 * 3_600_000);
    socket.destroy();
  });

  it('a client that asks for far more than it reads costs bounded memory', async () => {
    await start();
    await createTopic('much');
    const writer = await client();
    for (let i = 0; i < 24; i++) {
      await writer.exchange(produceApi, 9, produceOf('much', 1, 'x'.repeat(900_000)));
    }
    const maxBytes = 20_000_000;
    const request = Buffer.concat(
      encodeRequestFrame(
        fetchApi,
        11,
        { correlationId: 1, clientId: 'greedy' },
        {
          ...fetchOf('much', 0),
          maxBytes,
          topics: [
            {
              topic: 'much',
              partitions: [{ partition: 0, fetchOffset: 0, partitionMaxBytes: maxBytes }],
            },
          ],
        },
      ),
    );
    const socket = rawSocket();
    socket.pause();
    await once(socket, 'connect');
    const before = process.memoryUsage().arrayBuffers;
    socket.write(Buffer.concat(Array.from({ length: 60 }, () => request)));
    let most = 0;
    for (let i = 0; i < 100; i++) {
      const other = await writer.exchange(metadataApi, 9, { topics: [] });
      expect(other.kind).toBe('answer');
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    }
    // 60 answers would be 1.2 GB.
    expect(most).toBeLessThan(400_000_000);
    socket.destroy();
  });

  it('a client that does not read its answers is idle after connections.max.idle.ms', async () => {
    await start({ 'connections.max.idle.ms': '300' });
    await createTopic('unread');
    const writer = await client();
    for (let i = 0; i < 8; i++) {
      await writer.exchange(produceApi, 9, produceOf('unread', 1, 'x'.repeat(900_000)));
    }
    const socket = rawSocket();
    socket.pause();
    await once(socket, 'connect');
    const header = { correlationId: 1, clientId: 'deaf' };
    const request = encodeRequestFrame(fetchApi, 11, header, {
      ...fetchOf('unread', 0),
      topics: [
        {
          topic: 'unread',
          partitions: [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 50_000_000 }],
        },
      ],
    });
    // Far more than the buffers of two sockets hold.
    socket.write(Buffer.concat(Array.from({ length: 5 }, () => request).flat()));
    // Nothing is read, so the end is noticed when something is written.
    const probe = setInterval(() => socket.write(Buffer.from([0])), 100);
    await new Promise((resolve) => socket.once('close', resolve));
    clearInterval(probe);
  });

  it('a request of millions of tiny elements is refused before it is decoded', async () => {
    await start();
    const count = 5_000_000;
    const names = Buffer.alloc(4 + count * 3 + 1);
    names.writeInt32BE(count, 0);
    for (let at = 4; at < names.length - 1; at += 3) names.writeUIntBE(0x00_0161, at, 3);
    const greedy = await client();
    const frame = encodeRequestFrame(
      metadataApi,
      4,
      { correlationId: 1, clientId: 'many' },
      { topics: [], allowAutoTopicCreation: false },
    );
    const header = Buffer.concat(frame).subarray(0, -5);
    header.writeInt32BE(header.length - 4 + names.length, 0);
    const before = process.memoryUsage().heapUsed;
    const outcome = await greedy.exchangeBytes(Buffer.concat([header, names]));
    expect(outcome.kind).toBe('closed');
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(200_000_000);
    const other = await (await client()).exchange(metadataApi, 9, { topics: [] });
    expect(other.kind).toBe('answer');
  });

  it('what is asked for many times in one request is answered once', async () => {
    await start();
    const asking = await client();
    const outcome = await asking.exchange(describeConfigsApi, 4, {
      resources: Array.from({ length: 1000 }, (_, index) => ({
        resourceType: 4,
        resourceName: '0'.repeat(1 + (index % 5)),
        configurationKeys: null,
      })),
      includeDocumentation: true,
    });
    expect(outcome.kind === 'answer' && outcome.body.results.length).toBe(1);
  });

  it('a flood of costly requests lets others have their turn', async () => {
    await start();
    const flooding = await client();
    const quiet = await client();
    const settled: string[] = [];
    const flood = Array.from({ length: 400 }, () =>
      flooding.exchange(describeConfigsApi, 4, {
        resources: [{ resourceType: 4, resourceName: '0', configurationKeys: null }],
      }),
    );
    const flooded = Promise.all(flood).then((outcomes) => {
      settled.push('flood');
      return outcomes;
    });
    const other = await quiet.exchange(metadataApi, 9, { topics: [] });
    settled.push('other');
    expect(other.kind).toBe('answer');
    expect((await flooded).every(({ kind }) => kind === 'answer')).toBe(true);
    expect(settled).toEqual(['other', 'flood']);
  });
});
