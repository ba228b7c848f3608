/**
 * One session of the embedded store.
 *
 * Owns: its state, its watches. The tree and the order of commits are the store's.
 */
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
import { checkPath } from '../store-path.ts';
import type { NodeTree } from './node-tree.ts';
import { WatchTable } from './watch-table.ts';

/** What a session needs of its store. */
export interface SessionHost {
  readonly tree: NodeTree;
  execute(operations: readonly StoreOperation[]): Promise<StoreResult[]>;
  /** Resolves when all that the tree holds now is durable. */
  settled(): Promise<void>;
  end(): Promise<void>;
}

export class EmbeddedSession implements MetadataSession {
  readonly id: bigint;
  readonly watches: WatchTable = new WatchTable();
  readonly #host: SessionHost;
  readonly #listeners = new Set<(state: SessionState) => void>();
  #state: SessionState = 'connected';

  constructor(id: bigint, host: SessionHost) {
    this.id = id;
    this.#host = host;
  }

  get state(): SessionState {
    return this.#state;
  }

  async create(
    path: string,
    data: Buffer,
    options: CreateOptions = {},
  ): Promise<{ path: string; stat: Stat }> {
    return this.#one('create', { type: 'create', path, data, ...options });
  }

  async getData(path: string, watcher?: Watcher): Promise<{ data: Buffer; stat: Stat }> {
    this.#check(path);
    const { tree } = this.#host;
    const data = tree.data(path);
    const stat = tree.stat(path);
    if (stat !== undefined && watcher !== undefined)
      this.watches.watchData(path, watcher, tree.lastZxid);
    await this.#host.settled();
    if (data === undefined || stat === undefined) throw new StoreError('NO_NODE', path);
    return { data, stat };
  }

  async exists(path: string, watcher?: Watcher): Promise<Stat | undefined> {
    this.#check(path);
    const { tree } = this.#host;
    const stat = tree.stat(path);
    if (watcher !== undefined) this.watches.watchData(path, watcher, tree.lastZxid);
    await this.#host.settled();
    return stat;
  }

  async getChildren(path: string, watcher?: Watcher): Promise<{ children: string[]; stat: Stat }> {
    this.#check(path);
    const { tree } = this.#host;
    const children = tree.children(path);
    const stat = tree.stat(path);
    if (stat !== undefined && watcher !== undefined)
      this.watches.watchChildren(path, watcher, tree.lastZxid);
    await this.#host.settled();
    if (children === undefined || stat === undefined) throw new StoreError('NO_NODE', path);
    return { children, stat };
  }

  async setData(path: string, data: Buffer, expectedVersion: number): Promise<Stat> {
    return (await this.#one('set', { type: 'set', path, data, version: expectedVersion })).stat;
  }

  async delete(path: string, expectedVersion: number): Promise<void> {
    await this.#one('delete', { type: 'delete', path, version: expectedVersion });
  }

  async multi(operations: readonly StoreOperation[]): Promise<StoreResult[]> {
    this.#checkOpen('/');
    return this.#host.execute(operations);
  }

  onStateChange(listener: (state: SessionState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    await this.#host.end();
  }

  /** The store's word that the session is over. */
  end(state: 'expired' | 'closed'): void {
    if (this.#state !== 'connected') return;
    this.#state = state;
    this.watches.clear();
    for (const listener of [...this.#listeners]) listener(state);
    this.#listeners.clear();
  }

  async #one<T extends StoreOperation['type']>(
    type: T,
    operation: StoreOperation,
  ): Promise<Extract<StoreResult, { type: T }>> {
    this.#checkOpen(operation.path);
    try {
      const [result] = await this.#host.execute([operation]);
      if (result?.type !== type) throw new Error(`a ${type} was answered as ${result?.type}`);
      return result as Extract<StoreResult, { type: T }>;
    } catch (error) {
      // Outside a multi there is no operation index to speak of.
      if (!(error instanceof StoreError) || isStoreError(error, 'CONNECTION_LOSS')) throw error;
      throw new StoreError(error.code, error.path);
    }
  }

  #check(path: string): void {
    this.#checkOpen(path);
    checkPath(path);
  }

  #checkOpen(path: string): void {
    if (this.#state !== 'connected') throw new StoreError('SESSION_EXPIRED', path);
  }
}
