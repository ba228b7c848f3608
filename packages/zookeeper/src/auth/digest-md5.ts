/**
 * SASL DIGEST-MD5 (RFC 2831), the client's side, as ZooKeeper's server wants it: quality of protection `auth`, one server challenge, one answer, and the server's
 * proof that it knows the password too.
 *
 * Owns: one exchange. MD5 is what the mechanism is made of; use it with TLS, or not at all where others can listen.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { ZooKeeperError } from '../errors.ts';
import type { SaslExchange } from './sasl-exchange.ts';

/** The service and the host that the server calls itself by; for DIGEST-MD5 both are fixed. */
const DIGEST_URI = 'zookeeper/zk-sasl-md5';
/** First and only use of the server's nonce. */
const NONCE_COUNT = '00000001';

export interface DigestMd5Login {
  readonly username: string;
  readonly password: string;
}

export class DigestMd5Exchange implements SaslExchange {
  readonly #login: DigestMd5Login;
  readonly #clientNonce: string;
  #expectedProof: string | undefined;

  /** `clientNonce`: fresh random text. */
  constructor(login: DigestMd5Login, clientNonce: string) {
    this.#login = login;
    this.#clientNonce = clientNonce;
  }

  begin(): Buffer {
    return Buffer.alloc(0);
  }

  answer(challenge: Buffer): Buffer | undefined {
    const fields = parseFields(challenge.toString('utf8'));
    if (this.#expectedProof !== undefined) {
      this.#checkProof(fields.get('rspauth') ?? '');
      return undefined;
    }
    const nonce = fields.get('nonce');
    if (nonce === undefined || fields.get('algorithm') !== 'md5-sess') {
      throw refused('its challenge is not one of DIGEST-MD5');
    }
    if (!(fields.get('qop') ?? 'auth').split(',').includes('auth')) {
      throw refused('it wants more protection than authentication');
    }
    const realm = fields.get('realm') ?? '';
    const sessionKey = this.#sessionKey(realm, nonce);
    this.#expectedProof = this.#response(sessionKey, nonce, '');
    const response = this.#response(sessionKey, nonce, 'AUTHENTICATE');
    const answer = [
      'charset=utf-8',
      `username=${quoted(this.#login.username)}`,
      `realm=${quoted(realm)}`,
      `nonce=${quoted(nonce)}`,
      `nc=${NONCE_COUNT}`,
      `cnonce=${quoted(this.#clientNonce)}`,
      `digest-uri=${quoted(DIGEST_URI)}`,
      'maxbuf=65536',
      `response=${response}`,
      'qop=auth',
    ];
    return Buffer.from(answer.join(','), 'utf8');
  }

  /** `A1` of the RFC, hashed. */
  #sessionKey(realm: string, nonce: string): string {
    const { username, password } = this.#login;
    const secret = createHash('md5').update(`${username}:${realm}:${password}`, 'utf8').digest();
    return createHash('md5')
      .update(secret)
      .update(`:${nonce}:${this.#clientNonce}`, 'utf8')
      .digest('hex');
  }

  #response(sessionKey: string, nonce: string, method: string): string {
    const target = md5Hex(`${method}:${DIGEST_URI}`);
    return md5Hex(`${sessionKey}:${nonce}:${NONCE_COUNT}:${this.#clientNonce}:auth:${target}`);
  }

  #checkProof(proof: string): void {
    const expected = Buffer.from(this.#expectedProof ?? '');
    const given = Buffer.from(proof);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      throw refused('it does not know the password itself');
    }
  }
}

function md5Hex(text: string): string {
  return createHash('md5').update(text, 'utf8').digest('hex');
}

function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
}

/** `name=value` and `name="value"`, with commas between. */
function parseFields(text: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const match of text.matchAll(/([a-z-]+)=(?:"((?:[^"\\]|\\.)*)"|([^,]*))/g)) {
    const value = match[2]?.replaceAll(/\\(.)/g, '$1') ?? match[3] ?? '';
    fields.set(match[1]!, value);
  }
  return fields;
}

function refused(why: string): ZooKeeperError {
  return new ZooKeeperError('AUTH_FAILED', `the server cannot be believed: ${why}`);
}
