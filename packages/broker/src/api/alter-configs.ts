/**
 * AlterConfigs (key 33): replaces all overrides of a resource. What is not named goes back to its
 * default.
 */
import { alterConfigsApi } from '@zurau/protocol';
import { alterConfigResources, requiredValue } from './alter-config-resources.ts';
import type { ConfigApiDependencies } from './config-resource.ts';
import { defineHandler, type ApiHandler } from './handler.ts';

export function alterConfigsHandler(dependencies: ConfigApiDependencies): ApiHandler {
  return defineHandler(alterConfigsApi, { min: 0, max: 2 }, async (request) => ({
    throttleTimeMs: 0,
    responses: await alterConfigResources(dependencies, request, ({ configs }) => {
      const overrides = Object.fromEntries(
        configs.map((config) => [config.name, requiredValue(config)]),
      );
      return () => overrides;
    }),
  }));
}
