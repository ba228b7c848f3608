/**
 * Writes whose outcome is known even when the connection is lost before the answer: what is in the tree afterwards tells whether they happened.
 *
 * Two patterns carry it: a versioned set is ours when the next version has our data (which should say whose it is); an ephemeral node is ours when our
 * session owns it. The operations of a multi share one fate, so the evidence of one of them is the evidence of all.
 *
 * Owns: finding out. It reads only after a sync, on a later connection of the same session: by then the old connection's requests
 * have taken effect or never will, as the ensemble refuses writes of a session that has moved.
 */
import { isZooKeeperError, ZooKeeperError } from './errors.ts';
import type { Operation, OperationResult } from './protocol/multi.ts';
import type { Stat } from './protocol/records.ts';
import type { ZooKeeperSession } from './zookeeper-session.ts';

/**
 * `multi` that is tried again after a lost connection if it did not happen, and answered as the server would have if it did. Rejects with
 * `CONNECTION_LOSS` only when the tree does not tell (a sequential node alone, a node that others changed in between), with `SESSION_EXPIRED`
 * when the session ends first.
 */
export async function multiSurely(
  session: ZooKeeperSession,
  operations: readonly Operation[],
): Promise<OperationResult[]> {
  for (;;) {
    const zxidBefore = session.lastZxid;
    try {
      return await session.multi(operations);
    } catch (error) {
      if (!isZooKeeperError(error, 'CONNECTION_LOSS')) throw error;
      const results = await untilAnswered(() => findOut(session, operations, zxidBefore));
      if (results === 'unknown') throw error;
      if (results !== 'not done') return results;
    }
  }
}

/** A read that is tried again until a connection lives long enough for the answer. Rejects with what the server answers, or when the session ends. */
export async function untilAnswered<T>(read: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await read();
    } catch (error) {
      if (!isZooKeeperError(error, 'CONNECTION_LOSS')) throw error;
    }
  }
}

type Verdict = 'done' | 'not done' | 'unknown';

async function findOut(
  session: ZooKeeperSession,
  operations: readonly Operation[],
  zxidBefore: number,
): Promise<OperationResult[] | 'not done' | 'unknown'> {
  await session.sync();
  if (operations.every(({ type }) => type === 'check')) return 'not done';
  let verdict: Verdict = 'unknown';
  for (const operation of operations) {
    verdict = await judge(session, operation, zxidBefore);
    if (verdict !== 'unknown') break;
  }
  return verdict === 'done' ? resultsOf(session, operations, zxidBefore) : verdict;
}

/** What the tree says about one operation that was sent when `zxidBefore` was the last transaction we knew. */
async function judge(
  session: ZooKeeperSession,
  operation: Operation,
  zxidBefore: number,
): Promise<Verdict> {
  const { path } = operation;
  switch (operation.type) {
    case 'check':
      return 'unknown';
    case 'set': {
      const node = await dataOf(session, path);
      if (node === undefined || operation.version < 0) return 'unknown';
      const changes = node.stat.version - operation.version;
      if (changes === 0 || node.stat.mzxid <= zxidBefore) return 'not done';
      // The next version is ours or another's; behind that nobody knows whose it was.
      if (changes !== 1) return 'unknown';
      return node.data.equals(operation.data) ? 'done' : 'not done';
    }
    case 'create': {
      if (operation.sequential === true) return 'unknown';
      const node = await dataOf(session, path);
      if (node === undefined) return 'not done';
      if (operation.ephemeral === true) {
        return node.stat.ephemeralOwner === session.id ? 'done' : 'not done';
      }
      if (node.stat.czxid <= zxidBefore) return 'not done';
      return node.data.equals(operation.data) && node.stat.version === 0 ? 'done' : 'unknown';
    }
    case 'delete': {
      const stat = await session.exists(path);
      return stat === undefined || stat.czxid > zxidBefore ? 'done' : 'not done';
    }
  }
}

async function resultsOf(
  session: ZooKeeperSession,
  operations: readonly Operation[],
  zxidBefore: number,
): Promise<OperationResult[] | 'unknown'> {
  const results: OperationResult[] = [];
  for (const operation of operations) {
    const result = await resultOf(session, operation, zxidBefore);
    if (result === undefined) return 'unknown';
    results.push(result);
  }
  return results;
}

/** The result of an operation that was done; undefined when its node is gone again. */
async function resultOf(
  session: ZooKeeperSession,
  operation: Operation,
  zxidBefore: number,
): Promise<OperationResult | undefined> {
  const { type, path } = operation;
  if (type === 'check' || type === 'delete') return { type };
  if (type === 'create' && operation.sequential === true) {
    return newestSequential(session, operation, zxidBefore);
  }
  const stat = await session.exists(path);
  if (stat === undefined) return undefined;
  if (type === 'create') return { type, path, stat: { ...stat, version: 0 } };
  // Others may have changed it since: the version is the one that we made.
  return { type, stat: operation.version < 0 ? stat : { ...stat, version: operation.version + 1 } };
}

/** The sequential node that a multi made: younger than what we knew before, and with our data. */
async function newestSequential(
  session: ZooKeeperSession,
  { path, data }: Extract<Operation, { type: 'create' }>,
  zxidBefore: number,
): Promise<OperationResult | undefined> {
  const slash = path.lastIndexOf('/');
  const parent = slash <= 0 ? '/' : path.slice(0, slash);
  const prefix = path.slice(slash + 1);
  const { children } = await session.getChildren(parent);
  const candidates = children.filter((name) => name.startsWith(prefix)).sort();
  for (let name = candidates.pop(); name !== undefined; name = candidates.pop()) {
    const candidate = parent === '/' ? `/${name}` : `${parent}/${name}`;
    const node = await dataOf(session, candidate);
    if (node === undefined) continue;
    if (node.stat.czxid <= zxidBefore) return undefined;
    if (node.data.equals(data)) return { type: 'create', path: candidate, stat: node.stat };
  }
  return undefined;
}

async function dataOf(
  session: ZooKeeperSession,
  path: string,
): Promise<{ data: Buffer; stat: Stat } | undefined> {
  try {
    return await session.getData(path);
  } catch (error) {
    if (error instanceof ZooKeeperError && error.code === 'NO_NODE') return undefined;
    throw error;
  }
}
