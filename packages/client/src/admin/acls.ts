/** Access control lists: who may do what (KIP-11, KIP-290). Any broker takes them. */
import { createAclsApi, deleteAclsApi, describeAclsApi, ErrorCode } from '@zurau/protocol';
import type { Cluster, OperationOptions } from '../cluster/cluster.ts';
import { aclOperationName, ACL_OPERATIONS, type AclOperation } from './acl-operations.ts';
import { requireSuccess, type Outcome, outcomeOf, throwFailures, valuesOf } from './results.ts';

const RESOURCE_TYPES = {
  any: 1,
  topic: 2,
  group: 3,
  cluster: 4,
  'transactional-id': 5,
  'delegation-token': 6,
  user: 7,
} as const;
const PATTERN_TYPES = { any: 1, match: 2, literal: 3, prefixed: 4 } as const;
const PERMISSIONS = { any: 1, deny: 2, allow: 3 } as const;

export type AclResourceType = Exclude<keyof typeof RESOURCE_TYPES, 'any'>;
/** How a resource's name is meant: as it is (`*` is all of them), or as the beginning of names. */
export type AclPatternType = 'literal' | 'prefixed';
export type AclPermission = 'allow' | 'deny';

/** One rule. */
export interface Acl {
  readonly resourceType: AclResourceType;
  /** `kafka-cluster` for the cluster. */
  readonly resourceName: string;
  readonly patternType: AclPatternType;
  /** `User:alice`. */
  readonly principal: string;
  /** An address, or `*`. */
  readonly host: string;
  readonly operation: AclOperation;
  readonly permission: AclPermission;
}

/** Which rules are meant; what is left out is not looked at. */
export interface AclFilter {
  readonly resourceType?: AclResourceType;
  readonly resourceName?: string;
  /** `match` finds all rules that apply to `resourceName`: literal, prefixed and `*`. */
  readonly patternType?: AclPatternType | 'match';
  readonly principal?: string;
  readonly host?: string;
  readonly operation?: AclOperation;
  readonly permission?: AclPermission;
}

/** Versions 0 know literal names only. */
const PATTERNS_VERSION_MIN = 1;

/** A rule that is there already is no error. Rejects with PartialFailure, whose items are named by their place in `acls`. */
export async function createAcls(
  cluster: Cluster,
  acls: readonly Acl[],
  options: OperationOptions,
): Promise<void> {
  const about = 'Creating ACLs';
  await cluster.retrying(about, options, async () => {
    const node = await cluster.anyBroker(options.signal);
    const { results } = await node.request(
      createAclsApi,
      {
        creations: acls.map((acl) => ({
          resourceType: RESOURCE_TYPES[acl.resourceType],
          resourceName: acl.resourceName,
          resourcePatternType: PATTERN_TYPES[acl.patternType],
          principal: acl.principal,
          host: acl.host,
          operation: ACL_OPERATIONS[acl.operation],
          permissionType: PERMISSIONS[acl.permission],
        })),
      },
      { signal: options.signal, versions: { min: PATTERNS_VERSION_MIN } },
    );
    throwFailures(results.map((result, index) => outcomeOf(String(index), about, result)));
  });
}

export async function describeAcls(
  cluster: Cluster,
  filter: AclFilter,
  options: OperationOptions,
): Promise<Acl[]> {
  const about = 'Describing ACLs';
  return await cluster.retrying(about, options, async () => {
    const node = await cluster.anyBroker(options.signal);
    const response = await node.request(describeAclsApi, filterOf(filter), {
      signal: options.signal,
      versions: { min: PATTERNS_VERSION_MIN },
    });
    requireSuccess(about, response);
    return response.resources.flatMap(({ acls, ...resource }) =>
      acls.map((acl) => aclOf({ ...resource, ...acl })),
    );
  });
}

/**
 * Deletes what each filter finds; resolves with what was deleted, by filter. Rejects with PartialFailure, whose items are named by the
 * filter's place.
 */
export async function deleteAcls(
  cluster: Cluster,
  filters: readonly AclFilter[],
  options: OperationOptions,
): Promise<Acl[][]> {
  const about = 'Deleting ACLs';
  return await cluster.retrying(about, options, async () => {
    const node = await cluster.anyBroker(options.signal);
    const response = await node.request(
      deleteAclsApi,
      { filters: filters.map(filterOf) },
      { signal: options.signal, versions: { min: PATTERNS_VERSION_MIN } },
    );
    const outcomes = response.filterResults.map((result, index): Outcome<Acl[]> => {
      const failed =
        result.errorCode === ErrorCode.NONE
          ? result.matchingAcls.find(({ errorCode }) => errorCode !== ErrorCode.NONE)
          : undefined;
      return outcomeOf(String(index), about, failed ?? result, result.matchingAcls.map(aclOf));
    });
    return valuesOf(outcomes);
  });
}

function filterOf(filter: AclFilter): {
  resourceTypeFilter: number;
  resourceNameFilter: string | null;
  patternTypeFilter: number;
  principalFilter: string | null;
  hostFilter: string | null;
  operation: number;
  permissionType: number;
} {
  return {
    resourceTypeFilter: RESOURCE_TYPES[filter.resourceType ?? 'any'],
    resourceNameFilter: filter.resourceName ?? null,
    patternTypeFilter: PATTERN_TYPES[filter.patternType ?? 'any'],
    principalFilter: filter.principal ?? null,
    hostFilter: filter.host ?? null,
    operation: filter.operation === undefined ? ANY_OPERATION : ACL_OPERATIONS[filter.operation],
    permissionType: PERMISSIONS[filter.permission ?? 'any'],
  };
}

const ANY_OPERATION = 1;

function aclOf(acl: {
  resourceType: number;
  resourceName: string;
  patternType: number;
  principal: string;
  host: string;
  operation: number;
  permissionType: number;
}): Acl {
  return {
    resourceType: nameOf(RESOURCE_TYPES, acl.resourceType) as AclResourceType,
    resourceName: acl.resourceName,
    patternType: nameOf(PATTERN_TYPES, acl.patternType) as AclPatternType,
    principal: acl.principal,
    host: acl.host,
    operation: aclOperationName(acl.operation),
    permission: nameOf(PERMISSIONS, acl.permissionType) as AclPermission,
  };
}

/** A number that is newer than this client is shown as it is. */
function nameOf(names: Readonly<Record<string, number>>, number: number): string {
  return Object.keys(names).find((name) => names[name] === number) ?? String(number);
}
