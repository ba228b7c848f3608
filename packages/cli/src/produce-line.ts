/** From a line of input to a record: plain, with a key, or JSON. Throws UsageError with what is wrong with the line. */
import type { Bytes, ProducerRecord } from '@zurau/client';
import { UsageError } from './usage-error.ts';

export interface LineFormat {
  readonly topic: string;
  readonly json: boolean;
  readonly keySeparator: Buffer | undefined;
  readonly partition: number | undefined;
  /** For every record; undefined when there are none. */
  readonly headers: Readonly<Record<string, string>> | undefined;
}

/** `number` counts lines from 1, for the error. */
export function recordOfLine(line: Buffer, number: number, format: LineFormat): ProducerRecord {
  if (format.json) return recordOfJson(line, number, format);
  const { topic, partition, headers, keySeparator } = format;
  if (keySeparator === undefined) return { topic, partition, headers, value: line };
  const at = line.indexOf(keySeparator);
  if (at < 0) {
    throw new UsageError(
      `Line ${number} has no "${keySeparator.toString()}" between key and value: "${excerpt(line)}"`,
    );
  }
  const value = line.subarray(at + keySeparator.length);
  return { topic, partition, headers, key: line.subarray(0, at), value };
}

function recordOfJson(line: Buffer, number: number, format: LineFormat): ProducerRecord {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line.toString('utf8'));
  } catch {
    throw new UsageError(`Line ${number} is not JSON: "${excerpt(line)}"`);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new UsageError(`Line ${number} is not a JSON object with value, key, headers.`);
  }
  const { key, value, headers, partition, timestamp } = parsed as Record<string, unknown>;
  return {
    topic: format.topic,
    key: bytesOf(key),
    value: bytesOf(value),
    headers: { ...format.headers, ...headersOf(headers, number) },
    partition: format.partition ?? numberOf(partition, 'partition', number),
    timestamp: numberOf(timestamp, 'timestamp', number),
  };
}

/** Strings as they are, `{"base64": …}` as its bytes, everything else as JSON again. */
function bytesOf(value: unknown): Bytes | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string') return value;
  if (typeof value === 'object' && 'base64' in value && typeof value.base64 === 'string') {
    return Buffer.from(value.base64, 'base64');
  }
  return JSON.stringify(value);
}

function headersOf(headers: unknown, number: number): Record<string, Bytes | null> {
  if (headers === undefined || headers === null) return {};
  if (typeof headers !== 'object' || Array.isArray(headers)) {
    throw new UsageError(`Line ${number}: headers is not a JSON object.`);
  }
  return Object.fromEntries(Object.entries(headers).map(([key, value]) => [key, bytesOf(value)]));
}

function numberOf(value: unknown, name: string, number: number): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number') return value;
  throw new UsageError(`Line ${number}: ${name} is not a number.`);
}

function excerpt(line: Buffer): string {
  const text = line.toString('utf8');
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
