/** PLAIN (RFC 4616): name and password as they are. Safe only inside of TLS. */
import type { Credentials } from './sasl-config.ts';
import type { SaslMechanism } from './mechanism.ts';
import { currentPassword } from './password.ts';

export function plainMechanism(credentials: Credentials): SaslMechanism {
  return {
    mechanism: 'PLAIN',
    async *converse() {
      const password = await currentPassword(credentials);
      // The first field is whom to act for: nobody else.
      yield Buffer.from(`\0${credentials.username}\0${password}`);
    },
  };
}
