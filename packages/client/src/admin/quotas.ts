/** Quotas of users, client ids and addresses (KIP-546, KIP-612). */
import { alterClientQuotasApi, describeClientQuotasApi } from '@zurau/protocol';
import type { Cluster, OperationOptions } from '../cluster/cluster.ts';
import { outcomeOf, requireSuccess, throwFailures } from './results.ts';

/** Whom a quota is for. Null stands for those that have none of their own: `{ user: null }` is the default of all users. */
export interface QuotaEntity {
  readonly user?: string | null;
  readonly clientId?: string | null;
  readonly ip?: string | null;
}

/** A name, `default` for the entity that stands for all others, or `any` for both. */
export type QuotaMatch = { readonly name: string } | 'default' | 'any';

export interface QuotaFilter {
  readonly user?: QuotaMatch;
  readonly clientId?: QuotaMatch;
  readonly ip?: QuotaMatch;
  /** Leaves out entities that have more parts than are asked for. */
  readonly strict?: boolean;
}

export interface ClientQuotas {
  readonly entity: QuotaEntity;
  /** By Kafka's names: `producer_byte_rate`, `consumer_byte_rate`, `request_percentage`, `controller_mutation_rate`, `connection_creation_rate`. */
  readonly quotas: Readonly<Record<string, number>>;
}

export interface QuotaChange {
  readonly entity: QuotaEntity;
  /** Null removes; names that are left out stay as they are. */
  readonly quotas: Readonly<Record<string, number | null>>;
}

const ENTITY_TYPES = { user: 'user', clientId: 'client-id', ip: 'ip' } as const;
type Part = keyof typeof ENTITY_TYPES;
const PARTS = Object.keys(ENTITY_TYPES) as Part[];

const MATCH = { exact: 0, default: 1, any: 2 } as const;

export async function describeClientQuotas(
  cluster: Cluster,
  filter: QuotaFilter,
  options: OperationOptions,
): Promise<ClientQuotas[]> {
  const about = 'Describing client quotas';
  const components = PARTS.flatMap((part) => {
    const match = filter[part];
    if (match === undefined) return [];
    const entityType = ENTITY_TYPES[part];
    const isName = typeof match !== 'string';
    const matchType = isName ? MATCH.exact : MATCH[match];
    return [{ entityType, matchType, match: isName ? match.name : null }];
  });
  return await cluster.retrying(about, options, async () => {
    const node = await cluster.anyBroker(options.signal);
    const response = await node.request(
      describeClientQuotasApi,
      { components, strict: filter.strict ?? false },
      { signal: options.signal },
    );
    requireSuccess(about, response);
    return (response.entries ?? []).map(({ entity, values }) => ({
      entity: entityOf(entity),
      quotas: Object.fromEntries(values.map(({ key, value }) => [key, value])),
    }));
  });
}

/** Rejects with PartialFailure, whose items are named like `user=alice,client-id=` (an empty name is the default). */
export async function alterClientQuotas(
  cluster: Cluster,
  changes: readonly QuotaChange[],
  options: OperationOptions & { readonly validateOnly?: boolean },
): Promise<void> {
  const about = 'Altering client quotas';
  await cluster.retrying(about, options, async () => {
    const node = await cluster.anyBroker(options.signal);
    const response = await node.request(
      alterClientQuotasApi,
      {
        entries: changes.map(({ entity, quotas }) => ({
          entity: PARTS.flatMap((part) => {
            const entityName = entity[part];
            return entityName === undefined ? [] : [{ entityType: ENTITY_TYPES[part], entityName }];
          }),
          ops: Object.entries(quotas).map(([key, value]) => ({
            key,
            value: value ?? 0,
            remove: value === null,
          })),
        })),
        validateOnly: options.validateOnly ?? false,
      },
      { signal: options.signal },
    );
    throwFailures(
      response.entries.map((entry) => {
        const name = entry.entity
          .map(({ entityType, entityName }) => `${entityType}=${entityName ?? ''}`)
          .join(',');
        return outcomeOf(name, `${about} of ${name}`, entry);
      }),
    );
  });
}

function entityOf(
  parts: readonly { readonly entityType: string; readonly entityName: string | null }[],
): QuotaEntity {
  const entity: Partial<Record<Part, string | null>> = {};
  for (const { entityType, entityName } of parts) {
    const part = PARTS.find((name) => ENTITY_TYPES[name] === entityType);
    if (part !== undefined) entity[part] = entityName;
  }
  return entity;
}
