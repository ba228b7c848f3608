/** Records as KafkaJS has them, in both directions. Offsets and timestamps are decimal strings. */
import type { DecodedRecord, RecordHeaderInput } from '@zurau/protocol';
import type { ProducerRecord as EngineRecord } from '../producer/record.ts';
import type { CompressionTypes } from './constants.ts';

export interface IHeaders {
  [key: string]: Buffer | string | (Buffer | string)[] | undefined;
}

export interface Message {
  key?: Buffer | string | null;
  value: Buffer | string | null;
  partition?: number;
  headers?: IHeaders;
  timestamp?: string;
}

interface MessageSetEntry {
  key: Buffer | null;
  value: Buffer | null;
  timestamp: string;
  attributes: number;
  offset: string;
  size: number;
  headers?: never;
}

interface RecordBatchEntry {
  key: Buffer | null;
  value: Buffer | null;
  timestamp: string;
  attributes: number;
  offset: string;
  headers: IHeaders;
  size?: never;
}

export type KafkaMessage = MessageSetEntry | RecordBatchEntry;

export interface ProducerRecord {
  topic: string;
  messages: Message[];
  acks?: number;
  timeout?: number;
  compression?: CompressionTypes;
}

export interface TopicMessages {
  topic: string;
  messages: Message[];
}

export interface ProducerBatch {
  acks?: number;
  timeout?: number;
  compression?: CompressionTypes;
  topicMessages?: TopicMessages[];
}

export type RecordMetadata = {
  topicName: string;
  partition: number;
  errorCode: number;
  offset?: string;
  timestamp?: string;
  baseOffset?: string;
  logAppendTime?: string;
  logStartOffset?: string;
};

/** A record of today's format; older formats are gone from brokers, or read as this one. */
const MAGIC_BYTE = 2;

/** For the application. The buffers are views. */
export function toKafkaMessage(record: DecodedRecord): KafkaMessage {
  const message = {
    magicByte: MAGIC_BYTE,
    attributes: 0,
    timestamp: String(record.timestamp),
    offset: String(record.offset),
    key: record.key,
    value: record.value,
    headers: headersOf(record.headers),
    isControlRecord: false,
  };
  return message;
}

/** A key that occurs several times has a list. */
function headersOf(list: DecodedRecord['headers']): IHeaders {
  const headers: Record<string, IHeaders[string] | null> = {};
  for (const { key, value } of list) {
    const before = Object.hasOwn(headers, key) ? headers[key] : undefined;
    if (before === undefined || before === null) headers[key] = value;
    else if (Array.isArray(before)) before.push(value ?? '');
    else headers[key] = [before, value ?? ''];
  }
  return headers as IHeaders;
}

/** For the engine. Keys and values that are neither text nor bytes go as text, as KafkaJS has them. */
export function toEngineRecord(
  topic: string,
  partition: number,
  { key, value, headers, timestamp }: Message,
  nowMs: number,
): EngineRecord {
  return {
    topic,
    partition,
    key: bytesOf(key),
    value: bytesOf(value),
    headers: headers === undefined ? undefined : headerList(headers),
    timestamp: timestamp === undefined || timestamp === null ? nowMs : Number(timestamp),
  };
}

function bytesOf(value: Buffer | string | null | undefined): Buffer | string | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'string' || value instanceof Uint8Array
    ? value
    : String(value as unknown);
}

function headerList(headers: IHeaders): RecordHeaderInput[] {
  return Object.entries(headers).flatMap(([key, value]): RecordHeaderInput[] =>
    (Array.isArray(value) ? value : [value]).map((one) => ({ key, value: bytesOf(one) })),
  );
}
