/** KafkaJS's producer, as types. */
import type { ValueOf } from './constants.ts';
import type {
  ConnectEvent,
  DisconnectEvent,
  InstrumentationEvent,
  ProducerEvents,
  RemoveInstrumentationEventListener,
  RequestEvent,
  RequestQueueSizeEvent,
  RequestTimeoutEvent,
} from './events.ts';
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

interface ProducerEventsByName {
  'producer.connect': ConnectEvent;
  'producer.disconnect': DisconnectEvent;
  'producer.network.request': RequestEvent;
  'producer.network.request_timeout': RequestTimeoutEvent;
  'producer.network.request_queue_size': RequestQueueSizeEvent;
}

export type Producer = Sender & {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  isIdempotent(): boolean;
  readonly events: ProducerEvents;
  on<Name extends keyof ProducerEventsByName>(
    eventName: Name,
    listener: (event: ProducerEventsByName[Name]) => void,
  ): RemoveInstrumentationEventListener<Name>;
  on(
    eventName: ValueOf<ProducerEvents>,
    // oxlint-disable-next-line typescript/no-explicit-any -- as KafkaJS has it
    listener: (event: InstrumentationEvent<any>) => void,
  ): RemoveInstrumentationEventListener<typeof eventName>;
  transaction(): Promise<Transaction>;
  logger(): Logger;
};

export type Transaction = Sender & {
  sendOffsets(offsets: Offsets & { consumerGroupId: string }): Promise<void>;
  commit(): Promise<void>;
  abort(): Promise<void>;
  isActive(): boolean;
};
