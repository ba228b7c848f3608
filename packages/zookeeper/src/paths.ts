/**
 * Paths of nodes: absolute, `/` between names, no empty name, none that is `.` or `..`, none of the characters that ZooKeeper refuses. And the chroot, a
 * node that a session takes for the root of its tree.
 *
 * Owns: the rules. Throws ZooKeeperError `INVALID_PATH`.
 */
import { ZooKeeperError } from './errors.ts';

/** Control characters, the private and the special area: what ZooKeeper's own check refuses. */
// oxlint-disable-next-line no-control-regex -- control characters are what is refused here
const FORBIDDEN = /[\u0000-\u001f\u007f-\u009f\ud800-\uf8ff\ufff0-\uffff]/;

/** `isSequential`: the server adds digits, so the last name may be empty. */
export function checkPath(path: string, isSequential = false): void {
  const whole = isSequential ? `${path}1` : path;
  if (whole === '/') return;
  const names = whole.split('/');
  const isNormal =
    names.length > 1 &&
    names[0] === '' &&
    names.slice(1).every((name) => name !== '' && name !== '.' && name !== '..');
  if (!isNormal || FORBIDDEN.test(whole)) {
    throw new ZooKeeperError('INVALID_PATH', undefined, { path });
  }
}

/** The server's path for a path below `chroot`, which is empty or a path. */
export function withChroot(chroot: string, path: string): string {
  if (chroot === '') return path;
  return path === '/' ? chroot : chroot + path;
}

/** The path below `chroot` for a path of the server. */
export function withoutChroot(chroot: string, path: string): string {
  if (chroot === '') return path;
  return path.length === chroot.length ? '/' : path.slice(chroot.length);
}
