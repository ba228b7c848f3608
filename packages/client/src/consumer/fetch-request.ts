/** One Fetch request: from readers to the wire, and from its response to each reader's part. */
import {
  fetchApi,
  type FetchRequestInput,
  type FetchResponse,
  type FetchResponsePartitionData,
  ZERO_UUID,
} from '@zurau/protocol';
import type { BrokerLink } from '../cluster/broker-node.ts';
import type { ClusterMetadata } from '../cluster/metadata.ts';
import type { KafkaError } from '../errors.ts';
import { groupBy } from '../group-by.ts';
import type { ConsumerConfig } from './consumer-config.ts';
import type { FetchItem, FetchSession, SessionRequest } from './fetch-session.ts';
import type { PartitionReader } from './partition-reader.ts';

/** 4 is the first with this record format; from 13 on topics go by id. */
const VERSIONS = { min: 4, max: 17 } as const;
const NAMED_TOPICS_MAX = 12;
const SESSION_VERSION_MIN = 7;
/** A fetch that waits is answered late on purpose. */
const GRACE_MS = 1_000;

export interface FetchPlan {
  readonly readers: readonly PartitionReader[];
  readonly session: FetchSession;
  readonly maxWaitMs: number;
  readonly config: Required<ConsumerConfig>;
  readonly metadata: ClusterMetadata;
}

export interface FetchAnswer {
  /** Of the response as a whole. */
  readonly errorCode: number;
  readonly sessionId: number;
  /** The part of a reader; undefined when the broker has no news for it. */
  partOf(reader: PartitionReader): FetchResponsePartitionData | undefined;
}

/** Sends; `done` is called once, later. Throws KafkaError `VERSION_MISMATCH`. */
export function sendFetch(
  link: BrokerLink,
  plan: FetchPlan,
  done: (error: KafkaError | undefined, answer: FetchAnswer | undefined) => void,
): void {
  const { config, metadata, readers, session, maxWaitMs } = plan;
  const items = readers.map((reader) => itemOf(reader, config, metadata));
  const allHaveIds = items.every(({ topicId }) => topicId !== ZERO_UUID);
  const max = allHaveIds ? VERSIONS.max : NAMED_TOPICS_MAX;
  const version = link.versions.pick(fetchApi, { min: VERSIONS.min, max });
  const byId = version > NAMED_TOPICS_MAX;
  const hasSession = version >= SESSION_VERSION_MIN;
  const request = session.next(items, byId);
  const topicOf = ({ topic, topicId }: FetchItem): { topic?: string; topicId?: string } =>
    byId ? { topicId } : { topic };
  const body: FetchRequestInput = {
    maxWaitMs,
    minBytes: config.fetchMinBytes,
    maxBytes: config.fetchMaxBytes,
    isolationLevel: config.isolationLevel === 'read_committed' ? 1 : 0,
    rackId: config.clientRack,
    ...(hasSession ? { sessionId: request.sessionId, sessionEpoch: request.sessionEpoch } : {}),
    topics: Array.from(groupBy(request.items, keyOf), ([, [first, ...others]]) => ({
      ...topicOf(first as FetchItem),
      partitions: [first as FetchItem, ...others].map(
        ({ partition, currentLeaderEpoch, fetchOffset, partitionMaxBytes }) => ({
          partition,
          currentLeaderEpoch,
          fetchOffset,
          partitionMaxBytes,
        }),
      ),
    })),
    forgottenTopicsData: Array.from(
      groupBy(request.forgotten, keyOf),
      ([, [first, ...others]]) => ({
        ...topicOf(first as FetchItem),
        partitions: [first as FetchItem, ...others].map(({ partition }) => partition),
      }),
    ),
  };
  const names = byId ? new Map(items.map(({ topic, topicId }) => [topicId, topic])) : undefined;
  link.connection.send(
    fetchApi,
    version,
    body,
    (error, response) => {
      done(error, response === undefined ? undefined : answerOf(response, names));
    },
    config.requestTimeoutMs + maxWaitMs + GRACE_MS,
  );
}

/** Sends the request that ends a session; `done` is called once, later, whatever comes of it. Throws KafkaError `VERSION_MISMATCH`. */
export function sendLastFetch(
  { connection, versions }: BrokerLink,
  { sessionId, sessionEpoch }: SessionRequest,
  done: () => void,
): void {
  const version = versions.pick(fetchApi, { min: SESSION_VERSION_MIN, max: VERSIONS.max });
  const body = { maxWaitMs: 0, minBytes: 0, sessionId, sessionEpoch, topics: [] };
  connection.send(fetchApi, version, body, done);
}

function keyOf({ topic, topicId }: FetchItem): string {
  return `${topicId} ${topic}`;
}

function itemOf(
  reader: PartitionReader,
  config: Required<ConsumerConfig>,
  metadata: ClusterMetadata,
): FetchItem {
  const { topic, partition, name, fetchOffset } = reader;
  return {
    name,
    topic,
    topicId: metadata.topic(topic)?.id ?? ZERO_UUID,
    partition,
    currentLeaderEpoch: metadata.partition(topic, partition)?.leaderEpoch ?? -1,
    fetchOffset,
    partitionMaxBytes: config.maxPartitionFetchBytes,
  };
}

function answerOf(
  response: FetchResponse,
  names: ReadonlyMap<string, string> | undefined,
): FetchAnswer {
  const parts = new Map<string, FetchResponsePartitionData>();
  for (const { topic, topicId, partitions } of response.responses) {
    const name = names === undefined ? topic : names.get(topicId);
    for (const part of partitions) parts.set(`${name}-${part.partitionIndex}`, part);
  }
  return {
    errorCode: response.errorCode,
    sessionId: response.sessionId,
    partOf: ({ name }) => parts.get(name),
  };
}
