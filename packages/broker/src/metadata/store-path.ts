/**
 * Paths of the metadata store: absolute, `/` between names, no empty name, none that is `.` or `..`, no control characters.
 *
 * Owns: the rules, and making the missing parents of a node.
 */
import {
  isStoreError,
  StoreError,
  type CreateOptions,
  type MetadataSession,
  type StoreOperation,
} from './store.ts';

const EMPTY = Buffer.alloc(0);

/** Throws StoreError `INVALID_PATH`. */
export function checkPath(path: string): void {
  if (path === '/') return;
  // oxlint-disable-next-line no-control-regex -- control characters are what is refused here
  const hasControl = /[\u0000-\u001f\u007f-\u009f]/.test(path);
  const names = path.split('/');
  const normal =
    names.length > 1 &&
    names[0] === '' &&
    names.slice(1).every((name) => name !== '' && name !== '.' && name !== '..');
  if (hasControl || !normal) throw new StoreError('INVALID_PATH', path);
}

/** `/a` for `/a/b`, `/` for `/a`. The root has no parent: do not ask. */
export function parentPath(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash <= 0 ? '/' : path.slice(0, slash);
}

/** `b` for `/a/b`. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Creates `path` as an empty persistent node, and its parents, where they are missing. */
export async function ensurePath(session: MetadataSession, path: string): Promise<void> {
  if (path === '/' || (await session.exists(path)) !== undefined) return;
  await ensurePath(session, parentPath(path));
  try {
    await session.create(path, EMPTY);
  } catch (error) {
    if (!isStoreError(error, 'NODE_EXISTS')) throw error;
  }
}

/** `ensurePath` for many paths: one transaction makes all that is missing. */
export async function ensurePaths(
  session: MetadataSession,
  paths: readonly string[],
): Promise<void> {
  const wanted = new Set(paths.flatMap(withParents));
  const missing = await Promise.all(
    [...wanted].map(async (path) => ((await session.exists(path)) === undefined ? [path] : [])),
  );
  const operations = missing
    .flat()
    .map((path): StoreOperation => ({ type: 'create', path, data: EMPTY }));
  if (operations.length === 0) return;
  try {
    await session.multi(operations);
  } catch (error) {
    if (!isStoreError(error, 'NODE_EXISTS')) throw error;
    // Someone else is making them as well: what is missing still, one by one.
    for (const path of paths) await ensurePath(session, path);
  }
}

/** The path behind its parents, the root left out. */
function withParents(path: string): string[] {
  return path === '/' ? [] : [...withParents(parentPath(path)), path];
}

/** `create` that makes missing parents first. */
export async function createWithParents(
  session: MetadataSession,
  path: string,
  data: Buffer,
  options?: CreateOptions,
): ReturnType<MetadataSession['create']> {
  try {
    return await session.create(path, data, options);
  } catch (error) {
    if (!isStoreError(error, 'NO_NODE')) throw error;
  }
  await ensurePath(session, parentPath(path));
  return session.create(path, data, options);
}
