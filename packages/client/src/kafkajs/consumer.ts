/**
 * KafkaJS's consumer: the API, its checks, and what outlives a run: the subscription, the engine's consumer, starting again after a crash.
 */
import { types } from 'node:util';
import type { Timer } from '@zurau/platform';
import { Admin } from '../admin/admin.ts';
import { Consumer as EngineConsumer } from '../consumer/consumer.ts';
import { engineAssignor, PartitionAssigners } from './assigners.ts';
import { type ClientContext, commonConfig, policyOf } from './client-context.ts';
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
import { KafkaJSNonRetriableError } from './errors.ts';
import { consumerEvents, type ConsumerEvents, Emitter } from './events.ts';
import { describeGroups } from './group-descriptions.ts';
import type { Logger } from './logger.ts';
import { type PartitionMetadata, toPartitionMetadata } from './partitioners.ts';
import type { TopicSelection } from './pausing.ts';
import { Progress } from './progress.ts';
import {
  type EngineRequest,
  RequestEvents,
  requestPayload,
  timeoutPayload,
} from './request-events.ts';
import { retrying, type RetryPolicy } from './retry.ts';
import { partitionName } from '../topic-partition.ts';

/** KafkaJS's defaults. Times in milliseconds. */
const SESSION_TIMEOUT_MS = 30_000;
const REBALANCE_TIMEOUT_MS = 60_000;
const HEARTBEAT_INTERVAL_MS = 3_000;
const METADATA_MAX_AGE_MS = 300_000;
const MAX_WAIT_MS = 5_000;
const PARTITION_BYTES = 1_048_576;
const FETCH_BYTES = 10_485_760;
const RETRIES = 5;
/** In KafkaJS heartbeats wait for the application; here they do not, so an interval of nothing would be a flood of them. */
const HEARTBEAT_INTERVAL_MS_MIN = 50;
/** A batch is what was fetched of a partition, up to so many messages. */
const BATCH_MESSAGES_MAX = 10_000;

export class DoorConsumer {
  readonly #context: ClientContext;
  readonly #config: ConsumerConfig;
  readonly #policy: RetryPolicy;
  readonly #logger: Logger;
  readonly #emitter: Emitter<ConsumerEvents>;
  readonly #requests: RequestEvents;
  /** Whether to read a topic from its beginning. */
  readonly #topics: Map<string, boolean> = new Map();
  /** For assigners, which may not wait. */
  readonly #partitions: Map<string, PartitionMetadata[]> = new Map();
  #engine: Promise<EngineConsumer> | undefined;
  #instanceId: number | undefined;
  #run: ConsumerRun | undefined;
  #stopping: Promise<void> | undefined;
  #restart: Timer | undefined;

