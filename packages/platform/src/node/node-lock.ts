/**
 * Advisory lock files that hold their owner's process id.
 *
 * Node has no fcntl locks, so the content of the file is the lock:
 *
 *     <pid> SP <start time of that process, or -> LF       held
 *     (empty, or anything else)                             free
 *
 * The start time tells a process from a later one with the same number (every container's broker is
 * process 1 or 7). Apache Kafka locks the same file, `.lock` in each log directory, with fcntl and
 * leaves it empty: such a lock is looked up in /proc/locks. The reverse does not hold, Kafka cannot
 * see ours. The file is never removed or replaced, so that everybody keeps talking about one inode.
 * Must never wait.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { DiskError, type DiskLock } from '../disk.ts';
import { errnoOf } from './node-disk-errors.ts';
import { fcntlLockHolder } from './proc-locks.ts';

/** A claim is held for microseconds; one this old was left by a process that died in the middle. */
const CLAIM_STALE_MS = 5_000;

/**
 * Real paths locked by this process: its own id in a file proves nothing, it may be left over from
 * an earlier process 1.
 */
const heldHere = new Set<string>();

export function lockFileSync(lockPath: string): DiskLock {
  const releaseClaim = claim(lockPath);
  try {
    const descriptor = fs.openSync(lockPath, fs.constants.O_RDWR | fs.constants.O_CREAT, 0o644);
    try {
      const realPath = fs.realpathSync(lockPath);
      const holder = heldHere.has(realPath) ? process.pid : liveHolder(descriptor, realPath);
      if (holder !== undefined) throw lockedError(lockPath, holder);
      const line = Buffer.from(`${process.pid} ${startTimeOf(process.pid) ?? '-'}\n`);
      fs.ftruncateSync(descriptor, 0);
      fs.writeSync(descriptor, line, 0, line.length, 0);
      heldHere.add(realPath);
      return new NodeLock(realPath);
    } finally {
      fs.closeSync(descriptor);
    }
  } finally {
    releaseClaim();
  }
}

class NodeLock implements DiskLock {
  readonly #realPath: string;
  #released = false;

  constructor(realPath: string) {
    this.#realPath = realPath;
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    heldHere.delete(this.#realPath);
    try {
      fs.truncateSync(this.#realPath, 0);
    } catch (cause) {
      // The directory may have been removed under the lock; then there is nothing left to free.
      if (errnoOf(cause) !== 'ENOENT') throw cause;
    }
  }
}

/**
 * Checking the holder and writing our own id must be one step, or two starting brokers could both
 * find a dead owner. The only atomic test-and-set that Node offers is exclusive creation, so a
 * short-lived second file guards the step.
 */
function claim(lockPath: string): () => void {
  const claimPath = `${lockPath}.claim`;
  for (let attempt = 0; ; attempt++) {
    try {
      fs.closeSync(fs.openSync(claimPath, 'wx', 0o644));
      return () => fs.rmSync(claimPath, { force: true });
    } catch (cause) {
      if (errnoOf(cause) !== 'EEXIST') throw cause;
      const stats = fs.statSync(claimPath, { throwIfNoEntry: false });
      const stale = stats !== undefined && Date.now() - stats.mtimeMs > CLAIM_STALE_MS;
      if (attempt > 0 || (stats !== undefined && !stale)) {
        throw new DiskError('LOCKED', lockPath, `${lockPath} is being locked by another process`);
      }
      fs.rmSync(claimPath, { force: true });
    }
  }
}

/**
 * Process id of the living holder other than this process's own locks; -1 when it has none that we
 * can see.
 */
function liveHolder(descriptor: number, realPath: string): number | undefined {
  const [pidText = '', startTime] = fs.readFileSync(descriptor, 'latin1').trim().split(' ', 2);
  const pid = /^[1-9]\d{0,9}$/.test(pidText) ? Number(pidText) : undefined;
  if (pid !== undefined && pid !== process.pid && isSameProcessAlive(pid, startTime)) return pid;
  return fcntlLockHolder(fs.fstatSync(descriptor, { bigint: true }), realPath);
}

function isSameProcessAlive(pid: number, startTime: string | undefined): boolean {
  try {
    process.kill(pid, 0);
  } catch (cause) {
    // EPERM: it lives, and is somebody else's.
    if (errnoOf(cause) === 'ESRCH') return false;
  }
  const startedAt = startTimeOf(pid);
  return startedAt === undefined || startTime === undefined || startTime === '-'
    ? true
    : startedAt === startTime;
}

/**
 * Start of a process in clock ticks since boot, from /proc; undefined where there is no such thing.
 */
function startTimeOf(pid: number): string | undefined {
  try {
    const stat = fs.readFileSync(path.join('/proc', String(pid), 'stat'), 'latin1');
    // The second field, the program's name, may hold spaces and parentheses: count from its end.
    // Start time is field 22.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

function lockedError(lockPath: string, holder: number): DiskError {
  const who =
    holder === process.pid
      ? `this process (${holder}) already`
      : holder > 0
        ? `process ${holder}`
        : 'another process';
  return new DiskError('LOCKED', lockPath, `${lockPath} is locked by ${who}`);
}
