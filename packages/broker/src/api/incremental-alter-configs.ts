/**
 * IncrementalAlterConfigs (key 44, KIP-339): changes single overrides of a resource and leaves the
 * others alone.
 */
import { ErrorCode, incrementalAlterConfigsApi } from '@zurau/protocol';
import type { IncrementalAlterConfigsRequestAlterableConfig } from '@zurau/protocol';
import { applyOperations, type ConfigOperation } from '../config/incremental-change.ts';
import { alterConfigResources, requiredValue } from './alter-config-resources.ts';
import { ResourceError, type ConfigApiDependencies } from './config-resource.ts';
import { defineHandler, type ApiHandler } from './handler.ts';

export function incrementalAlterConfigsHandler(dependencies: ConfigApiDependencies): ApiHandler {
  return defineHandler(incrementalAlterConfigsApi, { min: 0, max: 1 }, async (request) => ({
    throttleTimeMs: 0,
    responses: await alterConfigResources(dependencies, request, ({ configs }, target) => {
      const operations = configs.map(operationOf);
      return (current) => applyOperations(current, operations, (key) => target.definitionOf(key));
    }),
  }));
}

/** Throws {@link ResourceError}. */
function operationOf(config: IncrementalAlterConfigsRequestAlterableConfig): ConfigOperation {
  const { name: key, configOperation } = config;
  switch (configOperation) {
    case 0:
      return { type: 'set', key, value: requiredValue(config) };
    case 1:
      return { type: 'delete', key };
    case 2:
      return { type: 'append', key, value: requiredValue(config) };
    case 3:
      return { type: 'subtract', key, value: requiredValue(config) };
    default:
      throw new ResourceError(
        ErrorCode.INVALID_REQUEST,
        `Unknown operation ${configOperation} on ${key}`,
      );
  }
}
