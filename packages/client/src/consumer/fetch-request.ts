/** One Fetch request: from readers to the wire, and from its response to each reader's part. */
import {
  fetchApi,
  type FetchRequestFetchPartitionInput,
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
import type { PartitionReader } from './partition-reader.ts';

/** 4 is the first with this record format; from 13 on topics go by id. */
const VERSIONS = { min: 4, max: 17 } as const;
const NAMED_TOPICS_MAX = 12;
/** A fetch that waits is answered late on purpose. */
const GRACE_MS = 1_000;

export interface FetchPlan {
  readonly readers: readonly PartitionReader[];
  readonly maxWaitMs: number;
  readonly config: Required<ConsumerConfig>;
  readonly metadata: ClusterMetadata;
}

export interface FetchAnswer {
  /** Of the response as a whole. */
  readonly errorCode: number;
  /** The part of a reader; undefined when the broker left it out. */
  partOf(reader: PartitionReader): FetchResponsePartitionData | undefined;
}

/** Sends; `done` is called once, later. Throws KafkaError `VERSION_MISMATCH`. */
export function sendFetch(
  link: BrokerLink,
  plan: FetchPlan,
  done: (error: KafkaError | undefined, answer: FetchAnswer | undefined) => void,
): void {
  const { config, metadata, readers, maxWaitMs } = plan;
  const byTopic = groupBy(readers, ({ topic }) => topic);
  const idOf = (topic: string): string => metadata.topic(topic)?.id ?? ZERO_UUID;
  const allHaveIds = [...byTopic.keys()].every((topic) => idOf(topic) !== ZERO_UUID);
  const max = allHaveIds ? VERSIONS.max : NAMED_TOPICS_MAX;
  const version = link.versions.pick(fetchApi, { min: VERSIONS.min, max });
  const byId = version > NAMED_TOPICS_MAX;
  const body: FetchRequestInput = {
    maxWaitMs,
    minBytes: config.fetchMinBytes,
    maxBytes: config.fetchMaxBytes,
    isolationLevel: config.isolationLevel === 'read_committed' ? 1 : 0,
    rackId: config.clientRack,
    topics: Array.from(byTopic, ([topic, ofTopic]) => ({
      ...(byId ? { topicId: idOf(topic) } : { topic }),
      partitions: ofTopic.map((reader) => partitionInput(reader, config, metadata)),
    })),
  };
  const names = byId
    ? new Map(Array.from(byTopic.keys(), (topic) => [idOf(topic), topic]))
    : undefined;
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

function partitionInput(
  reader: PartitionReader,
  config: Required<ConsumerConfig>,
  metadata: ClusterMetadata,
): FetchRequestFetchPartitionInput {
  const { leaderEpoch } = metadata.partition(reader.topic, reader.partition) ?? {};
  return {
    partition: reader.partition,
    currentLeaderEpoch: leaderEpoch ?? -1,
    fetchOffset: reader.fetchOffset,
    partitionMaxBytes: config.maxPartitionFetchBytes,
  };
}

function answerOf(
  response: FetchResponse,
  names: ReadonlyMap<string, string> | undefined,
): FetchAnswer {
  return {
    errorCode: response.errorCode,
    partOf: (reader) => {
      for (const { topic, topicId, partitions } of response.responses) {
        if ((names === undefined ? topic : names.get(topicId)) !== reader.topic) continue;
        const part = partitions.find(({ partitionIndex }) => partitionIndex === reader.partition);
        if (part !== undefined) return part;
      }
      return undefined;
    },
  };
}
