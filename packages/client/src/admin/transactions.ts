/** Transactions from outside: look at them, end one that hangs, fence producers (KIP-664, KIP-588). */
import {
  describeTransactionsApi,
  initProducerIdApi,
  listTransactionsApi,
  writeTxnMarkersApi,
} from '@zurau/protocol';
import type { Cluster, OperationOptions } from '../cluster/cluster.ts';
import { partitionName, type TopicPartition } from '../topic-partition.ts';
import { atBrokers, atCoordinators, atLeaders } from './batched-call.ts';
import { type Outcome, outcomeOf, requireSuccess } from './results.ts';

/** Kafka's names. */
export type TransactionState =
  | 'Empty'
  | 'Ongoing'
  | 'PrepareCommit'
  | 'PrepareAbort'
  | 'CompleteCommit'
  | 'CompleteAbort'
  | 'Dead'
  | 'PrepareEpochFence'
  | 'Unknown';

export interface ListedTransaction {
  readonly transactionalId: string;
  readonly producerId: number;
  readonly state: TransactionState;
}

export interface ListTransactionsOptions extends OperationOptions {
  readonly states?: readonly TransactionState[];
  readonly producerIds?: readonly number[];
  /** Only those that have been open for longer (KIP-994). */
  readonly runningLongerThanMs?: number;
  /** Only ids that match this expression of RE2 (KIP-1152). */
  readonly transactionalIdPattern?: string;
}

const DURATION_VERSION_MIN = 1;
const PATTERN_VERSION_MIN = 2;

/** Of all coordinators. Rejects with `VERSION_MISMATCH` where a broker is too old to filter as asked. */
export async function listTransactions(
  cluster: Cluster,
  options: ListTransactionsOptions,
): Promise<ListedTransaction[]> {
  const about = 'Listing transactions';
  const { states = [], producerIds = [], runningLongerThanMs, transactionalIdPattern } = options;
  const body = {
    stateFilters: [...states],
    producerIdFilters: [...producerIds],
    ...(runningLongerThanMs === undefined ? {} : { durationFilter: runningLongerThanMs }),
    ...(transactionalIdPattern === undefined ? {} : { transactionalIdPattern }),
  };
  const min =
    transactionalIdPattern !== undefined
      ? PATTERN_VERSION_MIN
      : runningLongerThanMs !== undefined
        ? DURATION_VERSION_MIN
        : 0;
  return await atBrokers(cluster, about, undefined, options, async (node) => {
    const response = await node.request(listTransactionsApi, body, {
      signal: options.signal,
      versions: { min },
    });
    requireSuccess(about, response);
    return response.transactionStates.map(({ transactionalId, producerId, transactionState }) => ({
      transactionalId,
      producerId,
      state: transactionState as TransactionState,
    }));
  });
}

export interface TransactionDescription {
  readonly transactionalId: string;
  readonly coordinatorId: number;
  readonly state: TransactionState;
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly timeoutMs: number;
  /** Milliseconds since the epoch; -1 when none is open. */
  readonly startedAtMs: number;
  readonly partitions: readonly TopicPartition[];
}

/** In the order of the ids. Rejects with PartialFailure: `TRANSACTIONAL_ID_NOT_FOUND`. */
export async function describeTransactions(
  cluster: Cluster,
  transactionalIds: readonly string[],
  options: OperationOptions,
): Promise<TransactionDescription[]> {
  const about = 'Describing transactions';
  return await atCoordinators(
    cluster,
    'transaction',
    about,
    transactionalIds,
    options,
    async (node, asked) => {
      const response = await node.request(
        describeTransactionsApi,
        { transactionalIds: asked },
        { signal: options.signal },
      );
      return response.transactionStates.map((state): Outcome<TransactionDescription> => {
        const id = state.transactionalId;
        return outcomeOf(id, `Describing transaction ${id}`, state, {
          transactionalId: id,
          coordinatorId: node.id,
          state: state.transactionState as TransactionState,
          producerId: state.producerId,
          producerEpoch: state.producerEpoch,
          timeoutMs: state.transactionTimeoutMs,
          startedAtMs: state.transactionStartTimeMs,
          partitions: state.topics.flatMap(({ topic, partitions }) =>
            partitions.map((partition) => ({ topic, partition })),
          ),
        });
      });
    },
  );
}

/** What `describeProducers` tells of a producer whose transaction hangs. */
export interface HangingTransaction extends TopicPartition {
  readonly producerId: number;
  readonly producerEpoch: number;
  /** -1 (never known) is sent as 0, as the first coordinator's. */
  readonly coordinatorEpoch: number;
}

/**
 * Writes an abort marker into one partition, past the coordinator: for transactions that the coordinator has forgotten. Use it for those
 * alone: the fate of a transaction that is still known is the coordinator's to decide.
 */
export async function abortTransaction(
  cluster: Cluster,
  transaction: HangingTransaction,
  options: OperationOptions,
): Promise<void> {
  const { topic, partition, producerId, producerEpoch, coordinatorEpoch } = transaction;
  const of = partitionName(transaction);
  const about = `Aborting the transaction of producer ${producerId} in ${of}`;
  await atLeaders(cluster, about, [transaction], options, async (node) => {
    const response = await node.request(
      writeTxnMarkersApi,
      {
        markers: [
          {
            producerId,
            producerEpoch,
            transactionResult: false,
            topics: [{ name: topic, partitionIndexes: [partition] }],
            coordinatorEpoch: Math.max(0, coordinatorEpoch),
          },
        ],
      },
      { signal: options.signal },
    );
    return response.markers.flatMap(({ topics }) =>
      topics.flatMap(({ partitions }) =>
        partitions.map((result) => outcomeOf<true>(of, about, result, true)),
      ),
    );
  });
}

export interface FencedProducer {
  readonly transactionalId: string;
  readonly producerId: number;
  /** Whoever has a smaller one is fenced. */
  readonly producerEpoch: number;
}

/** A transaction that is open is aborted; its timeout matters to nobody. */
const FENCING_TIMEOUT_MS = 1;

/** Fences the producers of these ids, and aborts what they have open. In the order of the ids. */
export async function fenceProducers(
  cluster: Cluster,
  transactionalIds: readonly string[],
  options: OperationOptions,
): Promise<FencedProducer[]> {
  return await atCoordinators(
    cluster,
    'transaction',
    'Fencing producers',
    transactionalIds,
    options,
    (node, asked) =>
      Promise.all(
        asked.map(async (transactionalId): Promise<Outcome<FencedProducer>> => {
          const response = await node.request(
            initProducerIdApi,
            { transactionalId, transactionTimeoutMs: FENCING_TIMEOUT_MS },
            { signal: options.signal },
          );
          const { producerId, producerEpoch } = response;
          const value = { transactionalId, producerId, producerEpoch };
          const about = `Fencing the producers of ${transactionalId}`;
          return outcomeOf(transactionalId, about, response, value);
        }),
      ),
  );
}
