/**
 * What a SASL mechanism is to this client: a conversation. It yields what to send, is given what the broker answers, and returns when it is
 * content; it throws when the broker must not be trusted, or says something that makes no sense.
 *
 *     client                        broker
 *       │ ── SaslHandshake(name) ──► │  or: not this one, but these
 *       │ ── SaslAuthenticate ─────► │
 *       │ ◄───────────── challenge ─ │  as often as the mechanism needs
 */
import type { BrokerAddress } from '../address.ts';

export type SaslConversation =
  Generator<Uint8Array, void, Buffer> | AsyncGenerator<Uint8Array, void, Buffer>;

export interface SaslContext {
  /** The broker that wants to know who we are. */
  readonly broker: BrokerAddress;
  readonly signal: AbortSignal | undefined;
}

/** Of this package's own, or a user's: `sasl` takes both. */
export interface SaslMechanism {
  /** As in the broker's `sasl.enabled.mechanisms`. */
  readonly mechanism: string;
  /** Begins anew for every connection, and for every reauthentication of one. */
  converse(context: SaslContext): SaslConversation;
}
