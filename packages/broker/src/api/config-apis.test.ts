/**
 * DescribeConfigs, AlterConfigs and IncrementalAlterConfigs, held to what Apache Kafka 3.9.1
 * answered to the same requests.
 */
import { readFileSync } from 'node:fs';
import { pino } from 'pino';
import {
  alterConfigsApi,
  ByteReader,
  ByteWriter,
  describeConfigsApi,
  errorName,
  incrementalAlterConfigsApi,
  type Api,
  type AlterConfigsRequestInput,
  type AlterConfigsResponse,
  type DescribeConfigsRequestInput,
  type DescribeConfigsResponse,
  type IncrementalAlterConfigsRequestInput,
  type IncrementalAlterConfigsResponse,
} from '@zurau/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BrokerConfig } from '../config/broker-config.ts';
import { EntityConfigs } from '../config/entity-configs.ts';
import { parseProperties } from '../config/properties.ts';
import { EmbeddedStore } from '../metadata/embedded/embedded-store.ts';
import { alterConfigsHandler } from './alter-configs.ts';
import type { ConfigApiDependencies } from './config-resource.ts';
import { describeConfigsHandler } from './describe-configs.ts';
import type { ApiHandler, ServedRequest } from './handler.ts';
import { incrementalAlterConfigsHandler } from './incremental-alter-configs.ts';

const TOPIC = 2;
const BROKER = 4;
const BROKER_LOGGER = 8;
const CLIENT_METRICS = 16;

const clock = { now: () => 1_000, monotonicMs: () => 0 };

function fixture(name: string): string {
  return readFileSync(new URL(`../config/fixtures/${name}`, import.meta.url), 'utf8');
}

let store: EmbeddedStore;
let entityConfigs: EntityConfigs;
let dependencies: ConfigApiDependencies;

beforeEach(async () => {
  store = await EmbeddedStore.open(clock);
  const { config } = BrokerConfig.from(
    parseProperties(fixture('kafka-3.9.1-config-session.properties')),
  );
  const logger = pino({ level: 'silent' });
  const session = await store.openSession();
  entityConfigs = new EntityConfigs({ session, config, brokerId: 0, clock, logger });
  await entityConfigs.start();
  const topics = new Map([
    ['t1', 1],
    ['t2', 2],
  ]);
  dependencies = {
    config,
    entityConfigs,
    brokerId: 0,
    topics: { topic: (name) => topics.get(name) },
    logger,
  };
  await entityConfigs.alter({ type: 'topics', name: 't1' }, () => ({
    'cleanup.policy': 'compact',
    'retention.ms': '1000',
    'compression.type': 'gzip',
  }));
});

afterEach(async () => {
  await entityConfigs.close();
  await store.close();
});

/** Over the wire and back, in one version. */
async function ask<RequestInput, Response, ResponseInput>(
  handler: ApiHandler,
  api: Api<unknown, RequestInput, Response, ResponseInput>,
  apiVersion: number,
  request: RequestInput,
): Promise<Response> {
  const writer = new ByteWriter();
  api.request.write(writer, request, apiVersion);
  const frame = writer.takeOne();
  const answer = await new Promise<unknown>((resolve, reject) => {
    const served: ServedRequest = {
      apiVersion,
      correlationId: 1,
      clientId: null,
      listenerName: 'PLAINTEXT',
      clientAddress: '127.0.0.1',
      principal: 'User:ANONYMOUS',
      signal: new AbortController().signal,
      ownsFrame: true,
      retainFrame: () => undefined,
      releaseFrame: () => undefined,
      respond: resolve,
      respondLater: (later) => void later.then(resolve, reject),
      respondNothing: () => reject(new Error('not answered')),
      refuse: (reason) => reject(new Error(reason)),
    };
    handler.serve(new ByteReader(frame), served);
  });
  api.response.write(writer, answer as ResponseInput, apiVersion);
  return api.response.read(new ByteReader(writer.takeOne()), apiVersion);
}

function describeConfigs(
  request: DescribeConfigsRequestInput,
  version = 4,
): Promise<DescribeConfigsResponse> {
  return ask(describeConfigsHandler(dependencies), describeConfigsApi, version, request);
}

function alterConfigs(
  request: AlterConfigsRequestInput,
  version = 2,
): Promise<AlterConfigsResponse> {
  return ask(alterConfigsHandler(dependencies), alterConfigsApi, version, request);
}

