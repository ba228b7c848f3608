/**
 * KafkaJS's consumer: the API, its checks, and what outlives a run: the subscription, the engine's consumer, starting again after a crash.
 */
import type { Timer } from '@zurau/platform';
import { Admin } from '../admin/admin.ts';
import type { Consumer as EngineConsumer } from '../consumer/consumer.ts';
import { type ClientContext, commonConfig, policyOf } from './client-context.ts';
import {
  checkConsumerConfig,
  checkPartition,
  checkSelections,
  checkSubscription,
  offsetOf,
} from './consumer-checks.ts';
import { createConsumerEngine } from './consumer-engine.ts';
import { ConsumerRun, EARLIEST_OFFSET, LATEST_OFFSET } from './consumer-run.ts';
import type {
  Consumer,
  ConsumerConfig,
  ConsumerRunConfig,
  ConsumerSubscribeTopic,
  ConsumerSubscribeTopics,
  GroupDescription,
  TopicPartitionOffset,
  TopicPartitionOffsetAndMetadata,
} from './consumer-types.ts';
import { toKafkaJSError } from './engine-errors.ts';
import { EngineSlot } from './engine-slot.ts';
import { KafkaJSNonRetriableError } from './errors.ts';
import { consumerEvents, type ConsumerEvents, Emitter, type RequestEvent } from './events.ts';
import { describeGroups } from './group-descriptions.ts';
import type { Logger } from './logger.ts';
import { Progress } from './progress.ts';
import { type EngineRequest, RequestEvents } from './request-events.ts';
import { retrying, type RetryPolicy } from './retry.ts';
import { partitionName } from '../topic-partition.ts';

/** KafkaJS's default. */
const RETRIES = 5;

export class DoorConsumer {
  readonly #context: ClientContext;
  readonly #config: ConsumerConfig;
  readonly #policy: RetryPolicy;
  readonly #logger: Logger;
  readonly #emitter: Emitter<ConsumerEvents>;
  readonly #requests: RequestEvents;
  /** Whether to read a topic from its beginning. */
  readonly #topics: Map<string, boolean> = new Map();
  readonly #engine: EngineSlot<EngineConsumer> = new EngineSlot(() => this.#createEngine());
  #run: ConsumerRun | undefined;
  #stopping: Promise<void> | undefined;
  #restart: Timer | undefined;

