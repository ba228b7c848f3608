/** Configs of topics and brokers: describe, alter. */
import { describeConfigsApi, incrementalAlterConfigsApi } from '@zurau/protocol';
import type { BrokerNode } from '../cluster/broker-node.ts';
import type { Cluster, OperationOptions } from '../cluster/cluster.ts';
import { clientError } from '../errors.ts';
import { groupBy } from '../group-by.ts';
import { outcomeOf, requireSuccess, throwFailures } from './results.ts';

/** What has configs. A broker without an id stands for the defaults of all brokers. */
export type ConfigResource =
  | { readonly type: 'topic'; readonly name: string }
  | { readonly type: 'broker'; readonly name: string };

/** Where a value comes from, Kafka's names in lower case. */
export type ConfigSource =
  'topic' | 'dynamic-broker' | 'dynamic-default-broker' | 'static-broker' | 'default' | 'unknown';

export interface ConfigEntry {
  readonly name: string;
  /** Null when it has none, or must not be shown. */
  readonly value: string | null;
  readonly source: ConfigSource;
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

const RESOURCE_TYPES = { topic: 2, broker: 4 } as const;
const OPERATIONS = { set: 0, delete: 1, append: 2, subtract: 3 } as const;
const SOURCES: readonly ConfigSource[] = [
  'unknown',
  'topic',
  'dynamic-broker',
  'dynamic-default-broker',
  'static-broker',
  'default',
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
    const descriptions: ConfigDescription[] = [];
    for (const [node, asked] of byNode) {
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
      for (const result of response.results) {
        requireSuccess(`Describing configs of ${result.resourceName}`, result);
        descriptions.push({
          resource: resourceOf(result.resourceType, result.resourceName),
          entries: result.configs.map((config) => ({
            name: config.name,
            value: config.value,
            source: SOURCES[config.configSource] ?? 'unknown',
            isSensitive: config.isSensitive,
            isReadOnly: config.readOnly,
            documentation: config.documentation,
            synonyms: config.synonyms.map(({ name, value, source }) => ({
              name,
              value,
              source: SOURCES[source] ?? 'unknown',
            })),
          })),
        });
      }
    }
    return descriptions;
  });
}

/** Changes only what is named (KIP-339). */
export async function alterConfigs(
  cluster: Cluster,
  changes: readonly ConfigChanges[],
  options: OperationOptions & { readonly validateOnly?: boolean },
): Promise<void> {
  await cluster.retrying('Altering configs', options, async () => {
    const byNode = await byResponsible(cluster, changes, ({ resource }) => resource, options);
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
      throwFailures(
        response.responses.map((result) =>
          outcomeOf(result.resourceName, `Altering configs of ${result.resourceName}`, result),
        ),
      );
    }
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
  const ids = items
    .map(resourceOfItem)
    .filter(({ type, name }) => type === 'broker' && name !== '');
  if (ids.length > 0) await cluster.refresh([], signal);
  return groupBy(items, (item) => {
    const { type, name } = resourceOfItem(item);
    if (type === 'topic' || name === '') return anyBroker;
    const node = cluster.node(Number(name));
    if (node !== undefined) return node;
    throw clientError('INVALID_ARGUMENT', `There is no broker ${name}.`);
  });
}

function resourceOf(type: number, name: string): ConfigResource {
  return { type: type === RESOURCE_TYPES.broker ? 'broker' : 'topic', name };
}
