/**
 * Where the embedded store keeps its transactions.
 *
 * Owns: the interface, and the variant that keeps nothing (tests, in-memory brokers).
 */
import type { NodeState, Transaction } from './node-tree.ts';

/** The tree at one transaction. */
export interface TreeSnapshot {
  readonly zxid: number;
  /** Parents before children. */
  readonly nodes: Iterable<readonly [path: string, state: NodeState]>;
}

/** Calls come from one store; `append` may come while a `sync` or a `saveSnapshot` is under way, those do not overlap themselves. */
export interface TransactionLog {
  /** Opens the log and hands back what it holds: the newest whole snapshot, then the whole transactions after it, in order. */
  open(
    onSnapshot: (snapshot: TreeSnapshot) => void,
    onTransaction: (transaction: Transaction) => void,
  ): Promise<void>;
  /** Queues a transaction. */
  append(transaction: Transaction): void;
  /** Resolves when all that was appended before the call survives a crash. A rejection is final: the log is unusable. */
  sync(): Promise<void>;
  /** Whether so much was appended since the last snapshot that it is time for one. */
  readonly wantsSnapshot: boolean;
  /** Keeps the tree as it is now; reads `snapshot` before it returns. What it covers need not be replayed any more. Never rejects: without it more is replayed. */
  saveSnapshot(snapshot: TreeSnapshot): Promise<void>;
  /** Idempotent. */
  close(): Promise<void>;
}

/** Forgets everything. */
export class ForgetfulTransactionLog implements TransactionLog {
  readonly wantsSnapshot = false;

  async open(): Promise<void> {
    // Nothing to replay.
  }

  append(): void {
    // Nothing is kept.
  }

  async sync(): Promise<void> {
    // Nothing to sync.
  }

  async saveSnapshot(): Promise<void> {
    // Never asked for.
  }

  async close(): Promise<void> {
    // Nothing is open.
  }
}
