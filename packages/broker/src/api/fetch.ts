/**
 * Fetch (key 1): the hot path out.
 *
 * What to send is decided synchronously and sent by reference: from the batches just appended, or read from the page cache into a pooled
 * buffer. The answer names all partitions, or in a session those of which there is something new.
 */
import { ErrorCode, fetchApi } from '@zurau/protocol';
import type { FetchRequest, FetchResponseInput } from '@zurau/protocol';
import { LogError } from '@zurau/log';
import type { Platform } from '@zurau/platform';
import { AnswerMemory } from '../fetch/answer-memory.ts';
import type { FetchPlan } from '../fetch/fetch-plan.ts';
import { FetchPlanner } from '../fetch/fetch-plan.ts';
import { FetchSessionCache, partitionKey } from '../fetch/fetch-session.ts';
import type { PartitionRead, Reader, ReadLimit } from '../fetch/partition-read.ts';
import { PartitionReader } from '../fetch/partition-read.ts';
import type { LoadedRead } from '../fetch/pending-fetch.ts';
import { PendingFetch } from '../fetch/pending-fetch.ts';
import type { MetadataCache } from '../metadata/metadata-cache.ts';
import type { TimingWheel } from '../purgatory/timing-wheel.ts';
import type { Partition } from '../replica/partition.ts';
import type { ReplicaManager } from '../replica/replica-manager.ts';
import type { ReplicaSelector } from '../replica/replica-selector.ts';
import type { ApiHandler, RequestContext } from './handler.ts';

/** First version that tells clients who the new leader is (KIP-951). */
const LEADER_HINT_VERSION_MIN = 16;
const READ_COMMITTED = 1;
const CONSUMER_REPLICA_ID = -1;
/** First version in which a consumer may be served by a follower, and says where it is (KIP-392). */
const FOLLOWER_READ_VERSION_MIN = 11;

export interface FetchDependencies {
  readonly replicas: ReplicaManager;
  readonly metadata: MetadataCache;
  readonly deadlines: TimingWheel;
  readonly platform: Platform;
  /** `fetch.max.bytes` */
  readonly maxBytes: number;
  /** `max.incremental.fetch.session.cache.slots` */
  readonly sessionSlotCount: number;
  /** `replica.selector.class`; undefined: consumers read from leaders. */
  readonly selector: ReplicaSelector | undefined;
  /** Whether a follower has had its share of a partition for now. */
  readonly isThrottled: (partition: Partition, replicaId: number) => boolean;
  readonly onSentToFollower: (partition: Partition, sizeBytes: number) => void;
}

/** Held by answers on their way, those of all connections together. */
const UNSENT_BYTES_MAX = 256 * 1024 * 1024;
/** Of one connection. Clients have one under way, or a few; each holds what it brings until it is sent. */
const FETCHES_IN_FLIGHT_MAX = 5;

type TopicAnswer = NonNullable<FetchResponseInput['responses']>[number];
type PartitionAnswer = TopicAnswer['partitions'][number];

export function fetchHandler(dependencies: FetchDependencies): ApiHandler {
  const { replicas, metadata, deadlines, platform, maxBytes, sessionSlotCount } = dependencies;
  const sessions = new FetchSessionCache(sessionSlotCount, platform.clock, platform.random);
  // A leader hears of a new topic before the rest of the cluster does, and so do its followers.
  const planner = new FetchPlanner(
    sessions,
    (topicId) => metadata.topicById(topicId)?.name ?? replicas.topicName(topicId),
  );
  const reader = new PartitionReader(replicas, metadata);
  const memory = new AnswerMemory(UNSENT_BYTES_MAX);
  return {
    key: fetchApi.key,
    name: fetchApi.name,
    api: fetchApi,
    minVersion: 4,
    maxVersion: 17,
    overlap: 'pipelined',
    inFlightMax: FETCHES_IN_FLIGHT_MAX,
    readsInPlace: true,
    serve(bytes, served) {
      const request = fetchApi.request.read(bytes, served.apiVersion);
      const who = readerOf(request, served, dependencies);
      const plan = planner.plan(request, served.apiVersion, who.replicaId !== undefined);
      if (plan.errorCode !== ErrorCode.NONE) {
        served.respond({ errorCode: plan.errorCode, sessionId: 0, responses: [] });
        return;
      }
      new PendingFetch({
        request: served,
        plan,
        limits: {
          maxBytes: Math.min(request.maxBytes, maxBytes),
          minBytes: Math.min(request.minBytes, maxBytes),
          maxWaitMs: request.maxWaitMs,
          reader: who,
        },
        reader,
        deadlines,
        memory,
        buildAnswer: (reads) => {
          if (who.replicaId !== undefined) noteSent(reads, dependencies);
          return buildAnswer(
            reads,
            plan,
            who.limit,
            served.apiVersion,
            served.listenerName,
            metadata,
          );
        },
      }).start();
    },
  };
}

