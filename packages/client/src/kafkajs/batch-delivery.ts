/**
 * Hands one batch to the application, as a whole or message by message, and notes what it resolves.
 *
 * What is resolved is the application's to say; when to commit of it is {@link OffsetCommits}' business, and what a failure means the run's.
 */
import type { Platform } from '@zurau/platform';
import type { TopicPartition } from '../topic-partition.ts';
import { toBatch } from './batch.ts';
import type { ConsumerRunConfig, EachBatchHandler, EachMessageHandler } from './consumer-types.ts';
import { rebalanceInProgress } from './engine-errors.ts';
import { KafkaJSError } from './errors.ts';
import type { Logger } from './logger.ts';
import { toKafkaMessage } from './messages.ts';
import type { OffsetCommits } from './offset-commits.ts';
import type { PartitionWork } from './partition-work.ts';
import type { Progress } from './progress.ts';

export interface BatchDeliveryOptions {
  readonly platform: Platform;
  readonly config: ConsumerRunConfig;
  readonly progress: Progress;
  readonly commits: OffsetCommits;
  readonly logger: Logger;
  readonly isRunning: () => boolean;
  /** Whether the partition is to go on elsewhere, by its name. */
  readonly isSought: (name: string) => boolean;
  readonly isPaused: (of: TopicPartition) => boolean;
  /** Pauses a partition; what is returned resumes it. */
  readonly pause: (of: TopicPartition) => () => void;
}

/** The event loop gets a turn at least so often while the application works without ever waiting. */
const TURN_MS = 20;

export class BatchDelivery {
  readonly #options: BatchDeliveryOptions;
  #lastTurnMs = 0;

  constructor(options: BatchDeliveryOptions) {
    this.#options = options;
  }

  /** Resolves when the application is done with the batch, or has to let go of it. Rejects with what it threw. */
  async deliver(work: PartitionWork): Promise<void> {
    const { eachMessage, eachBatch } = this.#options.config;
    if (eachMessage !== undefined) await this.#eachMessage(work, eachMessage);
    else if (eachBatch !== undefined) await this.#eachBatch(work, eachBatch);
  }

  async #eachMessage(work: PartitionWork, handle: EachMessageHandler): Promise<void> {
    const { progress, commits, isRunning, isSought, isPaused } = this.#options;
    const { topic, partition, records, nextOffset } = work.batch;
    const last = records.at(-1);
    const pause = (): (() => void) => this.#options.pause(work.batch);
    const heartbeat = (): Promise<void> => this.#heartbeat(work);
    for (const record of records) {
      if (!isRunning() || work.isStale || isSought(work.name)) return;
      try {
        await handle({ topic, partition, message: toKafkaMessage(record), heartbeat, pause });
      } catch (error) {
        this.#logHandlerError('eachMessage', work.batch, String(record.offset), error);
        await commits.commitByItself();
        throw error;
      }
      // Behind the last one comes nothing for the application.
      progress.resolve(work.batch, record === last ? nextOffset : record.offset + 1);
      if (commits.isDue) await commits.commit();
      if (isPaused(work.batch)) return;
      await this.#yieldTurn();
    }
  }

  async #eachBatch(work: PartitionWork, handle: EachBatchHandler): Promise<void> {
    const { progress, commits, isRunning, isSought, config } = this.#options;
    const { batch } = work;
    const lastOffset = batch.records.at(-1)?.offset;
    try {
      await handle({
        batch: toBatch(batch),
        resolveOffset: (offset) => {
          const resolved = Number(offset);
          const next = resolved === lastOffset ? batch.nextOffset : resolved + 1;
          progress.resolve(batch, next);
        },
        heartbeat: () => this.#heartbeat(work),
        pause: () => this.#options.pause(batch),
        commitOffsetsIfNecessary: async (offsets) => {
          if (offsets !== undefined) await commits.commit(offsets);
          else if (progress.isCommitDue) await commits.commit();
        },
        uncommittedOffsets: () => progress.uncommitted(),
        isRunning,
        isStale: () => work.isStale || isSought(work.name),
      });
    } catch (error) {
      this.#logHandlerError('eachBatch', batch, String(batch.records[0]?.offset), error);
      await commits.commitByItself();
      throw error;
    }
    if (config.eachBatchAutoResolve ?? true) progress.resolve(batch, batch.nextOffset);
  }

  /** Rejects when the partition is to go to another member; sees to it that the engine's own heartbeats get their turn. */
  async #heartbeat(work: PartitionWork): Promise<void> {
    if (work.isStale) throw rebalanceInProgress();
    await this.#yieldTurn();
    if (work.isStale) throw rebalanceInProgress();
  }

  async #yieldTurn(): Promise<void> {
    const { clock, timers } = this.#options.platform;
    const nowMs = clock.monotonicMs();
    if (nowMs - this.#lastTurnMs < TURN_MS) return;
    await new Promise<void>((resolve) => timers.nextTurn(resolve));
    this.#lastTurnMs = clock.monotonicMs();
  }

  #logHandlerError(what: string, of: TopicPartition, offset: string, error: unknown): void {
    if (error instanceof KafkaJSError) return;
    const { topic, partition } = of;
    const stack = error instanceof Error ? error.stack : undefined;
    const extra = { topic, partition, offset, stack, error };
    this.#options.logger.error(`Error when calling ${what}`, extra);
  }
}
