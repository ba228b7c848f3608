/**
 * The records that several messages share: stat, ACL, watch event.
 *
 * Owns: their layout on the wire and our types for them.
 */
import { malformed, type JuteReader } from '../jute/jute-reader.ts';
import type { JuteWriter } from '../jute/jute-writer.ts';

/** What the server knows of a node. A zxid is the number of a transaction: strictly increasing over the life of the ensemble. */
export interface Stat {
  /** Transaction that created the node. */
  readonly czxid: number;
  /** Transaction that last changed its data. */
  readonly mzxid: number;
  /** Transaction that last changed its children. */
  readonly pzxid: number;
  readonly createdMs: number;
  readonly modifiedMs: number;
  /** Number of changes of the data. */
  readonly version: number;
  /** Number of changes of the set of children. */
  readonly cversion: number;
  /** Number of changes of the ACL. */
  readonly aversion: number;
  /** Session that the node goes with; 0 when it is persistent. */
  readonly ephemeralOwner: bigint;
  readonly dataSizeBytes: number;
  readonly numChildren: number;
}

export function readStat(reader: JuteReader): Stat {
  return {
    czxid: reader.safeLong(),
    mzxid: reader.safeLong(),
    createdMs: reader.safeLong(),
    modifiedMs: reader.safeLong(),
    version: reader.int(),
    cversion: reader.int(),
    aversion: reader.int(),
    ephemeralOwner: reader.long(),
    dataSizeBytes: reader.int(),
    numChildren: reader.int(),
    pzxid: reader.safeLong(),
  };
}

/** What an ACL entry allows, as a sum. */
export const Permission = {
  READ: 1,
  WRITE: 2,
  CREATE: 4,
  DELETE: 8,
  ADMIN: 16,
  ALL: 31,
} as const;

/** Who may do what with a node. */
export interface AclEntry {
  /** A sum of {@link Permission}s. */
  readonly permissions: number;
  /** `world`, `auth`, `digest`, `sasl`, `x509`, `ip`. */
  readonly scheme: string;
  readonly id: string;
}

/** Everyone may do everything. */
export const OPEN_ACL: readonly AclEntry[] = [
  { permissions: Permission.ALL, scheme: 'world', id: 'anyone' },
];

/** Whoever this session is authenticated as may do everything, and nobody else anything. */
export const CREATOR_ALL_ACL: readonly AclEntry[] = [
  { permissions: Permission.ALL, scheme: 'auth', id: '' },
];

export function writeAcl(writer: JuteWriter, { permissions, scheme, id }: AclEntry): void {
  writer.int(permissions).string(scheme).string(id);
}

export function readAcl(reader: JuteReader): AclEntry {
  return { permissions: reader.int(), scheme: reader.string(), id: reader.string() };
}

export type WatchEventType = 'created' | 'deleted' | 'data-changed' | 'children-changed';

export interface WatchEvent {
  readonly type: WatchEventType;
  readonly path: string;
}

const EVENT_TYPES: readonly (WatchEventType | undefined)[] = [
  undefined,
  'created',
  'deleted',
  'data-changed',
  'children-changed',
];

/** Type, state of the session (of no use: we know it), path. */
export function readWatchEvent(reader: JuteReader): WatchEvent {
  const number = reader.int();
  reader.int();
  const path = reader.string();
  const type = EVENT_TYPES[number];
  if (type === undefined) throw malformed(`a watch event of type ${number}`);
  return { type, path };
}
