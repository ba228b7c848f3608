/**
 * The operations that a principal may do, as the protocol packs them into a number: bit N stands for the operation with code N (KIP-430).
 *
 * Owns: what "everything" is for each kind of resource, which is what a broker without authorizer answers.
 */

/** Nobody asked. */
export const OPERATIONS_NOT_ASKED_FOR = -2_147_483_648;

const READ = 3;
const WRITE = 4;
const CREATE = 5;
const DELETE = 6;
const ALTER = 7;
const DESCRIBE = 8;
const CLUSTER_ACTION = 9;
const DESCRIBE_CONFIGS = 10;
const ALTER_CONFIGS = 11;
const IDEMPOTENT_WRITE = 12;

export const ALL_TOPIC_OPERATIONS: number = bits(
  READ,
  WRITE,
  CREATE,
  DELETE,
  ALTER,
  DESCRIBE,
  DESCRIBE_CONFIGS,
  ALTER_CONFIGS,
);

export const ALL_CLUSTER_OPERATIONS: number = bits(
  CREATE,
  ALTER,
  DESCRIBE,
  CLUSTER_ACTION,
  DESCRIBE_CONFIGS,
  ALTER_CONFIGS,
  IDEMPOTENT_WRITE,
);

export const ALL_GROUP_OPERATIONS: number = bits(READ, DELETE, DESCRIBE);

function bits(...operations: readonly number[]): number {
  return operations.reduce((packed, operation) => packed | (1 << operation), 0);
}
