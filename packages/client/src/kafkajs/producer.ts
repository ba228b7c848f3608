/**
 * KafkaJS's producer. An engine producer has one setting of `acks`, so there is one for each that the application uses, and one for transactions; each
 * is made when it is first needed.
 */
import { Producer as EngineProducer } from '../producer/producer.ts';
import type { Acks } from '../producer/producer-config.ts';
import { type ClientContext, commonConfig, policyOf } from './client-context.ts';
import { toKafkaJSError } from './engine-errors.ts';
import { EngineSlot } from './engine-slot.ts';
import { KafkaJSError, KafkaJSNonRetriableError } from './errors.ts';
import { Emitter, producerEvents, type ProducerEvents } from './events.ts';
import type { Logger } from './logger.ts';
import type { ProducerBatch, ProducerRecord, RecordMetadata } from './messages.ts';
import { Partitioners } from './partitioners.ts';
import type { Producer, ProducerConfig, Transaction } from './producer-types.ts';
import { RequestEvents } from './request-events.ts';
import { retrying, type RetryPolicy } from './retry.ts';
import { ALL_ACKS, checkBatch, mergedByTopic, type Sending, sendThrough } from './sending.ts';
import { OpenTransaction } from './transaction.ts';

/** A call is one batch a partition, as in KafkaJS, as long as it is no larger than this. */
const BATCH_BYTES = 1_048_576;
/** KafkaJS leaves it to the broker what is too large. */
const REQUEST_BYTES_MAX = 104_857_600;
const BUFFER_BYTES = 2 * REQUEST_BYTES_MAX;
const IN_FLIGHT = 5;
const METADATA_MAX_AGE_MS = 300_000;
const TRANSACTION_TIMEOUT_MS = 60_000;

type Status = 'disconnected' | 'connected' | 'disconnecting';

export class DoorProducer {
  readonly #context: ClientContext;
  readonly #config: ProducerConfig;
  readonly #policy: RetryPolicy;
  readonly #logger: Logger;
  readonly #emitter: Emitter<ProducerEvents>;
  readonly #requests: RequestEvents;
  readonly #sending: Sending;
  readonly #idempotent: boolean;
  /** By acks, and the transactional one. */
  readonly #engines: Map<number | 'transactional', EngineSlot<EngineProducer>> = new Map();
  #status: Status = 'disconnected';
  #transaction: OpenTransaction | undefined;

