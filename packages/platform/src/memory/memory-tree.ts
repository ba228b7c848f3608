/**
 * The tree of names of a volume in memory, with the rules of a POSIX file system: which operation
 * fails with what.
 *
 * A node is what POSIX calls an inode: it lives on under an open file when its name is gone.
 * Whoever must know how names change (the simulated disk, which may lose such changes) is told
 * through {@link NameChanges}.
 */
import { posix } from 'node:path';
import { DiskError, type DiskErrorCode } from '../disk.ts';
import { SparseBytes } from './sparse-bytes.ts';

export class FileNode {
  readonly kind = 'file';
  bytes: SparseBytes = new SparseBytes();
  modifiedMs: number;

  constructor(modifiedMs: number) {
    this.modifiedMs = modifiedMs;
  }
}

export class DirectoryNode {
  readonly kind = 'directory';
  entries: Map<string, TreeNode> = new Map();
  modifiedMs: number;

  constructor(modifiedMs: number) {
    this.modifiedMs = modifiedMs;
  }
}

export type TreeNode = FileNode | DirectoryNode;

/** Called after each change, in order. */
export interface NameChanges {
  linked(directory: DirectoryNode, name: string, node: TreeNode): void;
  unlinked(directory: DirectoryNode, name: string, node: TreeNode): void;
  renamed(
    from: DirectoryNode,
    fromName: string,
    to: DirectoryNode,
    toName: string,
    node: TreeNode,
  ): void;
}

/** A name and the directory it is in, whether or not anything is there. */
interface Place {
  readonly directory: DirectoryNode;
  readonly name: string;
  readonly node: TreeNode | undefined;
}

export class MemoryTree {
  readonly root: DirectoryNode;
  readonly #now: () => number;
  readonly #changes: NameChanges | undefined;

  constructor(now: () => number, changes?: NameChanges) {
    this.root = new DirectoryNode(now());
    this.#now = now;
    this.#changes = changes;
  }

  find(path: string): TreeNode | undefined {
    return this.#find(namesOf(path));
  }

  file(path: string): FileNode {
    const node = this.find(path);
    if (node === undefined) throw treeError('NOT_FOUND', path, 'no such file');
    if (node.kind !== 'file') throw treeError('IO', path, 'is a directory');
    return node;
  }

  fileOrCreate(path: string): FileNode {
    const { directory, name, node } = this.#place(path);
    if (node?.kind === 'directory') throw treeError('IO', path, 'is a directory');
    if (node !== undefined) return node;
    const created = new FileNode(this.#now());
    this.#link(directory, name, created);
    return created;
  }

  directory(path: string): DirectoryNode {
    const node = this.find(path);
    if (node?.kind !== 'directory') throw treeError('NOT_FOUND', path, 'no such directory');
    return node;
  }

  makeDirectory(path: string): void {
    let at: DirectoryNode = this.root;
    for (const name of namesOf(path)) {
      let next = at.entries.get(name);
      if (next === undefined) {
        next = new DirectoryNode(this.#now());
        this.#link(at, name, next);
      }
      if (next.kind !== 'directory') throw treeError('EXISTS', path, 'a file is in the way');
      at = next;
    }
  }

  rename(fromPath: string, toPath: string): void {
    const from = this.#place(fromPath);
    const { node } = from;
    if (node === undefined) throw treeError('NOT_FOUND', fromPath, 'no such file or directory');
    const to = this.#place(toPath);
    if (to.node === node) return;
    if (`${normalizedPath(toPath)}/`.startsWith(`${normalizedPath(fromPath)}/`)) {
      throw treeError('IO', fromPath, 'cannot move into itself');
    }
    if (to.node !== undefined) assertReplaceable(node, to.node, toPath);
    from.directory.entries.delete(from.name);
    to.directory.entries.set(to.name, node);
    from.directory.modifiedMs = to.directory.modifiedMs = this.#now();
    this.#changes?.renamed(from.directory, from.name, to.directory, to.name, node);
  }

  removeFile(path: string): void {
    const place = this.#placeIfAny(path);
    if (place?.node === undefined) return;
    if (place.node.kind !== 'file') throw treeError('IO', path, 'is a directory');
    this.#unlink(place.directory, place.name, place.node);
  }

  removeTree(path: string): void {
    const place = this.#placeIfAny(path);
    if (place?.node === undefined) return;
    if (place.node.kind === 'directory') this.#empty(place.node);
    this.#unlink(place.directory, place.name, place.node);
  }

  /** All nodes with a name. */
  *nodes(from: DirectoryNode = this.root): Generator<TreeNode> {
    yield from;
    for (const node of from.entries.values()) {
      if (node.kind === 'directory') yield* this.nodes(node);
      else yield node;
    }
  }

  /**
   * Children first, as every `rm -r` must: a crash in the middle leaves the directory with fewer
   * names.
   */
  #empty(directory: DirectoryNode): void {
    for (const [name, node] of [...directory.entries]) {
      if (node.kind === 'directory') this.#empty(node);
      this.#unlink(directory, name, node);
    }
  }

  #link(directory: DirectoryNode, name: string, node: TreeNode): void {
    directory.entries.set(name, node);
    directory.modifiedMs = this.#now();
    this.#changes?.linked(directory, name, node);
  }

  #unlink(directory: DirectoryNode, name: string, node: TreeNode): void {
    directory.entries.delete(name);
    directory.modifiedMs = this.#now();
    this.#changes?.unlinked(directory, name, node);
  }

  #find(names: readonly string[]): TreeNode | undefined {
    let node: TreeNode | undefined = this.root;
    for (const name of names) {
      if (node?.kind !== 'directory') return undefined;
      node = node.entries.get(name);
    }
    return node;
  }

  #place(path: string): Place {
    const place = this.#placeIfAny(path);
    if (place === undefined) throw treeError('NOT_FOUND', path, 'no such directory above it');
    return place;
  }

  #placeIfAny(path: string): Place | undefined {
    const names = namesOf(path);
    const name = names.pop();
    if (name === undefined) throw treeError('IO', path, 'the root cannot be changed');
    const directory = this.#find(names);
    if (directory?.kind !== 'directory') return undefined;
    return { directory, name, node: directory.entries.get(name) };
  }
}

function assertReplaceable(node: TreeNode, replaced: TreeNode, toPath: string): void {
  if (replaced.kind === 'file') {
    if (node.kind !== 'file') throw treeError('NOT_FOUND', toPath, 'is not a directory');
  } else if (node.kind !== 'directory') {
    throw treeError('IO', toPath, 'is a directory');
  } else if (replaced.entries.size > 0) {
    throw treeError('EXISTS', toPath, 'the directory is not empty');
  }
}

/**
 * Absolute, without `.`, `..` and double slashes; relative paths start at the root, a volume in
 * memory has no working directory.
 */
export function normalizedPath(path: string): string {
  return isNormal(path) ? path : posix.resolve('/', path);
}

/** Not all that are, but nearly all that come: simulations spend much of their time on names. */
function isNormal(path: string): boolean {
  return (
    path.startsWith('/') && !path.includes('//') && !path.includes('/.') && !path.endsWith('/')
  );
}

function namesOf(path: string): string[] {
  const normalized = normalizedPath(path);
  return normalized === '/' ? [] : normalized.slice(1).split('/');
}

function treeError(code: DiskErrorCode, path: string, what: string): DiskError {
  return new DiskError(code, path, `${path}: ${what}`);
}
