/**
 * Creating, growing and deleting topics: checks what is asked for and writes it into the metadata store, where the controller finds it.
 *
 * Owns: these writes. It does not wait for the controller; who wants to, watches the metadata cache. Protocol outcomes are returned as
 * {@link TopicProblem}; only a store that is out of reach throws (StoreError).
 */
import { ErrorCode, ZERO_UUID } from '@zurau/protocol';
import type { Random } from '@zurau/platform';
import type { Logger } from '../logging.ts';
import type { MetadataCache } from '../metadata/metadata-cache.ts';
import { isStoreError, type MetadataSession, type StoreOperation } from '../metadata/store.ts';
import { collidingNames, METADATA_TOPIC, topicNameProblem } from '../metadata/topic-names.ts';
import { configZnode } from '../metadata/znodes/configs.ts';
import {
  deleteTopicZnode,
  topicsZnode,
  topicZnode,
  type Assignment,
  type TopicRegistration,
} from '../metadata/znodes/topics.ts';
import {
  planPartitions,
  planTopic,
  TopicProblem,
  type NewTopic,
  type PlacementChoice,
  type TopicDefaults,
} from './topic-plan.ts';

export type TopicConfigs = Readonly<Record<string, string>>;

export interface CreatedTopic {
  readonly name: string;
  /** ZERO_UUID when it was only validated. */
  readonly topicId: string;
  readonly partitionCount: number;
  readonly replicationFactor: number;
  readonly configs: TopicConfigs;
}

export interface TopicAdminDependencies {
  readonly session: MetadataSession;
  readonly metadata: MetadataCache;
  readonly random: Random;
  readonly logger: Logger;
  /** `num.partitions` and `default.replication.factor`, as they are now. */
  readonly defaults: () => TopicDefaults;
  /** What is wrong with overrides of topic configs; undefined when they are fine. */
  readonly configProblem: (configs: TopicConfigs) => string | undefined;
}

/** Others that change a topic's node at the same time: more than this in a row is not bad luck. */
const ATTEMPTS_MAX = 20;

export class TopicAdmin {
  readonly #dependencies: TopicAdminDependencies;

  constructor(dependencies: TopicAdminDependencies) {
    this.#dependencies = dependencies;
  }

