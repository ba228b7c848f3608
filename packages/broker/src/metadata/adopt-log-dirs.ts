/**
 * A new metadata store over log directories that already hold partitions: those of an Apache Kafka broker, or ours whose metadata was lost. Registers the topics
 * with their ids and partitions, so that the broker serves what is there.
 *
 * Owns: what is made up for lack of knowledge. Directories do not say how topics are configured, so nothing may be deleted on a guess: topics that
 * were compacted stay so, all others keep everything until someone sets their retention. Changes nothing in the directories.
 */
import {
  highestProducerId,
  latestLeaderEpoch,
  listPartitions,
  readOffsetCheckpoint,
  readTopicId,
  wasClosedCleanly,
} from '@zurau/log';
import type { PartitionDirectory } from '@zurau/log';
import type { Disk, Random } from '@zurau/platform';
import { ConfigError } from '../config/config-error.ts';
import type { Logger } from '../logging.ts';
import { prepareCluster } from './broker-registration.ts';
import { isStoreError, type MetadataSession, type StoreOperation } from './store.ts';
import { METADATA_TOPIC, topicNameProblem } from './topic-names.ts';
import { clusterIdZnode } from './znodes/brokers.ts';
import { configZnode } from './znodes/configs.ts';
import { producerIdBlockZnode } from './znodes/controller.ts';
import {
  partitionStateZnode,
  partitionZnode,
  topicPartitionsZnode,
  topicZnode,
} from './znodes/topics.ts';

export interface AdoptionDependencies {
  readonly session: MetadataSession;
  readonly disk: Disk;
  readonly random: Random;
  readonly dirs: readonly string[];
  readonly brokerId: number;
  readonly logger: Logger;
  /** The configuration of topics that brokers make for themselves; undefined for all others. */
  readonly internalTopicConfigs: (topic: string) => Readonly<Record<string, string>> | undefined;
}

interface FoundPartition extends PartitionDirectory {
  /** With its log directory. */
  readonly closedCleanly: boolean;
}

interface FoundTopic {
  readonly name: string;
  readonly partitions: ReadonlyMap<number, FoundPartition>;
  readonly topicId: string;
  readonly isCompacted: boolean;
}

/** Keeps all records until someone says otherwise. */
const KEEP_EVERYTHING: Readonly<Record<string, string>> = {
  'retention.ms': '-1',
  'retention.bytes': '-1',
};
const COMPACTED: Readonly<Record<string, string>> = { 'cleanup.policy': 'compact' };
const EMPTY = Buffer.alloc(0);

/**
 * Does nothing unless the store is new (there is no cluster id) and the directories hold partitions. Rejects with {@link ConfigError} when the
 * directories contradict each other, with StoreError, with DiskError. After a crash on the way the next start does the rest: the cluster id comes last.
 */
export async function adoptLogDirs(dependencies: AdoptionDependencies): Promise<void> {
  const { session, dirs, logger } = dependencies;
  if ((await session.exists(clusterIdZnode.path)) !== undefined) return;
  const topics = findTopics(dependencies);
  if (topics.length === 0) return;
  await prepareCluster(session);
  for (const topic of topics) await register(dependencies, topic);
  await reserveProducerIds(dependencies, topics);
  const partitionCount = topics.reduce((sum, { partitions }) => sum + partitions.size, 0);
  const keeping = topics.filter((topic) => configsOf(dependencies, topic) === KEEP_EVERYTHING);
  logger.warn(
    { dirs, topics: topics.length, partitions: partitionCount, keptForever: keeping.length },
    `adopted ${topics.length} topics found in log.dirs; their configurations are not known: ` +
      'topics that were compacted are again, all others keep everything until their retention is set',
  );
}

function findTopics({ disk, dirs, random, logger }: AdoptionDependencies): FoundTopic[] {
  const found = new Map<string, FoundPartition[]>();
  const compacted = new Set<string>();
  for (const dir of dirs) {
    if (disk.statSync(dir) === undefined) continue;
    const closedCleanly = wasClosedCleanly(disk, dir);
    for (const place of listPartitions(disk, dir)) {
      if (place.topic === METADATA_TOPIC) continue;
      if (topicNameProblem(place.topic) !== undefined || !holdsLog(disk, place.path)) {
        logger.warn({ path: place.path }, 'not adopted: not the directory of a partition');
        continue;
      }
      found.set(place.topic, [...(found.get(place.topic) ?? []), { ...place, closedCleanly }]);
    }
    const cleaned = readOffsetCheckpoint(disk, dir, 'cleaner-offset-checkpoint') ?? [];
    for (const { topic } of cleaned) compacted.add(topic);
  }
  return [...found].map(([name, places]) => ({
    name,
    partitions: new Map(places.map((place) => [place.partition, place])),
    topicId: topicIdOf(disk, name, places) ?? random.uuid(),
    isCompacted: compacted.has(name),
  }));
}

