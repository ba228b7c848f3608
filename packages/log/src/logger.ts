/** What the storage engine needs of a logger; pino's loggers fit as they are. */
export interface LogLogger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Says nothing: for tests and for programs that embed a log without an operator. */
export const silentLogger: LogLogger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
};
