/**
 * The leader of partitions that this broker follows, as a fetch loop asks it: over the connection to its broker.
 *
 * Owns: which versions are spoken. One request is under way at a time.
 */
import {
  ErrorCode,
  fetchApi,
  listOffsetsApi,
  offsetForLeaderEpochApi,
  type FetchResponse,
} from '@zurau/protocol';
import type { EpochEndOffset } from '@zurau/log';
import type { PeerConnection } from '../../inter-broker/peer-connection.ts';
import { haveTopicIds, type FollowerFetchSession, type WantedPartition } from './fetch-session.ts';

/** First version whose requests name topics by id (KIP-516). */
const TOPIC_ID_VERSION_MIN = 13;
/** First version that says who fetches, and in which life, in one tagged field (KIP-903). */
const REPLICA_STATE_VERSION_MIN = 15;
/** First version whose answers say where logs part (KIP-595). */
const DIVERGENCE_VERSION_MIN = 12;
/** Kafka 2.1: the oldest that knows leader epochs in fetches, which nothing here can do without. */
const FETCH_VERSION_MIN = 10;
const OFFSET_VERSION_MIN = 4;
const EPOCH_VERSION_MIN = 2;
const LATEST = -1;
const EARLIEST = -2;

/** What a follower says of itself and asks for; see the configs `replica.fetch.*`. */
export interface FetchSettings {
  readonly brokerId: number;
  readonly brokerEpoch: () => number;
  readonly maxWaitMs: number;
  readonly minBytes: number;
  readonly maxBytes: number;
}

export interface PartitionEnd extends EpochEndOffset {
  readonly errorCode: number;
}

export interface EpochQuestion {
  readonly topic: string;
  readonly partition: number;
  readonly currentLeaderEpoch: number;
  readonly epoch: number;
}

export interface LeaderEndpoint {
  /** Whether fetches find out where logs part, so that nothing has to be asked before. Known after the connection is made. */
  truncatesOnFetch(): Promise<boolean>;
  fetch(wanted: readonly WantedPartition[], session: FollowerFetchSession): Promise<FetchResponse>;
  /** Answers in the order of the questions; undefined where there is none. */
  epochEnds(questions: readonly EpochQuestion[]): Promise<(PartitionEnd | undefined)[]>;
  /** The first or the next offset of the leader's log. */
  logOffset(
    topic: string,
    partition: number,
    currentLeaderEpoch: number,
    which: 'earliest' | 'latest',
  ): Promise<{ readonly errorCode: number; readonly offset: number }>;
  /** Drops the connection; whatever waits rejects. Idempotent. */
  close(): void;
}

export class RemoteLeader implements LeaderEndpoint {
  readonly #connection: PeerConnection;
  readonly #settings: FetchSettings;

  constructor(connection: PeerConnection, settings: FetchSettings) {
    this.#connection = connection;
    this.#settings = settings;
  }

  async truncatesOnFetch(): Promise<boolean> {
    return (await this.#connection.version(fetchApi)) >= DIVERGENCE_VERSION_MIN;
  }

  async fetch(
    wanted: readonly WantedPartition[],
    session: FollowerFetchSession,
  ): Promise<FetchResponse> {
    const { brokerId, brokerEpoch, maxWaitMs, minBytes, maxBytes } = this.#settings;
    const max = haveTopicIds(wanted) ? fetchApi.request.maxVersion : TOPIC_ID_VERSION_MIN - 1;
    const { response } = await this.#connection.request(
      fetchApi,
      (version) => ({
        ...(version >= REPLICA_STATE_VERSION_MIN
          ? { replicaState: { replicaId: brokerId, replicaEpoch: brokerEpoch() } }
          : { replicaId: brokerId }),
        maxWaitMs,
        minBytes,
        maxBytes,
        ...session.next(wanted, version >= TOPIC_ID_VERSION_MIN),
      }),
      { min: FETCH_VERSION_MIN, max },
    );
    return response;
  }

  async epochEnds(questions: readonly EpochQuestion[]): Promise<(PartitionEnd | undefined)[]> {
    const topics = new Map<string, EpochQuestion[]>();
    for (const question of questions) {
      topics.set(question.topic, [...(topics.get(question.topic) ?? []), question]);
    }
    const { response } = await this.#connection.request(
      offsetForLeaderEpochApi,
      (version) => ({
        ...(version >= 3 ? { replicaId: this.#settings.brokerId } : {}),
        topics: [...topics].map(([topic, asked]) => ({
          topic,
          partitions: asked.map(({ partition, currentLeaderEpoch, epoch }) => ({
            partition,
            currentLeaderEpoch,
            leaderEpoch: epoch,
          })),
        })),
      }),
      { min: EPOCH_VERSION_MIN },
    );
    const ends = new Map<string, PartitionEnd>();
    for (const { topic, partitions } of response.topics) {
      for (const { partition, errorCode, leaderEpoch, endOffset } of partitions) {
        ends.set(`${topic}/${partition}`, { errorCode, epoch: leaderEpoch, endOffset });
      }
    }
    return questions.map(({ topic, partition }) => ends.get(`${topic}/${partition}`));
  }

  async logOffset(
    topic: string,
    partition: number,
    currentLeaderEpoch: number,
    which: 'earliest' | 'latest',
  ): Promise<{ errorCode: number; offset: number }> {
    const timestamp = which === 'earliest' ? EARLIEST : LATEST;
    const { response } = await this.#connection.request(
      listOffsetsApi,
      () => ({
        replicaId: this.#settings.brokerId,
        topics: [
          {
            name: topic,
            partitions: [{ partitionIndex: partition, currentLeaderEpoch, timestamp }],
          },
        ],
      }),
      { min: OFFSET_VERSION_MIN },
    );
    const answer = response.topics[0]?.partitions[0];
    return answer ?? { errorCode: ErrorCode.UNKNOWN_SERVER_ERROR, offset: -1 };
  }

  close(): void {
    this.#connection.close();
  }
}
