/**
 * How AlterConfigs and IncrementalAlterConfigs treat a request: resource by resource, each with a
 * result of its own.
 *
 * Owns: the order of checks and writes. What a request does to the overrides of a resource is up to
 * the API.
 */
import { ErrorCode } from '@zurau/protocol';
import type { Overrides } from '../config/entity-configs.ts';
import {
  alterableResource,
  answerTo,
  ResourceError,
  type AlterableResource,
  type ConfigApiDependencies,
} from './config-resource.ts';

interface RequestedResource {
  readonly resourceType: number;
  readonly resourceName: string;
  readonly configs: readonly { readonly name: string; readonly value: string | null }[];
}

export interface AlteredResource {
  readonly resourceType: number;
  readonly resourceName: string;
  readonly errorCode: number;
  readonly errorMessage: string | null;
}

/**
 * Returns the overrides that should replace `current`. Throws ConfigError or {@link ResourceError}.
 */
export type ChangeOf<R> = (
  resource: R,
  target: AlterableResource,
) => (current: Overrides) => Overrides;

/** Alters all resources of a request, or with `validateOnly` none, and answers as if it had. */
export async function alterConfigResources<R extends RequestedResource>(
  dependencies: ConfigApiDependencies,
  request: { readonly resources: readonly R[]; readonly validateOnly: boolean },
  changeOf: ChangeOf<R>,
): Promise<AlteredResource[]> {
  const counts = new Map<string, number>();
  for (const resource of request.resources) {
    counts.set(identity(resource), (counts.get(identity(resource)) ?? 0) + 1);
  }
  const results: AlteredResource[] = [];
  for (const resource of request.resources) {
    const { resourceType, resourceName } = resource;
    let result: { errorCode: number; errorMessage: string | null };
    try {
      if (counts.get(identity(resource)) !== 1) {
        throw new ResourceError(
          ErrorCode.INVALID_REQUEST,
          'Each resource may appear only once in a request',
        );
      }
      await alterResource(dependencies, resource, request.validateOnly, changeOf);
      result = { errorCode: ErrorCode.NONE, errorMessage: null };
    } catch (error) {
      result = answerTo(error, ErrorCode.INVALID_CONFIG, dependencies.logger);
    }
    results.push({ resourceType, resourceName, ...result });
  }
  return results;
}

async function alterResource<R extends RequestedResource>(
  dependencies: ConfigApiDependencies,
  resource: R,
  validateOnly: boolean,
  changeOf: ChangeOf<R>,
): Promise<void> {
  const names = resource.configs.map(({ name }) => name);
  if (new Set(names).size < names.length) {
    throw new ResourceError(
      ErrorCode.INVALID_REQUEST,
      'Each config may appear only once for a resource',
    );
  }
  const target = alterableResource(dependencies, resource.resourceType, resource.resourceName);
  const change = changeOf(resource, target);
  const checkedChange = (current: Overrides): Overrides => {
    const overrides = change(current);
    target.check(overrides);
    return overrides;
  };
  const { entityConfigs, logger } = dependencies;
  if (validateOnly) {
    checkedChange(await entityConfigs.read(target.entity));
    return;
  }
  await entityConfigs.alter(target.entity, checkedChange);
  logger.info({ ...target.entity, configs: names }, 'configs altered');
}

/** The value of a config that must have one. Throws {@link ResourceError}. */
export function requiredValue(config: {
  readonly name: string;
  readonly value: string | null;
}): string {
  if (config.value === null) {
    throw new ResourceError(ErrorCode.INVALID_REQUEST, `${config.name} must have a value`);
  }
  return config.value;
}

function identity({ resourceType, resourceName }: RequestedResource): string {
  return `${resourceType}/${resourceName}`;
}
