/**
 * Reads Linux's table of file locks, to notice a lock that another program took with fcntl or
 * flock. Elsewhere finds nothing.
 *
 *     1: POSIX  ADVISORY  WRITE 4711 fd:01:1835014 0 EOF
 *        kind             mode  pid  device:inode
 */
import * as fs from 'node:fs';

/**
 * Process id of whoever holds a lock on the file, -1 if it is not visible from here (another
 * container); undefined if nobody.
 */
export function fcntlLockHolder(stats: fs.BigIntStats, realPath: string): number | undefined {
  let table: string;
  try {
    table = fs.readFileSync('/proc/locks', 'latin1');
  } catch {
    return undefined;
  }
  const device = deviceText(stats.dev);
  for (const line of table.split('\n')) {
    // Requests that wait for the lock are listed below it as "1: -> POSIX ...": they hold nothing.
    const match = /^\d+: \w+ +\w+ +\w+ +(-?\d+) ([0-9a-f]+:[0-9a-f]+):(\d+) /.exec(line);
    if (match === null || BigInt(match[3]!) !== stats.ino) continue;
    const pid = Number(match[1]);
    if (pid === process.pid) continue;
    // btrfs and overlayfs report another device to stat than to the lock table; then the holder's
    // open files decide.
    if (match[2] === device || hasOpen(pid, realPath)) return pid > 0 ? pid : -1;
  }
  return undefined;
}

/**
 * `major:minor` as the table prints them: hexadecimal, at least two digits, from the kernel's
 * interleaved 64-bit number.
 */
function deviceText(device: bigint): string {
  const major = ((device >> 8n) & 0xfffn) | ((device >> 32n) & 0xfffff000n);
  const minor = (device & 0xffn) | ((device >> 12n) & 0xffffff00n);
  return `${major.toString(16).padStart(2, '0')}:${minor.toString(16).padStart(2, '0')}`;
}

function hasOpen(pid: number, realPath: string): boolean {
  const directory = `/proc/${pid}/fd`;
  try {
    return fs.readdirSync(directory).some((descriptor) => {
      try {
        return fs.readlinkSync(`${directory}/${descriptor}`) === realPath;
      } catch {
        return false;
      }
    });
  } catch {
    return false;
  }
}
