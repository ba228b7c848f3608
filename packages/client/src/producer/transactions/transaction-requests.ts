/**
 * A transactional producer's requests to the coordinators of its transactional id and of groups (KIP-98, KIP-447), each tried again for as long as that
 * may help.
 *
 * All of them may be sent twice: a coordinator takes what it has done already for done.
 */
import {
  addOffsetsToTxnApi,
  addPartitionsToTxnApi,
  endTxnApi,
  ErrorCode,
  initProducerIdApi,
  NO_PRODUCER_EPOCH,
  NO_PRODUCER_ID,
  txnOffsetCommitApi,
} from '@zurau/protocol';
import type { BrokerNode } from '../../cluster/broker-node.ts';
import type { Cluster, CoordinatorKind, OperationOptions } from '../../cluster/cluster.ts';
import { sleep } from '../../cluster/retry.ts';
import type { ConsumerGroupMetadata } from '../../consumer/consumer.ts';
import type { OffsetToCommit } from '../../consumer/offsets/offset-to-commit.ts';
import { brokerError, KafkaError } from '../../errors.ts';
import { groupBy } from '../../group-by.ts';
import type { TopicPartition } from '../../topic-partition.ts';
import type { ProducerIdentity } from '../sequences.ts';

/** How transactions work: each partition is announced, or brokers add what is written, and every transaction has an epoch of its own (KIP-890). */
export type TransactionProtocol = 'classic' | 'epoch-per-transaction';

export interface TransactionRequestsOptions {
  readonly cluster: Cluster;
  readonly transactionalId: string;
  readonly transactionTimeoutMs: number;
}

const TRANSACTION_VERSION = 'transaction.version';
const EPOCH_PER_TRANSACTION_LEVEL = 2;
/** From these versions on a request is of the newer protocol. */
const CLASSIC_END_VERSION_MAX = 4;
const CLASSIC_OFFSET_COMMIT_VERSION_MAX = 4;
/** Newer versions are for brokers among each other. */
const ADD_PARTITIONS_VERSION_MAX = 3;
/** First version that can raise the epoch of a producer at work (KIP-360). */
const RECOVERY_VERSION_MIN = 3;
/** First version that says on behalf of which member (KIP-447). */
const MEMBER_VERSION_MIN = 3;
/** The transaction before is nearly over: a pause as long as for a failure would be a waste. */
const CONCURRENT_PAUSE_MS = 20;

export class TransactionRequests {
  readonly #cluster: Cluster;
  readonly #transactionalId: string;
  readonly #transactionTimeoutMs: number;

  constructor(options: TransactionRequestsOptions) {
    this.#cluster = options.cluster;
    this.#transactionalId = options.transactionalId;
    this.#transactionTimeoutMs = options.transactionTimeoutMs;
  }

