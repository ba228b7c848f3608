/**
 * The one-shot watches of a session, as the client knows them: the server only says that something happened at a path.
 *
 * Owns: who waits for what, and the batches in which a new connection sets them again. Paths are the server's.
 */
import type { WatchedPaths } from '../protocol/requests.ts';
import type { WatchEvent, WatchEventType } from '../protocol/records.ts';

/** Called at most once per registration. Must not throw. */
export type Watcher = (event: WatchEvent) => void;

type WatchKind = 'data' | 'exists' | 'children';

/** Bytes of paths in one batch: a request must stay below the packet limit of the server. */
const BATCH_BYTES_MAX = 128 * 1024;

/** Whom an event is for. What exists was asked about a missing node; it hears of everything but children. */
const HEARD_BY: Readonly<Record<WatchEventType, readonly WatchKind[]>> = {
  created: ['data', 'exists'],
  'data-changed': ['data', 'exists'],
  deleted: ['data', 'exists', 'children'],
  'children-changed': ['children'],
};

export class WatchTable {
  readonly #watchers: Readonly<Record<WatchKind, Map<string, Set<Watcher>>>> = {
    data: new Map(),
    exists: new Map(),
    children: new Map(),
  };

  add(kind: WatchKind, path: string, watcher: Watcher): void {
    const watchers = this.#watchers[kind].get(path);
    if (watchers === undefined) this.#watchers[kind].set(path, new Set([watcher]));
    else watchers.add(watcher);
  }

  /** Takes out those who waited for the event, each once. */
  take({ type, path }: WatchEvent): Watcher[] {
    const taken = new Set<Watcher>();
    for (const kind of HEARD_BY[type]) {
      for (const watcher of this.#watchers[kind].get(path) ?? []) taken.add(watcher);
      this.#watchers[kind].delete(path);
    }
    return [...taken];
  }

  clear(): void {
    for (const paths of Object.values(this.#watchers)) paths.clear();
  }

  /** All watched paths, in batches that fit a request each. */
  batches(): WatchedPaths[] {
    const batches: Record<WatchKind, string[]>[] = [];
    let last: Record<WatchKind, string[]> | undefined;
    let sizeBytes = 0;
    for (const kind of ['data', 'exists', 'children'] as const) {
      for (const path of this.#watchers[kind].keys()) {
        const length = 4 + Buffer.byteLength(path);
        if (last === undefined || sizeBytes + length > BATCH_BYTES_MAX) {
          last = { data: [], exists: [], children: [] };
          batches.push(last);
          sizeBytes = 0;
        }
        last[kind].push(path);
        sizeBytes += length;
      }
    }
    return batches;
  }
}
