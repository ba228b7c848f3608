/**
 * Changes of in-sync sets as AlterPartition carries them (KIP-497). Pure.
 *
 *   v0-1 topics by name    v2 topics by id (KIP-841)    v3 the ISR with broker epochs (KIP-903)
 */
import { ErrorCode, ZERO_UUID } from '@zurau/protocol';
import type {
  AlterPartitionRequest,
  AlterPartitionRequestInput,
  AlterPartitionResponse,
  AlterPartitionResponseInput,
} from '@zurau/protocol';
import type { AlterationOutcome, IsrAlteration } from '../controller/isr-alteration.ts';
import type { ConfirmedIsr, IsrChange } from '../replica/isr-changes.ts';

const TOPIC_ID_VERSION_MIN = 2;
const ISR_WITH_EPOCHS_VERSION_MIN = 3;
const RECOVERY_STATE_VERSION_MIN = 1;
const NEWEST_VERSION = 3;

const RECOVERED = 0;
const RECOVERING = 1;

/** Where ZooKeeper holds the metadata, leaders know no epochs of other brokers. */
const NO_BROKER_EPOCH = -1;

/** Without topic ids only the versions will do that say names. */
export function newestVersionFor(changes: readonly IsrChange[]): number {
  const haveIds = changes.every(({ topicId }) => topicId !== ZERO_UUID);
  return haveIds ? NEWEST_VERSION : TOPIC_ID_VERSION_MIN - 1;
}

export function alterPartitionRequest(
  brokerId: number,
  brokerEpoch: number,
  changes: readonly IsrChange[],
  version: number,
): AlterPartitionRequestInput {
  return {
    brokerId,
    brokerEpoch,
    topics: byTopic(changes).map(([{ topic, topicId }, ofTopic]) => ({
      ...(version >= TOPIC_ID_VERSION_MIN ? { topicId } : { topicName: topic }),
      partitions: ofTopic.map(({ partition, leaderEpoch, partitionEpoch, isr }) => ({
        partitionIndex: partition,
        leaderEpoch,
        partitionEpoch,
        ...(version >= ISR_WITH_EPOCHS_VERSION_MIN
          ? { newIsrWithEpochs: isr.map((id) => ({ brokerId: id, brokerEpoch: NO_BROKER_EPOCH })) }
          : { newIsr: isr }),
      })),
    })),
  };
}

/** In the order of the changes; undefined for those that the answer leaves out. */
export function outcomesOf(
  changes: readonly IsrChange[],
  response: AlterPartitionResponse,
  version: number,
): (ConfirmedIsr | number | undefined)[] {
  const byId = version >= TOPIC_ID_VERSION_MIN;
  const answers = new Map<string, ConfirmedIsr | number>();
  for (const { topicName, topicId, partitions } of response.topics) {
    for (const { partitionIndex, errorCode, leaderEpoch, partitionEpoch, isr } of partitions) {
      const confirmed = { leaderEpoch, partitionEpoch, isr };
      answers.set(
        `${byId ? topicId : topicName}/${partitionIndex}`,
        errorCode === ErrorCode.NONE ? confirmed : errorCode,
      );
    }
  }
  return changes.map(({ topic, topicId, partition }) =>
    answers.get(`${byId ? topicId : topic}/${partition}`),
  );
}

/** What a leader asks of this controller. */
export function alterationsOf(request: AlterPartitionRequest, version: number): IsrAlteration[] {
  return request.topics.flatMap(({ topicName, topicId, partitions }) =>
    partitions.map((each) => ({
      topic: version >= TOPIC_ID_VERSION_MIN ? undefined : topicName,
      topicId,
      partition: each.partitionIndex,
      leaderEpoch: each.leaderEpoch,
      partitionEpoch: each.partitionEpoch,
      isr:
        version >= ISR_WITH_EPOCHS_VERSION_MIN
          ? each.newIsrWithEpochs.map(({ brokerId }) => brokerId)
          : each.newIsr,
      isRecovering: each.leaderRecoveryState === RECOVERING,
    })),
  );
}

/** This controller's answer. `leaderId` is who asked: nobody else's change is accepted. */
export function alterPartitionResponse(
  leaderId: number,
  errorCode: number,
  outcomes: readonly AlterationOutcome[],
  version: number,
): AlterPartitionResponseInput {
  return {
    throttleTimeMs: 0,
    errorCode,
    topics: byTopic(outcomes).map(([{ topic, topicId }, ofTopic]) => ({
      ...(version >= TOPIC_ID_VERSION_MIN ? { topicId } : { topicName: topic }),
      partitions: ofTopic.map(({ partition, result }) =>
        typeof result === 'number'
          ? {
              partitionIndex: partition,
              errorCode: codeIn(version, result),
              leaderId: 0,
              leaderEpoch: 0,
              isr: [],
              partitionEpoch: 0,
            }
          : {
              partitionIndex: partition,
              errorCode: ErrorCode.NONE,
              leaderId,
              leaderEpoch: result.leaderEpoch,
              isr: result.isr,
              partitionEpoch: result.partitionEpoch,
              ...(version >= RECOVERY_STATE_VERSION_MIN
                ? { leaderRecoveryState: result.isRecovering ? RECOVERING : RECOVERED }
                : {}),
            },
      ),
    })),
  };
}

/** Leaders that came before KIP-841 know another name for it. */
function codeIn(version: number, errorCode: number): number {
  return errorCode === ErrorCode.INELIGIBLE_REPLICA && version < TOPIC_ID_VERSION_MIN
    ? ErrorCode.OPERATION_NOT_ATTEMPTED
    : errorCode;
}

function byTopic<T extends { readonly topic: string; readonly topicId: string }>(
  entries: readonly T[],
): [first: T, all: T[]][] {
  const topics = new Map<string, [T, T[]]>();
  for (const entry of entries) {
    const key = `${entry.topic}/${entry.topicId}`;
    const known = topics.get(key);
    if (known === undefined) topics.set(key, [entry, [entry]]);
    else known[1].push(entry);
  }
  return [...topics.values()];
}