function holdsLog(disk: Disk, path: string): boolean {
  return disk.readDirSync(path).some(({ name }) => name.endsWith('.log'));
}

/** Undefined for a topic from before topics had ids (Kafka 2.8). */
function topicIdOf(
  disk: Disk,
  topic: string,
  places: readonly PartitionDirectory[],
): string | undefined {
  let first: { readonly id: string; readonly path: string } | undefined;
  for (const { path } of places) {
    const id = readTopicId(disk, path);
    if (id === undefined) continue;
    first ??= { id, path };
    if (id !== first.id) {
      throw new ConfigError(
        `log.dirs: ${first.path} and ${path} belong to different topics called ${topic} ` +
          `(ids ${first.id} and ${id}); move one of them away`,
        'log.dirs',
      );
    }
  }
  return first?.id;
}

function configsOf(
  { internalTopicConfigs }: AdoptionDependencies,
  { name, isCompacted }: FoundTopic,
): Readonly<Record<string, string>> {
  return internalTopicConfigs(name) ?? (isCompacted ? COMPACTED : KEEP_EVERYTHING);
}

/** All of a topic at once, so that a start after a crash finds all of it or nothing. */
async function register(dependencies: AdoptionDependencies, topic: FoundTopic): Promise<void> {
  const { session, brokerId, logger } = dependencies;
  const { name, partitions, topicId } = topic;
  const count = Math.max(...partitions.keys()) + 1;
  const indexes = Array.from({ length: count }, (_, index) => index);
  const missing = indexes.filter((index) => !partitions.has(index));
  if (missing.length > 0) {
    logger.warn({ topic: name, partitions: missing }, 'partitions are not here, they begin empty');
  }
  const operations: StoreOperation[] = [
    {
      type: 'create',
      path: configZnode.path('topics', name),
      data: configZnode.encode(configsOf(dependencies, topic)),
    },
    {
      type: 'create',
      path: topicZnode.path(name),
      data: topicZnode.encode({
        topicId,
        partitions: new Map(indexes.map((index) => [index, [brokerId]])),
        addingReplicas: new Map(),
        removingReplicas: new Map(),
      }),
    },
    { type: 'create', path: topicPartitionsZnode.path(name), data: EMPTY },
    ...indexes.flatMap((index) => stateOf(dependencies, topic, index)),
  ];
  try {
    await session.multi(operations);
  } catch (error) {
    if (!isStoreError(error, 'NODE_EXISTS')) throw error;
  }
}

/** Nobody leads yet: the election gives the partition a leader epoch above all that its log has seen. */
function stateOf(
  { disk, brokerId }: AdoptionDependencies,
  { name, partitions }: FoundTopic,
  index: number,
): StoreOperation[] {
  const place = partitions.get(index);
  const leaderEpoch =
    place === undefined ? -1 : latestLeaderEpoch(disk, place.path, place.closedCleanly);
  const state = {
    leader: -1,
    leaderEpoch,
    isr: [brokerId],
    controllerEpoch: 0,
    recovering: false,
  };
  return [
    { type: 'create', path: partitionZnode.path(name, index), data: EMPTY },
    {
      type: 'create',
      path: partitionStateZnode.path(name, index),
      data: partitionStateZnode.encode(state),
    },
  ];
}

/** Ids that are in use already must not be given out again: their sequences would not fit. */
async function reserveProducerIds(
  { session, disk, brokerId }: AdoptionDependencies,
  topics: readonly FoundTopic[],
): Promise<void> {
  let highest = -1;
  for (const { partitions } of topics) {
    for (const place of partitions.values()) {
      highest = Math.max(highest, highestProducerId(disk, place, place.closedCleanly));
    }
  }
  if (highest < 0) return;
  const block = { brokerId, first: 0, last: highest };
  await session.setData(producerIdBlockZnode.path, producerIdBlockZnode.encode(block), -1);
}
