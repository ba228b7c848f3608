/** Metadata: what exists, what does not, what comes into being by being asked for. */
import { metadataApi, ZERO_UUID } from '@zurau/protocol';
import { scenario } from '../scenario.ts';
import type { Scenario } from '../scenario.ts';

const UNKNOWN_ID = 'EpxWnJQaSv6Wq1VDWlVnwA';

export const metadataScenarios: readonly Scenario[] = [
  scenario('topics by name', metadataApi, async (broker) => {
    const topic = broker.name('meta');
    await broker.createTopic(topic, {}, 3);
    const ask = (step: string, names: (string | null)[], more = {}): Promise<unknown> =>
      broker.send(step, metadataApi, {
        topics: names.map((name) => ({ name })),
        allowAutoTopicCreation: false,
        ...more,
      });
    await ask('one', [topic]);
    await ask('twice', [topic, topic]);
    await ask('unknown', [broker.name('unknown')]);
    await ask('unknown twice', [broker.name('unknown'), broker.name('unknown')]);
    await ask('both', [topic, broker.name('unknown')]);
    await ask('invalid names', ['', '.', '..', 'a b', 'ü', 'a'.repeat(250), 'a/b']);
    await ask('null', [null]);
    await ask('nothing', []);
    await ask('topic operations', [topic], { includeTopicAuthorizedOperations: true });
    await ask('cluster operations', [topic], { includeClusterAuthorizedOperations: true });
    await ask('operations of an unknown topic', [broker.name('unknown')], {
      includeTopicAuthorizedOperations: true,
    });
    await broker.send('creation forbidden is not in every version', metadataApi, {
      topics: [{ name: topic }],
    });
  }),

  scenario('topics by id', metadataApi, async (broker) => {
    const topic = broker.name('meta-id');
    const topicId = await broker.createTopic(topic);
    const cases: Record<string, { name: string | null; topicId: string }[]> = {
      known: [{ name: null, topicId }],
      unknown: [{ name: null, topicId: UNKNOWN_ID }],
      'name and id': [{ name: topic, topicId }],
      'name and another id': [{ name: topic, topicId: UNKNOWN_ID }],
      'neither name nor id': [{ name: null, topicId: ZERO_UUID }],
      'by id twice': [
        { name: null, topicId },
        { name: null, topicId },
      ],
      'by id and by name': [
        { name: null, topicId },
        { name: topic, topicId: ZERO_UUID },
      ],
      'unknown by id, known by name': [
        { name: null, topicId: UNKNOWN_ID },
        { name: topic, topicId: ZERO_UUID },
      ],
    };
    for (const [step, topics] of Object.entries(cases)) {
      await broker.send(step, metadataApi, { topics, allowAutoTopicCreation: true });
    }
  }),

  scenario('automatic creation', metadataApi, async (broker) => {
    const asked = async (step: string, name: string): Promise<void> => {
      let code = -1;
      // What the first answer says of the leader depends on how fast the broker is.
      await broker.until(async () => {
        const answer = await broker.quietly(
          metadataApi,
          { topics: [{ name }] },
          { version: broker.version },
        );
        code = answer.topics[0]!.errorCode;
        return code !== 5;
      });
      await broker.send(step, metadataApi, { topics: [{ name }] });
    };
    await asked('a new topic', broker.name('auto'));
    await asked('a name that collides', broker.name('auto').replace('-', '.'));
    await asked('with a dot', broker.name('dot.ted'));
    await asked('which an underscore collides with', broker.name('dot_ted'));
    await asked('an invalid name', 'no good');
    await asked('no name', '');
  }),

  scenario(
    'automatic creation is off',
    metadataApi,
    async (broker) => {
      for (const name of [broker.name('never'), 'no good', '__consumer_offsets']) {
        await broker.send(`asked for ${name.slice(0, 6)}`, metadataApi, { topics: [{ name }] });
      }
    },
    { profile: 'strict' },
  ),
];
