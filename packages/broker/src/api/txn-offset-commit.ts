/**
 * TxnOffsetCommit (key 28): a producer commits the offsets that a group has consumed within its transaction (KIP-98). They count when the transaction
 * commits; until then readers that want stable offsets are told UNSTABLE_OFFSET_COMMIT (KIP-447).
 */
import { ErrorCode, NO_SEQUENCE, txnOffsetCommitApi } from '@zurau/protocol';
import type { TxnOffsetCommitRequest } from '@zurau/protocol';
import type { GroupCoordinator } from '../coordinator/group/group-coordinator.ts';
import type { OffsetToCommit } from '../coordinator/group/offsets.ts';
import { OFFSETS_TOPIC } from '../metadata/internal-topics.ts';
import type { MetadataCache } from '../metadata/metadata-cache.ts';
import type { ReplicaManager } from '../replica/replica-manager.ts';
import type { TransactionGate } from '../replica/transaction-gate.ts';
import type { ApiHandler } from './handler.ts';
import { defineHandler } from './handler.ts';

/** First version whose clients survive COORDINATOR_LOAD_IN_PROGRESS here. */
const LOADING_VERSION_MIN = 2;
/** First version that knows TRANSACTION_ABORTABLE (KIP-890). */
const ABORTABLE_VERSION_MIN = 4;

export interface TxnOffsetCommitDependencies {
  readonly groups: GroupCoordinator;
  readonly metadata: MetadataCache;
  readonly replicas: ReplicaManager;
  readonly transactionGate: TransactionGate;
}

export function txnOffsetCommitHandler(dependencies: TxnOffsetCommitDependencies): ApiHandler {
  return defineHandler(txnOffsetCommitApi, { min: 0, max: 4 }, async (request, { apiVersion }) => {
    const asked = offsetsOf(request).map((offset) => ({
      offset,
      exists: dependencies.metadata.partition(offset.topic, offset.partition) !== undefined,
    }));
    const offsets = asked.filter(({ exists }) => exists).map(({ offset }) => offset);
    const errorCodes =
      offsets.length === 0 ? [] : await commit(dependencies, request, offsets, apiVersion);
    let next = 0;
    const answers = asked.map(({ exists }) =>
      exists
        ? forVersion(errorCodes[next++] ?? ErrorCode.UNKNOWN_SERVER_ERROR, apiVersion)
        : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
    );
    let answered = 0;
    return {
      throttleTimeMs: 0,
      topics: request.topics.map(({ name, partitions }) => ({
        name,
        partitions: partitions.map(({ partitionIndex }) => ({
          partitionIndex,
          errorCode: answers[answered++]!,
        })),
      })),
    };
  });
}

function forVersion(errorCode: number, apiVersion: number): number {
  return errorCode === ErrorCode.COORDINATOR_LOAD_IN_PROGRESS && apiVersion < LOADING_VERSION_MIN
    ? ErrorCode.COORDINATOR_NOT_AVAILABLE
    : errorCode;
}

/** One error code an offset. */
async function commit(
  { groups, replicas, transactionGate }: TxnOffsetCommitDependencies,
  request: TxnOffsetCommitRequest,
  offsets: readonly OffsetToCommit[],
  apiVersion: number,
): Promise<readonly number[]> {
  const { transactionalId, groupId, producerId, producerEpoch } = request;
  const refuse = (errorCode: number): number[] => offsets.map(() => errorCode);
  if (groupId === '') return refuse(ErrorCode.INVALID_GROUP_ID);
  if (producerId < 0 || producerEpoch < 0) return refuse(ErrorCode.INVALID_REQUEST);
  const partition = replicas.partition(OFFSETS_TOPIC, groups.partitionFor(groupId));
  if (partition?.isLeader !== true) return refuse(ErrorCode.NOT_COORDINATOR);
  const write = { partition, producerId, producerEpoch, baseSequence: NO_SEQUENCE };
  const admission = await transactionGate.verify(
    transactionalId,
    [write],
    apiVersion >= ABORTABLE_VERSION_MIN,
  );
  // Nothing may come between this and the commit, which is decided within the call.
  const errorCode = admission.check(write);
  if (errorCode !== ErrorCode.NONE) return refuse(verificationErrorCode(errorCode));
  return await groups.commitOffsets({
    groupId,
    producer: { producerId, producerEpoch },
    generationId: request.generationId,
    memberId: request.memberId,
    instanceId: request.groupInstanceId,
    retentionMs: -1,
    offsets,
  });
}

/** The client knows the errors of coordinators. */
function verificationErrorCode(errorCode: number): number {
  return errorCode === ErrorCode.NETWORK_EXCEPTION
    ? ErrorCode.COORDINATOR_LOAD_IN_PROGRESS
    : errorCode;
}

function offsetsOf(request: TxnOffsetCommitRequest): OffsetToCommit[] {
  return request.topics.flatMap(({ name, partitions }) =>
    partitions.map(
      ({ partitionIndex, committedOffset, committedLeaderEpoch, committedMetadata }) => ({
        topic: name,
        partition: partitionIndex,
        offset: committedOffset,
        leaderEpoch: committedLeaderEpoch,
        metadata: committedMetadata,
        commitTimestampMs: -1,
      }),
    ),
  );
}
