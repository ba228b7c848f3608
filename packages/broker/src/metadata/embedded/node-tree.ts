/**
 * The tree of the embedded store: a deterministic state machine. The same transactions give the same tree, versions and transaction ids included.
 *
 * Owns: nodes and their stats. Decides synchronously, knows neither sessions' lives, nor watches, nor the disk.
 *
 * A request is first turned into effects ({@link NodeTree.execute}), which carry everything that is not a function of the tree (the
 * name of a sequential node, the time), and it is the effects that are logged and replayed ({@link NodeTree.replay}).
 */
import {
  ANY_VERSION,
  NO_OWNER,
  NODE_DATA_BYTES_MAX,
  StoreError,
  type Stat,
  type StoreErrorCode,
  type StoreOperation,
  type StoreResult,
} from '../store.ts';
import { baseName, checkPath, parentPath } from '../store-path.ts';

/** Largest transaction, paths and data together, in bytes: ZooKeeper's limit on a packet, and room for a node of the largest size. */
const TRANSACTION_BYTES_MAX = 2 * NODE_DATA_BYTES_MAX;

/** One change of one node, as it is logged. */
export type Effect =
  | {
      readonly type: 'create';
      readonly path: string;
      readonly data: Buffer;
      readonly owner: bigint;
    }
  | { readonly type: 'set'; readonly path: string; readonly data: Buffer }
  | { readonly type: 'delete'; readonly path: string };

/** What happens at one instant: all of it or nothing. */
export interface Transaction {
  readonly zxid: number;
  readonly timeMs: number;
  readonly effects: readonly Effect[];
}

/** A node's state without its path, as snapshots keep it. */
export interface NodeState {
  readonly data: Buffer;
  readonly czxid: number;
  readonly mzxid: number;
  readonly pzxid: number;
  readonly createdMs: number;
  readonly modifiedMs: number;
  readonly version: number;
  /** Children ever created: what sequential names count. Children ever changed follow from it and their number now. */
  readonly childrenCreated: number;
  readonly owner: bigint;
}

type Node = { -readonly [key in keyof NodeState]: NodeState[key] } & {
  readonly children: Set<string>;
};

export class NodeTree {
  /** The last transaction that was applied; 0 when there was none. */
  lastZxid = 0;
  readonly #nodes = new Map<string, Node>();
  readonly #ephemerals = new Map<bigint, Set<string>>();

  constructor() {
    this.#nodes.set('/', newNode(Buffer.alloc(0), NO_OWNER, 0, 0));
  }

  get nodeCount(): number {
    return this.#nodes.size;
  }

  /** Undefined when there is none. The buffer is the tree's own: read only. */
  data(path: string): Buffer | undefined {
    return this.#nodes.get(path)?.data;
  }

  stat(path: string): Stat | undefined {
    const node = this.#nodes.get(path);
    return node === undefined ? undefined : statOf(node);
  }

  children(path: string): string[] | undefined {
    const node = this.#nodes.get(path);
    return node === undefined ? undefined : [...node.children];
  }

