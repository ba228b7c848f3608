/**
 * ZooKeeper's own `digest` scheme: a session says user and password in clear text, an ACL keeps a hash of them.
 *
 * Owns: both forms.
 */
import { createHash } from 'node:crypto';

/** What a session sends for the scheme `digest`. Protect it with TLS. */
export function digestCredentials(
  username: string,
  password: string,
): { scheme: string; data: Buffer } {
  return { scheme: 'digest', data: Buffer.from(`${username}:${password}`, 'utf8') };
}

/** The id in an ACL of the scheme `digest` for that user: `user:base64(sha1(user:password))`. */
export function digestAclId(username: string, password: string): string {
  const hash = createHash('sha1').update(`${username}:${password}`, 'utf8').digest('base64');
  return `${username}:${hash}`;
}
