/**
 * Keys that apply to one listener: `listener.name.NAME.KEY`, and for what depends on a SASL
 * mechanism `listener.name.NAME.MECHANISM.KEY` (KIP-103, KIP-226).
 *
 * Owns: the syntax of those names. Pure.
 */

/** Keys that are given for a mechanism within a listener. */
const MECHANISM_KEYS: readonly string[] = [
  'sasl.jaas.config',
  'sasl.login.callback.handler.class',
  'sasl.login.class',
  'sasl.server.callback.handler.class',
  'connections.max.reauth.ms',
];

const LISTENER_KEY = /^listener\.name\.[^.]*\.(.*)$/;

/** The KEY of a `listener.name.` key, known or not; undefined for any other key. */
export function listenerKeyTail(key: string): string | undefined {
  const tail = LISTENER_KEY.exec(key)?.[1];
  if (tail === undefined) return undefined;
  return MECHANISM_KEYS.find((mechanismKey) => tail.endsWith(mechanismKey)) ?? tail;
}
