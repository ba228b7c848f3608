/** Options that several commands share, and how their text is read. Throws UsageError. */
import type { Command } from 'commander';
import type { Io } from './io.ts';
import { UsageError } from './usage-error.ts';

const DEFAULT_BOOTSTRAP_SERVER = '127.0.0.1:9092';
const DEFAULT_TIMEOUT_S = 15;

export interface ClusterOptions {
  readonly bootstrapServer?: string;
  readonly timeout?: number;
}

export function addClusterOptions(command: Command): Command {
  return command
    .option(
      '-b, --bootstrap-server <host:port>',
      `broker to ask first, or several, comma separated (default: $ZURAU_BOOTSTRAP_SERVER, or ${DEFAULT_BOOTSTRAP_SERVER})`,
    )
    .option(
      '--timeout <seconds>',
      `how long to try (default: ${DEFAULT_TIMEOUT_S})`,
      wholeNumber('--timeout', 1),
    );
}

/** What every client of a command is configured with. */
export function clientConfig(
  io: Io,
  { bootstrapServer, timeout }: ClusterOptions,
): { bootstrapServers: string; clientId: string; defaultApiTimeoutMs: number } {
  return {
    bootstrapServers:
      bootstrapServer ?? io.env['ZURAU_BOOTSTRAP_SERVER'] ?? DEFAULT_BOOTSTRAP_SERVER,
    clientId: 'zurau-cli',
    defaultApiTimeoutMs: (timeout ?? DEFAULT_TIMEOUT_S) * 1000,
  };
}

/** Parser of an option for commander. */
export function wholeNumber(option: string, min: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= min) return value;
    throw new UsageError(`${option} takes a whole number from ${min}, not "${text}".`);
  };
}

/** Parser of an option that may be repeated. */
export function repeated(text: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), text];
}

/** `key=value` texts as an object. */
export function keyValues(option: string, texts: readonly string[] = []): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf('=');
      if (at > 0) return [text.slice(0, at).trim(), text.slice(at + 1)];
      throw new UsageError(`${option} takes key=value, not "${text}".`);
    }),
  );
}

/** The escapes that shells make hard to type: `\t`, `\n`, `\0`, `\\`. */
export function unescaped(text: string): string {
  const escapes: Readonly<Record<string, string>> = { t: '\t', n: '\n', 0: '\0', '\\': '\\' };
  return text.replace(/\\([tn0\\])/g, (_, letter: string) => escapes[letter] ?? letter);
}
