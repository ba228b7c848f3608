/**
 * Changes of overrides key by key: set, delete, and for lists append and subtract (KIP-339).
 *
 * Owns: what these operations do to a set of overrides. Checks no values. Pure.
 */
import { ConfigError } from './config-error.ts';
import type { ConfigDefinition } from './definition.ts';

export type ConfigOperation =
  | { readonly type: 'set'; readonly key: string; readonly value: string }
  | { readonly type: 'delete'; readonly key: string }
  | { readonly type: 'append'; readonly key: string; readonly value: string }
  | { readonly type: 'subtract'; readonly key: string; readonly value: string };

/**
 * Returns the new overrides. Throws {@link ConfigError} when a list operation is asked of what is
 * no list.
 */
export function applyOperations(
  overrides: Readonly<Record<string, string>>,
  operations: readonly ConfigOperation[],
  definitionOf: (key: string) => ConfigDefinition | undefined,
): Record<string, string> {
  const result = new Map(Object.entries(overrides));
  for (const operation of operations) {
    switch (operation.type) {
      case 'set':
        result.set(operation.key, operation.value);
        break;
      case 'delete':
        result.delete(operation.key);
        break;
      case 'append':
      case 'subtract':
        result.set(operation.key, changeList(result, operation, definitionOf(operation.key)));
        break;
    }
  }
  return Object.fromEntries(result);
}

function changeList(
  overrides: ReadonlyMap<string, string>,
  operation: Extract<ConfigOperation, { type: 'append' | 'subtract' }>,
  definition: ConfigDefinition | undefined,
): string {
  const { key, type } = operation;
  if (definition === undefined) throw new ConfigError(`Unknown config name: ${key}`, key);
  if (definition.type !== 'list') {
    throw new ConfigError(`${key} is not a list, so nothing can be ${type}ed`, key);
  }
  // As in Kafka, a list that is not overridden starts from the default in the table, whatever
  // server.properties says.
  const before = elements(overrides.get(key) ?? definition.default ?? '');
  const named = elements(operation.value);
  const after =
    type === 'append'
      ? [...before, ...named.filter((element) => !before.includes(element))]
      : before.filter((element) => !named.includes(element));
  return after.join(',');
}

function elements(text: string): string[] {
  return text
    .split(',')
    .map((element) => element.trim())
    .filter((element) => element !== '');
}