function incrementalAlterConfigs(
  request: IncrementalAlterConfigsRequestInput,
  version = 1,
): Promise<IncrementalAlterConfigsResponse> {
  return ask(
    incrementalAlterConfigsHandler(dependencies),
    incrementalAlterConfigsApi,
    version,
    request,
  );
}

const OPERATIONS = ['SET', 'DELETE', 'APPEND', 'SUBTRACT'];

const SOURCES = [
  'UNKNOWN',
  'DYNAMIC_TOPIC_CONFIG',
  'DYNAMIC_BROKER_CONFIG',
  'DYNAMIC_DEFAULT_BROKER_CONFIG',
  'STATIC_BROKER_CONFIG',
  'DEFAULT_CONFIG',
  'DYNAMIC_BROKER_LOGGER_CONFIG',
];

const TYPES = ['UNKNOWN', 'BOOLEAN', 'STRING', 'INT', 'SHORT', 'LONG', 'DOUBLE', 'LIST', 'CLASS'];

describe('what Kafka answered', () => {
  interface Step {
    readonly line: string;
    /** Whether the lines are what is different from the same step before. */
    readonly isDifference: boolean;
    readonly answer: string[];
  }

  /** Where this broker answers something else on purpose. */
  const DIFFERENT: Readonly<Record<string, string>> = {
    // Kafka looks an unknown key up in a map without looking whether it is there.
    "incremental TOPIC 't1' APPEND no.such.config=1": 'INVALID_CONFIG',
    "incremental BROKER '0' APPEND no.such=1": 'INVALID_CONFIG',
    // Levels of loggers cannot be altered yet.
    "incremental BROKER_LOGGER '0' SET kafka.server=FOO": 'INVALID_REQUEST',
    "incremental BROKER_LOGGER '0' SET no.such.logger=INFO": 'INVALID_REQUEST',
    "incremental BROKER_LOGGER '0' SET root=DEBUG": 'INVALID_REQUEST',
  };

  const steps = fixture('kafka-3.9.1-config-session.txt')
    .split('\n> ')
    .slice(1)
    .map((text): Step => {
      const [line = '', ...answer] = text.split('\n').filter((part) => part !== '');
      const suffix = ' (what changed)';
      return { line: line.replace(suffix, ''), isDifference: line.endsWith(suffix), answer };
    });

  async function perform(line: string): Promise<string[]> {
    const [, verb = '', type = '', name = '', rest = ''] =
      /^(\S+) (\S+) '(.*?)' ?(.*)$/.exec(line) ?? [];
    const resourceType = { TOPIC, BROKER, BROKER_LOGGER, CLIENT_METRICS }[type] ?? 0;
    const resource = { resourceType, resourceName: name };
    const parts = rest === '' ? [] : rest.split(' & ');
    if (verb === 'describe') return describeAll(resource);
    const answer =
      verb === 'alter'
        ? await alterConfigs({
            resources: [{ ...resource, configs: parts.map(keyAndValue) }],
            validateOnly: false,
          })
        : await incrementalAlterConfigs({
            resources: [{ ...resource, configs: parts.map(operation) }],
            validateOnly: verb.endsWith('-validate'),
          });
    return [`= ${errorName(answer.responses[0]?.errorCode ?? -2)}`];
  }

  async function describeAll(resource: {
    resourceType: number;
    resourceName: string;
  }): Promise<string[]> {
    const { results } = await describeConfigs({
      resources: [{ ...resource, configurationKeys: null }],
      includeSynonyms: true,
      includeDocumentation: true,
    });
    const [result] = results;
    if (result === undefined || result.errorCode !== 0) {
      return [`= ${errorName(result?.errorCode ?? -2)}`];
    }
    return result.configs.map((config) =>
      [
        config.name,
        config.value,
        SOURCES[config.configSource],
        [config.isSensitive ? 'sensitive' : '', config.readOnly ? 'readOnly' : '']
          .filter((flag) => flag !== '')
          .join(',') || '-',
        TYPES[config.configType] ?? 'PASSWORD',
        config.synonyms
          .map(({ name, value, source }) => `${SOURCES[source]} ${name}=${value}`)
          .join('; '),
      ]
        .map(String)
        .join(' | ')
        .trimEnd(),
    );
  }

  function keyAndValue(text: string): { name: string; value: string | null } {
    const [, name = '', value = null] = /^([^=]*)(?:=(.*))?$/.exec(text) ?? [];
    return { name, value };
  }

  function operation(text: string): {
    name: string;
    configOperation: number;
    value: string | null;
  } {
    const [verb = '', rest = ''] = text.split(' ');
    return { ...keyAndValue(rest), configOperation: OPERATIONS.indexOf(verb) };
  }

  const NOT_COMPARED: ReadonlySet<string> = new Set([
    // Kafka shows the default hours once milliseconds are set at runtime, under the source of what
    // the file says.
    'log.retention.hours',
    // The newer defaults of Kafka 4: see definitions.test.ts.
    'group.coordinator.rebalance.protocols',
    'group.consumer.migration.policy',
  ]);

  /** Ours alone, or different on purpose. */
  function isComparable(row: string): boolean {
    return !row.startsWith('zurau.') && !NOT_COMPARED.has(row.slice(0, row.indexOf(' ')));
  }

  test('step by step', async () => {
    const before = new Map<string, string[]>();
    expect(steps.length).toBeGreaterThan(60);
    for (const { line, isDifference, answer } of steps) {
      const ours = (await perform(line)).filter(isComparable);
      const theirs = answer.filter(isComparable);
      const different = DIFFERENT[line];
      if (different !== undefined) {
        expect(ours, line).toEqual([`= ${different}`]);
        expect(theirs, `${line} is no exception any more`).not.toEqual(ours);
      } else if (isDifference) {
        expect(difference(before.get(line) ?? [], ours), line).toEqual(theirs);
      } else {
        expect(ours, line).toEqual(theirs);
      }
      before.set(line, ours);
    }
  });

  function difference(before: string[], after: string[]): string[] {
    const nameOf = (row: string): string => row.slice(0, row.indexOf(' '));
    const names = new Set(after.map(nameOf));
    const gone = before.map(nameOf).filter((name) => !names.has(name));
    return [...gone.map((name) => `- ${name}`), ...after.filter((row) => !before.includes(row))];
  }
});

