/**
 * The one error of the client, and the codes that it may carry.
 *
 * Owns: the table between ZooKeeper's numbers and our names. Whoever handles an error asks for its `code`.
 */

/** What the server answers, by the number on the wire. */
const SERVER_CODES = {
  [-1]: 'SYSTEM_ERROR',
  [-2]: 'RUNTIME_INCONSISTENCY',
  [-3]: 'DATA_INCONSISTENCY',
  [-4]: 'CONNECTION_LOSS',
  [-5]: 'MARSHALLING_ERROR',
  [-6]: 'UNIMPLEMENTED',
  [-7]: 'OPERATION_TIMEOUT',
  [-8]: 'BAD_ARGUMENTS',
  [-100]: 'API_ERROR',
  [-101]: 'NO_NODE',
  [-102]: 'NO_AUTH',
  [-103]: 'BAD_VERSION',
  [-108]: 'NO_CHILDREN_FOR_EPHEMERALS',
  [-110]: 'NODE_EXISTS',
  [-111]: 'NOT_EMPTY',
  [-112]: 'SESSION_EXPIRED',
  [-114]: 'INVALID_ACL',
  [-115]: 'AUTH_FAILED',
  [-118]: 'SESSION_MOVED',
  [-119]: 'NOT_READ_ONLY',
  [-120]: 'EPHEMERAL_ON_LOCAL_SESSION',
  [-122]: 'REQUEST_TIMEOUT',
  [-124]: 'SASL_AUTH_REQUIRED',
  [-125]: 'QUOTA_EXCEEDED',
  [-127]: 'THROTTLED',
} as const;

/**
 * - `CONNECTION_LOSS`: the connection went before the answer came; whether the request took effect is not known.
 * - `SESSION_EXPIRED`: the session is over, and its ephemeral nodes are gone or going.
 * - `SESSION_MOVED`: the server refused, as the session lives on another server by now.
 * - `AUTH_FAILED`: the server does not take our credentials; the session is over.
 * - `CLOSED`: the session was closed here.
 * - `INVALID_PATH`: not an absolute, normal path; nothing was sent.
 * - `PACKET_TOO_LARGE`: the request is larger than a server accepts; nothing was sent.
 * - `QUEUE_FULL`: too many requests wait already; nothing was sent.
 * - `MALFORMED_RESPONSE`: the server's bytes are not an answer; the connection was dropped.
 * - `UNKNOWN`: the server's number is in no table of ours; see the message.
 */
export type ZooKeeperErrorCode =
  | (typeof SERVER_CODES)[keyof typeof SERVER_CODES]
  | 'CLOSED'
  | 'INVALID_PATH'
  | 'PACKET_TOO_LARGE'
  | 'QUEUE_FULL'
  | 'MALFORMED_RESPONSE'
  | 'UNKNOWN';

export class ZooKeeperError extends Error {
  readonly code: ZooKeeperErrorCode;
  /** As the caller gave it; undefined where no path is involved. */
  readonly path: string | undefined;
  /** Which operation of a `multi` failed; undefined elsewhere. */
  readonly operationIndex: number | undefined;

  constructor(
    code: ZooKeeperErrorCode,
    message?: string,
    options?: ErrorOptions & { readonly path?: string; readonly operationIndex?: number },
  ) {
    const where = options?.path === undefined ? '' : ` ${options.path}`;
    super(`${code}${where}${message === undefined ? '' : `: ${message}`}`, options);
    this.name = 'ZooKeeperError';
    this.code = code;
    this.path = options?.path;
    this.operationIndex = options?.operationIndex;
  }
}

/** Whether `error` is the client's error with this code. */
export function isZooKeeperError(error: unknown, code: ZooKeeperErrorCode): boolean {
  return error instanceof ZooKeeperError && error.code === code;
}

const CODE_BY_NUMBER: ReadonlyMap<number, ZooKeeperErrorCode> = new Map(
  Object.entries(SERVER_CODES).map(([number, code]) => [Number(number), code]),
);

/** The error for a number other than 0 in an answer. */
export function serverError(
  number: number,
  options?: { readonly path?: string; readonly operationIndex?: number },
): ZooKeeperError {
  const code = CODE_BY_NUMBER.get(number);
  return code === undefined
    ? new ZooKeeperError('UNKNOWN', `the server answered with error ${number}`, options)
    : new ZooKeeperError(code, undefined, options);
}

/** The number of a code that servers send; for the server of our tests. */
export function errorNumber(code: ZooKeeperErrorCode): number {
  for (const [number, candidate] of CODE_BY_NUMBER) if (candidate === code) return number;
  throw new Error(`no server sends ${code}`);
}