  /** Creates a topic, or only says whether that would work. */
  async create(topic: NewTopic, validateOnly: boolean): Promise<CreatedTopic | TopicProblem> {
    const { metadata, random, logger, defaults, configProblem } = this.#dependencies;
    if (topic.name === METADATA_TOPIC) {
      const message = `Creation of internal topic ${METADATA_TOPIC} is prohibited.`;
      return new TopicProblem(ErrorCode.INVALID_REQUEST, message);
    }
    if (metadata.topic(topic.name) !== undefined) return alreadyExists(topic.name);
    const configs = configsOf(topic);
    if (configs instanceof TopicProblem) return configs;
    const assignment = planTopic(topic, defaults(), this.#placement());
    if (assignment instanceof TopicProblem) return assignment;
    const nameProblem = await this.#nameProblem(topic.name);
    if (nameProblem !== undefined) return nameProblem;
    const invalid = configProblem(configs);
    if (invalid !== undefined) return new TopicProblem(ErrorCode.INVALID_CONFIG, invalid);

    const created: CreatedTopic = {
      name: topic.name,
      topicId: validateOnly ? ZERO_UUID : random.uuid(),
      partitionCount: assignment.size,
      replicationFactor: assignment.get(0)?.length ?? 0,
      configs,
    };
    if (validateOnly) return created;
    if (!(await this.#write(created, assignment))) return alreadyExists(topic.name);
    const { name, partitionCount, replicationFactor } = created;
    logger.info({ topic: name, partitions: partitionCount, replicationFactor }, 'topic created');
    return created;
  }

  /** Marks a topic for deletion. One that is marked already is no problem: the caller can wait for it as well. */
  async delete(topic: string): Promise<TopicProblem | undefined> {
    const { session } = this.#dependencies;
    if (!(await this.#exists(topic))) {
      const message = `Topic '${topic}' to delete does not exist`;
      return new TopicProblem(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, message);
    }
    try {
      await session.create(deleteTopicZnode.path(topic), Buffer.alloc(0));
    } catch (error) {
      if (!isStoreError(error, 'NODE_EXISTS')) throw error;
    }
    return undefined;
  }

  /** Resolves when nothing of the topic is left in the store, and its name is free. */
  async deleted(topic: string): Promise<void> {
    const { session } = this.#dependencies;
    let stopListening = (): void => undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        const look = (): void => {
          session
            .exists(topicZnode.path(topic), look)
            .then((stat) => (stat === undefined ? resolve() : undefined), reject);
        };
        // A watch ends with its session, and another session may take its place.
        stopListening = session.onStateChange((state) =>
          state === 'connected' ? look() : undefined,
        );
        look();
      });
    } finally {
      stopListening();
    }
  }

  /** Adds partitions up to `partitionCount`, or only says whether that would work. Returns how many the topic has then. */
  async addPartitions(
    topic: string,
    wanted: {
      readonly partitionCount: number;
      readonly assignments: readonly (readonly number[])[] | null;
    },
    validateOnly: boolean,
  ): Promise<number | TopicProblem> {
    const { session, logger } = this.#dependencies;
    if (!(await this.#exists(topic))) return doesNotExist(topic);
    for (let attempt = 1; ; attempt++) {
      if ((await session.exists(deleteTopicZnode.path(topic))) !== undefined) {
        const message = 'The topic is queued for deletion.';
        return new TopicProblem(ErrorCode.INVALID_TOPIC_EXCEPTION, message);
      }
      const current = await this.#read(topic);
      if (current instanceof TopicProblem) return current;
      const { registration, version } = current;
      if (registration.addingReplicas.size > 0 || registration.removingReplicas.size > 0) {
        const message = `A partition reassignment is in progress for the topic '${topic}'.`;
        return new TopicProblem(ErrorCode.REASSIGNMENT_IN_PROGRESS, message);
      }
      const added = planPartitions(topic, registration.partitions, wanted, this.#placement());
      if (added instanceof TopicProblem) return added;
      const partitions = new Map([...registration.partitions, ...added]);
      if (validateOnly) return partitions.size;
      const data = topicZnode.encode({ ...registration, partitions });
      try {
        await session.setData(topicZnode.path(topic), data, version);
        logger.info({ topic, partitions: partitions.size }, 'partitions added');
        return partitions.size;
      } catch (error) {
        const changed = isStoreError(error, 'BAD_VERSION') || isStoreError(error, 'NO_NODE');
        if (!changed || attempt === ATTEMPTS_MAX) throw error;
      }
    }
  }

  #placement(): PlacementChoice {
    const { metadata, random } = this.#dependencies;
    return { brokers: metadata.aliveBrokers(), random: (bound) => random.int(bound) };
  }

  async #nameProblem(name: string): Promise<TopicProblem | undefined> {
    const { session } = this.#dependencies;
    const problem = topicNameProblem(name);
    if (problem !== undefined) {
      return new TopicProblem(ErrorCode.INVALID_TOPIC_EXCEPTION, problem);
    }
    if ((await session.exists(deleteTopicZnode.path(name))) !== undefined) {
      const message = `Topic '${name}' is marked for deletion.`;
      return new TopicProblem(ErrorCode.TOPIC_ALREADY_EXISTS, message);
    }
    const { children } = await session.getChildren(topicsZnode.path);
    if (children.includes(name)) return alreadyExists(name);
    const colliding = collidingNames(name, children);
    if (colliding.length === 0) return undefined;
    const message = `Topic '${name}' collides with existing topics: ${colliding.join(', ')}`;
    return new TopicProblem(ErrorCode.INVALID_TOPIC_EXCEPTION, message);
  }

  /** Config and topic at once, so that no broker sees the one without the other. False when someone else made the topic first. */
  async #write(topic: CreatedTopic, assignment: Assignment): Promise<boolean> {
    const { session } = this.#dependencies;
    const create: StoreOperation = {
      type: 'create',
      path: topicZnode.path(topic.name),
      data: topicZnode.encode({
        topicId: topic.topicId,
        partitions: assignment,
        addingReplicas: new Map(),
        removingReplicas: new Map(),
      }),
    };
    for (let attempt = 1; ; attempt++) {
      try {
        await session.multi([...(await this.#configOperation(topic)), create]);
        return true;
      } catch (error) {
        const isTopic = error instanceof Error && 'path' in error && error.path === create.path;
        if (isTopic && isStoreError(error, 'NODE_EXISTS')) return false;
        // The config's node came or went in between.
        const changed = isStoreError(error, 'NODE_EXISTS') || isStoreError(error, 'NO_NODE');
        if (!changed || attempt === ATTEMPTS_MAX) throw error;
      }
    }
  }

  /** Overrides may have been left behind by an older topic of that name; they are replaced. */
  async #configOperation({ name, configs }: CreatedTopic): Promise<StoreOperation[]> {
    const path = configZnode.path('topics', name);
    const stat = await this.#dependencies.session.exists(path);
    const data = configZnode.encode(configs);
    if (stat !== undefined) return [{ type: 'set', path, data, version: -1 }];
    return Object.keys(configs).length === 0 ? [] : [{ type: 'create', path, data }];
  }

  async #read(
    topic: string,
  ): Promise<{ registration: TopicRegistration; version: number } | TopicProblem> {
    try {
      const path = topicZnode.path(topic);
      const { data, stat } = await this.#dependencies.session.getData(path);
      return { registration: topicZnode.decode(topic, data), version: stat.version };
    } catch (error) {
      if (!isStoreError(error, 'NO_NODE')) throw error;
      return doesNotExist(topic);
    }
  }

  /** No client's name may be taken for a path before it is known to be a name. */
  async #exists(topic: string): Promise<boolean> {
    if (topicNameProblem(topic) !== undefined) return false;
    return (await this.#dependencies.session.exists(topicZnode.path(topic))) !== undefined;
  }
}

function configsOf(topic: NewTopic): TopicConfigs | TopicProblem {
  const nulls = topic.configs.filter(({ value }) => value === null).map(({ name }) => name);
  if (nulls.length > 0) {
    const message = `Null value not supported for topic configs: ${nulls.join(',')}`;
    return new TopicProblem(ErrorCode.INVALID_CONFIG, message);
  }
  return Object.fromEntries(topic.configs.map(({ name, value }) => [name, value ?? '']));
}

function alreadyExists(topic: string): TopicProblem {
  return new TopicProblem(ErrorCode.TOPIC_ALREADY_EXISTS, `Topic '${topic}' already exists.`);
}

function doesNotExist(topic: string): TopicProblem {
  const message = `The topic '${topic}' does not exist.`;
  return new TopicProblem(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, message);
}
