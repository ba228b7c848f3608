/** An Apache ZooKeeper client: sessions, watches, multi. */
export { digestAclId, digestCredentials } from './auth/digest.ts';
export type { DigestMd5Login } from './auth/digest-md5.ts';
export {
  ConnectStringError,
  parseConnectString,
  type ConnectString,
  type ServerAddress,
} from './connect-string.ts';
export { isZooKeeperError, ZooKeeperError, type ZooKeeperErrorCode } from './errors.ts';
export type { CreateMode } from './protocol/create-flags.ts';
export type { Operation, OperationResult } from './protocol/multi.ts';
export {
  CREATOR_ALL_ACL,
  OPEN_ACL,
  Permission,
  type AclEntry,
  type Stat,
  type WatchEvent,
  type WatchEventType,
} from './protocol/records.ts';
export { multiSurely, untilAnswered } from './safe-writes.ts';
export type { Credentials, SessionState } from './session/session-effects.ts';
export type { Watcher } from './session/watch-table.ts';
export {
  ANY_VERSION,
  ZooKeeperSession,
  type CreateOptions,
  type SessionPlatform,
  type ZooKeeperSessionOptions,
} from './zookeeper-session.ts';
