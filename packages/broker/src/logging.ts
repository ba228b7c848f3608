/**
 * The broker's log output: pino, one line an event worth an operator's eye. `pretty` is for people at a terminal, `json` for machines,
 * `silent` for tests and embedded brokers.
 */
import { pino } from 'pino';
import type { Logger } from 'pino';

export type { Logger } from 'pino';

export type LogFormat = 'pretty' | 'json' | 'silent';

export interface LoggingOptions {
  readonly format: LogFormat;
  /** pino's level name; `info` by default. */
  readonly level?: string | undefined;
  /** Takes the lines of `json` instead of standard output. */
  readonly write?: ((line: string) => void) | undefined;
}

/** Loads pino-pretty only when it is asked for: it costs start-up time that a service or a test need not pay. */
export async function createLogger(options: LoggingOptions): Promise<Logger> {
  const level = options.level ?? 'info';
  switch (options.format) {
    case 'silent':
      return pino({ level: 'silent' });
    case 'json':
      return options.write === undefined
        ? pino({ level, base: null })
        : pino({ level, base: null }, { write: options.write });
    case 'pretty': {
      const { default: pretty } = await import('pino-pretty');
      return pino(
        { level, base: null },
        pretty({
          sync: true,
          ignore: 'component',
          messageFormat: '{if component}{component}: {end}{msg}',
        }),
      );
    }
  }
}