describe('DescribeConfigs', () => {
  const topic = { resourceType: TOPIC, resourceName: 't1' };

  test.each([0, 1, 2, 3, 4])('version %i', async (version) => {
    const keys = ['retention.ms', 'segment.bytes'];
    const request = { resources: [{ ...topic, configurationKeys: keys }] };
    const asked = { includeSynonyms: version >= 1, includeDocumentation: version >= 3 };
    const { results } = await describeConfigs({ ...request, ...asked }, version);
    expect(results[0]).toMatchObject({ ...topic, errorCode: 0, errorMessage: '' });
    const [retention, segment, ...others] = results[0]?.configs ?? [];
    expect(others).toEqual([]);
    expect(retention).toMatchObject({ name: 'retention.ms', value: '1000', readOnly: false });
    expect(segment).toMatchObject({ name: 'segment.bytes', value: '1073741824' });
    if (version === 0) {
      expect([retention?.isDefault, segment?.isDefault]).toEqual([false, true]);
    } else {
      expect([retention?.configSource, segment?.configSource]).toEqual([1, 5]);
      expect(retention?.synonyms[0]).toEqual({ name: 'retention.ms', value: '1000', source: 1 });
    }
    if (version >= 3) {
      expect(retention?.documentation).toContain('-1 keeps them for ever');
      expect(retention?.configType).toBe(TYPES.indexOf('LONG'));
    }
  });

  test('synonyms and documentation only when asked for', async () => {
    const { results } = await describeConfigs({
      resources: [{ ...topic, configurationKeys: ['retention.ms'] }],
    });
    expect(results[0]?.configs[0]).toMatchObject({ synonyms: [], documentation: null });
  });

  test('an empty list of keys is all keys; a key that does not exist is nothing', async () => {
    const { results } = await describeConfigs({
      resources: [
        { ...topic, configurationKeys: [] },
        { ...topic, configurationKeys: ['no.such.key'] },
      ],
    });
    expect(results.map(({ configs }) => configs.length)).toEqual([36, 0]);
  });

  test('a resource that cannot be described does not spoil the others', async () => {
    const { results } = await describeConfigs({
      resources: [
        { resourceType: BROKER, resourceName: '1', configurationKeys: null },
        { resourceType: BROKER, resourceName: 'x', configurationKeys: null },
        { resourceType: 99, resourceName: 'x', configurationKeys: null },
        { resourceType: BROKER_LOGGER, resourceName: '', configurationKeys: null },
        { ...topic, configurationKeys: ['retention.ms'] },
      ],
    });
    expect(results.map(({ errorCode }) => errorName(errorCode))).toEqual([
      'INVALID_REQUEST',
      'INVALID_REQUEST',
      'INVALID_REQUEST',
      'INVALID_REQUEST',
      'NONE',
    ]);
    expect(results[0]?.errorMessage).toBe('This is broker 0, which cannot answer for broker 1');
  });

  test('the root logger', async () => {
    const { results } = await describeConfigs({
      resources: [{ resourceType: BROKER_LOGGER, resourceName: '0', configurationKeys: null }],
    });
    expect(results[0]?.configs).toMatchObject([
      { name: 'root', value: 'OFF', configSource: 6, isSensitive: false },
    ]);
  });
});

