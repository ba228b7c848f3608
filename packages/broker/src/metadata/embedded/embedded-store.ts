/**
 * The metadata store inside the process: nothing to install. Several brokers of one process may share it.
 *
 * Owns: the tree, its log, the sessions. A request is decided at once against the tree, but nobody learns of its outcome (neither who asked,
 * nor watchers, nor later reads) before its transaction is synced, so what anyone has seen survives a crash. Transactions that gather
 * while a sync is under way share the next one.
 *
 * When a write fails (a full disk), nobody knows how far it came: all sessions end, and whoever asks for the next one has the log read anew, as after a
 * restart. Until that succeeds there are no sessions, as with a server that is away.
 */
import type { Clock } from '@zurau/platform';
import {
  StoreError,
  type MetadataSession,
  type MetadataStore,
  type StoreOperation,
  type StoreResult,
} from '../store.ts';
import { EmbeddedSession } from './embedded-session.ts';
import { NodeTree, type Transaction } from './node-tree.ts';
import { ForgetfulTransactionLog, type TransactionLog } from './transaction-log.ts';

/** Sessions of one life of the store; more than that is a leak. */
const SESSIONS_MAX = 65_536;

interface Waiting {
  /** Undefined for a read that waits for what it saw. */
  readonly transaction: Transaction | undefined;
  readonly succeed: () => void;
  readonly fail: (error: StoreError) => void;
}

export class EmbeddedStore implements MetadataStore {
  readonly #clock: Clock;
  readonly #makeLog: () => TransactionLog;
  #log: TransactionLog | undefined;
  #tree = new NodeTree();
  readonly #sessions = new Set<EmbeddedSession>();
  #sessionIdBase = 0n;
  #sessionsOpened = 0;
  #waiting: Waiting[] = [];
  #committing: Promise<void> | undefined;
  #snapshotting: Promise<void> | undefined;
  #reopening: Promise<void> | undefined;
  #state: 'new' | 'open' | 'failed' | 'closed' = 'new';

  private constructor(clock: Clock, makeLog: () => TransactionLog) {
    this.#clock = clock;
    this.#makeLog = makeLog;
  }

  /**
   * Opens the store on the log that `makeLog` makes, each time it has to be read; without one it is in memory and starts empty. Replays the log and removes
   * the ephemeral nodes that the last life left. Rejects when the log cannot be read.
   */
  static async open(
    clock: Clock,
    makeLog: () => TransactionLog = () => new ForgetfulTransactionLog(),
  ): Promise<EmbeddedStore> {
    const store = new EmbeddedStore(clock, makeLog);
    await store.#open();
    return store;
  }

  /** Number of nodes, the root included. */
  get nodeCount(): number {
    return this.#tree.nodeCount;
  }

