/**
 * What DescribeConfigs says about a topic, a broker, and the defaults of all brokers: each config
 * with its value, where that comes from and what it would be otherwise (KIP-226, KIP-569).
 *
 * Owns: sources and synonyms, in Kafka's order. Pure; knows no wire format.
 */
import { brokerDefinitions, isDynamicOnlyKey, isPlugInKey } from './definitions.ts';
import { defaultText, definitionOf, type BrokerConfig } from './broker-config.ts';
import type { ConfigDefinition, ConfigType } from './definition.ts';
import { isSensitive } from './definition.ts';
import { isDynamic } from './dynamic-config.ts';
import { groupDefinitionByKey, type GroupOverrides } from './group-config.ts';
import { listenerKeyTail } from './listener-keys.ts';
import type { TopicConfigKey, TopicOverrides } from './topic-config.ts';
import { resolveTopicValue, topicDefinitionByKey } from './topic-config.ts';

/** Where a value was set, the strongest first. */
export type ConfigSource =
  'topic' | 'group' | 'dynamic-broker' | 'dynamic-default-broker' | 'static-broker' | 'default';

/**
 * One place that says something about a config. Of all that apply, the first in the list counts.
 */
export interface ConfigSynonym {
  readonly name: string;
  /** Null when it must not be shown. */
  readonly value: string | null;
  readonly source: ConfigSource;
}

export interface DescribedConfig {
  readonly name: string;
  /** Null when there is none, or when it must not be shown. */
  readonly value: string | null;
  readonly source: ConfigSource;
  readonly readOnly: boolean;
  readonly sensitive: boolean;
  /** Undefined for a key that nobody knows. */
  readonly type: ConfigType | undefined;
  readonly documentation: string | null;
  readonly synonyms: readonly ConfigSynonym[];
}

/** All configs of a topic, by name; overrides that cannot be read show the text that is stored. */
export function describeTopic(config: BrokerConfig, overrides: TopicOverrides): DescribedConfig[] {
  const known = [...topicDefinitionByKey].map(([key, definition]): DescribedConfig => {
    const value = topicText(config, overrides, key as TopicConfigKey);
    const own: ConfigSynonym[] = Object.hasOwn(overrides, key)
      ? [{ name: key, value, source: 'topic' }]
      : [];
    const [first] = definition.synonyms;
    const synonyms = first === undefined ? own : [...own, ...brokerSynonyms(config, first.key)];
    return {
      name: key,
      value,
      source: synonyms[0]?.source ?? 'default',
      readOnly: false,
      sensitive: false,
      type: definition.type,
      documentation: definition.doc,
      synonyms,
    };
  });
  const unknown = Object.keys(overrides)
    .filter((key) => !topicDefinitionByKey.has(key))
    .map((key): DescribedConfig => unknownConfig(key, { name: key, value: null, source: 'topic' }));
  return [...known, ...unknown].sort(byName);
}

/** All configs of a group, by name. */
export function describeGroup(config: BrokerConfig, overrides: GroupOverrides): DescribedConfig[] {
  return [...groupDefinitionByKey]
    .map(([key, definition]): DescribedConfig => {
      const [synonym] = definition.synonyms;
      const own: ConfigSynonym[] = Object.hasOwn(overrides, key)
        ? [{ name: key, value: overrides[key] ?? null, source: 'group' }]
        : [];
      const synonyms = [...own, ...brokerSynonyms(config, synonym?.key ?? key)];
      return {
        name: key,
        value: synonyms[0]?.value ?? definition.default,
        source: synonyms[0]?.source ?? 'default',
        readOnly: false,
        sensitive: false,
        type: definition.type,
        documentation: definition.doc,
        synonyms,
      };
    })
    .sort(byName);
}

/** All configs of this broker, by name. */
export function describeBroker(config: BrokerConfig): DescribedConfig[] {
  const names = new Set(config.setKeys());
  for (const [key, { internal }] of brokerDefinitions) {
    if (!internal && !isPlugInKey(key) && !isDynamicOnlyKey(key)) names.add(key);
  }
  return [...names].sort().map((name) => describeBrokerKey(config, name, () => true));
}

