/** One Produce request: from batches to the wire, and from its response to an answer for each batch. */
import { ErrorCode, produceApi, type ProduceResponse } from '@zurau/protocol';
import type { BrokerLink } from '../cluster/broker-node.ts';
import type { LeaderHint } from '../cluster/cluster.ts';
import { clientError, type KafkaError } from '../errors.ts';
import { groupBy } from '../group-by.ts';
import { partitionName, type TopicPartition } from '../topic-partition.ts';
import type { Acks } from './producer-config.ts';
import type { PartitionQueue } from './partition-queue.ts';
import type { ProducerBatch } from './producer-batch.ts';

/** A batch under way, with the queue that it came from. */
export interface Shipment {
  readonly queue: PartitionQueue;
  readonly batch: ProducerBatch;
}

export interface BatchAnswer {
  readonly errorCode: number;
  readonly errorMessage: string | null | undefined;
  /** -1 when the broker did not tell. */
  readonly baseOffset: number;
  /** -1 when records keep their own timestamps. */
  readonly logAppendTimeMs: number;
  /** -1 when the broker is too old to tell. */
  readonly logStartOffset: number;
  /** Who leads the partition now, where the broker does not. */
  readonly leaderHint?: LeaderHint | undefined;
}

export interface ProduceSettings {
  readonly acks: Acks;
  readonly timeoutMs: number;
  /** Null outside of transactions. */
  readonly transactionalId: string | null;
  /** Brokers add the partitions to the transaction (KIP-890), which the version says. */
  readonly addsToTransaction: boolean;
}

/** Version 3 is the first with this record format; from 13 on topics go by id. */
const VERSIONS = { min: 3, max: 12 } as const;
/** From this version on, brokers add to a transaction what is written in it. */
const IMPLICIT_VERSION_MIN = 12;
/** KIP-110: older brokers cannot store zstd. */
const ZSTD_VERSION_MIN = 7;

/** Before, a broker that throttled waited with its answer (KIP-219). */
const THROTTLED_VERSION_MIN = 6;

const NOT_ASKED: BatchAnswer = {
  errorCode: ErrorCode.NONE,
  errorMessage: undefined,
  baseOffset: -1,
  logAppendTimeMs: -1,
  logStartOffset: -1,
};

/**
 * Sends the batches; `done` is called once, later, with a function that tells what became of each. Throws what `pick` throws when the
 * broker is too old.
 */
export function sendProduce(
  link: BrokerLink,
  shipments: readonly Shipment[],
  settings: ProduceSettings,
  done: (
    answer: (shipment: Shipment) => BatchAnswer | KafkaError,
    /** The broker wants no requests for so long (KIP-219). */
    throttleTimeMs: number,
  ) => void,
): void {
  const version = link.versions.pick(produceApi, versionsFor(shipments, settings));
  const body = {
    transactionalId: settings.transactionalId,
    acks: settings.acks === 'all' ? -1 : settings.acks,
    timeoutMs: settings.timeoutMs,
    topicData: topicData(shipments),
  };
  if (settings.acks === 0) {
    link.connection.sendOneWay(produceApi, version, body, (error) =>
      done(() => error ?? NOT_ASKED, 0),
    );
    return;
  }
  link.connection.send(produceApi, version, body, (error, response) => {
    if (error !== undefined) done(() => error, 0);
    else if (response !== undefined) {
      const throttleTimeMs = version >= THROTTLED_VERSION_MIN ? response.throttleTimeMs : 0;
      done((shipment) => answerFor(response, shipment), throttleTimeMs);
    }
  });
}

function versionsFor(
  shipments: readonly Shipment[],
  settings: ProduceSettings,
): { min: number; max: number } {
  if (settings.addsToTransaction) return { min: IMPLICIT_VERSION_MIN, max: VERSIONS.max };
  return {
    min: shipments.some(({ batch }) => batch.codec === 'zstd') ? ZSTD_VERSION_MIN : VERSIONS.min,
    max: settings.transactionalId === null ? VERSIONS.max : IMPLICIT_VERSION_MIN - 1,
  };
}

function topicData(
  shipments: readonly Shipment[],
): { name: string; partitionData: { index: number; records: Buffer }[] }[] {
  return Array.from(
    groupBy(shipments, ({ batch }) => batch.topic),
    ([name, ofTopic]) => ({
      name,
      partitionData: ofTopic.map(({ batch }) => ({
        index: batch.partition,
        records: batch.records,
      })),
    }),
  );
}

function answerFor(response: ProduceResponse, { batch }: Shipment): BatchAnswer | KafkaError {
  for (const topic of response.responses) {
    if (topic.name !== batch.topic) continue;
    for (const partition of topic.partitionResponses) {
      if (partition.index !== batch.partition) continue;
      return { ...partition, leaderHint: leaderHintOf(response, batch, partition) };
    }
  }
  return clientError(
    'PROTOCOL_VIOLATION',
    `The broker's Produce response says nothing about ${partitionName(batch)}.`,
  );
}

function leaderHintOf(
  { nodeEndpoints }: ProduceResponse,
  { topic, partition }: TopicPartition,
  { errorCode, currentLeader }: ProduceResponse['responses'][number]['partitionResponses'][number],
): LeaderHint | undefined {
  if (errorCode === ErrorCode.NONE || currentLeader.leaderId < 0) return undefined;
  const { leaderId, leaderEpoch } = currentLeader;
  const address = nodeEndpoints.find(({ nodeId }) => nodeId === leaderId);
  return { topic, partition, leaderId, leaderEpoch, address };
}
