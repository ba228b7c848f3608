/** KafkaJS's admin client: configs of topics and brokers. */
import type {
  ConfigEntry,
  ConfigResourceType,
  ConfigSource as EngineSource,
} from '../admin/configs.ts';
import { type AdminAccess, ask } from './admin-calls.ts';
import { checkList, checkNumber, refuse } from './admin-checks.ts';
import type { Admin, ConfigEntries, IResourceConfig, ResourceConfigQuery } from './admin-types.ts';
import { ConfigResourceTypes, ConfigSource } from './constants.ts';

const RESOURCES: Readonly<Record<number, ConfigResourceType>> = {
  [ConfigResourceTypes.TOPIC]: 'topic',
  [ConfigResourceTypes.BROKER]: 'broker',
  [ConfigResourceTypes.BROKER_LOGGER]: 'broker-logger',
};

const SOURCES: Readonly<Partial<Record<EngineSource, ConfigSource>>> = {
  topic: ConfigSource.TOPIC_CONFIG,
  'dynamic-broker': ConfigSource.DYNAMIC_BROKER_CONFIG,
  'dynamic-default-broker': ConfigSource.DYNAMIC_DEFAULT_BROKER_CONFIG,
  'static-broker': ConfigSource.STATIC_BROKER_CONFIG,
  default: ConfigSource.DEFAULT_CONFIG,
  'dynamic-broker-logger': ConfigSource.DYNAMIC_BROKER_LOGGER_CONFIG,
};

export function configMethods(
  access: AdminAccess,
): Pick<Admin, 'describeConfigs' | 'alterConfigs'> {
  return {
    describeConfigs: async ({ resources, includeSynonyms }) => {
      checkResources(resources);
      for (const resource of resources) {
        const { configNames } = resource;
        if (configNames === undefined || configNames === null || Array.isArray(configNames))
          continue;
        const about = `Invalid resource configNames ${String(configNames)}`;
        refuse(`${about}: ${JSON.stringify(resource)}`);
      }
      const described = await Promise.all(
        resources.map((resource) => describe(access, resource, includeSynonyms ?? false)),
      );
      return { resources: described, throttleTime: 0 };
    },

    alterConfigs: async ({ resources, validateOnly }) => {
      checkResources(resources);
      checkEntries(resources);
      const replacements = resources.map(({ type, name, configEntries }) => ({
        resource: { type: resourceType(type), name },
        configs: Object.fromEntries(configEntries.map((entry) => [entry.name, entry.value])),
      }));
      await ask(access, (engine, options) =>
        engine.replaceConfigs(replacements, { ...options, validateOnly: Boolean(validateOnly) }),
      );
      return {
        resources: resources.map(({ type, name }) => ({
          errorCode: 0,
          errorMessage: null,
          resourceName: name,
          resourceType: type,
        })),
      };
    },
  };
}

async function describe(
  access: AdminAccess,
  { type, name, configNames }: ResourceConfigQuery,
  synonyms: boolean,
): Promise<Awaited<ReturnType<Admin['describeConfigs']>>['resources'][number]> {
  const names = configNames ?? [];
  const [description] = await ask(access, (engine, options) =>
    engine.describeConfigs([{ type: resourceType(type), name }], {
      ...options,
      synonyms,
      ...(names.length === 0 ? {} : { names }),
    }),
  );
  return {
    configEntries: (description?.entries ?? []).map(entryOf),
    errorCode: 0,
    errorMessage: '',
    resourceName: name,
    resourceType: type,
  };
}

/** Values are null where there is none to show, whatever KafkaJS's type says. */
function entryOf(entry: ConfigEntry): ConfigEntries {
  const { name, value, source, isReadOnly, isSensitive, synonyms } = entry;
  return {
    configName: name,
    configValue: value as string,
    isDefault: source === 'default',
    configSource: sourceOf(source),
    isSensitive,
    readOnly: isReadOnly,
    configSynonyms: synonyms.map((synonym) => ({
      configName: synonym.name,
      configValue: synonym.value as string,
      configSource: sourceOf(synonym.source),
    })),
  };
}

function sourceOf(source: EngineSource): ConfigSource {
  return SOURCES[source] ?? ConfigSource.UNKNOWN;
}

function resourceType(type: number): ConfigResourceType {
  const known = RESOURCES[type];
  if (known === undefined) refuse(`Invalid resource type ${type}`);
  return known;
}

function checkResources(resources: readonly { type: unknown; name: unknown }[]): void {
  checkList(resources, 'resources array');
  if (resources.length === 0) refuse('Resources array cannot be empty');
  for (const resource of resources) {
    checkNumber(ConfigResourceTypes, resource.type, 'resource type', resource);
  }
  for (const resource of resources) {
    if (typeof resource.name === 'string' && resource.name !== '') continue;
    refuse(`Invalid resource name ${String(resource.name)}: ${JSON.stringify(resource)}`);
  }
}

function checkEntries(resources: readonly IResourceConfig[]): void {
  for (const resource of resources) {
    const entries: unknown = resource.configEntries;
    if (!Array.isArray(entries)) {
      const about = `Invalid resource configEntries ${String(entries)}`;
      refuse(`${about}: ${JSON.stringify(resource)}`);
    }
    for (const { name, value } of entries as Record<string, unknown>[]) {
      if (typeof name === 'string' && typeof value === 'string') continue;
      refuse(`Invalid resource config value: ${JSON.stringify(resource)}`);
    }
  }
}
