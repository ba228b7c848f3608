/**
 * DescribeConfigs (key 32): every config of a resource with its value, source, synonyms and
 * documentation.
 */
import { describeConfigsApi, ErrorCode } from '@zurau/protocol';
import type {
  CreateTopicsResponseCreatableTopicConfigsInput,
  DescribeConfigsRequest,
  DescribeConfigsRequestDescribeConfigsResource,
  DescribeConfigsResponseDescribeConfigsResourceResultInput,
  DescribeConfigsResponseDescribeConfigsResultInput,
} from '@zurau/protocol';
import type { BrokerConfig } from '../config/broker-config.ts';
import type { ConfigType } from '../config/definition.ts';
import {
  describeBroker,
  describeClusterDefaults,
  describeGroup,
  describeTopic,
  type ConfigSource,
  type DescribedConfig,
} from '../config/describe.ts';
import type { TopicOverrides } from '../config/topic-config.ts';
import {
  answerTo,
  checkBrokerId,
  checkGroupId,
  ResourceError,
  ResourceType,
  type ConfigApiDependencies,
} from './config-resource.ts';
import { COSTLY_IN_FLIGHT_MAX, defineHandler, type ApiHandler } from './handler.ts';

type ConfigResult = DescribeConfigsResponseDescribeConfigsResourceResultInput;

export function describeConfigsHandler(dependencies: ConfigApiDependencies): ApiHandler {
  return defineHandler(
    describeConfigsApi,
    { min: 0, max: 4, overlap: 'pipelined', inFlightMax: COSTLY_IN_FLIGHT_MAX },
    async (request, { apiVersion }) => {
      const results: DescribeConfigsResponseDescribeConfigsResultInput[] = [];
      for (const resource of distinct(request.resources)) {
        results.push(await describeResource(dependencies, request, resource, apiVersion));
      }
      return { throttleTimeMs: 0, results };
    },
  );
}

/** Each once: a few bytes of request must not become many copies of a long answer. */
function distinct(
  resources: readonly DescribeConfigsRequestDescribeConfigsResource[],
): Iterable<DescribeConfigsRequestDescribeConfigsResource> {
  const byName = new Map<string, DescribeConfigsRequestDescribeConfigsResource>();
  for (const resource of resources) {
    const { resourceType, resourceName, configurationKeys } = resource;
    const isNumber = resourceType === ResourceType.BROKER && /^\d+$/.test(resourceName);
    const name = isNumber ? String(Number(resourceName)) : resourceName;
    const key = JSON.stringify([resourceType, name, configurationKeys ?? []]);
    if (!byName.has(key)) byName.set(key, resource);
  }
  return byName.values();
}

async function describeResource(
  dependencies: ConfigApiDependencies,
  request: DescribeConfigsRequest,
  resource: DescribeConfigsRequestDescribeConfigsResource,
  apiVersion: number,
): Promise<DescribeConfigsResponseDescribeConfigsResultInput> {
  const { resourceType, resourceName } = resource;
  try {
    const all = await configsOf(dependencies, resourceType, resourceName);
    const keys = resource.configurationKeys ?? [];
    const named = keys.length === 0 ? all : all.filter(({ name }) => keys.includes(name));
    return {
      errorCode: ErrorCode.NONE,
      errorMessage: '',
      resourceType,
      resourceName,
      configs: named.map((config) =>
        apiVersion === 0 ? oldestForm(config.result) : withoutUnasked(config.result, request),
      ),
    };
  } catch (error) {
    const answer = answerTo(error, ErrorCode.INVALID_CONFIG, dependencies.logger);
    return { ...answer, resourceType, resourceName, configs: [] };
  }
}

/** A config in the form of the newest version, with everything. */
interface NamedResult {
  readonly name: string;
  readonly result: ConfigResult;
}

