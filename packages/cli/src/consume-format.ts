/** From records to lines of output: values, keys and values, or JSON. */
import type { ConsumedBatch } from '@zurau/client';

type ConsumedRecord = ConsumedBatch['records'][number];

export interface OutputFormat {
  readonly json: boolean;
  readonly keySeparator: string | undefined;
}

const NEWLINE = Buffer.from('\n');

/** All records in one buffer: one write a batch. A null is written as nothing. */
export function formatBatch(
  batch: ConsumedBatch,
  records: readonly ConsumedRecord[],
  format: OutputFormat,
): Buffer {
  if (format.json) {
    return Buffer.from(records.map((record) => `${jsonOf(batch, record)}\n`).join(''));
  }
  const parts: Buffer[] = [];
  const separator =
    format.keySeparator === undefined ? undefined : Buffer.from(format.keySeparator);
  for (const { key, value } of records) {
    if (separator !== undefined) {
      if (key !== null) parts.push(key);
      parts.push(separator);
    }
    if (value !== null) parts.push(value);
    parts.push(NEWLINE);
  }
  return Buffer.concat(parts);
}

function jsonOf({ topic, partition }: ConsumedBatch, record: ConsumedRecord): string {
  const { offset, timestamp, key, value, headers } = record;
  return JSON.stringify({
    topic,
    partition,
    offset,
    timestamp,
    key: textOf(key),
    value: textOf(value),
    headers: Object.fromEntries(headers.map((header) => [header.key, textOf(header.value)])),
  });
}

/** UTF-8 as a string; other bytes as `{"base64": …}`, which `produce --json` takes back. */
function textOf(bytes: Buffer | null): string | { readonly base64: string } | null {
  if (bytes === null) return null;
  try {
    return utf8.decode(bytes);
  } catch {
    return { base64: bytes.toString('base64') };
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