describe('alterations', () => {
  const configs = [{ name: 'retention.ms', value: '5' }];
  const operations = [{ name: 'retention.ms', configOperation: 0, value: '5' }];

  test.each([0, 1, 2])('AlterConfigs version %i', async (version) => {
    const resources = [{ resourceType: TOPIC, resourceName: 't1', configs }];
    const answer = await alterConfigs({ resources, validateOnly: false }, version);
    expect(answer.responses).toEqual([
      { resourceType: TOPIC, resourceName: 't1', errorCode: 0, errorMessage: null },
    ]);
    expect(entityConfigs.topicOverrides('t1')).toEqual({ 'retention.ms': '5' });
  });

  test.each([0, 1])('IncrementalAlterConfigs version %i', async (version) => {
    const resources = [{ resourceType: TOPIC, resourceName: 't1', configs: operations }];
    const answer = await incrementalAlterConfigs({ resources, validateOnly: false }, version);
    expect(answer.responses).toEqual([
      { resourceType: TOPIC, resourceName: 't1', errorCode: 0, errorMessage: null },
    ]);
    expect(entityConfigs.topicOverrides('t1')).toEqual({
      'cleanup.policy': 'compact',
      'compression.type': 'gzip',
      'retention.ms': '5',
    });
  });

  test('validate only: the answer without the alteration', async () => {
    const bad = [{ name: 'retention.ms', configOperation: 0, value: 'x' }];
    const before = entityConfigs.topicOverrides('t1');
    const { responses } = await incrementalAlterConfigs({
      resources: [
        { resourceType: TOPIC, resourceName: 't1', configs: operations },
        { resourceType: TOPIC, resourceName: 't2', configs: bad },
      ],
      validateOnly: true,
    });
    expect(responses.map(({ errorMessage }) => errorMessage)).toEqual([
      null,
      'Invalid value x for configuration retention.ms: must be a whole number of at least -1',
    ]);
    expect(entityConfigs.topicOverrides('t1')).toEqual(before);
  });

  test.each(['../brokers/0', 'a/b', '\0', 'x'.repeat(250)])(
    'no topic is called %j',
    async (name) => {
      const resource = { resourceType: TOPIC, resourceName: name };
      for (const validateOnly of [true, false]) {
        const replaced = await alterConfigs({
          resources: [{ ...resource, configs }],
          validateOnly,
        });
        const changed = await incrementalAlterConfigs({
          resources: [{ ...resource, configs: operations }],
          validateOnly,
        });
        for (const { errorCode } of [...replaced.responses, ...changed.responses]) {
          expect(errorName(errorCode)).toBe('UNKNOWN_TOPIC_OR_PARTITION');
        }
      }
    },
  );

  test('a resource that is named twice is altered by neither', async () => {
    const resource = { resourceType: TOPIC, resourceName: 't1' };
    const other = { resourceType: TOPIC, resourceName: 't2', configs };
    const { responses } = await alterConfigs({
      resources: [{ ...resource, configs }, other, { ...resource, configs: [] }],
      validateOnly: false,
    });
    expect(responses.map(({ errorCode }) => errorName(errorCode))).toEqual([
      'INVALID_REQUEST',
      'NONE',
      'INVALID_REQUEST',
    ]);
    expect(entityConfigs.topicOverrides('t1')['retention.ms']).toBe('1000');
  });

  test.each([
    ['a key named twice', [...operations, { ...operations[0], configOperation: 1 }], 'only once'],
    ['no value', [{ name: 'retention.ms', configOperation: 0, value: null }], 'must have a value'],
    [
      'an unknown operation',
      [{ name: 'retention.ms', configOperation: 9, value: '' }],
      'Unknown operation 9',
    ],
  ])('%s', async (_, changes, message) => {
    const { responses } = await incrementalAlterConfigs({
      resources: [
        {
          resourceType: TOPIC,
          resourceName: 't1',
          configs: changes as typeof operations,
        },
      ],
      validateOnly: false,
    });
    expect(errorName(responses[0]?.errorCode ?? 0)).toBe('INVALID_REQUEST');
    expect(responses[0]?.errorMessage).toContain(message);
  });

  test.each([
    ['advertised.listeners', 'PLAINTEXT://localhost:1'],
    ['listener.name.plaintext.ssl.keystore.location', '/keys'],
  ])('%s is refused rather than accepted without effect', async (name, value) => {
    const { responses } = await incrementalAlterConfigs({
      resources: [
        { resourceType: BROKER, resourceName: '0', configs: [{ name, value, configOperation: 0 }] },
      ],
      validateOnly: false,
    });
    expect(responses[0]).toMatchObject({
      errorMessage: `${name} cannot change yet while the broker runs`,
    });
  });

  test('an altered broker config has effect at once', async () => {
    await incrementalAlterConfigs({
      resources: [
        {
          resourceType: BROKER,
          resourceName: '',
          configs: [{ name: 'log.segment.bytes', configOperation: 0, value: '5000' }],
        },
      ],
      validateOnly: false,
    });
    expect(dependencies.config.get('log.segment.bytes')).toBe(5000);
    expect(entityConfigs.topicConfig('t2').segmentBytes).toBe(5000);
  });

  test('when the store is gone, the client is told that it is not his fault', async () => {
    await store.close();
    const resources = [{ resourceType: TOPIC, resourceName: 't1', configs }];
    const { responses } = await alterConfigs({ resources, validateOnly: false });
    expect(errorName(responses[0]?.errorCode ?? 0)).toBe('UNKNOWN_SERVER_ERROR');
  });
});

