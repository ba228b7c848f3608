/**
 * Reading side of a broker's configuration: what rules, listeners and resolvers need to know of it.
 */
import type { ConfigKey, ConfigValue } from './definitions.ts';

export interface ConfigReader {
  /** The value of now. 64-bit values saturate at `Number.MAX_SAFE_INTEGER`. */
  get<K extends ConfigKey>(key: K): ConfigValue<K>;
  /**
   * The value of now in the form in which Kafka shows it; null for null. Passwords are not hidden.
   */
  text(key: string): string | null;
  /** Whether anybody set the key, in the file or at runtime. */
  isSet(key: string): boolean;
}
