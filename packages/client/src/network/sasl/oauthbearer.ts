/**
 * OAUTHBEARER (RFC 7628, KIP-255): a token of somebody whom the broker trusts, with extensions (KIP-342).
 *
 *     client   n,,^Aauth=Bearer token^Akey=value^A^A        (^A is the byte 1)
 *     server   nothing, or a JSON text that says what is wrong with it; the client answers ^A, the server fails
 */
import { saslError } from './sasl-error.ts';
import type { SaslMechanism } from './mechanism.ts';
import type { OauthToken, OauthTokenSource } from './oauth-token-source.ts';

const SEPARATOR = '\x01';
/** RFC 7628: letters alone, and not the name that the token itself goes by. */
const EXTENSION_NAME = /^(?!auth$)[A-Za-z]+$/i;
const EXTENSION_VALUE = /^[\x21-\x7e \t\r\n]+$/;
/** RFC 6750. */
const TOKEN = /^[-\w.~+/]+=*$/;

export function oauthBearerMechanism(tokens: OauthTokenSource): SaslMechanism {
  return {
    mechanism: 'OAUTHBEARER',
    async *converse() {
      const token = await tokens.current();
      const challenge = yield Buffer.from(initialMessage(token));
      if (challenge.length === 0) return;
      yield Buffer.from(SEPARATOR);
      // Not reached when the broker does what it should.
      throw saslError(
        `the broker does not accept the token: ${challenge.toString('utf8', 0, 500)}`,
      );
    },
  };
}

function initialMessage({ value, extensions = {} }: OauthToken): string {
  if (!TOKEN.test(value)) throw saslError('the token contains what no token may contain');
  const fields = Object.entries(extensions).map(([name, text]) => {
    if (!EXTENSION_NAME.test(name)) throw saslError(`"${name}" cannot be an extension's name`);
    if (!EXTENSION_VALUE.test(text)) throw saslError(`extension ${name} has a value of bad bytes`);
    return `${name}=${text}${SEPARATOR}`;
  });
  return `n,,${SEPARATOR}auth=Bearer ${value}${SEPARATOR}${fields.join('')}${SEPARATOR}`;
}
