/** KafkaJS's logger: levels, namespaces, and entries for whatever `logCreator` makes of them; by default JSON on the console. */
import type { Clock } from '@zurau/platform';
import { logLevel } from './constants.ts';

export interface LogEntry {
  namespace: string;
  level: logLevel;
  label: string;
  log: LoggerEntryContent;
}

export interface LoggerEntryContent {
  readonly timestamp: string;
  readonly message: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- as KafkaJS has it
  [key: string]: any;
}

export type logCreator = (logLevel: logLevel) => (entry: LogEntry) => void;

export type Logger = {
  info: (message: string, extra?: object) => void;
  error: (message: string, extra?: object) => void;
  warn: (message: string, extra?: object) => void;
  debug: (message: string, extra?: object) => void;

  namespace: (namespace: string, logLevel?: logLevel) => Logger;
  setLogLevel: (logLevel: logLevel) => void;
};

export interface LoggerOptions {
  readonly level?: logLevel | undefined;
  readonly logCreator?: logCreator | undefined;
  readonly clock: Clock;
}

export function createLogger({ level, logCreator = consoleLog, clock }: LoggerOptions): Logger {
  let shared = fromEnvironment() ?? level ?? logLevel.INFO;
  const write = logCreator(shared);
  const create = (namespace: string, own: logLevel | undefined): Logger => {
    const at = (label: keyof typeof logLevel) => {
      const entryLevel = logLevel[label];
      return (message: string, extra: object = {}): void => {
        if (entryLevel > (own ?? shared)) return;
        const timestamp = new Date(clock.now()).toISOString();
        const log = { timestamp, logger: 'kafkajs', message, ...extra };
        write({ namespace, level: entryLevel, label, log });
      };
    };
    return {
      info: at('INFO'),
      error: at('ERROR'),
      warn: at('WARN'),
      debug: at('DEBUG'),
      namespace: (name, ofNamespace) => create(name, fromEnvironment() ?? ofNamespace),
      setLogLevel: (newLevel) => {
        shared = newLevel;
      },
    };
  };
  return create('', undefined);
}

/** `KAFKAJS_LOG_LEVEL` comes before what the program says. */
function fromEnvironment(): logLevel | undefined {
  const name = (process.env['KAFKAJS_LOG_LEVEL'] ?? '').toUpperCase();
  return name in logLevel ? logLevel[name as keyof typeof logLevel] : undefined;
}

const consoleLog: logCreator =
  () =>
  ({ namespace, level, label, log }) => {
    const prefix = namespace === '' ? '' : `[${namespace}] `;
    const line = JSON.stringify({ level: label, ...log, message: `${prefix}${log.message}` });
    // oxlint-disable-next-line no-console -- the default of a library whose users expect it there
    const { error, warn, info, log: other } = console;
    if (level === logLevel.ERROR) error(line);
    else if (level === logLevel.WARN) warn(line);
    else if (level === logLevel.INFO) info(line);
    else other(line);
  };
