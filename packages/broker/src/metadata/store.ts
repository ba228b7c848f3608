/**
 * The metadata store: a tree of small nodes with versions, sequential and ephemeral nodes, one-shot watches and atomic multi,
 * with exactly ZooKeeper's semantics. A real ZooKeeper ensemble and the embedded store both implement it and pass the suite in
 * `conformance/`.
 *
 * Owns: the interface, its types and errors. Must never know what Kafka keeps in the nodes (that is `znodes/`).
 */

/** Any version is fine, for `setData` and `delete`. */
export const ANY_VERSION = -1;

/** What `ephemeralOwner` is for a persistent node. */
export const NO_OWNER = 0n;

/** Largest content of one node, in bytes; ZooKeeper's default packet limit is the same megabyte. */
export const NODE_DATA_BYTES_MAX = 1_048_575;

/** Where sessions come from. Several brokers of one process may open sessions on one embedded store. */
export interface MetadataStore {
  /** Opens a session. Rejects with {@link StoreError} `CONNECTION_LOSS` when the store cannot be reached. */
  openSession(): Promise<MetadataSession>;
  /** Ends all sessions and lets go of the store. Idempotent. */
  close(): Promise<void>;
}

/**
 * - `connected`: requests are answered.
 * - `disconnected`: the outcome of requests in flight is unknown; the session may come back.
 * - `expired`: its ephemeral nodes are gone or going; the object is dead, open a new session.
 * - `closed`: ended by us.
 */
export type SessionState = 'connected' | 'disconnected' | 'expired' | 'closed';

export interface WatchEvent {
  readonly type: 'created' | 'deleted' | 'data-changed' | 'children-changed';
  readonly path: string;
}

/** Called at most once per registration; the same function on the same path and kind is registered once. Must not throw. */
export type Watcher = (event: WatchEvent) => void;

/** What the store knows of a node. `zxid` is the number of a transaction: it strictly increases, across restarts too. */
export interface Stat {
  /** Transaction that created the node. */
  readonly czxid: number;
  /** Transaction that last changed its data. */
  readonly mzxid: number;
  /** Transaction that last changed its children. */
  readonly pzxid: number;
  readonly createdMs: number;
  readonly modifiedMs: number;
  /** Number of changes of the data; 0 when created. */
  readonly version: number;
  /** Number of changes of the set of children. */
  readonly cversion: number;
  /** Session that owns the node, {@link NO_OWNER} when it is persistent. */
  readonly ephemeralOwner: bigint;
  readonly dataSizeBytes: number;
  readonly numChildren: number;
}

export interface CreateOptions {
  /** The node goes with this session and has no children. */
  readonly ephemeral?: boolean;
  /** Ten digits are added to the name: the parent's counter. */
  readonly sequential?: boolean;
}

/** One step of a `multi`: all of them happen, or none. */
export type StoreOperation =
  | { readonly type: 'check'; readonly path: string; readonly version: number }
  | {
      readonly type: 'create';
      readonly path: string;
      readonly data: Buffer;
      readonly ephemeral?: boolean;
      readonly sequential?: boolean;
    }
  | {
      readonly type: 'set';
      readonly path: string;
      readonly data: Buffer;
      readonly version: number;
    }
  | { readonly type: 'delete'; readonly path: string; readonly version: number };

export type StoreResult =
  | { readonly type: 'check' }
  | { readonly type: 'create'; readonly path: string; readonly stat: Stat }
  | { readonly type: 'set'; readonly stat: Stat }
  | { readonly type: 'delete' };

/**
 * One session. Every method rejects with {@link StoreError}: `SESSION_EXPIRED` once it is gone, `CONNECTION_LOSS` when
 * the outcome is not known, `INVALID_PATH` for a path that is not absolute and normal. Requests of one session take effect in the order of the calls, as long as the connection holds. A
 * watch fires before the answer to any later request that could see the change.
 */
export interface MetadataSession {
  readonly id: bigint;
  readonly state: SessionState;

  /** Creates a node under an existing parent. `NO_NODE`, `NODE_EXISTS`, `NO_CHILDREN_FOR_EPHEMERALS`, `DATA_TOO_LARGE`. */
  create(
    path: string,
    data: Buffer,
    options?: CreateOptions,
  ): Promise<{ path: string; stat: Stat }>;
  /** `NO_NODE`, and then no watch is set. The watch sees a change of the data and the deletion. */
  getData(path: string, watcher?: Watcher): Promise<{ data: Buffer; stat: Stat }>;
  /** Undefined when there is no node. The watch sees creation, deletion and a change of the data. */
  exists(path: string, watcher?: Watcher): Promise<Stat | undefined>;
  /** Names without the path, in no particular order. `NO_NODE`. The watch sees children come and go, and the deletion. */
  getChildren(path: string, watcher?: Watcher): Promise<{ children: string[]; stat: Stat }>;
  /** `NO_NODE`, `BAD_VERSION`, `DATA_TOO_LARGE`. */
  setData(path: string, data: Buffer, expectedVersion: number): Promise<Stat>;
  /** `NO_NODE`, `BAD_VERSION`, `NOT_EMPTY`. */
  delete(path: string, expectedVersion: number): Promise<void>;
  /** All or nothing; rejects with the error of the first operation that fails, its place in {@link StoreError.operationIndex}. */
  multi(operations: readonly StoreOperation[]): Promise<StoreResult[]>;

  /** Calls `listener` after each change of `state`; returns what takes it off again. */
  onStateChange(listener: (state: SessionState) => void): () => void;
  /** Ends the session: its ephemeral nodes go at once. Idempotent. */
  close(): Promise<void>;
}

export type StoreErrorCode =
  | 'NO_NODE'
  | 'NODE_EXISTS'
  | 'BAD_VERSION'
  | 'NOT_EMPTY'
  | 'NO_CHILDREN_FOR_EPHEMERALS'
  | 'INVALID_PATH'
  | 'DATA_TOO_LARGE'
  /** The node's ACL does not let us; only where the store has ACLs. */
  | 'NO_AUTH'
  | 'SESSION_EXPIRED'
  | 'CONNECTION_LOSS';

/** The one error of the store. */
export class StoreError extends Error {
  readonly code: StoreErrorCode;
  readonly path: string;
  /** Which operation of a `multi` failed; undefined elsewhere. */
  readonly operationIndex: number | undefined;

  constructor(
    code: StoreErrorCode,
    path: string,
    options?: ErrorOptions & { readonly operationIndex?: number },
  ) {
    super(`${code}: ${path}`, options);
    this.name = 'StoreError';
    this.code = code;
    this.path = path;
    this.operationIndex = options?.operationIndex;
  }
}

/** Whether `error` is the store's error with this code. */
export function isStoreError(error: unknown, code: StoreErrorCode): boolean {
  return error instanceof StoreError && error.code === code;
}