function readerOf(
  request: FetchRequest,
  { apiVersion, listenerName }: RequestContext,
  { selector, isThrottled }: FetchDependencies,
): Reader {
  const replicaId =
    request.replicaId === CONSUMER_REPLICA_ID ? request.replicaState.replicaId : request.replicaId;
  if (replicaId >= 0) {
    return {
      limit: 'log-end',
      replicaId,
      isFirstRead: true,
      leaderOnly: true,
      preferredReplica: undefined,
      isThrottled: (partition) => isThrottled(partition, replicaId),
    };
  }
  const isConsumer = replicaId === CONSUMER_REPLICA_ID;
  const mayFollow = apiVersion >= FOLLOWER_READ_VERSION_MIN;
  const place = { rackId: request.rackId, listenerName };
  return {
    limit: isConsumer
      ? request.isolationLevel === READ_COMMITTED
        ? 'last-stable-offset'
        : 'high-watermark'
      : 'log-end',
    replicaId: undefined,
    isFirstRead: true,
    leaderOnly: isConsumer && !mayFollow,
    preferredReplica:
      selector === undefined || !isConsumer || !mayFollow
        ? undefined
        : (partition, fetchOffset) => selector.select(partition, fetchOffset, place),
    isThrottled: undefined,
  };
}

function noteSent(reads: readonly LoadedRead[], { onSentToFollower }: FetchDependencies): void {
  for (const { outcome, buffers } of reads) {
    if (buffers.length === 0 || outcome.partition === undefined) continue;
    const sizeBytes = buffers.reduce((sum, { length }) => sum + length, 0);
    onSentToFollower(outcome.partition, sizeBytes);
  }
}

function buildAnswer(
  reads: readonly LoadedRead[],
  plan: FetchPlan,
  readLimit: ReadLimit,
  apiVersion: number,
  listenerName: string,
  metadata: MetadataCache,
): FetchResponseInput {
  const responses: TopicAnswer[] = [];
  let topicAnswer: TopicAnswer | undefined;
  const leaders = new Set<number>();
  for (const read of reads) {
    const answer = partitionAnswer(read, readLimit);
    if (plan.session !== undefined && !rememberAnswer(plan, read, answer)) continue;
    if (apiVersion >= LEADER_HINT_VERSION_MIN) addLeaderHint(read, answer, leaders, metadata);
    const { topic, topicId } = read.outcome.wanted;
    if (
      topicAnswer === undefined ||
      topicAnswer.topic !== topic ||
      topicAnswer.topicId !== topicId
    ) {
      topicAnswer = { topic, topicId, partitions: [] };
      responses.push(topicAnswer);
    }
    (topicAnswer.partitions as PartitionAnswer[]).push(answer);
  }
  const body: FetchResponseInput = {
    errorCode: ErrorCode.NONE,
    sessionId: plan.session?.id ?? 0,
    responses,
  };
  return leaders.size === 0
    ? body
    : { ...body, nodeEndpoints: endpoints(leaders, listenerName, metadata) };
}

