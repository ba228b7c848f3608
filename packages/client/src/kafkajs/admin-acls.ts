/** KafkaJS's admin client: access control lists. */
import type { Acl as EngineAcl, AclFilter as EngineFilter } from '../admin/acls.ts';
import { ACL_OPERATIONS } from '../admin/acl-operations.ts';
import { type AdminAccess, ask } from './admin-calls.ts';
import { checkNumber, refuse } from './admin-checks.ts';
import type { AclEntry, AclFilter, Admin, DescribeAclResource } from './admin-types.ts';
import {
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  ResourcePatternTypes,
} from './constants.ts';

const RESOURCES: Readonly<Record<EngineAcl['resourceType'], number>> = {
  topic: AclResourceTypes.TOPIC,
  group: AclResourceTypes.GROUP,
  cluster: AclResourceTypes.CLUSTER,
  'transactional-id': AclResourceTypes.TRANSACTIONAL_ID,
  'delegation-token': AclResourceTypes.DELEGATION_TOKEN,
  user: AclResourceTypes.UNKNOWN,
};
const PATTERNS = {
  match: ResourcePatternTypes.MATCH,
  literal: ResourcePatternTypes.LITERAL,
  prefixed: ResourcePatternTypes.PREFIXED,
} as const;
const PERMISSIONS = { deny: AclPermissionTypes.DENY, allow: AclPermissionTypes.ALLOW } as const;

/** Numbers that stand for no restriction. */
const ANY = 1;

export function aclMethods(
  access: AdminAccess,
): Pick<Admin, 'createAcls' | 'describeAcls' | 'deleteAcls'> {
  return {
    createAcls: async ({ acl }) => {
      if (!Array.isArray(acl)) refuse(`Invalid ACL array ${String(acl)}`);
      if (acl.length === 0) refuse('Empty ACL array');
      for (const [field, what] of TEXTS) {
        if (acl.some((entry) => typeof entry[field] !== 'string')) {
          refuse(`Invalid ACL array, the ${what}s have to be a valid string`);
        }
      }
      for (const entry of acl) checkNumbers(entry, 'resource pattern type', entry);
      const rules = acl.map(ruleOf);
      await ask(access, (engine, options) => engine.createAcls(rules, options));
      return true;
    },

    describeAcls: async (filter) => {
      for (const [field, what] of TEXTS) {
        if (filter[field] === undefined || typeof filter[field] === 'string') continue;
        refuse(`Invalid ${what}, the ${what} have to be a valid string`);
      }
      checkNumbers(filter, 'resource pattern filter type');
      const rules = await ask(access, (engine, options) =>
        engine.describeAcls(filterOf(filter), options),
      );
      return { throttleTime: 0, errorCode: 0, resources: byResource(rules.map(entryOf)) };
    },

    deleteAcls: async ({ filters }) => {
      if (!Array.isArray(filters)) refuse(`Invalid ACL Filter array ${String(filters)}`);
      if (filters.length === 0) refuse('Empty ACL Filter array');
      for (const [field, what] of TEXTS) {
        if (filters.every((of) => of[field] === undefined || typeof of[field] === 'string'))
          continue;
        refuse(`Invalid ACL Filter array, the ${what}s have to be a valid string`);
      }
      for (const filter of filters) checkNumbers(filter, 'resource pattern type', filter);
      const deleted = await ask(access, (engine, options) =>
        engine.deleteAcls(filters.map(filterOf), options),
      );
      return {
        throttleTime: 0,
        filterResponses: deleted.map((rules) => ({
          errorCode: 0,
          matchingAcls: rules.map((rule) => ({ errorCode: 0, ...entryOf(rule) })),
        })),
      };
    },
  };
}

const TEXTS = [
  ['principal', 'principal'],
  ['host', 'host'],
  ['resourceName', 'resourceName'],
] as const;

function checkNumbers(of: AclEntry | AclFilter, pattern: string, shown?: unknown): void {
  checkNumber(AclOperationTypes, of.operation, 'operation type', shown);
  checkNumber(ResourcePatternTypes, of.resourcePatternType, pattern, shown);
  checkNumber(AclPermissionTypes, of.permissionType, 'permission type', shown);
  checkNumber(AclResourceTypes, of.resourceType, 'resource type', shown);
}

function ruleOf(entry: AclEntry): EngineAcl {
  return {
    resourceType: nameOf(RESOURCES, entry.resourceType),
    resourceName: entry.resourceName,
    patternType: nameOf(PATTERNS, entry.resourcePatternType) as EngineAcl['patternType'],
    principal: entry.principal,
    host: entry.host,
    operation: nameOf(ACL_OPERATIONS, entry.operation),
    permission: nameOf(PERMISSIONS, entry.permissionType),
  };
}

function entryOf(rule: EngineAcl): AclEntry {
  return {
    resourceType: RESOURCES[rule.resourceType] as AclResourceTypes,
    resourceName: rule.resourceName,
    resourcePatternType: PATTERNS[rule.patternType],
    principal: rule.principal,
    host: rule.host,
    operation: ACL_OPERATIONS[rule.operation] as AclOperationTypes,
    permissionType: PERMISSIONS[rule.permission],
  };
}

function filterOf(filter: AclFilter): EngineFilter {
  const { resourceName, principal, host } = filter;
  return {
    ...(resourceName === undefined ? {} : { resourceName }),
    ...(principal === undefined ? {} : { principal }),
    ...(host === undefined ? {} : { host }),
    ...restriction('resourceType', RESOURCES, filter.resourceType),
    ...restriction('patternType', PATTERNS, filter.resourcePatternType),
    ...restriction('operation', ACL_OPERATIONS, filter.operation),
    ...restriction('permission', PERMISSIONS, filter.permissionType),
  };
}

function restriction<Field extends string, Name extends string>(
  field: Field,
  numbers: Readonly<Record<Name, number>>,
  number: number,
): { readonly [F in Field]?: Name } {
  if (number === ANY) return {};
  return { [field]: nameOf(numbers, number) } as { readonly [F in Field]?: Name };
}

function nameOf<Name extends string>(
  numbers: Readonly<Record<Name, number>>,
  number: number,
): Name {
  const name = (Object.keys(numbers) as Name[]).find((one) => numbers[one] === number);
  return name ?? refuse(`The number ${number} is of no use here`);
}

function byResource(entries: readonly AclEntry[]): DescribeAclResource[] {
  const resources = new Map<string, DescribeAclResource>();
  for (const { resourceType, resourceName, resourcePatternType, ...acl } of entries) {
    const key = JSON.stringify([resourceType, resourceName, resourcePatternType]);
    const resource = resources.get(key) ?? {
      ...{ resourceType, resourceName, resourcePatternType },
      acls: [],
    };
    resource.acls.push(acl);
    resources.set(key, resource);
  }
  return [...resources.values()];
}