/** What is set for all brokers at runtime, by name. */
export function describeClusterDefaults(config: BrokerConfig): DescribedConfig[] {
  return Object.entries(config.dynamicLayers.clusterDefaults)
    .map(([name, value]) => ({
      ...describeBrokerKey(config, name, (source) => source === 'dynamic-default-broker'),
      ...(isHidden(knownDefinition(name)) ? {} : { value }),
    }))
    .sort(byName);
}

function describeBrokerKey(
  config: BrokerConfig,
  name: string,
  shows: (source: ConfigSource) => boolean,
): DescribedConfig {
  const definition = knownDefinition(name);
  const synonyms = brokerSynonyms(config, name).filter(({ source }) => shows(source));
  return {
    name,
    value: isHidden(definition) ? null : config.text(name),
    source: synonyms[0]?.source ?? 'default',
    readOnly: !isDynamic(name),
    sensitive: isHidden(definition),
    type: definition?.type,
    documentation: brokerDefinitions.get(name)?.doc ?? null,
    synonyms,
  };
}

/** The definition, unless Kafka too would not know the key's type. */
function knownDefinition(name: string): ConfigDefinition | undefined {
  return isPlugInKey(name) ? undefined : definitionOf(name);
}

/** What nobody knows may be a secret. */
function isHidden(definition: ConfigDefinition | undefined): boolean {
  return definition === undefined || isSensitive(definition);
}

/**
 * Every place that says something about a broker config, the strongest first, from the first that
 * names the key itself.
 */
function brokerSynonyms(config: BrokerConfig, name: string): ConfigSynonym[] {
  const { broker, clusterDefaults } = config.dynamicLayers;
  const layers: [ConfigSource, (key: string) => string | null | undefined][] = [
    ['dynamic-broker', (key) => broker[key]],
    ['dynamic-default-broker', (key) => clusterDefaults[key]],
    ['static-broker', (key) => config.staticProperties.get(key)],
    ['default', (key) => (isDynamicOnlyKey(key) ? null : defaultText(key))],
  ];
  const names = synonymNames(name);
  const isSecret = isHidden(knownDefinition(name));
  const all = layers.flatMap(([source, textOf]) =>
    names.flatMap((key): ConfigSynonym[] => {
      const text = textOf(key);
      if (text === null || text === undefined) return [];
      return [{ name: key, value: isSecret ? null : text, source }];
    }),
  );
  const first = all.findIndex((synonym) => synonym.name === name);
  return first === -1 ? [] : all.slice(first);
}

/** Configs that say the same, the strongest first. */
const SYNONYMS: readonly (readonly string[])[] = [
  ['log.roll.ms', 'log.roll.hours'],
  ['log.roll.jitter.ms', 'log.roll.jitter.hours'],
  ['log.retention.ms', 'log.retention.minutes', 'log.retention.hours'],
];

function synonymNames(name: string): readonly string[] {
  const group = SYNONYMS.find((names) => names.includes(name));
  if (group !== undefined) return group;
  // The scheduler's interval has a meaning of its own, so this one goes one way only.
  if (name === 'log.flush.interval.ms') return [name, 'log.flush.scheduler.interval.ms'];
  const tail = listenerKeyTail(name);
  return tail === undefined ? [name] : [name, tail];
}

function topicText(
  config: BrokerConfig,
  overrides: TopicOverrides,
  key: TopicConfigKey,
): string | null {
  try {
    return resolveTopicValue(config, overrides, key).text;
  } catch {
    return overrides[key] ?? null;
  }
}

function unknownConfig(name: string, synonym: ConfigSynonym): DescribedConfig {
  return {
    name,
    value: null,
    source: synonym.source,
    readOnly: false,
    sensitive: true,
    type: undefined,
    documentation: null,
    synonyms: [synonym],
  };
}

function byName(a: DescribedConfig, b: DescribedConfig): number {
  return a.name < b.name ? -1 : 1;
}
