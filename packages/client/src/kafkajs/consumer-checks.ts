/** What KafkaJS's consumer refuses before it does anything, in its words. */
import { types } from 'node:util';
import { HEARTBEAT_INTERVAL_MS, SESSION_TIMEOUT_MS } from './consumer-engine.ts';
import type {
  ConsumerConfig,
  ConsumerSubscribeTopic,
  ConsumerSubscribeTopics,
} from './consumer-types.ts';
import { KafkaJSNonRetriableError } from './errors.ts';
import type { TopicSelection } from './pausing.ts';

export function checkConsumerConfig(config: ConsumerConfig): void {
  if (!config.groupId) {
    throw new KafkaJSNonRetriableError('Consumer groupId must be a non-empty string.');
  }
  const { heartbeatInterval = HEARTBEAT_INTERVAL_MS, sessionTimeout = SESSION_TIMEOUT_MS } = config;
  if (heartbeatInterval >= sessionTimeout) {
    throw new KafkaJSNonRetriableError(
      `Consumer heartbeatInterval (${heartbeatInterval}) must be lower than sessionTimeout (${sessionTimeout}). It is recommended to set heartbeatInterval to approximately a third of the sessionTimeout.`,
    );
  }
}

/** The topics and expressions that are subscribed to. */
export function checkSubscription(
  subscription: ConsumerSubscribeTopics | ConsumerSubscribeTopic,
): readonly (string | RegExp)[] {
  const { topic, topics } = subscription as Partial<
    ConsumerSubscribeTopic & ConsumerSubscribeTopics
  >;
  if (!topic && !topics) {
    throw new KafkaJSNonRetriableError('Missing required argument "topics"');
  }
  if (topics !== undefined && topics !== null && !Array.isArray(topics)) {
    throw new KafkaJSNonRetriableError('Argument "topics" must be an array');
  }
  const wanted: readonly unknown[] = topics ?? [topic];
  for (const one of wanted) {
    if (typeof one === 'string' || types.isRegExp(one)) continue;
    throw new KafkaJSNonRetriableError(
      `Invalid topic ${String(one)} (${typeof one}), the topic name has to be a String or a RegExp`,
    );
  }
  return wanted as readonly (string | RegExp)[];
}

export function checkPartition(topic: string, partition: number): void {
  if (!topic) throw new KafkaJSNonRetriableError(`Invalid topic ${String(topic)}`);
  if (Number.isNaN(Number(partition)) || (partition as unknown) === undefined) {
    throw new KafkaJSNonRetriableError(
      `Invalid partition, expected a number received ${String(partition)}`,
    );
  }
}

/** An offset, as KafkaJS's users write it. */
export function offsetOf(offset: string): number {
  const value = Number(offset);
  if (Number.isSafeInteger(value) && (offset as unknown) !== null && offset !== '') return value;
  throw new KafkaJSNonRetriableError(`Invalid offset, expected a long received ${String(offset)}`);
}

export function checkSelections(
  selections: readonly TopicSelection[] | undefined = [],
  what: string,
): void {
  for (const selection of selections) {
    const topic = (selection as TopicSelection | null)?.topic;
    if (!topic) {
      throw new KafkaJSNonRetriableError(`Invalid topic ${String(selection && topic)}`);
    }
    const { partitions } = selection;
    if (partitions === undefined) continue;
    if (Array.isArray(partitions) && !partitions.some((one) => Number.isNaN(Number(one)))) continue;
    throw new KafkaJSNonRetriableError(
      `Array of valid partitions required to ${what} specific partitions instead of ${String(partitions)}`,
    );
  }
}
