/** Instrumentation events: names, payloads, and who listens to them. Listeners that throw are logged, and harm nobody else. */
import type { Clock } from '@zurau/platform';
import type { ValueOf } from './constants.ts';
import { KafkaJSNonRetriableError } from './errors.ts';
import type { Logger } from './logger.ts';

export interface InstrumentationEvent<T> {
  id: string;
  type: string;
  timestamp: number;
  payload: T;
}

export type RemoveInstrumentationEventListener<_T> = () => void;

export type ConnectEvent = InstrumentationEvent<null>;
export type DisconnectEvent = InstrumentationEvent<null>;
export type RequestEvent = InstrumentationEvent<{
  apiKey: number;
  apiName: string;
  apiVersion: number;
  broker: string;
  clientId: string;
  correlationId: number;
  createdAt: number;
  duration: number;
  pendingDuration: number;
  sentAt: number;
  size: number;
}>;
export type RequestTimeoutEvent = InstrumentationEvent<
  Omit<RequestEvent['payload'], 'duration' | 'size'>
>;
export type RequestQueueSizeEvent = InstrumentationEvent<{
  broker: string;
  clientId: string;
  queueSize: number;
}>;

/** What producers, consumers and admin clients tell alike, by name. */
export type ClientEventsByName<Owner extends string> = Record<`${Owner}.connect`, ConnectEvent> &
  Record<`${Owner}.disconnect`, DisconnectEvent> &
  Record<`${Owner}.network.request`, RequestEvent> &
  Record<`${Owner}.network.request_timeout`, RequestTimeoutEvent> &
  Record<`${Owner}.network.request_queue_size`, RequestQueueSizeEvent>;

/** A client whose events one can listen to. */
export interface EventSource<EventsByName, Names> {
  readonly events: Names;
  on<Name extends keyof EventsByName>(
    eventName: Name,
    listener: (event: EventsByName[Name]) => void,
  ): RemoveInstrumentationEventListener<Name>;
  on(
    eventName: ValueOf<Names>,
    // oxlint-disable-next-line typescript/no-explicit-any -- as KafkaJS has it
    listener: (event: InstrumentationEvent<any>) => void,
  ): RemoveInstrumentationEventListener<typeof eventName>;
}

export type ProducerEvents = {
  CONNECT: 'producer.connect';
  DISCONNECT: 'producer.disconnect';
  REQUEST: 'producer.network.request';
  REQUEST_TIMEOUT: 'producer.network.request_timeout';
  REQUEST_QUEUE_SIZE: 'producer.network.request_queue_size';
};

export type AdminEvents = {
  CONNECT: 'admin.connect';
  DISCONNECT: 'admin.disconnect';
  REQUEST: 'admin.network.request';
  REQUEST_TIMEOUT: 'admin.network.request_timeout';
  REQUEST_QUEUE_SIZE: 'admin.network.request_queue_size';
};

export type ConsumerEvents = {
  HEARTBEAT: 'consumer.heartbeat';
  COMMIT_OFFSETS: 'consumer.commit_offsets';
  GROUP_JOIN: 'consumer.group_join';
  FETCH_START: 'consumer.fetch_start';
  FETCH: 'consumer.fetch';
  START_BATCH_PROCESS: 'consumer.start_batch_process';
  END_BATCH_PROCESS: 'consumer.end_batch_process';
  CONNECT: 'consumer.connect';
  DISCONNECT: 'consumer.disconnect';
  STOP: 'consumer.stop';
  CRASH: 'consumer.crash';
  REBALANCING: 'consumer.rebalancing';
  RECEIVED_UNSUBSCRIBED_TOPICS: 'consumer.received_unsubscribed_topics';
  REQUEST: 'consumer.network.request';
  REQUEST_TIMEOUT: 'consumer.network.request_timeout';
  REQUEST_QUEUE_SIZE: 'consumer.network.request_queue_size';
};

