/**
 * What goes into a session's decisions, and what comes out of them: settings, calls, effects.
 *
 * Owns: the types.
 */
import type { SaslExchange } from '../auth/sasl-exchange.ts';
import type { ServerAddress } from '../connect-string.ts';
import type { ZooKeeperError } from '../errors.ts';
import type { WatchEvent } from '../protocol/records.ts';
import type { Request } from '../protocol/requests.ts';
import type { Watcher } from './watch-table.ts';

/**
 * - `connecting`: there is no session yet.
 * - `connected`: requests are answered.
 * - `disconnected`: the session may still live; requests wait for the next connection.
 * - `expired`, `auth-failed`, `closed`: it is over, for good.
 */
export type SessionState =
  'connecting' | 'connected' | 'disconnected' | 'expired' | 'auth-failed' | 'closed';

/** How the session can end. */
export type End = Extract<SessionState, 'expired' | 'auth-failed' | 'closed'>;

/** A request of the user, and where its outcome goes. */
export interface Call {
  readonly request: Request<unknown>;
  readonly watcher: Watcher | undefined;
  readonly settle: (outcome: Outcome) => void;
}

export type Outcome =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: ZooKeeperError };

/** What the shell has to do. */
export type Effect =
  | { readonly type: 'connect'; readonly server: ServerAddress; readonly timeoutMs: number }
  | { readonly type: 'send'; readonly frame: Buffer }
  /** Drops the connection, or the attempt to make one. */
  | { readonly type: 'disconnect'; readonly reason: string }
  | { readonly type: 'settle'; readonly call: Call; readonly outcome: Outcome }
  | { readonly type: 'notify'; readonly watchers: readonly Watcher[]; readonly event: WatchEvent }
  | { readonly type: 'state'; readonly state: SessionState };

export interface Credentials {
  /** `digest`, or what else the server has a provider for. */
  readonly scheme: string;
  readonly data: Buffer;
}

export interface MachineSettings {
  readonly servers: readonly ServerAddress[];
  /** What we ask for; the server has its bounds. */
  readonly sessionTimeoutMs: number;
  /** Requests sent and not answered, at most. */
  readonly inFlightMax: number;
  /** Requests that wait to be sent, at most. */
  readonly queueMax: number;
  /** Length of a request, at most: the server drops the connection on a longer one. */
  readonly requestBytesMax: number;
  readonly credentials: readonly Credentials[];
  /** Makes the exchange for one connection. */
  readonly sasl: (() => SaslExchange) | undefined;
  /** Whole number below the bound. */
  readonly random: (bound: number) => number;
}
