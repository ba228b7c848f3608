/** Fetch sessions (KIP-227): only what changed is asked for and answered. */
import { deleteTopicsApi, fetchApi, ZERO_UUID } from '@zurau/protocol';
import type { FetchRequestInput } from '@zurau/protocol';
import { scenario } from '../scenario.ts';
import type { Scenario } from '../scenario.ts';
import { TIMEOUT_MS } from '../driver.ts';
import type { Driver } from '../driver.ts';

const UNKNOWN_ID = 'EpxWnJQaSv6Wq1VDWlVnwA';

interface Topic {
  readonly topic: string;
  readonly topicId: string;
}

const wanted = ({ topic, topicId }: Topic, offsets: Readonly<Record<number, number>>) => ({
  topic,
  topicId,
  partitions: Object.entries(offsets).map(([partition, fetchOffset]) => ({
    partition: Number(partition),
    fetchOffset,
    partitionMaxBytes: 1000,
  })),
});

class Session {
  readonly #broker: Driver;
  id = 0;
  epoch = 0;

  constructor(broker: Driver) {
    this.#broker = broker;
  }

  /** Sends with the session's id and epoch, moves the epoch on when it was answered without error. */
  async fetch(
    step: string,
    topics: FetchRequestInput['topics'],
    more: Partial<FetchRequestInput> = {},
  ): Promise<void> {
    const answer = await this.#broker.send(step, fetchApi, {
      maxWaitMs: 0,
      minBytes: 0,
      sessionId: this.id,
      sessionEpoch: this.epoch,
      topics,
      ...more,
    });
    if (answer === undefined || answer.errorCode !== 0) return;
    this.id = answer.sessionId;
    this.epoch += 1;
  }
}

async function twoTopics(broker: Driver, base: string): Promise<[Topic, Topic]> {
  const make = async (topic: string): Promise<Topic> => {
    const topicId = await broker.createTopic(topic, {}, 2);
    await broker.produce(topic, ['a', 'b']);
    return { topic, topicId };
  };
  return [await make(broker.name(`${base}-a`)), await make(broker.name(`${base}-b`))];
}

