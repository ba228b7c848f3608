/** Configs of topics, brokers, groups and others: describe, alter. */
import {
  alterConfigsApi,
  describeConfigsApi,
  type DescribeConfigsResponse,
  incrementalAlterConfigsApi,
  listConfigResourcesApi,
} from '@zurau/protocol';
import type { BrokerNode } from '../cluster/broker-node.ts';
import type { Cluster, OperationOptions } from '../cluster/cluster.ts';
import { clientError } from '../errors.ts';
import { groupBy } from '../group-by.ts';
import { type Outcome, outcomeOf, requireSuccess, throwFailures, valuesOf } from './results.ts';

/**
 * What has configs. A broker without a name stands for the defaults of all brokers; `broker-logger` are the levels of one broker's loggers (KIP-412),
 * `client-metrics` subscriptions (KIP-714), `group` those of KIP-848.
 */
export interface ConfigResource {
  readonly type: ConfigResourceType;
  readonly name: string;
}

export type ConfigResourceType = 'topic' | 'broker' | 'broker-logger' | 'client-metrics' | 'group';

/** Where a value comes from, Kafka's names in lower case. */
export type ConfigSource =
  | 'topic'
  | 'dynamic-broker'
  | 'dynamic-default-broker'
  | 'static-broker'
  | 'default'
  | 'dynamic-broker-logger'
  | 'client-metrics'
  | 'group'
  | 'unknown';

export interface ConfigEntry {
  readonly name: string;
  /** Null when it has none, or must not be shown. */
  readonly value: string | null;
  readonly source: ConfigSource;
  readonly type: ConfigValueType;
  readonly isSensitive: boolean;
  readonly isReadOnly: boolean;
  readonly documentation: string | null;
  readonly synonyms: readonly {
    readonly name: string;
    readonly value: string | null;
    readonly source: ConfigSource;
  }[];
}

export interface ConfigDescription {
  readonly resource: ConfigResource;
  readonly entries: readonly ConfigEntry[];
}

export interface ConfigChange {
  readonly name: string;
  /** `delete` goes back to the default; `append` and `subtract` change lists. */
  readonly operation: 'set' | 'delete' | 'append' | 'subtract';
  readonly value?: string | undefined;
}

export interface ConfigChanges {
  readonly resource: ConfigResource;
  readonly changes: readonly ConfigChange[];
}

/** How a config's value is written. */
export type ConfigValueType =
  | 'boolean'
  | 'string'
  | 'int'
  | 'short'
  | 'long'
  | 'double'
  | 'list'
  | 'class'
  | 'password'
  | 'unknown';

const RESOURCE_TYPES = {
  topic: 2,
  broker: 4,
  'broker-logger': 8,
  'client-metrics': 16,
  group: 32,
} as const;
const VALUE_TYPES: readonly ConfigValueType[] = [
  'unknown',
  'boolean',
  'string',
  'int',
  'short',
  'long',
  'double',
  'list',
  'class',
  'password',
];
/** All configs of a resource that shall not have their defaults. */
export interface ConfigReplacement {
  readonly resource: ConfigResource;
  /** Kafka's dotted names. */
  readonly configs: Readonly<Record<string, string>>;
}

const OPERATIONS = { set: 0, delete: 1, append: 2, subtract: 3 } as const;
const SOURCES: readonly ConfigSource[] = [
  'unknown',
  'topic',
  'dynamic-broker',
  'dynamic-default-broker',
  'static-broker',
  'default',
  'dynamic-broker-logger',
  'client-metrics',
  'group',
];

export interface DescribeConfigsOptions extends OperationOptions {
  readonly documentation?: boolean;
  readonly synonyms?: boolean;
  /** Only these; all by default. */
  readonly names?: readonly string[];
}

export async function describeConfigs(
  cluster: Cluster,
  resources: readonly ConfigResource[],
  options: DescribeConfigsOptions,
): Promise<ConfigDescription[]> {
  return await cluster.retrying('Describing configs', options, async () => {
    const byNode = await byResponsible(cluster, resources, (resource) => resource, options);
    const outcomes = await Promise.all(
      Array.from(byNode, async ([node, asked]): Promise<Outcome<ConfigDescription>[]> => {
        const response = await node.request(
          describeConfigsApi,
          {
            resources: asked.map(({ type, name }) => ({
              resourceType: RESOURCE_TYPES[type],
              resourceName: name,
              configurationKeys: options.names ?? null,
            })),
            includeSynonyms: options.synonyms ?? false,
            includeDocumentation: options.documentation ?? false,
          },
          { signal: options.signal, versions: { min: 1 } },
        );
        return response.results.map((result) => {
          const resource = resourceOf(result.resourceType, result.resourceName);
          const entries = result.configs.map(entryOf);
          const about = `Describing configs of ${result.resourceName}`;
          return outcomeOf(nameOf(resource), about, result, { resource, entries });
        });
      }),
    );
    const byName = new Map(outcomes.flat().map((outcome) => [outcome.name, outcome]));
    return valuesOf(
      resources.flatMap((resource) => {
        const outcome = byName.get(nameOf(resource));
        return outcome === undefined ? [] : [outcome];
      }),
    );
  });
}

type DescribedConfig = DescribeConfigsResponse['results'][number]['configs'][number];

