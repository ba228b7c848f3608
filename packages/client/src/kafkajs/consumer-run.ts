/**
 * One run of KafkaJS's consumer, from `run` to `stop` or a crash: polls the engine, and hands batches to the application, so many
 * partitions at a time.
 *
 *     poll ──► waiting ──► worked on ──► resolved, committed ──► poll
 *
 * The engine is polled all the while, also for what the application takes its time with: a partition that is worked on is paused, so nothing more of it
 * comes. When a rebalance takes it away, the engine waits in the listener here until the application has finished the message it is at;
 * `heartbeat` throws then, as KafkaJS's does.
 *
 * Owns positions within what was polled: what the application has not resolved is read again.
 */
import type { Platform } from '@zurau/platform';
import type { ConsumedBatch } from '../consumer/consumed-batch.ts';
import type { Consumer as EngineConsumer } from '../consumer/consumer.ts';
import type { GroupEvent } from '../consumer/group/group-event.ts';
import type { RebalanceListener } from '../consumer/group/group-member.ts';
import { KafkaError } from '../errors.ts';
import { partitionName, type TopicPartition } from '../topic-partition.ts';
import { batchPayload, spanPayload } from './batch.ts';
import { BatchDelivery } from './batch-delivery.ts';
import type {
  ConsumerRunConfig,
  OffsetsByTopicPartition,
  TopicPartitions,
} from './consumer-types.ts';
import { isRebalancing, toKafkaJSError } from './engine-errors.ts';
import type { ConsumerEvents, Emitter } from './events.ts';
import { tellGroupEvent } from './group-events.ts';
import type { Logger } from './logger.ts';
import { OffsetCommits } from './offset-commits.ts';
import type { PartitionWork } from './partition-work.ts';
import { Pausing, type TopicSelection } from './pausing.ts';
import type { Progress } from './progress.ts';
import type { RetryPolicy } from './retry.ts';
import { Setback } from './setback.ts';

export interface ConsumerRunOptions {
  readonly platform: Platform;
  readonly groupId: string;
  readonly topics: readonly string[];
  readonly config: ConsumerRunConfig;
  readonly policy: RetryPolicy;
  readonly progress: Progress;
  readonly emitter: Emitter<ConsumerEvents>;
  readonly logger: Logger;
  /** Called once, when the run is over because of this error. */
  readonly onCrash: (error: Error) => void;
}

/** How late seeks and markers are noticed. */
const POLL_MS = 100;

/** What `seek` takes for the ends of a log. */
export const LATEST_OFFSET = -1;
export const EARLIEST_OFFSET = -2;

export class ConsumerRun {
  readonly #options: ConsumerRunOptions;
  readonly #progress: Progress;
  readonly #pausing = new Pausing();
  /** By partition name: where to go on as soon as nobody works on the partition. */
  readonly #seeks: Map<string, TopicPartition & { readonly offset: number }> = new Map();
  /** By partition name. */
  readonly #works: Map<string, PartitionWork> = new Map();
  #waiting: PartitionWork[] = [];
  /** Names of partitions that are about to go: what was polled of them may never be worked on, and must not count as passed over. */
  readonly #leaving: Set<string> = new Set();
  #activeCount = 0;
  readonly #stopping = new AbortController();
  #engine: EngineConsumer | undefined;
  #loop: Promise<void> | undefined;
  #onJoined: () => void = () => {};
  /** What the application threw, or the engine; the pause begins when all others are done with their batches. */
  readonly #setback: Setback;
  readonly #commits: OffsetCommits;
  readonly #delivery: BatchDelivery;