  async openSession(): Promise<MetadataSession> {
    if (this.#state === 'failed') await this.#reopen();
    if (this.#state !== 'open') throw new StoreError('CONNECTION_LOSS', '/');
    if (++this.#sessionsOpened > SESSIONS_MAX) throw new Error('too many store sessions');
    const id = this.#sessionIdBase + BigInt(this.#sessionsOpened);
    const session: EmbeddedSession = new EmbeddedSession(id, {
      tree: this.#tree,
      execute: (operations) => this.#execute(operations, id),
      settled: () => this.#settled(),
      end: () => this.#end(session, 'closed'),
    });
    this.#sessions.add(session);
    return session;
  }

  /** Expires a session as a server would that has not heard of it: for tests of those who hold sessions. */
  async expireSession(session: MetadataSession): Promise<void> {
    for (const candidate of this.#sessions) {
      if (candidate === session) await this.#end(candidate, 'expired');
    }
  }

  async close(): Promise<void> {
    if (this.#state === 'closed') return;
    for (const session of [...this.#sessions]) await session.close();
    this.#state = 'closed';
    // Whoever asked for the session is told.
    await this.#reopening?.catch(() => {});
    await this.#committing;
    await this.#snapshotting;
    await this.#log?.close();
  }

  async #open(): Promise<void> {
    const log = this.#makeLog();
    const tree = new NodeTree();
    await log.open(
      (snapshot) => {
        for (const [path, state] of snapshot.nodes) tree.restore(path, state);
        tree.lastZxid = snapshot.zxid;
      },
      (transaction) => tree.replay(transaction),
    );
    this.#log = log;
    if (this.#state === 'closed') return;
    this.#tree = tree;
    this.#state = 'open';
    // Session ids of this life are above those of every life before: a life that had sessions at all left transactions behind.
    this.#sessionIdBase = BigInt(tree.lastZxid) * BigInt(SESSIONS_MAX);
    for (const owner of tree.owners()) await this.#removeEphemerals(owner);
  }

  #reopen(): Promise<void> {
    this.#reopening ??= this.#readAnew().finally(() => {
      this.#reopening = undefined;
    });
    return this.#reopening;
  }

  async #readAnew(): Promise<void> {
    await this.#committing;
    await this.#snapshotting;
    await this.#log?.close();
    try {
      await this.#open();
    } catch (error) {
      throw new StoreError('CONNECTION_LOSS', '/', { cause: error });
    }
  }

  async #end(session: EmbeddedSession, how: 'closed' | 'expired'): Promise<void> {
    if (!this.#sessions.delete(session)) return;
    session.end(how);
    if (this.#state === 'open') await this.#removeEphemerals(session.id);
  }

  async #removeEphemerals(owner: bigint): Promise<void> {
    const operations = this.#tree
      .ephemeralsOf(owner)
      .map((path): StoreOperation => ({ type: 'delete', path, version: -1 }));
    if (operations.length > 0) await this.#execute(operations, owner);
  }

  async #execute(operations: readonly StoreOperation[], session: bigint): Promise<StoreResult[]> {
    if (this.#state !== 'open') throw new StoreError('CONNECTION_LOSS', '/');
    let outcome: ReturnType<NodeTree['execute']>;
    try {
      outcome = this.#tree.execute(operations, session, this.#clock.now());
    } catch (error) {
      await this.#settled();
      throw error;
    }
    const { results, transaction } = outcome;
    if (transaction === undefined) {
      await this.#settled();
      return results;
    }
    this.#opened().append(transaction);
    await this.#wait(transaction);
    return results;
  }

  /** Resolves when everything that the tree holds now is synced. */
  #settled(): Promise<void> {
    if (this.#state === 'failed') return Promise.reject(new StoreError('CONNECTION_LOSS', '/'));
    return this.#committing === undefined ? Promise.resolve() : this.#wait(undefined);
  }

  #wait(transaction: Transaction | undefined): Promise<void> {
    return new Promise((succeed, fail) => {
      this.#waiting.push({ transaction, succeed, fail });
      this.#committing ??= this.#commit();
    });
  }

  async #commit(): Promise<void> {
    // What else this turn brings goes into the first sync too.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const group = this.#waiting;
      this.#waiting = [];
      try {
        if (group.some((each) => each.transaction !== undefined)) await this.#opened().sync();
      } catch (error) {
        this.#fail(error, group);
        break;
      }
      for (const { transaction, succeed } of group) {
        if (transaction !== undefined) this.#fireWatches(transaction);
        succeed();
      }
      if (this.#opened().wantsSnapshot) this.#snapshotting ??= this.#saveSnapshot();
    }
    this.#committing = undefined;
  }

  #fireWatches(transaction: Transaction): void {
    for (const session of this.#sessions) session.watches.fire(transaction);
  }

  async #saveSnapshot(): Promise<void> {
    const { lastZxid: zxid } = this.#tree;
    await this.#opened().saveSnapshot({ zxid, nodes: this.#tree.snapshot() });
    this.#snapshotting = undefined;
  }

  #opened(): TransactionLog {
    if (this.#log === undefined) throw new Error('the store is not open');
    return this.#log;
  }

  /** Every session ends; whoever holds one stops acting on it. */
  #fail(error: unknown, group: readonly Waiting[]): void {
    if (this.#state === 'open') this.#state = 'failed';
    const lost = [...group, ...this.#waiting];
    this.#waiting = [];
    for (const { fail } of lost) fail(new StoreError('CONNECTION_LOSS', '/', { cause: error }));
    const sessions = [...this.#sessions];
    this.#sessions.clear();
    for (const session of sessions) session.end('expired');
  }
}
