/**
 * Turns what was thrown into what a person reads: what happened, what to do next, and the exit code.
 *
 * Knows errors by their `name` and `code`, not by their classes, so that a command that needs no client does not load one.
 */
import { ExitCode } from './exit-codes.ts';

export interface Failure {
  readonly exitCode: number;
  readonly message: string;
  /** What to do next. */
  readonly hint: string | undefined;
}

interface Coded {
  readonly name: string;
  readonly code: string | undefined;
  readonly message: string;
}

const HINTS: Readonly<Record<string, string>> = {
  CONNECTION_REFUSED: 'Is a broker running there? Start one with: zurau start',
  CONNECTION_FAILED: 'Check the address: --bootstrap-server HOST:PORT, or ZURAU_BOOTSTRAP_SERVER.',
  CONNECTION_LOST: 'The broker closed the connection; its log may say why.',
  PROTOCOL_VIOLATION: 'Is that really a Kafka broker, without TLS, at this port?',
  UNKNOWN_TOPIC_OR_PARTITION:
    'See what there is: zurau topics list. Make it: zurau topics create NAME',
  SEND_BLOCKED_TIMEOUT:
    'Does the topic exist? See: zurau topics list. Make it: zurau topics create NAME',
  GROUP_ID_NOT_FOUND: 'See what there is: zurau groups list',
  GROUP_SUBSCRIBED_TO_TOPIC:
    'Members of the group read that topic; stop them first. See: zurau groups describe NAME',
  NON_EMPTY_GROUP: 'The group has members; stop them first. See: zurau groups describe NAME',
  UNKNOWN_MEMBER_ID: 'The group has members; stop them first. See: zurau groups describe NAME',
  TOPIC_ALREADY_EXISTS: 'To go on when it exists, add --if-not-exists.',
  INVALID_REPLICATION_FACTOR:
    'The cluster has fewer brokers than that; try --replication-factor 1.',
  MESSAGE_TOO_LARGE: 'Raise max.message.bytes of the topic, or send smaller records.',
  RECORD_TOO_LARGE: 'Send smaller records, or raise the limit with --max-request-size.',
  OPERATION_TIMEOUT: 'Give it longer with --timeout SECONDS, or look at the state of the broker.',
  ADDRESS_IN_USE: 'Something listens there already. Take another port: zurau start --port N',
  ACCESS_DENIED: 'Take a port above 1023, or a directory that you may write to.',
  LOCKED: 'Another broker uses this data directory. Stop it, or take another: --data-dir DIR',
};

const UNREACHABLE: ReadonlySet<string> = new Set(['CONNECTION_REFUSED', 'CONNECTION_FAILED']);

export function failureOf(error: unknown): Failure {
  const { name, code, message } = coded(error);
  if (name === 'UsageError' || code === 'INVALID_ARGUMENT')
    return { exitCode: ExitCode.USAGE, message, hint: undefined };
  if (name === 'ConfigError') {
    return {
      exitCode: ExitCode.USAGE,
      message,
      hint: 'Correct it in the file or in --set KEY=VALUE.',
    };
  }
  if (code === undefined) {
    // A bug of ours: the stack is what its reporter needs.
    const stack = error instanceof Error ? (error.stack ?? message) : message;
    return { exitCode: ExitCode.FAILED, message: stack, hint: undefined };
  }
  const exitCode = UNREACHABLE.has(code) ? ExitCode.UNREACHABLE : ExitCode.FAILED;
  return { exitCode, message, hint: HINTS[code] };
}

function coded(error: unknown): Coded {
  if (!(error instanceof Error)) return { name: '', code: undefined, message: String(error) };
  const { code } = error as { code?: unknown };
  return {
    name: error.name,
    code: typeof code === 'string' ? code : undefined,
    message: error.message,
  };
}
