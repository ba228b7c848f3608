/**
 * What the APIs that describe and alter configs have in common: resources, who may be asked about
 * them, and errors of one resource.
 *
 * Owns: the mapping from a resource on the wire to an entity of {@link EntityConfigs}, and that
 * from errors to error codes.
 */
import { ErrorCode } from '@zurau/protocol';
import { definitionOf, type BrokerConfig } from '../config/broker-config.ts';
import { ConfigError } from '../config/config-error.ts';
import { checkDynamicOverrides, type DynamicScope } from '../config/dynamic-config.ts';
import type { ConfigDefinition } from '../config/definition.ts';
import {
  ALL_BROKERS,
  type ConfigEntity,
  type EntityConfigs,
  type Overrides,
} from '../config/entity-configs.ts';
import { groupConfigProblem, groupDefinitionByKey } from '../config/group-config.ts';
import { topicDefinitionByKey, validateTopicConfig } from '../config/topic-config.ts';
import type { Logger } from '../logging.ts';
import { topicNameProblem } from '../metadata/topic-names.ts';

/** Types of resources that have configs, by their number on the wire. */
export const ResourceType: {
  readonly TOPIC: 2;
  readonly BROKER: 4;
  readonly BROKER_LOGGER: 8;
  readonly CLIENT_METRICS: 16;
  /** Known to clients since Kafka 4. */
  readonly GROUP: 32;
} = { TOPIC: 2, BROKER: 4, BROKER_LOGGER: 8, CLIENT_METRICS: 16, GROUP: 32 };

export interface ConfigApiDependencies {
  readonly config: BrokerConfig;
  readonly entityConfigs: EntityConfigs;
  readonly brokerId: number;
  /** Which topics exist. */
  readonly topics: { topic(name: string): unknown };
  readonly logger: Logger;
}

/** The answer about one resource is this error; others of the request are not affected. */
export class ResourceError extends Error {
  readonly errorCode: number;

  constructor(errorCode: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ResourceError';
    this.errorCode = errorCode;
  }
}

/** A resource whose configs can be altered: where its overrides are, and what they may be. */
export interface AlterableResource {
  readonly entity: ConfigEntity;
  definitionOf(key: string): ConfigDefinition | undefined;
  /** Throws {@link ResourceError}. */
  check(overrides: Overrides): void;
}

/** Throws {@link ResourceError} when there is no such resource here. */
export function alterableResource(
  { config, brokerId, topics }: ConfigApiDependencies,
  resourceType: number,
  resourceName: string,
): AlterableResource {
  switch (resourceType) {
    case ResourceType.TOPIC:
      if (resourceName === '') {
        throw new ResourceError(ErrorCode.INVALID_REQUEST, 'A topic must be named');
      }
      // Names a place in the store, which is read first.
      if (topicNameProblem(resourceName) !== undefined) throw unknownTopic(resourceName);
      return {
        entity: { type: 'topics', name: resourceName },
        definitionOf: (key) => topicDefinitionByKey.get(key),
        check(overrides) {
          if (topics.topic(resourceName) === undefined) throw unknownTopic(resourceName);
          const problem = validateTopicConfig(overrides, config);
          if (problem !== undefined) throw new ResourceError(ErrorCode.INVALID_CONFIG, problem);
        },
      };
    case ResourceType.BROKER: {
      const isDefault = resourceName === '';
      if (!isDefault) checkBrokerId(resourceName, brokerId);
      const scope: DynamicScope = isDefault ? 'clusterDefaults' : 'broker';
      return {
        entity: isDefault ? ALL_BROKERS : { type: 'brokers', name: String(brokerId) },
        definitionOf,
        check(overrides) {
          try {
            checkDynamicOverrides(config, scope, overrides);
          } catch (error) {
            // Kafka answers INVALID_REQUEST here, where INVALID_CONFIG would say more.
            throw asResourceError(error, ErrorCode.INVALID_REQUEST);
          }
        },
      };
    }
    case ResourceType.GROUP:
      checkGroupId(resourceName);
      return {
        entity: { type: 'groups', name: resourceName },
        definitionOf: (key) => groupDefinitionByKey.get(key),
        check(overrides) {
          const problem = groupConfigProblem(config, overrides);
          if (problem !== undefined) throw new ResourceError(ErrorCode.INVALID_CONFIG, problem);
        },
      };
    default:
      throw new ResourceError(
        ErrorCode.INVALID_REQUEST,
        `Configs can be altered for topics, brokers and groups, not for resource type ${resourceType}`,
      );
  }
}

function unknownTopic(name: string): ResourceError {
  return new ResourceError(
    ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
    `The topic '${name}' does not exist`,
  );
}

/** Groups have no defaults of their own: those are the broker's. Throws {@link ResourceError}. */
export function checkGroupId(resourceName: string): void {
  if (resourceName !== '') return;
  throw new ResourceError(ErrorCode.INVALID_REQUEST, 'Default group resources are not allowed.');
}

/** A broker answers for itself only. Throws {@link ResourceError}. */
export function checkBrokerId(resourceName: string, brokerId: number): void {
  if (!/^-?\d+$/.test(resourceName)) {
    throw new ResourceError(
      ErrorCode.INVALID_REQUEST,
      `A broker id must be a whole number, not '${resourceName}'`,
    );
  }
  if (Number(resourceName) !== brokerId) {
    throw new ResourceError(
      ErrorCode.INVALID_REQUEST,
      `This is broker ${brokerId}, which cannot answer for broker ${resourceName}`,
    );
  }
}

/**
 * What went wrong with a resource, for the client: of configs `configErrorCode`, of anything
 * unexpected no detail but a line in the log.
 */
export function answerTo(
  error: unknown,
  configErrorCode: number,
  logger: Logger,
): { errorCode: number; errorMessage: string } {
  try {
    const { errorCode, message } = asResourceError(error, configErrorCode);
    return { errorCode, errorMessage: message };
  } catch (unexpected) {
    logger.error({ err: unexpected }, 'configs of a resource could not be read or altered');
    return {
      errorCode: ErrorCode.UNKNOWN_SERVER_ERROR,
      errorMessage: 'The configs could not be read or altered; the broker has logged why',
    };
  }
}

/** Throws what is neither an error of configs nor of a resource. */
function asResourceError(error: unknown, configErrorCode: number): ResourceError {
  if (error instanceof ResourceError) return error;
  if (error instanceof ConfigError) {
    return new ResourceError(configErrorCode, error.message, { cause: error });
  }
  throw error;
}