async function configsOf(
  { config, entityConfigs, brokerId, topics, logger }: ConfigApiDependencies,
  resourceType: number,
  resourceName: string,
): Promise<NamedResult[]> {
  switch (resourceType) {
    case ResourceType.TOPIC: {
      checkTopicName(resourceName);
      if (topics.topic(resourceName) === undefined) {
        throw new ResourceError(
          ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
          `The topic '${resourceName}' does not exist`,
        );
      }
      await entityConfigs.refreshTopic(resourceName);
      return describeTopic(config, entityConfigs.topicOverrides(resourceName)).map(toResult);
    }
    case ResourceType.BROKER:
      if (resourceName === '') return describeClusterDefaults(config).map(toResult);
      checkBrokerId(resourceName, brokerId);
      return describeBroker(config).map(toResult);
    case ResourceType.BROKER_LOGGER:
      checkBrokerId(resourceName, brokerId);
      return [rootLogger(logger.level)];
    case ResourceType.GROUP:
      checkGroupId(resourceName);
      return describeGroup(config, entityConfigs.groupOverrides(resourceName)).map(toResult);
    default:
      throw new ResourceError(
        ErrorCode.INVALID_REQUEST,
        `Configs can be described for topics, brokers and groups, not for resource type ${resourceType}`,
      );
  }
}

function checkTopicName(name: string): void {
  if (/^[a-zA-Z0-9._-]{1,249}$/.test(name) && name !== '.' && name !== '..') return;
  throw new ResourceError(
    ErrorCode.INVALID_TOPIC_EXCEPTION,
    `'${name}' is no topic name: 1 to 249 letters, digits, '.', '_' and '-', and neither '.' nor '..'`,
  );
}

/** Numbers on the wire. */
const SOURCE_ID: Readonly<Record<ConfigSource | 'broker-logger', number>> = {
  topic: 1,
  'dynamic-broker': 2,
  'dynamic-default-broker': 3,
  'static-broker': 4,
  default: 5,
  'broker-logger': 6,
  group: 8,
};

const UNKNOWN_TYPE_ID = 0;

const TYPE_ID: Readonly<Record<ConfigType, number>> = {
  boolean: 1,
  string: 2,
  int: 3,
  short: 4,
  long: 5,
  double: 6,
  list: 7,
  class: 8,
  password: 9,
};

function toResult(config: DescribedConfig): NamedResult {
  const { name } = config;
  const result: ConfigResult = {
    name,
    value: config.value,
    readOnly: config.readOnly,
    configSource: SOURCE_ID[config.source],
    isSensitive: config.sensitive,
    synonyms: config.synonyms.map((synonym) => ({
      name: synonym.name,
      value: synonym.value,
      source: SOURCE_ID[synonym.source],
    })),
    configType: config.type === undefined ? UNKNOWN_TYPE_ID : TYPE_ID[config.type],
    documentation: config.documentation,
  };
  return { name, result };
}

/** All configs of a topic with these overrides, as CreateTopics shows them. */
export function createdTopicConfigs(
  config: BrokerConfig,
  overrides: TopicOverrides,
): CreateTopicsResponseCreatableTopicConfigsInput[] {
  return describeTopic(config, overrides).map(({ name, value, readOnly, source, sensitive }) => ({
    name,
    value,
    readOnly,
    configSource: SOURCE_ID[source],
    isSensitive: sensitive,
  }));
}

function withoutUnasked(result: ConfigResult, request: DescribeConfigsRequest): ConfigResult {
  return {
    ...result,
    synonyms: request.includeSynonyms ? (result.synonyms ?? []) : [],
    documentation: request.includeDocumentation ? (result.documentation ?? null) : null,
  };
}

/** Version 0 knows only whether a value is the default. */
function oldestForm({
  name,
  value,
  readOnly,
  isSensitive,
  configSource,
}: ConfigResult): ConfigResult {
  return { name, value, readOnly, isSensitive, isDefault: configSource === SOURCE_ID.default };
}

/** The one logger whose level this broker tells; names of levels are those of log4j. */
function rootLogger(level: string): NamedResult {
  const name = 'root';
  const value = level === 'silent' ? 'OFF' : level.toUpperCase();
  const configSource = SOURCE_ID['broker-logger'];
  return { name, result: { name, value, readOnly: true, configSource, isSensitive: false } };
}