export const fetchSessionScenarios: readonly Scenario[] = [
  scenario(
    'session: increments',
    fetchApi,
    async (broker) => {
      const [a, b] = await twoTopics(broker, 'session');
      const session = new Session(broker);
      await session.fetch('full', [wanted(a, { 0: 0, 1: 0 }), wanted(b, { 0: 0 })]);
      await session.fetch('moves on', [wanted(a, { 0: 2 }), wanted(b, { 0: 2 })]);
      await session.fetch('nothing new', []);
      await broker.produce(a.topic, ['c']);
      await session.fetch('something new', []);
      await session.fetch('the same again', []);
      await session.fetch('moved on, and a new partition', [
        wanted(a, { 0: 3 }),
        wanted(b, { 1: 0 }),
      ]);
      await broker.deleteRecords(b.topic, 1);
      await session.fetch('the log start offset moved', []);
      await session.fetch('it is told once', []);
      await session.fetch('forget', [], {
        forgottenTopicsData: [{ ...a, partitions: [0] }],
      });
      await broker.produce(a.topic, ['d']);
      await session.fetch('forgotten', []);
      await session.fetch('forget what is not there', [], {
        forgottenTopicsData: [
          { ...a, partitions: [0, 9] },
          { topic: 'unknown', topicId: UNKNOWN_ID, partitions: [0] },
        ],
      });
      await session.fetch('forgotten and wanted again', [wanted(a, { 0: 0 })], {
        forgottenTopicsData: [{ ...a, partitions: [0] }],
      });
      await session.fetch('out of range', [wanted(a, { 0: 99 })]);
      await session.fetch('still out of range', []);
      await session.fetch('back in range', [wanted(a, { 0: 3 })]);
    },
    { fromVersion: 7 },
  ),

  scenario(
    'session: wrong ids and epochs',
    fetchApi,
    async (broker) => {
      const [a] = await twoTopics(broker, 'wrong');
      const session = new Session(broker);
      await session.fetch('no session', [wanted(a, { 0: 0 })], { sessionEpoch: -1 });
      session.epoch = 0;
      await session.fetch('unknown id', [], { sessionId: 12_345, sessionEpoch: 1 });
      await session.fetch('unknown id, first epoch', [wanted(a, { 0: 2 })], {
        sessionId: 12_345,
        sessionEpoch: 0,
      });
      session.epoch = 1;
      await session.fetch('epoch too small', [], { sessionEpoch: 7 });
      await session.fetch('right', [wanted(a, { 0: 2 })]);
      await session.fetch('epoch repeated', [], { sessionEpoch: 1 });
      await session.fetch('goes on', []);
      await session.fetch('no id, later epoch', [], { sessionId: 0, sessionEpoch: 5 });
      await session.fetch('negative epoch', [], { sessionEpoch: -5 });
      await session.fetch('ended', [wanted(a, { 0: 0 })], { sessionEpoch: -1 });
      await session.fetch('after the end', [], { sessionEpoch: 3 });
    },
    { fromVersion: 7 },
  ),

  scenario(
    'session: starts over',
    fetchApi,
    async (broker) => {
      const [a, b] = await twoTopics(broker, 'over');
      const session = new Session(broker);
      await session.fetch('full', [wanted(a, { 0: 0 })]);
      await session.fetch('full again', [wanted(b, { 0: 0 })], { sessionEpoch: 0 });
      session.epoch = 1;
      await session.fetch('only the second', []);
      await session.fetch('empty, full', [], { sessionId: 0, sessionEpoch: 0 });
    },
    { fromVersion: 7 },
  ),

  scenario(
    'session: unknown partitions and topics',
    fetchApi,
    async (broker) => {
      const [a, b] = await twoTopics(broker, 'unknown');
      const session = new Session(broker);
      const absent = { topic: `${a.topic}-z`, topicId: UNKNOWN_ID };
      await session.fetch('full', [wanted(a, { 0: 0, 9: 0 }), wanted(absent, { 0: 0 })]);
      await session.fetch('increment', []);
      await session.fetch('once more, with data to come', [wanted(a, { 0: 2 })]);
      await broker.quietly(deleteTopicsApi, {
        topics: [{ name: b.topic, topicId: ZERO_UUID }],
        timeoutMs: TIMEOUT_MS,
      });
      await session.fetch('a deleted topic', [wanted(b, { 0: 0 })]);
      await session.fetch('a deleted topic again', []);
    },
    { fromVersion: 7 },
  ),

  scenario(
    'session: a topic goes',
    fetchApi,
    async (broker) => {
      const [a, b] = await twoTopics(broker, 'goes');
      const session = new Session(broker);
      await session.fetch('full', [wanted(a, { 0: 2 }), wanted(b, { 0: 2 })]);
      await broker.quietly(deleteTopicsApi, {
        topics: [{ name: b.topic, topicId: ZERO_UUID }],
        timeoutMs: TIMEOUT_MS,
      });
      await session.fetch('gone', []);
      await session.fetch('still gone', []);
    },
    { fromVersion: 7 },
  ),

  scenario(
    'session: names, then ids',
    fetchApi,
    async (broker) => {
      const [a] = await twoTopics(broker, 'mixed');
      const full = {
        maxWaitMs: 0,
        minBytes: 0,
        topics: [wanted(a, { 0: 0 })],
        sessionId: 0,
        sessionEpoch: 0,
      };
      const byName = await broker.quietly(fetchApi, full, { version: 12 });
      await broker.send('names, then ids', fetchApi, {
        ...full,
        topics: [],
        sessionId: byName.sessionId,
        sessionEpoch: 1,
      });
      const byId = await broker.quietly(fetchApi, full, { version: 13 });
      await broker.send(
        'ids, then names',
        fetchApi,
        { ...full, topics: [], sessionId: byId.sessionId, sessionEpoch: 1 },
        { version: 12 },
      );
    },
    { fromVersion: 13 },
  ),
];
