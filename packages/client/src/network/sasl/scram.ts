/**
 * SCRAM-SHA-256 and SCRAM-SHA-512 (RFC 5802, RFC 7677): the password never travels, and the broker proves that it knows it too.
 *
 *     client-first   n,,n=user,r=nonce            (Kafka: ,tokenauth=true for a delegation token)
 *     server-first   r=nonce+more,s=salt,i=iterations
 *     client-final   c=biws,r=nonce+more,p=proof
 *     server-final   v=signature                  or e=what went wrong
 *
 * Must never accept a broker whose signature is wrong, nor compute as many iterations as a stranger asks for.
 */
import { createHash, createHmac, pbkdf2, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { saslprep } from '@mongodb-js/saslprep';
import type { Platform } from '@zurau/platform';
import { saslError } from './sasl-error.ts';
import type { SaslMechanism } from './mechanism.ts';
import { currentPassword } from './password.ts';
import type { ScramCredentials, ScramMechanism } from './sasl-config.ts';

/** Kafka's own least number; a smaller one would come from somebody who wants to guess the password. */
export const SCRAM_ITERATIONS_MIN = 4096;
/** A second or so of work. Kafka's admin allows 16384 at most. */
export const SCRAM_ITERATIONS_MAX = 1_000_000;

const NONCE_BYTES = 24;
/** `n,,` in base64: no channel binding, nobody else to act for. */
const CHANNEL_BINDING = 'biws';

const DIGESTS: Readonly<Record<ScramMechanism, { name: string; sizeBytes: number }>> = {
  'SCRAM-SHA-256': { name: 'sha256', sizeBytes: 32 },
  'SCRAM-SHA-512': { name: 'sha512', sizeBytes: 64 },
};

const deriveKey = promisify(pbkdf2);

export function scramMechanism(
  mechanism: ScramMechanism,
  credentials: ScramCredentials,
  platform: Platform,
): SaslMechanism {
  const digest = DIGESTS[mechanism];
  const hmac = (key: Buffer, text: string): Buffer =>
    createHmac(digest.name, key).update(text).digest();
  return {
    mechanism,
    async *converse() {
      const password = await currentPassword(credentials);
      const prepared = (text: string): string =>
        credentials.saslprep === true ? saslprep(text) : text;
      const name = prepared(credentials.username).replaceAll('=', '=3D').replaceAll(',', '=2C');
      const nonce = platform.random.bytes(NONCE_BYTES).toString('base64');
      const extension = credentials.tokenAuth === true ? ',tokenauth=true' : '';
      const clientFirst = `n=${name},r=${nonce}${extension}`;
      const serverFirst = (yield Buffer.from(`n,,${clientFirst}`)).toString();
      const { salt, iterations, nonce: fullNonce } = parseServerFirst(serverFirst, nonce);
      const salted = await deriveKey(
        prepared(password),
        salt,
        iterations,
        digest.sizeBytes,
        digest.name,
      );
      const withoutProof = `c=${CHANNEL_BINDING},r=${fullNonce}`;
      const authMessage = `${clientFirst},${serverFirst},${withoutProof}`;
      const clientKey = hmac(salted, 'Client Key');
      const storedKey = createHash(digest.name).update(clientKey).digest();
      const proof = xor(clientKey, hmac(storedKey, authMessage)).toString('base64');
      const serverFinal = (yield Buffer.from(`${withoutProof},p=${proof}`)).toString();
      const expected = hmac(hmac(salted, 'Server Key'), authMessage);
      checkServerFinal(serverFinal, expected);
    },
  };
}

function parseServerFirst(
  message: string,
  nonce: string,
): { readonly nonce: string; readonly salt: Buffer; readonly iterations: number } {
  const match = /^r=([\x21-\x2b\x2d-\x7e]+),s=([A-Za-z0-9+/]+={0,2}),i=([1-9]\d{0,9})(?:,|$)/.exec(
    message,
  );
  if (match === null) {
    if (message.startsWith('e=')) throw saslError(`the broker says ${message.slice(2, 200)}`);
    throw saslError("the broker's first message is malformed");
  }
  const [, fullNonce = '', salt = '', count] = match;
  const iterations = Number(count);
  if (!fullNonce.startsWith(nonce) || fullNonce.length === nonce.length) {
    throw saslError('the broker did not go on with our nonce');
  }
  if (iterations < SCRAM_ITERATIONS_MIN || iterations > SCRAM_ITERATIONS_MAX) {
    throw saslError(
      `the broker wants ${iterations} iterations; from ${SCRAM_ITERATIONS_MIN} to ${SCRAM_ITERATIONS_MAX} are accepted`,
    );
  }
  return { nonce: fullNonce, salt: Buffer.from(salt, 'base64'), iterations };
}

function checkServerFinal(message: string, expected: Buffer): void {
  const match = /^v=([A-Za-z0-9+/]+={0,2})(?:,|$)/.exec(message);
  if (match?.[1] === undefined) {
    if (message.startsWith('e=')) throw saslError(`the broker says ${message.slice(2, 200)}`);
    throw saslError("the broker's last message is malformed");
  }
  const signature = Buffer.from(match[1], 'base64');
  if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) {
    throw saslError('the broker does not know the password: its signature is wrong');
  }
}

function xor(a: Buffer, b: Buffer): Buffer {
  return Buffer.from(a.map((byte, index) => byte ^ (b[index] ?? 0)));
}
