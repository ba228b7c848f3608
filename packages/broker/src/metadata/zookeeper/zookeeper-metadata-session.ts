/**
 * A session with ZooKeeper as the rest of the broker knows sessions.
 *
 * Owns: what the interface promises and the client leaves to its user. Reads survive a lost connection, as they can be asked again.
 * Writes do where the tree tells whether they happened; where it does not, `CONNECTION_LOSS` comes through. New nodes get Kafka's ACLs.
 */
import {
  CREATOR_ALL_ACL,
  multiSurely,
  OPEN_ACL,
  Permission,
  untilAnswered,
  type AclEntry,
  type Operation,
  type SessionState as ZooKeeperState,
  type ZooKeeperSession,
} from '@zurau/zookeeper';
import {
  isStoreError,
  StoreError,
  type CreateOptions,
  type MetadataSession,
  type SessionState,
  type Stat,
  type StoreOperation,
  type StoreResult,
  type Watcher,
} from '../store.ts';
import { storeErrorOf } from './store-errors.ts';

/** Below these lie secrets: not even reading is for everyone. */
const SENSITIVE_PATHS: readonly string[] = [
  '/config/users',
  '/config/brokers',
  '/delegation_token/tokens',
];

/** Old consumers of all kinds write below it. */
const OPEN_PATH = '/consumers';

const SECURE_ACL: readonly AclEntry[] = [
  ...CREATOR_ALL_ACL,
  { permissions: Permission.READ, scheme: 'world', id: 'anyone' },
];

export class ZooKeeperMetadataSession implements MetadataSession {
  readonly #session: ZooKeeperSession;
  readonly #isSecure: boolean;

  /** `isSecure`: what others may do with new nodes is at most reading. */
  constructor(session: ZooKeeperSession, isSecure: boolean) {
    this.#session = session;
    this.#isSecure = isSecure;
  }

  get id(): bigint {
    return this.#session.id;
  }

  get state(): SessionState {
    return storeStateOf(this.#session.state);
  }

  async create(
    path: string,
    data: Buffer,
    options: CreateOptions = {},
  ): Promise<{ path: string; stat: Stat }> {
    if (options.sequential === true) {
      // Whether a sequential node of ours is there, its name does not tell.
      const acl = this.#aclFor(path);
      return storeErrors(path, () => this.#session.create(path, data, { ...options, acl }));
    }
    return this.#one('create', { type: 'create', path, data, ...options });
  }

  async getData(path: string, watcher?: Watcher): Promise<{ data: Buffer; stat: Stat }> {
    return this.#read(path, () => this.#session.getData(path, watcher));
  }

  async exists(path: string, watcher?: Watcher): Promise<Stat | undefined> {
    return this.#read(path, () => this.#session.exists(path, watcher));
  }

  async getChildren(path: string, watcher?: Watcher): Promise<{ children: string[]; stat: Stat }> {
    return this.#read(path, () => this.#session.getChildren(path, watcher));
  }

  async setData(path: string, data: Buffer, expectedVersion: number): Promise<Stat> {
    return (await this.#one('set', { type: 'set', path, data, version: expectedVersion })).stat;
  }

  async delete(path: string, expectedVersion: number): Promise<void> {
    await this.#one('delete', { type: 'delete', path, version: expectedVersion });
  }

  async multi(operations: readonly StoreOperation[]): Promise<StoreResult[]> {
    const withAcls = operations.map((operation): Operation =>
      operation.type === 'create' ? { ...operation, acl: this.#aclFor(operation.path) } : operation,
    );
    return storeErrors('/', () => multiSurely(this.#session, withAcls));
  }

  onStateChange(listener: (state: SessionState) => void): () => void {
    return this.#session.onStateChange((state) => listener(storeStateOf(state)));
  }

  async close(): Promise<void> {
    await this.#session.close();
  }

  #read<T>(path: string, read: () => Promise<T>): Promise<T> {
    return storeErrors(path, () => untilAnswered(read));
  }

  async #one<T extends StoreOperation['type']>(
    type: T,
    operation: StoreOperation,
  ): Promise<Extract<StoreResult, { type: T }>> {
    try {
      const [result] = await this.multi([operation]);
      if (result?.type !== type) throw new Error(`a ${type} was answered as ${result?.type}`);
      return result as Extract<StoreResult, { type: T }>;
    } catch (error) {
      // Outside a multi there is no operation index to speak of.
      if (!(error instanceof StoreError) || isStoreError(error, 'CONNECTION_LOSS')) throw error;
      throw new StoreError(error.code, operation.path, { cause: error.cause });
    }
  }

  #aclFor(path: string): readonly AclEntry[] {
    if (!this.#isSecure || path === OPEN_PATH) return OPEN_ACL;
    const isSensitive = SENSITIVE_PATHS.some((sensitive) => path.startsWith(sensitive));
    return isSensitive ? CREATOR_ALL_ACL : SECURE_ACL;
  }
}

function storeStateOf(state: ZooKeeperState): SessionState {
  switch (state) {
    case 'connecting':
      return 'disconnected';
    // Whoever is not let in any more has to start anew.
    case 'auth-failed':
      return 'expired';
    default:
      return state;
  }
}

async function storeErrors<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw storeErrorOf(error, path);
  }
}