function entryOf(config: DescribedConfig): ConfigEntry {
  return {
    name: config.name,
    value: config.value,
    source: SOURCES[config.configSource] ?? 'unknown',
    type: VALUE_TYPES[config.configType] ?? 'unknown',
    isSensitive: config.isSensitive,
    isReadOnly: config.readOnly,
    documentation: config.documentation,
    synonyms: config.synonyms.map(({ name, value, source }) => ({
      name,
      value,
      source: SOURCES[source] ?? 'unknown',
    })),
  };
}

/** Changes only what is named (KIP-339). */
export async function alterConfigs(
  cluster: Cluster,
  changes: readonly ConfigChanges[],
  options: OperationOptions & { readonly validateOnly?: boolean },
): Promise<void> {
  await cluster.retrying('Altering configs', options, async () => {
    const byNode = await byResponsible(cluster, changes, ({ resource }) => resource, options);
    const outcomes: Outcome[] = [];
    for (const [node, wanted] of byNode) {
      const response = await node.request(
        incrementalAlterConfigsApi,
        {
          resources: wanted.map(({ resource, changes: list }) => ({
            resourceType: RESOURCE_TYPES[resource.type],
            resourceName: resource.name,
            configs: list.map(({ name, operation, value }) => ({
              name,
              configOperation: OPERATIONS[operation],
              value: value ?? null,
            })),
          })),
          validateOnly: options.validateOnly ?? false,
        },
        { signal: options.signal },
      );
      outcomes.push(...response.responses.map(alteredOutcome));
    }
    throwFailures(outcomes);
  });
}

/**
 * Sets all configs of these resources anew: what is not named goes back to its default. The way before KIP-339; two who do it at once undo each other's
 * changes.
 */
export async function replaceConfigs(
  cluster: Cluster,
  replacements: readonly ConfigReplacement[],
  options: OperationOptions & { readonly validateOnly?: boolean },
): Promise<void> {
  await cluster.retrying('Replacing configs', options, async () => {
    const byNode = await byResponsible(cluster, replacements, ({ resource }) => resource, options);
    const outcomes: Outcome[] = [];
    for (const [node, wanted] of byNode) {
      const response = await node.request(
        alterConfigsApi,
        {
          resources: wanted.map(({ resource, configs }) => ({
            resourceType: RESOURCE_TYPES[resource.type],
            resourceName: resource.name,
            configs: Object.entries(configs).map(([name, value]) => ({ name, value })),
          })),
          validateOnly: options.validateOnly ?? false,
        },
        { signal: options.signal },
      );
      outcomes.push(...response.responses.map(alteredOutcome));
    }
    throwFailures(outcomes);
  });
}

function alteredOutcome(result: {
  readonly errorCode: number;
  readonly errorMessage: string | null;
  readonly resourceType: number;
  readonly resourceName: string;
}): Outcome {
  const name = nameOf(resourceOf(result.resourceType, result.resourceName));
  return outcomeOf(name, `Altering configs of ${result.resourceName}`, result);
}

/** Resources that have configs of their own (KIP-1142); brokers before 4.1 tell of `client-metrics` alone. */
export async function listConfigResources(
  cluster: Cluster,
  types: readonly ConfigResourceType[],
  options: OperationOptions,
): Promise<ConfigResource[]> {
  const about = 'Listing resources with configs';
  const onlyMetrics = types.length === 1 && types[0] === 'client-metrics';
  return await cluster.retrying(about, options, async () => {
    const node = await cluster.anyBroker(options.signal);
    const response = await node.request(
      listConfigResourcesApi,
      (version) =>
        version === 0 ? {} : { resourceTypes: types.map((type) => RESOURCE_TYPES[type]) },
      { signal: options.signal, versions: onlyMetrics ? {} : { min: 1 } },
    );
    requireSuccess(about, response);
    return response.configResources.map(({ resourceType, resourceName }) =>
      resourceOf(resourceType, resourceName),
    );
  });
}

/** A broker is asked about itself; everything else any broker knows. */
async function byResponsible<T>(
  cluster: Cluster,
  items: readonly T[],
  resourceOfItem: (item: T) => ConfigResource,
  { signal }: OperationOptions,
): Promise<Map<BrokerNode, T[]>> {
  const anyBroker = await cluster.anyBroker(signal);
  const ofOneBroker = ({ type, name }: ConfigResource): boolean =>
    (type === 'broker' || type === 'broker-logger') && name !== '';
  if (items.some((item) => ofOneBroker(resourceOfItem(item)))) {
    await cluster.refresh([], signal);
  }
  return groupBy(items, (item) => {
    const resource = resourceOfItem(item);
    if (!ofOneBroker(resource)) return anyBroker;
    const node = cluster.node(Number(resource.name));
    if (node !== undefined) return node;
    throw clientError('INVALID_ARGUMENT', `There is no broker ${resource.name}.`);
  });
}

/** As items of PartialFailure are named: a topic by its name, everything else with its type. */
function nameOf({ type, name }: ConfigResource): string {
  return type === 'topic' ? name : `${type}:${name}`;
}

function resourceOf(number: number, name: string): ConfigResource {
  const types = Object.keys(RESOURCE_TYPES) as ConfigResourceType[];
  return { type: types.find((type) => RESOURCE_TYPES[type] === number) ?? 'topic', name };
}
