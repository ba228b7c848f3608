/**
 * Dynamic configs: `/config/TYPE/NAME` and the notifications that tell brokers to read them again, `/config/changes`.
 *
 * Owns: paths and contents of these nodes, as Apache Kafka 3.9 writes them; groups, which have configs since Kafka 4, alike.
 */
import { encodeJson, ZnodeError, ZnodeObject } from './json.ts';

export type ConfigEntityType = 'topics' | 'brokers' | 'clients' | 'users' | 'ips' | 'groups';

export const CONFIG_ENTITY_TYPES: readonly ConfigEntityType[] = [
  'topics',
  'clients',
  'users',
  'brokers',
  'ips',
];

/** The entity whose config is the default of its type. */
export const DEFAULT_ENTITY = '<default>';

/** `/config/TYPE`. */
export const configTypeZnode = {
  path: (type: ConfigEntityType): string => `/config/${type}`,
};

/** `/config/TYPE/NAME`: the overrides of one entity. */
export const configZnode = {
  path: (type: ConfigEntityType, name: string): string =>
    `${configTypeZnode.path(type)}/${nodeName(type, name)}`,
  encode: (config: Readonly<Record<string, string>>): Buffer => encodeJson({ version: 1, config }),
  /** An empty node has no overrides. Throws ZnodeError. */
  decode(type: ConfigEntityType, name: string, data: Buffer): Record<string, string> {
    if (data.length === 0) return {};
    const json = ZnodeObject.parse(configZnode.path(type, name), data);
    if (!json.has('config')) return {};
    const config = json.object('config');
    return Object.fromEntries(config.keys().map((key) => [key, config.string(key)]));
  },
};

/** The name of an entity's node. Ids of groups are free text, which is written as in a URL; other names are what they are. */
function nodeName(type: ConfigEntityType, name: string): string {
  if (type !== 'groups') return name;
  const encoded = encodeURIComponent(name);
  return /^\.+$/.test(encoded) ? encoded.replaceAll('.', '%2E') : encoded;
}

/** The entity that a node's name stands for. Throws ZnodeError. */
export function entityNameOf(type: ConfigEntityType, node: string): string {
  if (type !== 'groups') return node;
  try {
    return decodeURIComponent(node);
  } catch {
    throw new ZnodeError(configTypeZnode.path(type), `${node} is no name of a group`);
  }
}

/** `/config/changes/config_change_N`, sequential: the entity whose config changed. */
export const configChangeZnode = {
  parent: '/config/changes',
  prefix: '/config/changes/config_change_',
  encode: (type: ConfigEntityType, name: string): Buffer =>
    encodeJson({ version: 2, entity_path: `${type}/${nodeName(type, name)}` }),
  /** `topics/T`, `users/U/clients/C`; undefined in the old format, which no living broker writes. Throws ZnodeError. */
  decode: (data: Buffer): string | undefined =>
    ZnodeObject.parse('/config/changes', data).stringOr('entity_path', undefined),
};
