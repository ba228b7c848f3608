/** Operations that can be allowed, and the bit sets in which responses tell which of them are (KIP-430). */

export const ACL_OPERATIONS = {
  all: 2,
  read: 3,
  write: 4,
  create: 5,
  delete: 6,
  alter: 7,
  describe: 8,
  'cluster-action': 9,
  'describe-configs': 10,
  'alter-configs': 11,
  'idempotent-write': 12,
  'create-tokens': 13,
  'describe-tokens': 14,
  'two-phase-commit': 15,
} as const;

export type AclOperation = keyof typeof ACL_OPERATIONS;

const NAMES: ReadonlyMap<number, AclOperation> = new Map(
  Object.entries(ACL_OPERATIONS).map(([name, number]) => [number, name as AclOperation]),
);

/** A number that is newer than this client is shown as it is. */
export function aclOperationName(number: number): AclOperation {
  return NAMES.get(number) ?? (String(number) as AclOperation);
}

/** The broker did not say: too old, or not asked. */
const UNKNOWN_SET = -(2 ** 31);

/** Undefined when the broker did not say. */
export function authorizedOperations(set: number): AclOperation[] | undefined {
  if (set === UNKNOWN_SET) return undefined;
  return [...NAMES].filter(([number]) => (set & (1 << number)) !== 0).map(([, name]) => name);
}
