/**
 * The one-shot watches of one session.
 *
 * Owns: who waits for what. A watcher on a node's data sees the node come, change and go; one on its children sees them come and go, and the
 * node go. A watcher never sees a transaction that the read which set it has seen already.
 */
import type { WatchEvent, Watcher } from '../store.ts';
import { parentPath } from '../store-path.ts';
import type { Transaction } from './node-tree.ts';

/** By path; each watcher with the last transaction that its read saw. */
type Table = Map<string, Map<Watcher, number>>;

export class WatchTable {
  readonly #data: Table = new Map();
  readonly #children: Table = new Map();

  watchData(path: string, watcher: Watcher, seenZxid: number): void {
    add(this.#data, path, watcher, seenZxid);
  }

  watchChildren(path: string, watcher: Watcher, seenZxid: number): void {
    add(this.#children, path, watcher, seenZxid);
  }

  clear(): void {
    this.#data.clear();
    this.#children.clear();
  }

  /** Takes out and calls everyone who waited for something that this transaction did. */
  fire({ effects, zxid }: Transaction): void {
    if (this.#data.size === 0 && this.#children.size === 0) return;
    for (const { type, path } of effects) {
      switch (type) {
        case 'create':
          call(take(this.#data, path, zxid), { type: 'created', path });
          this.#fireParent(path, zxid);
          break;
        case 'set':
          call(take(this.#data, path, zxid), { type: 'data-changed', path });
          break;
        case 'delete': {
          const watchers = [...take(this.#data, path, zxid), ...take(this.#children, path, zxid)];
          call(new Set(watchers), { type: 'deleted', path });
          this.#fireParent(path, zxid);
          break;
        }
      }
    }
  }

  #fireParent(path: string, zxid: number): void {
    const parent = parentPath(path);
    call(take(this.#children, parent, zxid), { type: 'children-changed', path: parent });
  }
}

function add(table: Table, path: string, watcher: Watcher, seenZxid: number): void {
  const watchers = table.get(path);
  if (watchers === undefined) table.set(path, new Map([[watcher, seenZxid]]));
  else if (!watchers.has(watcher)) watchers.set(watcher, seenZxid);
}

function take(table: Table, path: string, zxid: number): Watcher[] {
  const watchers = table.get(path);
  if (watchers === undefined) return [];
  const taken: Watcher[] = [];
  for (const [watcher, seenZxid] of watchers) {
    if (seenZxid >= zxid) continue;
    watchers.delete(watcher);
    taken.push(watcher);
  }
  if (watchers.size === 0) table.delete(path);
  return taken;
}

function call(watchers: Iterable<Watcher>, event: WatchEvent): void {
  for (const watcher of watchers) watcher(event);
}