  constructor(context: ClientContext, config: ConsumerConfig) {
    checkConsumerConfig(config);
    this.#context = context;
    this.#config = config;
    this.#policy = policyOf(context, config.retry ?? { retries: RETRIES });
    this.#logger = context.logger.namespace('Consumer');
    this.#emitter = new Emitter('consumer', consumerEvents, this.#logger, context.platform.clock);
    this.#requests = new RequestEvents(context.platform.clock, {
      owns: (instanceId) => this.#engine.owns(instanceId),
      onRequest: (payload, request) => this.#onRequest(payload, request),
      onTimeout: (payload) => this.#emitter.emit('consumer.network.request_timeout', payload),
    });
    this.#emitter.onWanted = (name) => {
      if (isAboutRequests(name)) this.#requests.start();
    };
  }

  /** The door itself: functions that need no `this`, as KafkaJS's. */
  get door(): Consumer {
    return {
      connect: () => this.#connect(),
      disconnect: () => this.#disconnect(),
      subscribe: (subscription) => this.#subscribe(subscription),
      stop: () => this.#stop(),
      run: (config) => this.#startRun(config ?? {}),
      commitOffsets: (offsets) => this.#commitOffsets(offsets),
      seek: (place) => this.#seek(place),
      describeGroup: () => this.#describeGroup(),
      pause: (selections) => this.#running(checkSelections(selections, 'pause')).pause(selections),
      resume: (selections) =>
        this.#running(checkSelections(selections, 'resume')).resume(selections),
      paused: () => this.#run?.paused() ?? [],
      on: (name: string, listener: (event: never) => unknown) =>
        this.#emitter.on(name as never, listener),
      logger: () => this.#logger,
      events: consumerEvents,
    };
  }

  async #connect(): Promise<void> {
    if (
      Object.values(consumerEvents).some(
        (name) => isAboutRequests(name) && this.#emitter.isWanted(name),
      )
    ) {
      this.#requests.start();
    }
    await retrying(this.#context.platform, this.#policy, async () => {
      const engine = await this.#engine.open();
      await engine.connect();
    });
    this.#emitter.emit('consumer.connect');
  }

  async #disconnect(): Promise<void> {
    await this.#stop();
    await this.#engine.close();
    this.#requests.stop();
    this.#emitter.emit('consumer.disconnect');
  }

  async #stop(): Promise<void> {
    this.#stopping ??= this.#stopRun().finally(() => (this.#stopping = undefined));
    await this.#stopping;
  }

  async #stopRun(): Promise<void> {
    this.#restart?.cancel();
    this.#restart = undefined;
    const run = this.#run;
    if (run !== undefined) {
      await run.stop();
      this.#run = undefined;
      this.#emitter.emit('consumer.stop');
    }
    this.#logger.info('Stopped', { groupId: this.#config.groupId });
  }

  async #subscribe(subscription: ConsumerSubscribeTopics | ConsumerSubscribeTopic): Promise<void> {
    const { fromBeginning = false } = subscription;
    if (this.#run !== undefined) {
      throw new KafkaJSNonRetriableError('Cannot subscribe to topic while consumer is running');
    }
    const wanted = checkSubscription(subscription);
    // At once, for programs that call `run` without waiting for this.
    for (const one of wanted) if (typeof one === 'string') this.#topics.set(one, fromBeginning);
    const engine = await this.#engine.open();
    const names = await this.#namesOf(engine, wanted);
    try {
      const options = { retriesMax: this.#policy.retries };
      await Promise.all(names.map((name) => engine.partitionsFor(name, options)));
    } catch (error) {
      throw toKafkaJSError(error);
    }
    for (const name of names) this.#topics.set(name, fromBeginning);
  }

  /** Expressions are looked up once, as KafkaJS does: topics that come later need another `subscribe`. */
  async #namesOf(
    engine: EngineConsumer,
    wanted: readonly (string | RegExp)[],
  ): Promise<readonly string[]> {
    if (wanted.every((one) => typeof one === 'string')) return wanted;
    const all = await engine
      .topicNames({ retriesMax: this.#policy.retries })
      .catch((error: unknown) => {
        throw toKafkaJSError(error);
      });
    return wanted.flatMap((one) => {
      if (typeof one === 'string') return [one];
      const pattern = new RegExp(one.source, one.flags.replace(/[gy]/g, ''));
      return all.filter((name) => pattern.test(name));
    });
  }

  async #startRun(config: ConsumerRunConfig): Promise<void> {
    const { groupId } = this.#config;
    if (this.#run !== undefined) {
      this.#logger.warn('consumer#run was called, but the consumer is already running', {
        groupId,
      });
      return;
    }
    this.#logger.info('Starting', { groupId });
    // Known at once, for a seek or a pause right behind.
    const run = this.#createRun(config);
    this.#run = run;
    try {
      const engine = await retrying(this.#context.platform, this.#policy, async () => {
        const opened = await this.#engine.open();
        await opened.connect();
        return opened;
      });
      this.#emitter.emit('consumer.connect');
      await run.start(engine);
    } catch (error) {
      await this.#onCrash(toKafkaJSError(error), config);
    }
  }

  #createRun(config: ConsumerRunConfig): ConsumerRun {
    const { groupId } = this.#config;
    const { platform, offsets } = this.#context;
    const progress = new Progress({
      clock: platform.clock,
      groupId,
      committed: offsets,
      intervalMs: config.autoCommitInterval ?? null,
      threshold: config.autoCommitThreshold ?? null,
    });
    return new ConsumerRun({
      platform,
      groupId,
      topics: [...this.#topics.keys()],
      config,
      policy: this.#policy,
      progress,
      emitter: this.#emitter,
      logger: this.#context.logger.namespace('Runner'),
      onCrash: (error) => void this.#onCrash(error, config),
    });
  }

  async #onCrash(error: Error, config: ConsumerRunConfig): Promise<void> {
    const { groupId, retry } = this.#config;
    const { retryCount, retryTime } = error as { retryCount?: number; retryTime?: number };
    const { name, message, stack } = error;
    this.#logger.error(`Crash: ${name}: ${message}`, { groupId, retryCount, stack });
    try {
      await this.#disconnect();
    } catch (caught) {
      this.#logger.error(`Disconnecting after a crash: ${toKafkaJSError(caught).message}`);
    }
    const restart = mayRestart(error) && (await this.#wantsRestart(error));
    this.#emitter.emit('consumer.crash', { error, groupId, restart });
    if (!restart) return;
    const pauseMs = retryTime ?? retry?.initialRetryTime ?? this.#policy.initialRetryTime;
    this.#logger.error(`Restarting the consumer in ${pauseMs}ms`, { groupId, retryCount });
    this.#restart = this.#context.platform.timers.after(pauseMs, () => {
      void this.#startRun(config);
    });
  }

  async #wantsRestart(error: Error): Promise<boolean> {
    const restartOnFailure =
      this.#config.retry?.restartOnFailure ?? this.#context.config.retry?.restartOnFailure;
    if (restartOnFailure === undefined) return true;
    try {
      return await restartOnFailure(error);
    } catch (caught) {
      const about = 'restartOnFailure failed; the consumer restarts';
      this.#logger.error(about, { error: toKafkaJSError(caught).message });
      return true;
    }
  }

  async #commitOffsets(list: TopicPartitionOffsetAndMetadata[] = []): Promise<void> {
    const byTopic = new Map<string, { partition: number; offset: string }[]>();
    const texts = new Map<string, string>();
    for (const { topic, partition, offset, metadata = null } of list) {
      checkPartition(topic, partition);
      const value = offsetOf(offset);
      if (value < 0) throw new KafkaJSNonRetriableError('Offset must not be a negative number');
      if (metadata !== null && typeof metadata !== 'string') {
        const about = 'Invalid offset metadata, expected string or null, received';
        throw new KafkaJSNonRetriableError(`${about} ${String(metadata)}`);
      }
      if (metadata !== null) texts.set(partitionName({ topic, partition }), metadata);
      const partitions = byTopic.get(topic) ?? [];
      partitions.push({ partition, offset: String(value) });
      byTopic.set(topic, partitions);
    }
    const run = this.#running();
    if (!run.isRunning) return;
    const topics = Array.from(byTopic, ([topic, partitions]) => ({ topic, partitions }));
    await retrying(this.#context.platform, this.#policy, () => run.commit({ topics }, texts));
  }

  #seek({ topic, partition, offset }: TopicPartitionOffset): void {
    checkPartition(topic, partition);
    const value = offsetOf(offset);
    if (value < 0 && value !== EARLIEST_OFFSET && value !== LATEST_OFFSET) {
      throw new KafkaJSNonRetriableError('Offset must not be a negative number');
    }
    this.#running().seek({ topic, partition: Number(partition) }, value);
  }

  async #describeGroup(): Promise<GroupDescription> {
    const { groupId } = this.#config;
    const admin = new Admin(await commonConfig(this.#context, this.#policy));
    try {
      const options = { retriesMax: this.#policy.retries };
      const [description] = await describeGroups(admin, [groupId], options);
      return description as GroupDescription;
    } catch (error) {
      throw toKafkaJSError(error);
    } finally {
      await admin.close();
    }
  }

  /** Throws when `run` was not called. */
  #running(_checked?: void): ConsumerRun {
    if (this.#run !== undefined) return this.#run;
    throw new KafkaJSNonRetriableError(
      'Consumer group was not initialized, consumer#run must be called first',
    );
  }

  async #createEngine(): Promise<EngineConsumer> {
    const common = await commonConfig(this.#context, this.#policy);
    try {
      return createConsumerEngine(common, this.#config, this.#topics, this.#logger);
    } catch (error) {
      throw toKafkaJSError(error);
    }
  }

  #onRequest(payload: RequestEvent['payload'], request: EngineRequest): void {
    this.#emitter.emit('consumer.network.request', payload);
    if (request.api !== 'Fetch') return;
    // Text, whatever KafkaJS's type says.
    const nodeId = String(request.brokerId);
    this.#emitter.emit('consumer.fetch_start', { nodeId });
    const { duration } = payload;
    this.#emitter.emit('consumer.fetch', { numberOfBatches: 0, duration, nodeId });
  }
}

function isAboutRequests(name: string): boolean {
  return name.startsWith('consumer.network.') || name.startsWith('consumer.fetch');
}

/** What goes away by itself, or was tried often enough to be worth another beginning. */
function mayRestart(error: Error): boolean {
  if (error.name === 'KafkaJSNumberOfRetriesExceeded') return true;
  let origin: { cause?: unknown; retriable?: unknown } = error;
  while (origin.cause instanceof Error) origin = origin.cause;
  return origin.retriable === true;
}
