/**
 * One `send` or `sendBatch`: checks it, chooses partitions, hands the records to an engine producer, and tells the outcome by partition.
 *
 * Knows nothing of connections and transactions.
 */
import type { Platform } from '@zurau/platform';
import type { Producer as EngineProducer } from '../producer/producer.ts';
import type {
  ProducerRecord as EngineRecord,
  RecordMetadata as EngineMetadata,
} from '../producer/record.ts';
import { codecOf } from './compression.ts';
import { toKafkaJSError } from './engine-errors.ts';
import { KafkaJSError, KafkaJSMetadataNotLoaded, KafkaJSNonRetriableError } from './errors.ts';
import {
  type Message,
  type ProducerBatch,
  type RecordMetadata,
  toEngineRecord,
  type TopicMessages,
} from './messages.ts';
import {
  type PartitionerArgs,
  type PartitionMetadata,
  toPartitionMetadata,
} from './partitioners.ts';
import { finalError, type RetryPolicy } from './retry.ts';

export interface Sending {
  readonly platform: Platform;
  readonly policy: RetryPolicy;
  readonly partitioner: (args: PartitionerArgs) => number;
}

export const ALL_ACKS = -1;

/** Throws KafkaJSNonRetriableError for what KafkaJS does not send. */
export function checkBatch(
  { acks = ALL_ACKS, topicMessages = [] }: ProducerBatch,
  idempotent: boolean,
): void {
  if (topicMessages.some(({ topic }) => !topic)) throw refusal('Invalid topic');
  if (idempotent && acks !== ALL_ACKS) {
    throw refusal(
      "Not requiring ack for all messages invalidates the idempotent producer's EoS guarantees",
    );
  }
  for (const { topic, messages } of topicMessages) {
    if (!(messages as Message[] | null | undefined)) {
      throw refusal(`Invalid messages array [${String(messages as unknown)}] for topic "${topic}"`);
    }
    const empty = messages.find(({ value }) => (value as unknown) === undefined);
    if (empty !== undefined) {
      const about = `Invalid message without value for topic "${topic}"`;
      throw refusal(`${about}: ${JSON.stringify(empty)}`);
    }
  }
}

/** Resolves with an entry a partition; with none for acks 0. Rejects with KafkaJS's errors. */
export async function sendThrough(
  engine: EngineProducer,
  { platform, policy, partitioner }: Sending,
  { acks, compression, topicMessages = [] }: ProducerBatch,
): Promise<RecordMetadata[]> {
  const compressionType = codecOf(compression);
  const nowMs = platform.clock.now();
  try {
    const records: EngineRecord[] = [];
    for (const { topic, messages } of topicMessages) {
      if (messages.length === 0) continue;
      const partitions = await partitionsOf(engine, topic, policy);
      for (const message of messages) {
        const partition = partitioner({ topic, partitionMetadata: partitions, message });
        records.push(toEngineRecord(topic, Number(partition), message, nowMs));
      }
    }
    const places = await engine.sendBatch(records, { compressionType });
    if (acks === 0) return [];
    return byPartition(places, (index) => records[index]?.timestamp);
  } catch (caught) {
    const error = toKafkaJSError(caught);
    throw error instanceof KafkaJSError && error.retriable
      ? finalError(error, policy, policy.retries)
      : error;
  }
}

async function partitionsOf(
  engine: EngineProducer,
  topic: string,
  policy: RetryPolicy,
): Promise<PartitionMetadata[]> {
  const partitions = await engine.partitionsFor(topic, { retriesMax: policy.retries });
  if (partitions.length > 0) return partitions.map(toPartitionMetadata);
  throw new KafkaJSMetadataNotLoaded('Producing to topic without metadata');
}

/** All messages for a topic, wherever in the batch they are. */
export function mergedByTopic(topicMessages: readonly TopicMessages[]): TopicMessages[] {
  const merged = new Map<string, Message[]>();
  for (const { topic, messages } of topicMessages) {
    merged.set(topic, [...(merged.get(topic) ?? []), ...messages]);
  }
  return Array.from(merged, ([topic, messages]) => ({ topic, messages }));
}

function byPartition(
  places: readonly EngineMetadata[],
  sentTimestamp: (index: number) => number | undefined,
): RecordMetadata[] {
  const first = new Map<string, RecordMetadata>();
  for (const [index, { topic, partition, offset, timestamp, logStartOffset }] of places.entries()) {
    const key = `${topic}\0${partition}`;
    // Records of a partition are written in the order of the call.
    if (first.has(key)) continue;
    const keepsTimestamp = timestamp === sentTimestamp(index);
    first.set(key, {
      topicName: topic,
      partition,
      errorCode: 0,
      baseOffset: String(offset),
      logAppendTime: keepsTimestamp ? '-1' : String(timestamp),
      logStartOffset: String(logStartOffset),
    });
  }
  return [...first.values()];
}

function refusal(message: string): KafkaJSNonRetriableError {
  return new KafkaJSNonRetriableError(message);
}
