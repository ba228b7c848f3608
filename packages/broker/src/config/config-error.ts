/** What parsing and checking of configs throws, and nothing else. */
export class ConfigError extends Error {
  /** The config at fault; undefined when it is a relation between several. */
  readonly key: string | undefined;

  constructor(message: string, key?: string) {
    super(message);
    this.name = 'ConfigError';
    this.key = key;
  }
}

/** The usual error: which key, which value, and what would have been allowed. */
export function invalidValue(key: string, shown: string | null, why: string): ConfigError {
  return new ConfigError(`Invalid value ${shown ?? 'null'} for configuration ${key}: ${why}`, key);
}
