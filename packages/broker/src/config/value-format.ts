/**
 * Checks of values that a range or a list of words cannot express.
 *
 * Owns: the formats named by {@link ConfigFormat}. Pure.
 */
import type { ConfigFormat, ConfigScalar } from './definition.ts';

/**
 * Kafka's releases with the number of metadata levels (IV0, IV1, ...) that each had; none before
 * 0.10.
 */
const LEVELS_OF_RELEASE: ReadonlyMap<string, number> = new Map(
  Object.entries({
    ...{ '0.8.0': 0, '0.8.1': 0, '0.8.2': 0, '0.9.0': 0, '0.10.0': 2, '0.10.1': 3, '0.10.2': 1 },
    ...{ '0.11.0': 3, '1.0': 1, '1.1': 1, '2.0': 2, '2.1': 3, '2.2': 2, '2.3': 2, '2.4': 2 },
    ...{ '2.5': 1, '2.6': 1, '2.7': 3, '2.8': 2, '3.0': 2, '3.1': 1, '3.2': 1, '3.3': 4, '3.4': 1 },
    ...{ '3.5': 3, '3.6': 3, '3.7': 5, '3.8': 1, '3.9': 1, '4.0': 2 },
  }),
);

const VERSION = /^(0\.\d+\.\d+|[1-9]\d*\.\d+)(?:-IV(\d+)|(?:\.[^.]*)*)$/;

/** Accepts `3.9`, `3.9-IV0`, and a longer form of a release (`3.9.1`). */
function isKafkaVersion(text: string): boolean {
  const match = VERSION.exec(text);
  if (match === null) return false;
  const levelCount = LEVELS_OF_RELEASE.get(match[1] ?? '');
  if (levelCount === undefined) return false;
  return match[2] === undefined || Number(match[2]) < levelCount;
}

function areThrottledReplicas(replicas: readonly string[]): boolean {
  if (replicas.length === 1 && replicas[0] === '*') return true;
  return replicas.every((replica) => /^\d+:\d+$/.test(replica));
}

/** What is wrong with a parsed value; undefined when nothing is. */
export function formatProblem(format: ConfigFormat, value: ConfigScalar): string | undefined {
  switch (format) {
    case 'kafka-version':
      return typeof value === 'string' && !isKafkaVersion(value)
        ? `must be ${FORMAT_TEXT[format]}`
        : undefined;
    case 'throttled-replicas':
      return Array.isArray(value) && !areThrottledReplicas(value)
        ? `must be ${FORMAT_TEXT[format]}`
        : undefined;
    case 'non-empty':
      return value === '' ? `must be ${FORMAT_TEXT[format]}` : undefined;
  }
}

/** The format in words, for messages and documentation. */
export const FORMAT_TEXT: Readonly<Record<ConfigFormat, string>> = {
  'kafka-version': 'a release of Kafka such as 3.9 or 3.9-IV0, up to 4.0-IV1',
  'throttled-replicas': 'partition:broker pairs separated by commas, or *',
  'non-empty': 'a text that is not empty',
};