export const producerEvents: ProducerEvents = {
  CONNECT: 'producer.connect',
  DISCONNECT: 'producer.disconnect',
  REQUEST: 'producer.network.request',
  REQUEST_TIMEOUT: 'producer.network.request_timeout',
  REQUEST_QUEUE_SIZE: 'producer.network.request_queue_size',
};

export const adminEvents: AdminEvents = {
  CONNECT: 'admin.connect',
  DISCONNECT: 'admin.disconnect',
  REQUEST: 'admin.network.request',
  REQUEST_TIMEOUT: 'admin.network.request_timeout',
  REQUEST_QUEUE_SIZE: 'admin.network.request_queue_size',
};

export const consumerEvents: ConsumerEvents = {
  HEARTBEAT: 'consumer.heartbeat',
  COMMIT_OFFSETS: 'consumer.commit_offsets',
  GROUP_JOIN: 'consumer.group_join',
  FETCH_START: 'consumer.fetch_start',
  FETCH: 'consumer.fetch',
  START_BATCH_PROCESS: 'consumer.start_batch_process',
  END_BATCH_PROCESS: 'consumer.end_batch_process',
  CONNECT: 'consumer.connect',
  DISCONNECT: 'consumer.disconnect',
  STOP: 'consumer.stop',
  CRASH: 'consumer.crash',
  REBALANCING: 'consumer.rebalancing',
  RECEIVED_UNSUBSCRIBED_TOPICS: 'consumer.received_unsubscribed_topics',
  REQUEST: 'consumer.network.request',
  REQUEST_TIMEOUT: 'consumer.network.request_timeout',
  REQUEST_QUEUE_SIZE: 'consumer.network.request_queue_size',
};

type Listener = (event: InstrumentationEvent<unknown>) => unknown;

/** Counts the events of the process. */
let eventCount = 0;

export class Emitter<Names extends Readonly<Record<string, string>>> {
  readonly #owner: string;
  readonly #names: readonly string[];
  readonly #keys: string;
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #listeners: Map<string, Set<Listener>> = new Map();
  /** Called when somebody listens to an event that nobody listened to. */
  onWanted: ((name: ValueOf<Names>) => void) | undefined;

  /** `owner` is what the events are named after: `producer`. */
  constructor(owner: string, names: Names, logger: Logger, clock: Clock) {
    this.#owner = owner;
    this.#names = Object.values(names);
    this.#keys = Object.keys(names)
      .map((key) => `${this.#owner}.events.${key}`)
      .join(', ');
    this.#logger = logger;
    this.#clock = clock;
  }

  /** Throws KafkaJSNonRetriableError for a name that is none. */
  on(name: ValueOf<Names>, listener: (event: never) => unknown): () => void {
    if (!this.#names.includes(name)) {
      throw new KafkaJSNonRetriableError(`Event name should be one of ${this.#keys}`);
    }
    const own: Listener = (event) => listener(event as never);
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(own));
    this.onWanted?.(name);
    return () => {
      listeners.delete(own);
    };
  }

  isWanted(name: ValueOf<Names>): boolean {
    return (this.#listeners.get(name)?.size ?? 0) > 0;
  }

  emit(name: ValueOf<Names>, payload?: unknown): void {
    const listeners = this.#listeners.get(name);
    if (listeners === undefined || listeners.size === 0) return;
    // KafkaJS's ids are numbers, whatever its types say.
    const id = eventCount as unknown as string;
    eventCount += 1;
    const event = { id, type: name, timestamp: this.#clock.now(), payload };
    for (const listener of [...listeners]) void this.#call(listener, event);
  }

  async #call(listener: Listener, event: InstrumentationEvent<unknown>): Promise<void> {
    try {
      await listener(event);
    } catch (error) {
      const { message, stack } = error instanceof Error ? error : new Error(String(error));
      this.#logger.error(`Failed to execute listener: ${message}`, {
        eventName: event.type,
        stack,
      });
    }
  }
}
