/**
 * The metadata store inside the process: nothing to install. Several brokers of one process may share it.
 *
 * Owns: the tree, its log, the sessions. A request is decided at once against the tree, but nobody learns of its outcome (neither who asked,
 * nor watchers, nor later reads) before its transaction is synced, so what anyone has seen survives a crash. Transactions that gather
 * while a sync is under way share the next one.
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
  readonly #log: TransactionLog;
  readonly #tree = new NodeTree();
  readonly #sessions = new Set<EmbeddedSession>();
  #sessionIdBase = 0n;
  #sessionsOpened = 0;
  #waiting: Waiting[] = [];
  #committing: Promise<void> | undefined;
  #snapshotting: Promise<void> | undefined;
  #state: 'new' | 'open' | 'failed' | 'closed' = 'new';
  /** Why the log failed, for whoever wants to tell the operator. */
  #failure: unknown;

  private constructor(clock: Clock, log: TransactionLog) {
    this.#clock = clock;
    this.#log = log;
  }

  /**
   * Opens the store on `log`; without one it is in memory and starts empty. Replays the log and removes the ephemeral nodes that the last life left.
   * Rejects when the log cannot be read.
   */
  static async open(clock: Clock, log?: TransactionLog): Promise<EmbeddedStore> {
    const store = new EmbeddedStore(clock, log ?? new ForgetfulTransactionLog());
    await store.#open();
    return store;
  }

  get failure(): unknown {
    return this.#failure;
  }

  /** Number of nodes, the root included. */
  get nodeCount(): number {
    return this.#tree.nodeCount;
  }

  async openSession(): Promise<MetadataSession> {
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
    await this.#committing;
    await this.#snapshotting;
    await this.#log.close();
  }

  async #open(): Promise<void> {
    await this.#log.open(
      (snapshot) => {
        for (const [path, state] of snapshot.nodes) this.#tree.restore(path, state);
        this.#tree.lastZxid = snapshot.zxid;
      },
      (transaction) => this.#tree.replay(transaction),
    );
    this.#state = 'open';
    // Session ids of this life are above those of every life before: a life that had sessions at all left transactions behind.
    this.#sessionIdBase = BigInt(this.#tree.lastZxid) * BigInt(SESSIONS_MAX);
    for (const owner of this.#tree.owners()) await this.#removeEphemerals(owner);
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
    this.#log.append(transaction);
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
        if (group.some((each) => each.transaction !== undefined)) await this.#log.sync();
      } catch (error) {
        this.#fail(error, group);
        break;
      }
      for (const { transaction, succeed } of group) {
        if (transaction !== undefined) this.#fireWatches(transaction);
        succeed();
      }
      if (this.#log.wantsSnapshot) this.#snapshotting ??= this.#saveSnapshot();
    }
    this.#committing = undefined;
  }

  #fireWatches(transaction: Transaction): void {
    for (const session of this.#sessions) session.watches.fire(transaction);
  }

  async #saveSnapshot(): Promise<void> {
    try {
      await this.#log.saveSnapshot({ zxid: this.#tree.lastZxid, nodes: this.#tree.snapshot() });
    } catch (error) {
      this.#fail(error, []);
    }
    this.#snapshotting = undefined;
  }

  /** After a failed write nobody knows what the disk holds. Every session ends; whoever holds one stops acting on it. */
  #fail(error: unknown, group: readonly Waiting[]): void {
    this.#state = 'failed';
    this.#failure = error;
    const lost = [...group, ...this.#waiting];
    this.#waiting = [];
    for (const { fail } of lost) fail(new StoreError('CONNECTION_LOSS', '/', { cause: error }));
    const sessions = [...this.#sessions];
    this.#sessions.clear();
    for (const session of sessions) session.end('expired');
  }
}
