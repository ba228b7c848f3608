/**
 * ElectLeaders (key 43): preferred leaders, or unclean ones where an operator accepts the loss (KIP-183, KIP-460).
 */
import { electLeadersApi, ErrorCode, errorMessage } from '@zurau/protocol';
import type { ElectLeadersRequest, ElectLeadersResponseInput } from '@zurau/protocol';
import type { Timers } from '@zurau/platform';
import type { Controller } from '../controller/controller.ts';
import type { ElectionOutcome } from '../controller/leader-elections.ts';
import type { TopicPartition } from '../metadata/znodes/controller.ts';
import type { MetadataCache } from '../metadata/metadata-cache.ts';
import { waitForMetadata } from '../metadata/metadata-wait.ts';
import { groupByTopic } from '../metadata/group-by-topic.ts';
import { defineHandler, type ApiHandler } from './handler.ts';

const PREFERRED = 0;
const UNCLEAN = 1;

export interface ElectLeadersDependencies {
  readonly controller: Pick<Controller, 'electLeaders'>;
  readonly metadata: MetadataCache;
  readonly timers: Timers;
}

export function electLeadersHandler(dependencies: ElectLeadersDependencies): ApiHandler {
  const { controller, metadata, timers } = dependencies;
  return defineHandler(electLeadersApi, { min: 0, max: 2 }, async (request, { apiVersion }) => {
    // The first version knew only one kind.
    const kind = apiVersion === 0 ? PREFERRED : request.electionType;
    const partitions = partitionsOf(request);
    // The first version has errors of partitions only.
    const refuse = (errorCode: number): ElectLeadersResponseInput =>
      answer(apiVersion === 0 ? ErrorCode.NONE : errorCode, allWith(partitions, errorCode));
    if (kind !== PREFERRED && kind !== UNCLEAN) {
      return refuse(ErrorCode.INVALID_REQUEST);
    }
    const outcomes = await controller
      .electLeaders(kind === PREFERRED ? 'preferred' : 'unclean', partitions)
      // The controller has logged it, and is none any more.
      .catch(() => undefined);
    if (outcomes === undefined) {
      return refuse(ErrorCode.NOT_CONTROLLER);
    }
    const isSeen = ({ topic, partition, leader, errorCode }: ElectionOutcome): boolean =>
      errorCode !== ErrorCode.NONE || metadata.partition(topic, partition)?.leader === leader;
    await waitForMetadata(metadata, timers, request.timeoutMs, () => outcomes.every(isSeen));
    return answer(
      ErrorCode.NONE,
      outcomes.map((each) =>
        isSeen(each) ? each : { ...each, errorCode: ErrorCode.REQUEST_TIMED_OUT },
      ),
    );
  });
}

/** Undefined: all there are. */
function partitionsOf({ topicPartitions }: ElectLeadersRequest): TopicPartition[] | undefined {
  return topicPartitions?.flatMap(({ topic, partitions }) =>
    [...new Set(partitions)].map((partition) => ({ topic, partition })),
  );
}

function allWith(
  partitions: readonly TopicPartition[] | undefined,
  errorCode: number,
): ElectionOutcome[] {
  return (partitions ?? []).map((each) => ({ ...each, errorCode, leader: -1 }));
}

function answer(
  errorCode: number,
  outcomes: readonly ElectionOutcome[],
): ElectLeadersResponseInput {
  return {
    throttleTimeMs: 0,
    errorCode,
    replicaElectionResults: [...groupByTopic(outcomes)].map(([topic, ofTopic]) => ({
      topic,
      partitionResult: ofTopic.map((each) => ({
        partitionId: each.partition,
        errorCode: each.errorCode,
        errorMessage: each.errorCode === ErrorCode.NONE ? null : errorMessage(each.errorCode),
      })),
    })),
  };
}
