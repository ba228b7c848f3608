/** Configs: described, replaced, changed one by one. */
import { alterConfigsApi, describeConfigsApi, incrementalAlterConfigsApi } from '@zurau/protocol';
import type { Driver } from '../driver.ts';
import { scenario } from '../scenario.ts';
import type { Scenario } from '../scenario.ts';

const TOPIC = 2;
const BROKER = 4;
const LOGGER = 8;
const METRICS = 16;
const GROUP = 32;

const [SET, DELETE, APPEND, SUBTRACT] = [0, 1, 2, 3];

/** Keys whose values are of this very broker, or of the other's implementation. */
const OWN_KEYS = new Set([
  'zookeeper.connect',
  'listeners',
  'advertised.listeners',
  'log.dirs',
  'log.dir',
  'zurau.data.in.memory',
  'zurau.zookeeper.sasl.password',
  'zurau.zookeeper.sasl.username',
]);

async function describe(
  broker: Driver,
  step: string,
  resourceType: number,
  resourceName: string,
  keys: readonly string[] | null,
  options: { includeSynonyms?: boolean; includeDocumentation?: boolean } = {},
): Promise<void> {
  await broker.send(step, describeConfigsApi, {
    resources: [{ resourceType, resourceName, configurationKeys: keys }],
    ...options,
  });
}

