/** KafkaJS's producer, as types. */
import type { ClientEventsByName, EventSource, ProducerEvents } from './events.ts';
import type { Logger } from './logger.ts';
import type { ProducerBatch, ProducerRecord, RecordMetadata } from './messages.ts';
import type { ICustomPartitioner } from './partitioners.ts';
import type { RetryOptions } from './retry.ts';

export interface ProducerConfig {
  createPartitioner?: ICustomPartitioner;
  retry?: RetryOptions;
  metadataMaxAge?: number;
  allowAutoTopicCreation?: boolean;
  idempotent?: boolean;
  transactionalId?: string;
  transactionTimeout?: number;
  maxInFlightRequests?: number;
}

export interface PartitionOffset {
  partition: number;
  offset: string;
}

export interface TopicOffsets {
  topic: string;
  partitions: PartitionOffset[];
}

export interface Offsets {
  topics: TopicOffsets[];
}

export type Sender = {
  send(record: ProducerRecord): Promise<RecordMetadata[]>;
  sendBatch(batch: ProducerBatch): Promise<RecordMetadata[]>;
};

export type Producer = Sender &
  EventSource<ClientEventsByName<'producer'>, ProducerEvents> & {
    connect(): Promise<void>;
    disconnect(): Promise<void>;
    isIdempotent(): boolean;
    transaction(): Promise<Transaction>;
    logger(): Logger;
  };

export type Transaction = Sender & {
  sendOffsets(offsets: Offsets & { consumerGroupId: string }): Promise<void>;
  commit(): Promise<void>;
  abort(): Promise<void>;
  isActive(): boolean;
};