describe('configs of groups', () => {
  const GROUP = 32;
  const key = 'consumer.session.timeout.ms';
  const alter = async (resourceName: string, name: string, value: string): Promise<string[]> => {
    const configs = [{ name, configOperation: 0, value }];
    const { responses } = await incrementalAlterConfigs({
      resources: [{ resourceType: GROUP, resourceName, configs }],
      validateOnly: false,
    });
    return responses.map(({ errorCode }) => errorName(errorCode));
  };

  test('are altered, and described with where they come from', async () => {
    expect(await alter('g', key, '50000')).toEqual(['NONE']);
    const { results } = await describeConfigs({
      resources: [{ resourceType: GROUP, resourceName: 'g', configurationKeys: null }],
      includeSynonyms: true,
      includeDocumentation: false,
    });
    const shown = results[0]!.configs.map(({ name, value, configSource, synonyms }) => ({
      name,
      value,
      configSource,
      synonyms: synonyms.map((synonym) => `${synonym.name}=${synonym.value} (${synonym.source})`),
    }));
    expect(shown).toEqual([
      {
        name: 'consumer.heartbeat.interval.ms',
        value: '5000',
        configSource: 5,
        synonyms: ['group.consumer.heartbeat.interval.ms=5000 (5)'],
      },
      {
        name: key,
        value: '50000',
        configSource: 8,
        synonyms: [`${key}=50000 (8)`, 'group.consumer.session.timeout.ms=45000 (5)'],
      },
    ]);
  });

  test('must be known and within the bounds, and the group must be named', async () => {
    expect(await alter('g', key, '1')).toEqual(['INVALID_CONFIG']);
    expect(await alter('g', 'share.session.timeout.ms', '50000')).toEqual(['INVALID_CONFIG']);
    expect(await alter('', key, '50000')).toEqual(['INVALID_REQUEST']);
    expect(entityConfigs.groupOverrides('g')).toEqual({});
  });
});