  /** What the cluster agrees on, as far as the connection to the coordinator knows. */
  async protocol(options: OperationOptions): Promise<TransactionProtocol> {
    return await this.#ask(
      'Looking for the coordinator',
      'transaction',
      '',
      options,
      async (node) => {
        const { versions } = await node.connect(options.signal);
        return versions.feature(TRANSACTION_VERSION) >= EPOCH_PER_TRANSACTION_LEVEL
          ? 'epoch-per-transaction'
          : 'classic';
      },
    );
  }

  /** A new epoch; with the identity of a producer at work, only if it is still the current one. */
  async initProducerId(
    expected: ProducerIdentity | undefined,
    options: OperationOptions,
  ): Promise<ProducerIdentity> {
    const what = 'Initialising transactions';
    const response = await this.#ask(what, 'transaction', '', options, (node) =>
      this.#unlessConcurrent(what, options, () =>
        node.request(
          initProducerIdApi,
          {
            transactionalId: this.#transactionalId,
            transactionTimeoutMs: this.#transactionTimeoutMs,
            producerId: expected?.producerId ?? NO_PRODUCER_ID,
            producerEpoch: expected?.producerEpoch ?? NO_PRODUCER_EPOCH,
          },
          {
            signal: options.signal,
            versions: { ...(expected === undefined ? {} : { min: RECOVERY_VERSION_MIN }), max: 5 },
          },
        ),
      ),
    );
    return { producerId: response.producerId, producerEpoch: response.producerEpoch };
  }

  /** Makes partitions part of the transaction, which opens it. */
  async addPartitions(
    identity: ProducerIdentity,
    partitions: readonly TopicPartition[],
    options: OperationOptions,
  ): Promise<void> {
    const what = 'Adding partitions to the transaction';
    const body = {
      v3AndBelowTransactionalId: this.#transactionalId,
      v3AndBelowProducerId: identity.producerId,
      v3AndBelowProducerEpoch: identity.producerEpoch,
      v3AndBelowTopics: Array.from(
        groupBy(partitions, ({ topic }) => topic),
        ([name, ofTopic]) => ({ name, partitions: ofTopic.map(({ partition }) => partition) }),
      ),
    };
    await this.#ask(what, 'transaction', '', options, (node) =>
      this.#unlessConcurrent(what, options, async () => {
        const { resultsByTopicV3AndBelow: topics } = await node.request(
          addPartitionsToTxnApi,
          body,
          { signal: options.signal, versions: { max: ADD_PARTITIONS_VERSION_MAX } },
        );
        const codes = topics.flatMap(({ resultsByPartition }) =>
          resultsByPartition.map(({ partitionErrorCode }) => partitionErrorCode),
        );
        return { errorCode: worst(codes) };
      }),
    );
  }

  /** Makes the offsets of a group part of the transaction. */
  async addOffsets(
    { producerId, producerEpoch }: ProducerIdentity,
    groupId: string,
    options: OperationOptions,
  ): Promise<void> {
    const what = `Adding offsets of group ${groupId} to the transaction`;
    const transactionalId = this.#transactionalId;
    await this.#ask(what, 'transaction', '', options, (node) =>
      this.#unlessConcurrent(what, options, () =>
        node.request(
          addOffsetsToTxnApi,
          { transactionalId, producerId, producerEpoch, groupId },
          { signal: options.signal },
        ),
      ),
    );
  }

  /** Commits offsets within the transaction: they count when it commits. */
  async commitOffsets(
    { producerId, producerEpoch }: ProducerIdentity,
    group: ConsumerGroupMetadata,
    offsets: readonly OffsetToCommit[],
    protocol: TransactionProtocol,
    options: OperationOptions,
  ): Promise<void> {
    const { groupId, memberId, generationId, groupInstanceId } = group;
    const what = `Committing offsets of group ${groupId} in the transaction`;
    const topics = Array.from(
      groupBy(offsets, ({ topic }) => topic),
      ([name, ofTopic]) => ({
        name,
        partitions: ofTopic.map(({ partition, offset, leaderEpoch, metadata }) => ({
          partitionIndex: partition,
          committedOffset: offset,
          committedLeaderEpoch: leaderEpoch ?? -1,
          committedMetadata: metadata ?? '',
        })),
      }),
    );
    const versions =
      protocol === 'classic'
        ? { max: CLASSIC_OFFSET_COMMIT_VERSION_MAX }
        : { min: CLASSIC_OFFSET_COMMIT_VERSION_MAX + 1 };
    await this.#ask(what, 'group', groupId, options, (node) =>
      this.#unlessConcurrent(what, options, async () => {
        const response = await node.request(
          txnOffsetCommitApi,
          (version) => ({
            transactionalId: this.#transactionalId,
            groupId,
            producerId,
            producerEpoch,
            ...(version < MEMBER_VERSION_MIN ? {} : { memberId, generationId, groupInstanceId }),
            topics: version >= 2 ? topics : topics.map(withoutLeaderEpochs),
          }),
          { signal: options.signal, versions },
        );
        const codes = response.topics.flatMap(({ partitions }) =>
          partitions.map(({ errorCode }) => errorCode),
        );
        return { errorCode: worst(codes) };
      }),
    );
  }

  /** Decides the transaction. With an epoch for each transaction, returns the identity of the next. */
  async end(
    { producerId, producerEpoch }: ProducerIdentity,
    committed: boolean,
    protocol: TransactionProtocol,
    options: OperationOptions,
  ): Promise<ProducerIdentity | undefined> {
    const what = committed ? 'Committing the transaction' : 'Aborting the transaction';
    const transactionalId = this.#transactionalId;
    const versions =
      protocol === 'classic'
        ? { max: CLASSIC_END_VERSION_MAX }
        : { min: CLASSIC_END_VERSION_MAX + 1 };
    const response = await this.#ask(what, 'transaction', '', options, (node) =>
      this.#unlessConcurrent(what, options, () =>
        node.request(
          endTxnApi,
          { transactionalId, producerId, producerEpoch, committed },
          { signal: options.signal, versions },
        ),
      ),
    );
    if (protocol === 'classic') return undefined;
    return { producerId: response.producerId, producerEpoch: response.producerEpoch };
  }

  /** Asks a coordinator until it answers for good; looks it up again when it is elsewhere. */
  async #ask<T>(
    what: string,
    kind: CoordinatorKind,
    groupId: string,
    options: OperationOptions,
    ask: (node: BrokerNode) => Promise<T>,
  ): Promise<T> {
    const key = kind === 'group' ? groupId : this.#transactionalId;
    return await this.#cluster.retrying(what, options, async () => {
      try {
        return await ask(await this.#cluster.coordinator(kind, key, options.signal));
      } catch (error) {
        if (error instanceof KafkaError && error.retriable) {
          this.#cluster.forgetCoordinator(kind, key);
        }
        throw error;
      }
    });
  }

  /** Repeats a request while the transaction before it is being completed. Throws what the answer says. */
  async #unlessConcurrent<T extends { readonly errorCode: number }>(
    what: string,
    options: OperationOptions,
    request: () => Promise<T>,
  ): Promise<T> {
    const { platform, config } = this.#cluster;
    const untilMs = platform.clock.monotonicMs() + config.requestTimeoutMs;
    for (;;) {
      const response = await request();
      if (response.errorCode === ErrorCode.NONE) return response;
      const mayWait = platform.clock.monotonicMs() < untilMs && !this.#cluster.closed;
      if (response.errorCode !== ErrorCode.CONCURRENT_TRANSACTIONS || !mayWait) {
        throw brokerError(response.errorCode, what);
      }
      await sleep(platform, CONCURRENT_PAUSE_MS, options.signal);
    }
  }
}

/** The error that decides: what was not attempted because of another says nothing. */
function worst(codes: readonly number[]): number {
  const errors = codes.filter((code) => code !== ErrorCode.NONE);
  return (
    errors.find((code) => code !== ErrorCode.OPERATION_NOT_ATTEMPTED) ?? errors[0] ?? ErrorCode.NONE
  );
}

function withoutLeaderEpochs<P extends { readonly committedLeaderEpoch: number }>(topic: {
  readonly name: string;
  readonly partitions: readonly P[];
}): { name: string; partitions: Omit<P, 'committedLeaderEpoch'>[] } {
  return {
    name: topic.name,
    partitions: topic.partitions.map(({ committedLeaderEpoch: _, ...rest }) => rest),
  };
}
