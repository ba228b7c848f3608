/**
 * Advisory lock files that hold their owner's process id.
 *
 * Node has no fcntl locks, so the content of the file is the lock:
 *
 *     <pid> SP <start time of that process, or -> LF       held
 *     (empty, or anything else)                             free
 *
 * The start time tells a process from a later one with the same number (every container's broker is
 * process 1 or 7).
 *
 * Apache Kafka locks the same file, `.lock` in each log directory, with fcntl and leaves it empty:
 * such a lock is looked up in /proc/locks. The reverse does not hold, Kafka cannot see ours; nor do
 * two containers that share a volume and not their process ids see each other.
 *
 * The file is never removed or replaced, so that everybody keeps talking about one inode. Must
 * never wait.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { DiskError, type DiskLock } from '../disk.ts';
import { errnoOf } from './node-disk-errors.ts';
import { fcntlLockHolder } from './proc-locks.ts';

/** A claim is held for microseconds; one this old was left by a process that died before it signed. */
const CLAIM_STALE_MS = 5_000;

const UNKNOWN_START = '-';

/** Real paths locked through this module; needed where processes have no start time to compare. */
const heldHere = new Set<string>();

export function lockFileSync(lockPath: string): DiskLock {
  const releaseClaim = claim(lockPath);
  try {
    const { descriptor, isNew } = openOrCreate(lockPath);
    try {
      const realPath = fs.realpathSync(lockPath);
      // Nobody holds what did not exist, and reading the table of locks takes milliseconds.
      const holder = isNew ? undefined : liveHolder(descriptor, realPath);
      if (holder !== undefined) throw lockedError(lockPath, holder);
      fs.ftruncateSync(descriptor, 0);
      fs.writeSync(descriptor, ownSignature(), 0, 'latin1');
      heldHere.add(realPath);
      return new NodeLock(realPath);
    } finally {
      fs.closeSync(descriptor);
    }
  } finally {
    releaseClaim();
  }
}

function openOrCreate(lockPath: string): { descriptor: number; isNew: boolean } {
  const { O_RDWR, O_CREAT, O_EXCL } = fs.constants;
  try {
    return { descriptor: fs.openSync(lockPath, O_RDWR | O_CREAT | O_EXCL, 0o644), isNew: true };
  } catch (cause) {
    if (errnoOf(cause) !== 'EEXIST') throw cause;
    return { descriptor: fs.openSync(lockPath, O_RDWR), isNew: false };
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
      fs.writeFileSync(claimPath, ownSignature(), { flag: 'wx', mode: 0o644 });
      return () => fs.rmSync(claimPath, { force: true });
    } catch (cause) {
      if (errnoOf(cause) !== 'EEXIST') throw cause;
      const state = stateOfClaim(claimPath);
      if (state === 'alive' || attempt > 0) {
        throw new DiskError('LOCKED', lockPath, `${lockPath} is being locked by another process`);
      }
      // One that is gone by now must not be removed: the name may be somebody's new claim.
      if (state === 'dead') fs.rmSync(claimPath, { force: true });
    }
  }
}

function stateOfClaim(claimPath: string): 'alive' | 'dead' | 'gone' {
  try {
    const signature = fs.readFileSync(claimPath, 'latin1');
    if (signature !== '') return livingSigner(signature) === undefined ? 'dead' : 'alive';
    return Date.now() - fs.statSync(claimPath).mtimeMs > CLAIM_STALE_MS ? 'dead' : 'alive';
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT') return 'gone';
    throw cause;
  }
}

/** Process id of the living holder, -1 when it has none that we can see; undefined: nobody. */
function liveHolder(descriptor: number, realPath: string): number | undefined {
  if (heldHere.has(realPath)) return process.pid;
  return (
    livingSigner(fs.readFileSync(descriptor, 'latin1')) ??
    fcntlLockHolder(fs.fstatSync(descriptor, { bigint: true }), realPath)
  );
}

function ownSignature(): string {
  return `${process.pid} ${startTimeOf(process.pid)}\n`;
}

/** The process that signed a file with {@link ownSignature}, if it lives. */
function livingSigner(content: string): number | undefined {
  const match = /^([1-9]\d{0,9})(?: (\S+))?\s*$/.exec(content);
  if (match === null) return undefined;
  const pid = Number(match[1]);
  return isAlive(pid, match[2] ?? UNKNOWN_START) ? pid : undefined;
}

function isAlive(pid: number, startTime: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (cause) {
    // EPERM: it lives, and is somebody else's.
    if (errnoOf(cause) === 'ESRCH') return false;
  }
  const startedAt = startTimeOf(pid);
  if (startedAt !== UNKNOWN_START && startTime !== UNKNOWN_START) return startedAt === startTime;
  // Our own number says nothing without a start time: it may be left over from an earlier process.
  return pid !== process.pid;
}

/** Start of a process in clock ticks since boot, from /proc, where there is such a thing. */
function startTimeOf(pid: number): string {
  try {
    const stat = fs.readFileSync(path.join('/proc', String(pid), 'stat'), 'latin1');
    // The second field, the program's name, may hold spaces and parentheses: count from its end.
    // Start time is field 22.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? UNKNOWN_START;
  } catch {
    return UNKNOWN_START;
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
