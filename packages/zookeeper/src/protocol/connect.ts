/**
 * The first exchange of a connection: the client says which session it wants to go on with, or 0; the server which one it gets.
 *
 *     request    protocol int · last zxid seen long · timeout int · session long · password bytes · read-only bool
 *     response   protocol int · timeout int · session long · password bytes · read-only bool (not from old servers)
 *
 * A timeout of 0 or less in the response means that the session is over.
 */
import { JuteReader } from '../jute/jute-reader.ts';
import { JuteWriter } from '../jute/jute-writer.ts';

/** What names a session, and proves that it is ours. */
export interface SessionTicket {
  readonly id: bigint;
  readonly password: Buffer;
}

/** Asks for a new session. */
export const NO_SESSION: SessionTicket = { id: 0n, password: Buffer.alloc(16) };

export interface ConnectResponse extends SessionTicket {
  /** What the server made of the timeout that we asked for. */
  readonly timeoutMs: number;
}

export function connectRequest(
  ticket: SessionTicket,
  timeoutMs: number,
  lastZxidSeen: number,
): Buffer {
  return new JuteWriter()
    .int(0)
    .long(BigInt(lastZxidSeen))
    .int(timeoutMs)
    .long(ticket.id)
    .bytes(ticket.password)
    .bool(false)
    .frame();
}

/** Throws `MALFORMED_RESPONSE`. */
export function readConnectResponse(frame: Buffer): ConnectResponse {
  const reader = new JuteReader(frame);
  reader.int();
  const timeoutMs = reader.int();
  return { timeoutMs, id: reader.long(), password: Buffer.from(reader.bytes()) };
}