export const configScenarios: readonly Scenario[] = [
  scenario('of a topic', describeConfigsApi, async (broker) => {
    const topic = broker.name('described');
    await broker.createTopic(topic, { 'retention.ms': '1000', 'cleanup.policy': 'compact' });
    await describe(broker, 'all', TOPIC, topic, null);
    await describe(broker, 'with synonyms', TOPIC, topic, null, { includeSynonyms: true });
    await describe(broker, 'with documentation', TOPIC, topic, ['retention.ms'], {
      includeDocumentation: true,
    });
    await describe(broker, 'one', TOPIC, topic, ['retention.ms']);
    await describe(broker, 'unknown key', TOPIC, topic, ['nonsense', 'retention.ms']);
    await describe(broker, 'a broker key', TOPIC, topic, ['log.retention.ms']);
    await describe(broker, 'no keys', TOPIC, topic, []);
    await describe(broker, 'unknown topic', TOPIC, `${topic}-z`, null);
    await describe(broker, 'bad name', TOPIC, 'a b', null);
    await describe(broker, 'no name', TOPIC, '', null);
  }),

  scenario('of a broker', describeConfigsApi, async (broker) => {
    const answer = await broker.quietly(
      describeConfigsApi,
      {
        resources: [{ resourceType: BROKER, resourceName: '0', configurationKeys: null }],
        ...(broker.version > 0 ? { includeSynonyms: true } : {}),
      },
      { version: broker.version },
    );
    const configs = answer.results[0]!.configs.filter(({ name }) => !OWN_KEYS.has(name));
    broker.noteAnswer(
      'all',
      Object.fromEntries(configs.map(({ name, ...config }) => [name, config])),
    );
    await describe(broker, 'one', BROKER, '0', ['num.partitions'], { includeSynonyms: true });
    await describe(broker, 'set in the file', BROKER, '0', ['offsets.topic.num.partitions'], {
      includeSynonyms: true,
    });
    await describe(broker, 'unknown key', BROKER, '0', ['nonsense']);
    await describe(broker, 'defaults', BROKER, '', null);
    await describe(broker, 'another broker', BROKER, '7', null);
    await describe(broker, 'not a number', BROKER, 'x', null);
    await describe(broker, 'negative', BROKER, '-1', null);
  }),

  scenario('of what else there is', describeConfigsApi, async (broker) => {
    for (const type of [0, 1, 3, METRICS, GROUP, 64, -1]) {
      await describe(broker, `type ${type}`, type, 'any', null);
    }
    await describe(broker, 'loggers of another broker', LOGGER, '7', null);
    await describe(broker, 'loggers of none', LOGGER, '', null);
    await describe(broker, 'loggers of x', LOGGER, 'x', null);
    const topic = broker.name('both');
    await broker.createTopic(topic);
    await broker.send('several resources', describeConfigsApi, {
      resources: [
        { resourceType: TOPIC, resourceName: topic, configurationKeys: ['retention.ms'] },
        { resourceType: TOPIC, resourceName: topic, configurationKeys: ['retention.bytes'] },
        { resourceType: BROKER, resourceName: '0', configurationKeys: ['num.io.threads'] },
        { resourceType: TOPIC, resourceName: `${topic}-z`, configurationKeys: null },
      ],
    });
    await broker.send('no resources', describeConfigsApi, { resources: [] });
  }),

  scenario('replaced', alterConfigsApi, async (broker) => {
    const topic = broker.name('altered');
    await broker.createTopic(topic, { 'retention.ms': '1000' });
    const alter = (
      step: string,
      resourceType: number,
      resourceName: string,
      configs: [string, string | null][],
      validateOnly = false,
    ): Promise<unknown> =>
      broker.send(step, alterConfigsApi, {
        resources: [
          {
            resourceType,
            resourceName,
            configs: configs.map(([name, value]) => ({ name, value })),
          },
        ],
        validateOnly,
      });
    await alter('validated', TOPIC, topic, [['retention.bytes', '5']], true);
    await alter('replaced', TOPIC, topic, [['retention.bytes', '7']]);
    await describe(broker, 'after that', TOPIC, topic, ['retention.ms', 'retention.bytes']);
    await alter('bad value', TOPIC, topic, [['retention.bytes', 'x']]);
    await alter('unknown key', TOPIC, topic, [['nonsense', 'x']]);
    await alter('null', TOPIC, topic, [['retention.ms', null]]);
    await alter('twice', TOPIC, topic, [
      ['retention.ms', '1'],
      ['retention.ms', '2'],
    ]);
    await alter('unknown topic', TOPIC, `${topic}-z`, [['retention.ms', '1']]);
    await alter('bad name', TOPIC, 'a b', [['retention.ms', '1']]);
    await alter('no name', TOPIC, '', [['retention.ms', '1']]);
    await alter('bad, validated', TOPIC, topic, [['retention.bytes', 'x']], true);
    await alter('nothing', TOPIC, topic, []);
    await describe(broker, 'after nothing', TOPIC, topic, ['retention.ms', 'retention.bytes']);
    await alter('of another broker', BROKER, '7', [['log.retention.ms', '1']]);
    await alter('of no number', BROKER, 'x', [['log.retention.ms', '1']]);
    await alter('that only a start changes', BROKER, '0', [['num.partitions', '9']]);
    await alter('validated on the broker', BROKER, '0', [['log.cleaner.threads', '1']], true);
    await alter('bad on the broker', BROKER, '0', [['log.cleaner.threads', '0']]);
    await alter('per-broker in the defaults', BROKER, '', [['listeners', 'PLAINTEXT://:1']]);
    for (const type of [0, 1, METRICS, GROUP, 77]) await alter(`type ${type}`, type, 'any', []);
    await alter('loggers', LOGGER, '0', [['root', 'INFO']]);
    await broker.send(
      'a topic twice',
      alterConfigsApi,
      {
        resources: [1, 2].map((value) => ({
          resourceType: TOPIC,
          resourceName: topic,
          configs: [{ name: 'retention.ms', value: String(value) }],
        })),
        validateOnly: false,
      },
      { timeoutMs: 1_000 },
    );
  }),

  scenario('changed one by one', incrementalAlterConfigsApi, async (broker) => {
    const topic = broker.name('changed');
    await broker.createTopic(topic, { 'retention.ms': '1000' });
    const alter = (
      step: string,
      resourceType: number,
      resourceName: string,
      configs: [string, number, string | null][],
      validateOnly = false,
    ): Promise<unknown> =>
      broker.send(step, incrementalAlterConfigsApi, {
        resources: [
          {
            resourceType,
            resourceName,
            configs: configs.map(([name, configOperation, value]) => ({
              name,
              configOperation,
              value,
            })),
          },
        ],
        validateOnly,
      });
    const show = (step: string): Promise<void> =>
      describe(broker, step, TOPIC, topic, ['retention.ms', 'retention.bytes', 'cleanup.policy']);
    await alter('set', TOPIC, topic, [['retention.bytes', SET!, '7']]);
    await show('after set');
    await alter('validated', TOPIC, topic, [['retention.bytes', SET!, '8']], true);
    await alter('append', TOPIC, topic, [['cleanup.policy', APPEND!, 'compact']]);
    await show('after append');
    await alter('append what is there', TOPIC, topic, [['cleanup.policy', APPEND!, 'compact']]);
    await show('after append twice');
    await alter('subtract', TOPIC, topic, [['cleanup.policy', SUBTRACT!, 'delete']]);
    await show('after subtract');
    await alter('subtract what is not there', TOPIC, topic, [
      ['cleanup.policy', SUBTRACT!, 'delete'],
    ]);
    await alter('subtract all', TOPIC, topic, [['cleanup.policy', SUBTRACT!, 'compact']]);
    await show('after subtract all');
    await alter('delete', TOPIC, topic, [['retention.bytes', DELETE!, null]]);
    await alter('delete what is not set', TOPIC, topic, [['retention.bytes', DELETE!, null]]);
    await alter('delete with a value', TOPIC, topic, [['retention.ms', DELETE!, '5']]);
    await show('after delete');
    await alter('append to a number', TOPIC, topic, [['retention.ms', APPEND!, '5']]);
    await alter('subtract from a number', TOPIC, topic, [['retention.ms', SUBTRACT!, '5']]);
    await alter('set null', TOPIC, topic, [['retention.ms', SET!, null]]);
    await alter('append null', TOPIC, topic, [['cleanup.policy', APPEND!, null]]);
    await alter('append a bad value', TOPIC, topic, [['cleanup.policy', APPEND!, 'shred']]);
    await alter('unknown operation', TOPIC, topic, [['retention.ms', 9, '5']]);
    await alter('unknown key', TOPIC, topic, [['nonsense', SET!, '5']]);
    await alter('delete an unknown key', TOPIC, topic, [['nonsense', DELETE!, null]]);
    await alter('bad value', TOPIC, topic, [['retention.ms', SET!, 'x']]);
    await alter('a key twice', TOPIC, topic, [
      ['retention.ms', SET!, '1'],
      ['retention.ms', DELETE!, null],
    ]);
    await alter('unknown topic', TOPIC, `${topic}-z`, [['retention.ms', SET!, '1']]);
    await alter('bad name', TOPIC, 'a b', [['retention.ms', SET!, '1']]);
    await alter('no name', TOPIC, '', [['retention.ms', SET!, '1']]);
    await alter('nothing', TOPIC, topic, []);
    await alter('another broker', BROKER, '7', [['log.retention.ms', SET!, '1']]);
    await alter('read-only', BROKER, '0', [['num.partitions', SET!, '9']]);
    await alter('read-only in the defaults', BROKER, '', [['num.partitions', SET!, '9']]);
    await alter('not a number', BROKER, 'x', [['log.retention.ms', SET!, '1']]);
    await alter('dynamic, validated', BROKER, '0', [['log.cleaner.threads', SET!, '1']], true);
    await alter('dynamic, bad', BROKER, '0', [['log.cleaner.threads', SET!, '0']]);
    await alter('dynamic', BROKER, '0', [['log.cleaner.backoff.ms', SET!, '14000']]);
    await alter('dynamic default', BROKER, '', [['log.cleaner.backoff.ms', SET!, '13000']]);
    await broker.until(async () => {
      const { results } = await broker.quietly(describeConfigsApi, {
        resources: [
          {
            resourceType: BROKER,
            resourceName: '0',
            configurationKeys: ['log.cleaner.backoff.ms'],
          },
        ],
        includeSynonyms: true,
      });
      return results[0]!.configs[0]!.synonyms.length === 3;
    });
    await describe(broker, 'of three origins', BROKER, '0', ['log.cleaner.backoff.ms'], {
      includeSynonyms: true,
    });
    await describe(broker, 'defaults', BROKER, '', null, { includeSynonyms: true });
    await alter('delete dynamic', BROKER, '0', [['log.cleaner.backoff.ms', DELETE!, null]]);
    await alter('delete dynamic default', BROKER, '', [['log.cleaner.backoff.ms', DELETE!, null]]);
    for (const type of [0, 1, METRICS, GROUP, 77]) await alter(`type ${type}`, type, 'any', []);
    await broker.send('a topic twice', incrementalAlterConfigsApi, {
      resources: [1, 2].map((value) => ({
        resourceType: TOPIC,
        resourceName: topic,
        configs: [{ name: 'retention.ms', configOperation: 0, value: String(value) }],
      })),
      validateOnly: false,
    });
  }),
];
