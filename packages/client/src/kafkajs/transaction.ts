/** An open transaction of KafkaJS's producer; of no more use once it has ended. */
import type { Producer as EngineProducer } from '../producer/producer.ts';
import type { CommittedOffsets } from './committed-offsets.ts';
import { toKafkaJSError } from './engine-errors.ts';
import { KafkaJSNonRetriableError } from './errors.ts';
import type { ProducerBatch, RecordMetadata } from './messages.ts';
import type { Offsets, Transaction } from './producer-types.ts';

export interface TransactionOptions {
  readonly offsets: CommittedOffsets;
  readonly send: (batch: ProducerBatch) => Promise<RecordMetadata[]>;
}

export class OpenTransaction {
  readonly #engine: EngineProducer;
  readonly #options: TransactionOptions;
  #isActive = true;

  constructor(engine: EngineProducer, options: TransactionOptions) {
    this.#engine = engine;
    this.#options = options;
  }

  get isActive(): boolean {
    return this.#isActive;
  }

  /** Its producer is gone. */
  end(): void {
    this.#isActive = false;
  }

  get door(): Transaction {
    return {
      send: async (record) =>
        await this.#guarded(() => {
          const { topic, messages, ...batch } = record;
          return this.#options.send({ ...batch, topicMessages: [{ topic, messages }] });
        }),
      sendBatch: async (batch) => await this.#guarded(() => this.#options.send(batch)),
      sendOffsets: async (offsets) => await this.#guarded(() => this.#sendOffsets(offsets)),
      commit: async () =>
        await this.#guarded(async () => {
          await this.#engine.commitTransaction();
          this.#isActive = false;
        }),
      abort: async () =>
        await this.#guarded(async () => {
          await this.#engine.abortTransaction();
          this.#isActive = false;
        }),
      isActive: () => this.#isActive,
    };
  }

  async #sendOffsets({
    consumerGroupId,
    topics,
  }: Offsets & { consumerGroupId: string }): Promise<void> {
    if (!consumerGroupId) throw new KafkaJSNonRetriableError('Missing consumerGroupId');
    if (!(topics as unknown)) throw new KafkaJSNonRetriableError('Missing offset topics');
    const offsets = topics.flatMap(({ topic, partitions }) =>
      partitions.map(({ partition, offset }) => ({
        topic,
        partition: Number(partition),
        offset: Number(offset),
      })),
    );
    // KafkaJS's producers do not know the member: the group does not check who commits.
    const group = {
      groupId: consumerGroupId,
      generationId: -1,
      memberId: '',
      groupInstanceId: null,
    };
    await this.#engine.sendOffsets(offsets, group);
    for (const { topic, partition, offset } of offsets) {
      this.#options.offsets.set(consumerGroupId, topic, partition, String(offset));
    }
  }

  async #guarded<T>(work: () => Promise<T>): Promise<T> {
    if (!this.#isActive) {
      throw new KafkaJSNonRetriableError('Cannot continue to use transaction once ended');
    }
    try {
      return await work();
    } catch (error) {
      throw toKafkaJSError(error);
    }
  }
}