function partitionAnswer(loaded: LoadedRead, readLimit: ReadLimit): PartitionAnswer {
  try {
    return partitionAnswerOf(loaded, readLimit);
  } catch (error) {
    // Without the aborted transactions the records are not committed ones.
    if (!(error instanceof LogError)) throw error;
    return partitionAnswerOf({ ...loaded, errorCode: error.errorCode, buffers: [] }, readLimit);
  }
}

function partitionAnswerOf(
  { outcome, errorCode, buffers }: LoadedRead,
  readLimit: ReadLimit,
): PartitionAnswer {
  const ok = errorCode === ErrorCode.NONE;
  return {
    partitionIndex: outcome.wanted.partition,
    errorCode,
    highWatermark: ok ? outcome.highWatermark : -1,
    lastStableOffset: ok ? outcome.lastStableOffset : -1,
    logStartOffset: ok ? outcome.logStartOffset : -1,
    divergingEpoch: outcome.divergingEpoch,
    abortedTransactions: abortedTransactions(outcome, errorCode, readLimit),
    records: buffers,
    ...(outcome.preferredReplica === undefined
      ? {}
      : { preferredReadReplica: outcome.preferredReplica }),
  };
}

/** Null says that the log was not read for committed records; of a partition that is not here there are none, as Kafka has it. */
function abortedTransactions(
  { read }: PartitionRead,
  errorCode: number,
  readLimit: ReadLimit,
): PartitionAnswer['abortedTransactions'] {
  switch (errorCode) {
    case ErrorCode.NONE:
      return readLimit === 'last-stable-offset' ? (read?.abortedTransactions() ?? []) : null;
    case ErrorCode.UNKNOWN_TOPIC_OR_PARTITION:
    case ErrorCode.UNKNOWN_TOPIC_ID:
    case ErrorCode.INCONSISTENT_TOPIC_ID:
      return [];
    default:
      return null;
  }
}

/** Notes what the session's client hears; false when an incremental answer can leave the partition out. */
function rememberAnswer(plan: FetchPlan, read: LoadedRead, answer: PartitionAnswer): boolean {
  const { wanted } = read.outcome;
  const session = plan.session!;
  const hasData = read.buffers.length > 0;
  const hasNews =
    hasData ||
    read.errorCode !== ErrorCode.NONE ||
    read.outcome.divergingEpoch !== undefined ||
    read.outcome.preferredReplica !== undefined ||
    wanted.sentHighWatermark !== answer.highWatermark ||
    wanted.sentLogStartOffset !== answer.logStartOffset;
  // After an error the client hears of the partition again, whatever the watermark.
  wanted.sentHighWatermark = read.errorCode === ErrorCode.NONE ? answer.highWatermark : -1;
  wanted.sentLogStartOffset = answer.logStartOffset ?? -1;
  if (hasData) {
    const name = session.usesTopicIds ? wanted.topicId : wanted.topic;
    session.moveToEnd(partitionKey(name, wanted.partition));
  }
  return hasNews || !plan.isIncremental;
}

function addLeaderHint(
  { outcome, errorCode }: LoadedRead,
  answer: PartitionAnswer,
  leaders: Set<number>,
  metadata: MetadataCache,
): void {
  const isMoved =
    errorCode === ErrorCode.NOT_LEADER_OR_FOLLOWER || errorCode === ErrorCode.FENCED_LEADER_EPOCH;
  if (!isMoved) return;
  const known = metadata.partition(outcome.wanted.topic, outcome.wanted.partition);
  if (known === undefined || known.leader < 0) return;
  leaders.add(known.leader);
  Object.assign(answer, {
    currentLeader: { leaderId: known.leader, leaderEpoch: known.leaderEpoch },
  });
}

function endpoints(
  leaders: ReadonlySet<number>,
  listenerName: string,
  metadata: MetadataCache,
): { nodeId: number; host: string; port: number; rack: string | null }[] {
  return [...leaders].flatMap((nodeId) => {
    const broker = metadata.broker(nodeId);
    const endpoint = broker?.endpoints.get(listenerName);
    return endpoint === undefined ? [] : [{ nodeId, ...endpoint, rack: broker!.rack }];
  });
}
