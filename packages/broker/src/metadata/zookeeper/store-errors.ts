/**
 * ZooKeeper's errors as the store's.
 *
 * Owns: the table. What ZooKeeper says beyond it leaves the outcome open, and becomes CONNECTION_LOSS with the cause inside.
 */
import { ZooKeeperError, type ZooKeeperErrorCode } from '@zurau/zookeeper';
import { StoreError, type StoreErrorCode } from '../store.ts';

const CODES: Readonly<Partial<Record<ZooKeeperErrorCode, StoreErrorCode>>> = {
  NO_NODE: 'NO_NODE',
  NODE_EXISTS: 'NODE_EXISTS',
  BAD_VERSION: 'BAD_VERSION',
  NOT_EMPTY: 'NOT_EMPTY',
  NO_CHILDREN_FOR_EPHEMERALS: 'NO_CHILDREN_FOR_EPHEMERALS',
  INVALID_PATH: 'INVALID_PATH',
  PACKET_TOO_LARGE: 'DATA_TOO_LARGE',
  NO_AUTH: 'NO_AUTH',
  INVALID_ACL: 'NO_AUTH',
  SESSION_EXPIRED: 'SESSION_EXPIRED',
  AUTH_FAILED: 'SESSION_EXPIRED',
  CLOSED: 'SESSION_EXPIRED',
};

/** `path`: where the error itself names none. `code`: whatever the error says. */
export function storeErrorOf(cause: unknown, path: string, code?: StoreErrorCode): StoreError {
  if (!(cause instanceof ZooKeeperError)) {
    return new StoreError(code ?? 'CONNECTION_LOSS', path, { cause });
  }
  const { operationIndex } = cause;
  return new StoreError(code ?? CODES[cause.code] ?? 'CONNECTION_LOSS', cause.path ?? path, {
    cause,
    ...(operationIndex === undefined ? {} : { operationIndex }),
  });
}