  constructor(context: ClientContext, config: ConsumerConfig) {
    if (!config.groupId) {
      throw new KafkaJSNonRetriableError('Consumer groupId must be a non-empty string.');
    }
    const {
      heartbeatInterval = HEARTBEAT_INTERVAL_MS,
      sessionTimeout = SESSION_TIMEOUT_MS,
      retry = { retries: RETRIES },
    } = config;
    if (heartbeatInterval >= sessionTimeout) {
      throw new KafkaJSNonRetriableError(
        `Consumer heartbeatInterval (${heartbeatInterval}) must be lower than sessionTimeout (${sessionTimeout}). It is recommended to set heartbeatInterval to approximately a third of the sessionTimeout.`,
      );
    }
    this.#context = context;
    this.#config = config;
    this.#policy = policyOf(context, retry);
    this.#logger = context.logger.namespace('Consumer');
    this.#emitter = new Emitter('consumer', consumerEvents, this.#logger, context.platform.clock);
    this.#requests = new RequestEvents(
      (instanceId) => instanceId === this.#instanceId,
      (request) => this.#onRequest(request),
    );
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
      const engine = await this.#open();
      await engine.connect();
    });
    this.#emitter.emit('consumer.connect');
  }

  async #disconnect(): Promise<void> {
    await this.#stop();
    const engine = this.#engine;
    this.#engine = undefined;
    await (await engine)?.close();
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
    const {
      topic,
      topics,
      fromBeginning = false,
    } = subscription as ConsumerSubscribeTopic & Partial<ConsumerSubscribeTopics>;
    if (this.#run !== undefined) {
      throw new KafkaJSNonRetriableError('Cannot subscribe to topic while consumer is running');
    }
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
    // At once, for programs that call `run` without waiting for this.
    for (const one of wanted) if (typeof one === 'string') this.#topics.set(one, fromBeginning);
    const engine = await this.#open();
    const names = await this.#namesOf(engine, wanted as readonly (string | RegExp)[]);
    try {
      const options = { retriesMax: this.#policy.retries };
      await Promise.all(names.map((name) => engine.partitionsFor(name, options)));
    } catch (error) {
      throw toKafkaJSError(error);
    }
    for (const name of names) this.#topics.set(name, fromBeginning);
  }

  /** Expressions are looked up once, as KafkaJS does: topics that come later need another `subscribe`. */
  async #namesOf(engine: EngineConsumer, wanted: readonly (string | RegExp)[]): Promise<string[]> {
    if (!wanted.some((one) => types.isRegExp(one))) return wanted as string[];
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
        const opened = await this.#open();
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

  async #open(): Promise<EngineConsumer> {
    if (this.#engine === undefined) {
      const engine = this.#createEngine();
      this.#engine = engine;
      engine.catch(() => {
        if (this.#engine === engine) this.#engine = undefined;
      });
    }
    return await this.#engine;
  }

  async #createEngine(): Promise<EngineConsumer> {
    const config = this.#config;
    const common = await commonConfig(this.#context, this.#policy);
    const heartbeat = config.heartbeatInterval ?? HEARTBEAT_INTERVAL_MS;
    const { partitionAssigners = [PartitionAssigners.roundRobin] } = config;
    try {
      const engine: EngineConsumer = new EngineConsumer({
        ...common,
        groupId: config.groupId,
        sessionTimeoutMs: config.sessionTimeout ?? SESSION_TIMEOUT_MS,
        maxPollIntervalMs: config.rebalanceTimeout ?? REBALANCE_TIMEOUT_MS,
        heartbeatIntervalMs: Math.max(heartbeat, HEARTBEAT_INTERVAL_MS_MIN),
        maxPartitionFetchBytes: config.maxBytesPerPartition ?? PARTITION_BYTES,
        fetchMinBytes: config.minBytes ?? 1,
        fetchMaxBytes: config.maxBytes ?? FETCH_BYTES,
        fetchMaxWaitMs: config.maxWaitTimeInMs ?? MAX_WAIT_MS,
        metadataMaxAgeMs: config.metadataMaxAge ?? METADATA_MAX_AGE_MS,
        allowAutoCreateTopics: config.allowAutoTopicCreation ?? true,
        isolationLevel: config.readUncommitted === true ? 'read_uncommitted' : 'read_committed',
        clientRack: config.rackId ?? '',
        enableAutoCommit: false,
        excludeInternalTopics: false,
        maxPollRecords: BATCH_MESSAGES_MAX,
        autoOffsetReset: (topic) => (this.#topics.get(topic) === true ? 'earliest' : 'latest'),
        partitionAssignmentStrategy: partitionAssigners.map((create) => {
          const { groupId } = config;
          const cluster = {
            findTopicPartitionMetadata: (topic: string) => this.#partitions.get(topic) ?? [],
          };
          return engineAssignor(
            create({ cluster, groupId, logger: this.#logger }),
            () => [...this.#topics.keys()],
            (topics) => this.#learnPartitions(engine, topics),
          );
        }),
      });
      this.#instanceId = engine.instanceId;
      return engine;
    } catch (error) {
      throw toKafkaJSError(error);
    }
  }

  async #learnPartitions(engine: EngineConsumer, topics: readonly string[]): Promise<void> {
    for (const topic of topics) {
      const partitions = await engine.partitionsFor(topic);
      this.#partitions.set(topic, partitions.map(toPartitionMetadata));
    }
  }

  #onRequest(request: EngineRequest): void {
    const { clock } = this.#context.platform;
    const payload = requestPayload(request, clock);
    if (request.error?.code === 'REQUEST_TIMEOUT') {
      this.#emitter.emit('consumer.network.request_timeout', timeoutPayload(payload));
      return;
    }
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

function checkPartition(topic: string, partition: number): void {
  if (!topic) throw new KafkaJSNonRetriableError(`Invalid topic ${String(topic)}`);
  if (Number.isNaN(Number(partition)) || (partition as unknown) === undefined) {
    throw new KafkaJSNonRetriableError(
      `Invalid partition, expected a number received ${String(partition)}`,
    );
  }
}

function offsetOf(offset: string): number {
  const value = Number(offset);
  if (Number.isSafeInteger(value) && (offset as unknown) !== null && offset !== '') return value;
  throw new KafkaJSNonRetriableError(`Invalid offset, expected a long received ${String(offset)}`);
}

function checkSelections(selections: readonly TopicSelection[] = [], what: string): void {
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
