/**
 * Tells a broker who we are: agrees on the mechanism, then carries its messages back and forth in SaslAuthenticate requests.
 *
 * The same again is a reauthentication (KIP-368). Knows nothing of when; that is sasl-session.ts.
 */
import { ErrorCode, saslAuthenticateApi, saslHandshakeApi } from '@zurau/protocol';
import { KafkaError } from '../../errors.ts';
import { formatAddress } from '../address.ts';
import type { Connection, ConnectionRequest, RequestOptions } from '../connection.ts';
import type { BrokerVersions } from '../versions.ts';
import type { SaslMechanism } from './mechanism.ts';
import { saslError } from './sasl-error.ts';

/** From version 1 on the messages that follow are framed as requests (KIP-43). */
const HANDSHAKE_VERSION = 1;
/** More than any mechanism needs; a broker that goes on for ever is not one. */
const ROUNDS_MAX = 16;

/**
 * Resolves with the session's lifetime in milliseconds, 0 when it has no end. Rejects with a final KafkaError, `SASL_AUTHENTICATION_FAILED` or
 * `UNSUPPORTED_SASL_MECHANISM`, that names the mechanism and what the broker offers; or retriable, when the connection broke.
 */
export async function authenticate(
  connection: Connection,
  versions: BrokerVersions,
  mechanism: SaslMechanism,
  request: ConnectionRequest,
  options: RequestOptions,
): Promise<number> {
  const name = mechanism.mechanism;
  const about = `${name} authentication at ${formatAddress(connection.address)} failed`;
  versions.pick(saslHandshakeApi, { min: HANDSHAKE_VERSION });
  const handshake = await request(
    saslHandshakeApi,
    HANDSHAKE_VERSION,
    { mechanism: name },
    options,
  );
  const offered = handshake.mechanisms.join(', ') || 'nothing';
  if (handshake.errorCode !== ErrorCode.NONE) {
    throw saslError(`${about}: the broker offers ${offered}.`, handshake.errorCode);
  }
  const version = versions.pick(saslAuthenticateApi);
  const conversation = mechanism.converse({
    broker: connection.address,
    signal: options.signal,
  });
  let lifetimeMs = 0;
  try {
    let step = await conversation.next();
    for (let round = 1; step.done !== true; round += 1) {
      if (round > ROUNDS_MAX) throw saslError(`no end after ${ROUNDS_MAX} messages`);
      const authBytes = Buffer.from(step.value);
      const response = await request(saslAuthenticateApi, version, { authBytes }, options);
      if (response.errorCode !== ErrorCode.NONE) {
        throw saslError(response.errorMessage ?? 'the broker does not say why', response.errorCode);
      }
      lifetimeMs = response.sessionLifetimeMs;
      step = await conversation.next(response.authBytes);
    }
    return lifetimeMs;
  } catch (error) {
    // What broke on the way is not the broker's opinion of us.
    if (error instanceof KafkaError && error.errorCode === undefined) throw error;
    const why = error instanceof Error ? error.message.replace(/\.$/, '') : String(error);
    const text = `${about}: ${why}. The broker offers ${offered}.`;
    throw saslError(text, error instanceof KafkaError ? error.errorCode : undefined, error);
  } finally {
    // A conversation that is left early may have something to tidy up.
    await Promise.resolve(conversation.return()).catch(() => {});
  }
}
