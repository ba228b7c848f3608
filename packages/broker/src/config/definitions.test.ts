/** The tables against the facts of Apache Kafka 3.9.1. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { ConfigDefinition, ConfigFormat } from './definition.ts';
import { brokerDefinitions, configAreas, isDynamicOnlyKey, isPlugInKey } from './definitions.ts';
import { topicDefinitionByKey } from './topic-config.ts';
import { defaultValue, parseValue } from './value-parser.ts';

const facts = readFileSync(new URL('./fixtures/kafka-3.9.1-configs.tsv', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => line.split('\t'));

function factsOf(table: 'broker' | 'topic'): Record<string, string[]> {
  return Object.fromEntries(
    facts.filter(([kind]) => kind === table).map(([, name = '', ...rest]) => [name, rest]),
  );
}

/** Validators of Kafka that say nothing about which values are valid, or say it in a sentence. */
const VALIDATOR_TEXT: Readonly<Record<string, string>> = {
  'non-empty list': '-',
  'non-null string': '-',
  'The default value of -1 means that this will be set to the configured value of remote.log.manager.thread.pool.size, if available; otherwise, it defaults to 10.':
    '[1,...] or -1',
};

const FORMAT_NOTATION: Readonly<Record<ConfigFormat, string>> = {
  'kafka-version': 'kafka version',
  'throttled-replicas': '[partitionId]:[brokerId],[partitionId]:[brokerId],...',
  'non-empty': 'non-empty string',
};

/** A definition's checks in Kafka's notation. */
function validatorText(definition: ConfigDefinition): string {
  const { range, oneOf, format, caseInsensitive } = definition;
  if (range !== undefined) {
    const limits = `[${range.min},...${range.max === undefined ? '' : `,${range.max}`}]`;
    return range.or === undefined ? limits : `${limits} or ${range.or}`;
  }
  if (oneOf !== undefined) {
    return `${caseInsensitive ? '(case insensitive) ' : ''}[${oneOf.join(', ')}]`;
  }
  return format === undefined ? '-' : FORMAT_NOTATION[format];
}

function commonFacts(definition: ConfigDefinition): string[] {
  return [
    definition.type.toUpperCase(),
    definition.default ?? 'null',
    validatorText(definition),
    definition.importance.toUpperCase(),
  ];
}

function withPlainValidator(rows: Record<string, string[]>): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(rows).map(([name, [type = '', text = '', validator = '', ...rest]]) => [
      name,
      [type, NEWER_DEFAULTS[name] ?? text, VALIDATOR_TEXT[validator] ?? validator, ...rest],
    ]),
  );
}

/** Where the newer default is taken: the consumer protocol of KIP-848 is on, as in Kafka 4. */
const NEWER_DEFAULTS: Readonly<Record<string, string>> = {
  'group.coordinator.rebalance.protocols': 'classic,consumer',
  'group.consumer.migration.policy': 'bidirectional',
};

test('broker configs are those of Kafka: names, types, defaults, limits, importance, update modes', () => {
  const ours = [...brokerDefinitions].filter(
    ([key]) => !key.startsWith('zurau.') && !isPlugInKey(key) && !isDynamicOnlyKey(key),
  );
  expect(
    Object.fromEntries(
      ours.map(([key, definition]) => [
        key,
        [
          ...commonFacts(definition),
          definition.update ?? 'read-only',
          definition.internal ? 'internal' : '-',
        ],
      ]),
    ),
  ).toEqual(withPlainValidator(factsOf('broker')));
});

test('topic configs are those of Kafka, with the broker configs that give their defaults', () => {
  expect(
    Object.fromEntries(
      [...topicDefinitionByKey].map(([key, definition]) => [
        key,
        [
          ...commonFacts(definition),
          definition.synonyms.map((synonym) => synonym.key).join(',') || '-',
        ],
      ]),
    ),
  ).toEqual(withPlainValidator(factsOf('topic')));
});

test('every synonym of a topic config is a broker config', () => {
  for (const { synonyms } of topicDefinitionByKey.values()) {
    for (const { key } of synonyms) expect(brokerDefinitions.has(key), key).toBe(true);
  }
});

test('no key is in two areas', () => {
  const keys = configAreas.flatMap((area) => Object.keys(area.definitions));
  expect(new Set(keys).size).toBe(keys.length);
});

test('a config that is said to have an effect is read somewhere', () => {
  const directory = fileURLToPath(new URL('..', import.meta.url));
  const sources = readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !/\.test\.ts$|definitions\//.test(path))
    .map((path) => readFileSync(`${directory}/${path}`, 'utf8'))
    .join('\n');
  const defaultsOfTopics = new Set(
    [...topicDefinitionByKey.values()].flatMap(({ supported, synonyms }) =>
      supported === false ? [] : synonyms.map((synonym) => synonym.key),
    ),
  );
  const withoutReader = [...brokerDefinitions]
    .filter(([, { supported }]) => supported !== false)
    .map(([key]) => key)
    .filter((key) => !defaultsOfTopics.has(key) && !sources.includes(`'${key}'`));
  expect(withoutReader).toEqual([]);
});

describe('every row', () => {
  test.each([...brokerDefinitions, ...topicDefinitionByKey])('%s', (key, definition) => {
    expect(definition.doc).toMatch(/^[A-Z-].*[.!]$/);
    // A default reads back as itself: it is written as Kafka shows it.
    const { text } = defaultValue(key, definition);
    expect(text).toBe(definition.default);
    const isEmptyDefault = definition.default === '' && definition.type !== 'list';
    if (text !== null && !isEmptyDefault) expect(parseValue(key, definition, text).text).toBe(text);
  });
});