  constructor(context: ClientContext, config: ProducerConfig) {
    this.#context = context;
    this.#config = config;
    this.#idempotent = config.idempotent ?? false;
    this.#policy = producerPolicy(context, config);
    this.#logger = context.logger.namespace('Producer');
    if (this.#idempotent && this.#policy.retries < 1) {
      throw new KafkaJSNonRetriableError(
        'Idempotent producer must allow retries to protect against transient errors',
      );
    }
    const { platform } = context;
    this.#emitter = new Emitter('producer', producerEvents, this.#logger, platform.clock);
    const createPartitioner = config.createPartitioner ?? Partitioners.DefaultPartitioner;
    this.#sending = { platform, policy: this.#policy, partitioner: createPartitioner() };
    this.#requests = new RequestEvents(platform.clock, {
      owns: (instanceId) => [...this.#engines.values()].some((engine) => engine.owns(instanceId)),
      onRequest: (payload) => this.#emitter.emit('producer.network.request', payload),
      onTimeout: (payload) => this.#emitter.emit('producer.network.request_timeout', payload),
    });
    this.#emitter.onWanted = (name) => {
      if (name.startsWith('producer.network.')) this.#requests.start();
    };
  }

  /** The door itself: functions that need no `this`, as KafkaJS's. */
  get door(): Producer {
    return {
      connect: () => this.#connect(),
      disconnect: () => this.#disconnect(),
      isIdempotent: () => this.#idempotent,
      events: producerEvents,
      on: (name: string, listener: (event: never) => unknown) =>
        this.#emitter.on(name as never, listener),
      send: (record) => this.#sendRecord(record),
      sendBatch: (batch) => this.#sendBatch(batch),
      transaction: () => this.#begin(),
      logger: () => this.#logger,
    };
  }

  async #connect(): Promise<void> {
    if (this.#emitter.isWanted('producer.network.request')) this.#requests.start();
    await retrying(this.#context.platform, this.#policy, async () => {
      const engine = await this.#engine(ALL_ACKS);
      await engine.connect();
    });
    this.#status = 'connected';
    this.#emitter.emit('producer.connect');
  }

  async #disconnect(): Promise<void> {
    this.#status = 'disconnecting';
    this.#transaction?.end();
    this.#transaction = undefined;
    await Promise.all(Array.from(this.#engines.values(), (engine) => engine.close()));
    this.#requests.stop();
    this.#status = 'disconnected';
    this.#emitter.emit('producer.disconnect');
  }

  async #sendRecord(record: ProducerRecord): Promise<RecordMetadata[]> {
    const { topic, messages, ...batch } = record;
    return await this.#sendBatch({ ...batch, topicMessages: [{ topic, messages }] });
  }

  async #sendBatch(batch: ProducerBatch): Promise<RecordMetadata[]> {
    checkBatch(batch, this.#idempotent);
    this.#checkStatus();
    const engine = await this.#engine(batch.acks ?? ALL_ACKS);
    return await sendThrough(engine, this.#sending, merged(batch));
  }

  async #begin(): Promise<Transaction> {
    const { transactionalId } = this.#config;
    if (!transactionalId) {
      throw new KafkaJSNonRetriableError(
        'Must provide transactional id for transactional producer',
      );
    }
    if (this.#transaction?.isActive === true) {
      throw new KafkaJSNonRetriableError(
        'There is already an ongoing transaction for this producer. Please end the transaction before beginning another.',
      );
    }
    const engine = await this.#engine('transactional');
    try {
      await engine.beginTransaction();
    } catch (error) {
      throw toKafkaJSError(error);
    }
    const transaction = new OpenTransaction(engine, {
      offsets: this.#context.offsets,
      send: async (batch) => {
        checkBatch(batch, true);
        this.#checkStatus();
        return await sendThrough(engine, this.#sending, merged(batch));
      },
    });
    this.#transaction = transaction;
    return transaction.door;
  }

  #checkStatus(): void {
    if (this.#status === 'connected') return;
    if (this.#status === 'disconnected') throw new KafkaJSError('The producer is disconnected');
    throw new KafkaJSNonRetriableError(
      "The producer is disconnecting; therefore, it can't safely accept messages anymore",
    );
  }

  async #engine(kind: number | 'transactional'): Promise<EngineProducer> {
    let engine = this.#engines.get(kind);
    if (engine === undefined) {
      engine = new EngineSlot(() => this.#createEngine(kind));
      this.#engines.set(kind, engine);
    }
    return await engine.open();
  }

  async #createEngine(kind: number | 'transactional'): Promise<EngineProducer> {
    const config = this.#config;
    const common = await commonConfig(this.#context, this.#policy);
    const isTransactional = kind === 'transactional';
    const idempotent = isTransactional || this.#idempotent;
    const inFlight = config.maxInFlightRequests ?? IN_FLIGHT;
    try {
      return new EngineProducer({
        ...common,
        acks: acksOf(kind),
        enableIdempotence: idempotent,
        retries: Math.min(this.#policy.retries, 2 ** 31 - 1),
        batchSize: BATCH_BYTES,
        maxRequestSize: REQUEST_BYTES_MAX,
        bufferMemory: BUFFER_BYTES,
        maxInFlightRequestsPerConnection: idempotent ? Math.min(inFlight, IN_FLIGHT) : inFlight,
        metadataMaxAgeMs: config.metadataMaxAge ?? METADATA_MAX_AGE_MS,
        allowAutoCreateTopics: config.allowAutoTopicCreation ?? true,
        ...(isTransactional
          ? {
              transactionalId: config.transactionalId ?? '',
              transactionTimeoutMs: config.transactionTimeout ?? TRANSACTION_TIMEOUT_MS,
            }
          : {}),
      });
    } catch (error) {
      throw toKafkaJSError(error);
    }
  }
}

function merged(batch: ProducerBatch): ProducerBatch {
  return { ...batch, topicMessages: mergedByTopic(batch.topicMessages ?? []) };
}

/** An idempotent producer tries for as long as it may, unless told otherwise. */
function producerPolicy(context: ClientContext, config: ProducerConfig): RetryPolicy {
  const unlimited = config.idempotent === true ? { retries: Number.MAX_SAFE_INTEGER } : {};
  return policyOf(
    { ...context, config: { ...context.config, retry: { ...unlimited, ...context.config.retry } } },
    config.retry,
  );
}

function acksOf(kind: number | 'transactional'): Acks {
  if (kind === 0 || kind === 1) return kind;
  return 'all';
}
