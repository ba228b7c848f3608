/**
 * Trace context in record headers, as W3C's recommendation has it for HTTP: `traceparent`, `tracestate`. Says where a record comes from, whichever library
 * traces it.
 */
import type { Bytes, Headers } from '../producer/record.ts';

export interface TraceContext {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** Of the span that sent the record; 16 hexadecimal digits. */
  readonly spanId: string;
  readonly sampled: boolean;
  /** As it came; empty when there was none. */
  readonly traceState: string;
}

/** A header as producers take it. */
export interface TextHeader {
  readonly key: string;
  readonly value: Bytes | null;
}

const PARENT =
  /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-|$)/;
const VERSION = '00';
const SAMPLED = 1;

/** `headers` with the context, in place of one they may have had. */
export function injectTraceContext(
  headers: Headers | undefined,
  context: TraceContext,
): readonly TextHeader[] {
  const flags = context.sampled ? '01' : '00';
  const carried: TextHeader[] = [
    { key: 'traceparent', value: `${VERSION}-${context.traceId}-${context.spanId}-${flags}` },
  ];
  if (context.traceState !== '') carried.push({ key: 'tracestate', value: context.traceState });
  return [...listOf(headers).filter(({ key }) => !isTraceHeader(key)), ...carried];
}

/** The context of a record; undefined when it has none, or one that makes no sense. */
export function extractTraceContext(
  headers: Headers | readonly { readonly key: string; readonly value: Uint8Array | null }[],
): TraceContext | undefined {
  const list = listOf(headers);
  const match = PARENT.exec(textOf(list, 'traceparent'));
  const [, traceId, spanId, flags] = match ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  return {
    traceId,
    spanId,
    sampled: (Number.parseInt(flags, 16) & SAMPLED) !== 0,
    traceState: textOf(list, 'tracestate'),
  };
}

function isTraceHeader(key: string): boolean {
  return key === 'traceparent' || key === 'tracestate';
}

function listOf(headers: Headers | undefined): readonly TextHeader[] {
  if (headers === undefined) return [];
  if (Array.isArray(headers)) return headers as TextHeader[];
  return Object.entries(headers).map(([key, value]) => ({ key, value: value as Bytes | null }));
}

/** Of the last header of that name; empty when there is none. */
function textOf(headers: readonly TextHeader[], key: string): string {
  const value = headers.findLast((header) => header.key === key)?.value ?? '';
  return typeof value === 'string' ? value : Buffer.from(value).toString('latin1');
}