  constructor(options: ConsumerRunOptions) {
    const { platform, policy, logger, progress, config } = options;
    this.#options = options;
    this.#setback = new Setback(platform, policy, logger);
    this.#progress = progress;
    this.#commits = new OffsetCommits({
      ...options,
      engine: () => this.#engine,
      autoCommit: config.autoCommit ?? true,
    });
    this.#delivery = new BatchDelivery({
      ...options,
      commits: this.#commits,
      isRunning: () => this.isRunning,
      isSought: (name) => this.#seeks.has(name),
      isPaused: ({ topic, partition }) => this.#pausing.isPaused(topic, partition),
      pause: (of) => this.#pauseOne(of),
    });
  }

  get isRunning(): boolean {
    return !this.#stopping.signal.aborted;
  }

  /** Resolves when the consumer is a member of its group, or the run is over. */
  async start(engine: EngineConsumer): Promise<void> {
    if (!this.isRunning) return;
    this.#engine = engine;
    engine.onEvent = (event) => this.#onGroupEvent(event);
    if (this.#options.topics.length === 0) return;
    const joined = new Promise<void>((resolve) => (this.#onJoined = resolve));
    engine.subscribe(this.#options.topics, this.#listener());
    this.#loop = this.#run(engine);
    await Promise.race([joined, this.#loop]);
  }

  /** Resolves when the application is done with the messages it is at, offsets are committed, and the group is left. Idempotent. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
    if (this.#engine === undefined || this.#options.topics.length === 0) return;
    try {
      await this.#engine.unsubscribe();
    } catch (error) {
      this.#options.logger.debug(`Leaving the group: ${toKafkaJSError(error).message}`);
    }
    this.#engine.onEvent = undefined;
  }

  seek(of: TopicPartition, offset: number): void {
    this.#seeks.set(partitionName(of), { ...of, offset });
  }

  pause(selections: readonly TopicSelection[]): void {
    this.#pausing.pause(selections);
    this.#holdAndRelease(this.#progress.assigned());
  }

  resume(selections: readonly TopicSelection[]): void {
    this.#pausing.resume(selections);
    this.#holdAndRelease(this.#progress.assigned());
  }

  paused(): TopicPartitions[] {
    const byTopic = new Map<string, number[]>();
    const assigned = this.#progress.assigned().toSorted((a, b) => a.partition - b.partition);
    for (const { topic, partition } of assigned) {
      if (!this.#pausing.isPaused(topic, partition)) continue;
      byTopic.set(topic, [...(byTopic.get(topic) ?? []), partition]);
    }
    return Array.from(byTopic, ([topic, partitions]) => ({ topic, partitions }));
  }

  /** See {@link OffsetCommits.commit}. */
  async commit(
    offsets: OffsetsByTopicPartition,
    metadata: ReadonlyMap<string, string>,
  ): Promise<void> {
    await this.#commits.commit(offsets, metadata);
  }

  // --- the loop ---------------------------------------------------------------------------------------------------------------

  async #run(engine: EngineConsumer): Promise<void> {
    let crash: Error | undefined;
    try {
      while (this.isRunning) await this.#turn(engine);
    } catch (error) {
      crash = toKafkaJSError(error);
    }
    this.#stopping.abort();
    this.#waiting = [];
    await this.#settled([...this.#works.values()]);
    if (crash !== undefined) this.#options.onCrash(crash);
  }

  async #turn(engine: EngineConsumer): Promise<void> {
    await this.#applySeeks(engine);
    this.#retryWhenDue();
    try {
      const { signal } = this.#stopping;
      for (const batch of await engine.poll({ timeoutMs: POLL_MS, signal })) this.#accept(batch);
      this.#passEmpty(engine);
    } catch (error) {
      if (!this.isRunning && error instanceof KafkaError) return;
      this.#fail(toKafkaJSError(error));
    }
    this.#pump();
  }

  #accept(batch: ConsumedBatch): void {
    const first = batch.records[0]?.offset ?? batch.nextOffset;
    const before = this.#progress.position(batch);
    // In front of what was resolved: the log was cut back, or lost its end.
    if (before === undefined || first < before) this.#progress.restart(batch, first);
    const name = partitionName(batch);
    const work: PartitionWork = { name, batch, isStale: false, running: undefined };
    this.#works.set(name, work);
    this.#waiting.push(work);
    this.#holdAndRelease([batch]);
  }

  /** Gives work to those who have none. */
  #pump(): void {
    const { partitionsConsumedConcurrently: concurrency = 1 } = this.#options.config;
    while (this.isRunning && !this.#setback.isUnderWay && this.#activeCount < concurrency) {
      const work = this.#waiting.shift();
      if (work === undefined) return;
      const { topic, partition } = work.batch;
      if (this.#seeks.has(work.name) || this.#pausing.isPaused(topic, partition)) {
        this.#putBack(work);
        continue;
      }
      this.#activeCount += 1;
      work.running = this.#process(work).finally(() => {
        this.#activeCount -= 1;
        this.#putBack(work);
        this.#pump();
      });
    }
  }

  /** The application is done with the batch, or never saw it: reading goes on behind what is resolved. */
  #putBack({ name, batch, isStale }: PartitionWork): void {
    this.#works.delete(name);
    if (isStale || !this.#progress.has(batch)) return;
    const position = this.#progress.position(batch);
    const engine = this.#engine;
    if (position !== undefined && position !== engine?.position(batch))
      engine?.seek(batch, position);
    this.#holdAndRelease([batch]);
  }

  async #process(work: PartitionWork): Promise<void> {
    const { emitter, platform, logger } = this.#options;
    const payload = batchPayload(work.batch);
    const startMs = platform.clock.monotonicMs();
    try {
      emitter.emit('consumer.start_batch_process', payload);
      await this.#delivery.deliver(work);
      const duration = Math.round(platform.clock.monotonicMs() - startMs);
      emitter.emit('consumer.end_batch_process', { ...payload, duration });
      // Of a partition that goes the listener commits.
      if (!work.isStale) await this.#commits.commitByItself();
      this.#setback.forget();
    } catch (caught) {
      const error = toKafkaJSError(caught);
      if (isRebalancing(error)) logger.warn('The group is rebalancing', { error: error.message });
      else this.#fail(error);
    }
  }

  // --- failures ---------------------------------------------------------------------------------------------------------------

  /** Nothing more is handed out until all are done; then again after a pause, or never. */
  #fail(error: Error): void {
    if (!this.#setback.begin(error)) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const work of waiting) this.#putBack(work);
    this.#holdAndRelease(this.#progress.assigned());
  }

  /** Throws what cannot be helped by trying again. */
  #retryWhenDue(): void {
    if (this.#activeCount > 0 || !this.#setback.ends()) return;
    this.#holdAndRelease(this.#progress.assigned());
  }

  // --- what is read -----------------------------------------------------------------------------------------------------------

  /** The engine returns nothing of what is paused, worked on, or waits for the end of a failure. */
  #holdAndRelease(partitions: readonly TopicPartition[]): void {
    const engine = this.#engine;
    if (engine === undefined) return;
    for (const of of partitions) {
      if (!this.#progress.has(of)) continue;
      const isHeld =
        this.#setback.isUnderWay ||
        this.#works.has(partitionName(of)) ||
        this.#pausing.isPaused(of.topic, of.partition);
      if (isHeld) engine.pause(of);
      else engine.resume(of);
    }
  }

  #pauseOne({ topic, partition }: TopicPartition): () => void {
    const selection = [{ topic, partitions: [partition] }];
    this.pause(selection);
    return () => this.resume(selection);
  }

  async #applySeeks(engine: EngineConsumer): Promise<void> {
    let moved = false;
    for (const [name, seek] of this.#seeks) {
      if (!this.#progress.has(seek) || this.#works.has(name)) continue;
      this.#seeks.delete(name);
      const { offset } = seek;
      if (offset < 0) {
        engine.seek(seek, offset === EARLIEST_OFFSET ? 'beginning' : 'end');
        this.#progress.restart(seek, undefined);
        continue;
      }
      engine.seek(seek, offset);
      this.#progress.restart(seek, offset);
      this.#progress.resolve(seek, offset);
      moved = true;
    }
    if (moved) await this.#commits.tryByItself();
  }

  /** What the engine passed over by itself (markers, aborted records, gaps) is done with, too. */
  #passEmpty(engine: EngineConsumer): void {
    for (const of of this.#progress.assigned()) {
      const name = partitionName(of);
      if (this.#works.has(name) || this.#seeks.has(name) || this.#leaving.has(name)) continue;
      const position = engine.position(of);
      const before = this.#progress.position(of);
      if (position === undefined) continue;
      if (before === undefined) this.#progress.beginsAt(of, position);
      else if (position > before) this.#pass(engine, of, before, position);
    }
  }

  #pass(engine: EngineConsumer, of: TopicPartition, firstOffset: number, nextOffset: number): void {
    const { emitter } = this.#options;
    const lag = engine.lag().find((one) => partitionName(one) === partitionName(of));
    const highWatermark = nextOffset + (lag?.records ?? 0);
    const span = { ...of, highWatermark, firstOffset, nextOffset, recordCount: 0 };
    const payload = spanPayload(span);
    emitter.emit('consumer.start_batch_process', payload);
    this.#progress.resolve(of, nextOffset);
    emitter.emit('consumer.end_batch_process', { ...payload, duration: 0 });
    if (this.#commits.isDue) void this.#commits.tryByItself();
  }

  // --- the group --------------------------------------------------------------------------------------------------------------

  #listener(): RebalanceListener {
    return {
      onPartitionsAssigned: async (partitions) => {
        for (const of of partitions) this.#progress.add(of);
        this.#holdAndRelease(partitions);
        if (this.#engine !== undefined) await this.#applySeeks(this.#engine);
      },
      onPartitionsRevoked: async (partitions) => {
        await this.#letGo(partitions);
        await this.#commits.tryByItself();
        this.#forget(partitions);
      },
      onPartitionsLost: async (partitions) => {
        await this.#letGo(partitions);
        this.#forget(partitions);
      },
    };
  }

  /** Resolves when nobody works on these any more. */
  async #letGo(partitions: readonly TopicPartition[]): Promise<void> {
    const names = new Set(partitions.map(partitionName));
    for (const name of names) this.#leaving.add(name);
    const going = [...this.#works.values()].filter(({ name }) => names.has(name));
    for (const work of going) work.isStale = true;
    this.#waiting = this.#waiting.filter((work) => !work.isStale);
    for (const { name, running } of going) if (running === undefined) this.#works.delete(name);
    await this.#settled(going);
  }

  #forget(partitions: readonly TopicPartition[]): void {
    for (const of of partitions) {
      this.#progress.remove(of);
      this.#leaving.delete(partitionName(of));
    }
  }

  async #settled(works: readonly PartitionWork[]): Promise<void> {
    await Promise.all(works.map(({ running = Promise.resolve() }) => running));
  }

  #onGroupEvent(event: GroupEvent): void {
    tellGroupEvent(event, {
      ...this.#options,
      memberId: () => this.#engine?.groupMetadata().memberId ?? '',
    });
    if (event.type === 'joined') this.#onJoined();
  }
}