  /** Ephemeral nodes of one owner. */
  ephemeralsOf(owner: bigint): string[] {
    return [...(this.#ephemerals.get(owner) ?? [])];
  }

  /** Every session that owns a node. */
  owners(): bigint[] {
    return [...this.#ephemerals.keys()];
  }

  /**
   * Carries out the operations as one transaction; each sees what those before it did. Throws StoreError, with nothing changed,
   * when one fails. No transaction comes of operations that only check.
   */
  execute(
    operations: readonly StoreOperation[],
    session: bigint,
    timeMs: number,
  ): { results: StoreResult[]; transaction: Transaction | undefined } {
    checkTotalSize(operations);
    const zxid = this.lastZxid + 1;
    const effects: Effect[] = [];
    const undo: (() => void)[] = [];
    const done: { operation: StoreOperation; path: string }[] = [];
    for (const [index, operation] of operations.entries()) {
      try {
        const effect = this.#effectOf(operation, session);
        if (effect !== undefined) {
          undo.push(this.#apply(effect, zxid, timeMs));
          effects.push(effect);
        }
        done.push({ operation, path: effect?.path ?? operation.path });
      } catch (error) {
        for (const step of undo.reverse()) step();
        if (!(error instanceof StoreError)) throw error;
        throw new StoreError(error.code, error.path, { operationIndex: index });
      }
    }
    const results = done.map(({ operation, path }) => this.#resultOf(operation, path));
    if (effects.length === 0) return { results, transaction: undefined };
    this.lastZxid = zxid;
    return { results, transaction: { zxid, timeMs, effects } };
  }

  /** Applies a logged transaction. One that does not fit the tree is a damaged log: throws Error. */
  replay(transaction: Transaction): void {
    if (transaction.zxid <= this.lastZxid) {
      throw new Error(`transaction ${transaction.zxid} after ${this.lastZxid}`);
    }
    for (const effect of transaction.effects) {
      this.#apply(effect, transaction.zxid, transaction.timeMs);
    }
    this.lastZxid = transaction.zxid;
  }

  /** Every node with its path, parents before children. */
  *snapshot(): Generator<[path: string, state: NodeState]> {
    yield* this.#nodes;
  }

  /** Puts back one node of a snapshot; parents first. */
  restore(path: string, state: NodeState): void {
    this.#nodes.set(path, { ...state, children: new Set() });
    if (path !== '/') this.#node(parentPath(path)).children.add(baseName(path));
    if (state.owner !== NO_OWNER) this.#own(state.owner, path);
  }

  #node(path: string): Node {
    const node = this.#nodes.get(path);
    if (node === undefined) throw new StoreError('NO_NODE', path);
    return node;
  }

  #effectOf(operation: StoreOperation, session: bigint): Effect | undefined {
    checkPath(operation.path);
    switch (operation.type) {
      case 'check':
        checkVersion(operation.path, this.#node(operation.path), operation.version);
        return undefined;
      case 'create':
        return this.#createEffect(operation, session);
      case 'set':
        checkSize(operation.path, operation.data);
        checkVersion(operation.path, this.#node(operation.path), operation.version);
        return { type: 'set', path: operation.path, data: operation.data };
      case 'delete': {
        if (operation.path === '/') throw new StoreError('INVALID_PATH', operation.path);
        const node = this.#node(operation.path);
        checkVersion(operation.path, node, operation.version);
        if (node.children.size > 0) throw new StoreError('NOT_EMPTY', operation.path);
        return { type: 'delete', path: operation.path };
      }
    }
  }

  #createEffect(operation: StoreOperation & { type: 'create' }, session: bigint): Effect {
    checkSize(operation.path, operation.data);
    if (operation.path === '/') throw new StoreError('NODE_EXISTS', operation.path);
    const parent = this.#node(parentPath(operation.path));
    if (parent.owner !== NO_OWNER) {
      throw new StoreError('NO_CHILDREN_FOR_EPHEMERALS', operation.path);
    }
    const path =
      operation.sequential === true
        ? operation.path + String(parent.childrenCreated).padStart(10, '0')
        : operation.path;
    if (this.#nodes.has(path)) throw new StoreError('NODE_EXISTS', path);
    const owner = operation.ephemeral === true ? session : NO_OWNER;
    return { type: 'create', path, data: operation.data, owner };
  }

  #resultOf(operation: StoreOperation, path: string): StoreResult {
    switch (operation.type) {
      case 'check':
        return { type: 'check' };
      case 'delete':
        return { type: 'delete' };
      case 'create':
        // A later operation of the same multi may have deleted it; then there is no stat to show, and none is needed.
        return { type: 'create', path, stat: this.stat(path) ?? GONE };
      case 'set':
        return { type: 'set', stat: this.stat(path) ?? GONE };
    }
  }

  /** Changes the tree and returns what changes it back. */
  #apply(effect: Effect, zxid: number, timeMs: number): () => void {
    switch (effect.type) {
      case 'create': {
        const { path, owner } = effect;
        const parent = this.#node(parentPath(path));
        const pzxidBefore = parent.pzxid;
        this.#nodes.set(path, newNode(effect.data, owner, zxid, timeMs));
        parent.children.add(baseName(path));
        parent.childrenCreated++;
        parent.pzxid = zxid;
        if (owner !== NO_OWNER) this.#own(owner, path);
        return () => {
          this.#nodes.delete(path);
          parent.children.delete(baseName(path));
          parent.childrenCreated--;
          parent.pzxid = pzxidBefore;
          this.#disown(owner, path);
        };
      }
      case 'set': {
        const node = this.#node(effect.path);
        const { data, mzxid, modifiedMs } = node;
        node.data = effect.data;
        node.mzxid = zxid;
        node.modifiedMs = timeMs;
        node.version++;
        return () => {
          Object.assign(node, { data, mzxid, modifiedMs });
          node.version--;
        };
      }
      case 'delete': {
        const { path } = effect;
        const node = this.#node(path);
        const parent = this.#node(parentPath(path));
        const pzxidBefore = parent.pzxid;
        this.#nodes.delete(path);
        parent.children.delete(baseName(path));
        parent.pzxid = zxid;
        this.#disown(node.owner, path);
        return () => {
          this.#nodes.set(path, node);
          parent.children.add(baseName(path));
          parent.pzxid = pzxidBefore;
          if (node.owner !== NO_OWNER) this.#own(node.owner, path);
        };
      }
    }
  }

  #own(owner: bigint, path: string): void {
    const paths = this.#ephemerals.get(owner);
    if (paths === undefined) this.#ephemerals.set(owner, new Set([path]));
    else paths.add(path);
  }

  #disown(owner: bigint, path: string): void {
    const paths = this.#ephemerals.get(owner);
    if (paths?.delete(path) === true && paths.size === 0) this.#ephemerals.delete(owner);
  }
}

function newNode(data: Buffer, owner: bigint, zxid: number, timeMs: number): Node {
  return {
    data,
    owner,
    czxid: zxid,
    mzxid: zxid,
    pzxid: zxid,
    createdMs: timeMs,
    modifiedMs: timeMs,
    version: 0,
    childrenCreated: 0,
    children: new Set(),
  };
}

function statOf(node: Node): Stat {
  return {
    czxid: node.czxid,
    mzxid: node.mzxid,
    pzxid: node.pzxid,
    createdMs: node.createdMs,
    modifiedMs: node.modifiedMs,
    version: node.version,
    // Creations and deletions: every child ever created that is not there now was deleted once.
    cversion: 2 * node.childrenCreated - node.children.size,
    ephemeralOwner: node.owner,
    dataSizeBytes: node.data.length,
    numChildren: node.children.size,
  };
}

const GONE: Stat = statOf(newNode(Buffer.alloc(0), NO_OWNER, 0, 0));

function checkVersion(path: string, node: Node, expected: number): void {
  if (expected !== ANY_VERSION && expected !== node.version) fail('BAD_VERSION', path);
}

function checkSize(path: string, data: Buffer): void {
  if (data.length > NODE_DATA_BYTES_MAX) fail('DATA_TOO_LARGE', path);
}

function checkTotalSize(operations: readonly StoreOperation[]): void {
  let sizeBytes = 0;
  for (const operation of operations) {
    sizeBytes += operation.path.length + ('data' in operation ? operation.data.length : 0);
    if (sizeBytes > TRANSACTION_BYTES_MAX) fail('DATA_TOO_LARGE', operation.path);
  }
}

function fail(code: StoreErrorCode, path: string): never {
  throw new StoreError(code, path);
}
