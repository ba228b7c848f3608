/** What one run of the consumer commits: what is resolved, by itself or because the application says so. */
import type { Consumer as EngineConsumer } from '../consumer/consumer.ts';
import { partitionName } from '../topic-partition.ts';
import type { OffsetsByTopicPartition } from './consumer-types.ts';
import { toKafkaJSError } from './engine-errors.ts';
import type { ConsumerEvents, Emitter } from './events.ts';
import type { Logger } from './logger.ts';
import type { Progress } from './progress.ts';

export interface OffsetCommitsOptions {
  readonly groupId: string;
  /** Undefined before the run has one: then nothing is committed. */
  readonly engine: () => EngineConsumer | undefined;
  readonly progress: Progress;
  readonly autoCommit: boolean;
  readonly emitter: Emitter<ConsumerEvents>;
  readonly logger: Logger;
}

export class OffsetCommits {
  readonly #options: OffsetCommitsOptions;

  constructor(options: OffsetCommitsOptions) {
    this.#options = options;
  }

  /** By interval, or by threshold, if anything is committed by itself. */
  get isDue(): boolean {
    return this.#options.autoCommit && this.#options.progress.isCommitDue;
  }

  /** Commits these; by default what is resolved and not committed. Rejects with KafkaJS's errors. */
  async commit(
    offsets: OffsetsByTopicPartition = this.#options.progress.uncommitted(),
    metadata?: ReadonlyMap<string, string>,
  ): Promise<void> {
    const { progress, emitter, groupId } = this.#options;
    const engine = this.#options.engine();
    if (engine === undefined) return;
    if (offsets.topics.length === 0) {
      progress.committed(offsets);
      return;
    }
    const { memberId, generationId } = engine.groupMetadata();
    const list = offsets.topics.flatMap(({ topic, partitions }) =>
      partitions.map(({ partition, offset }) => {
        const of = { topic, partition: Number(partition) };
        return { ...of, offset: Number(offset), metadata: metadata?.get(partitionName(of)) };
      }),
    );
    try {
      await engine.commit(list);
    } catch (error) {
      throw toKafkaJSError(error);
    }
    progress.committed(offsets);
    emitter.emit('consumer.commit_offsets', {
      groupId,
      memberId,
      groupGenerationId: generationId,
      topics: offsets.topics,
    });
  }

  /** What is resolved, with auto commit. */
  async commitByItself(): Promise<void> {
    if (this.#options.autoCommit) await this.commit();
  }

  /** The same, never rejects: for commits that are made up for by the next, or by the rebalance that stood in their way. */
  async tryByItself(): Promise<void> {
    try {
      await this.commitByItself();
    } catch (error) {
      const { message } = toKafkaJSError(error);
      this.#options.logger.warn('Offsets could not be committed', { error: message });
    }
  }
}
