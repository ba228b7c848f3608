/**
 * Produce (key 0): the hot path in.
 *
 * Requests are decoded where they lie; the records of a partition stay one untouched buffer that the log checks and copies. The append is
 * synchronous, so that requests of one connection append in order though many of them wait for their answer at once. What is kept of a request is
 * one {@link PendingProduce}: acks=1 waits for the disk write, acks=all for the high watermark.
 */
import {
  ErrorCode,
  attributesCodec,
  attributesIsTransactional,
  batchAttributes,
  batchBaseSequence,
  batchMagic,
  batchProducerEpoch,
  batchProducerId,
  batchSizeBytes,
  BATCH_HEADER_BYTES,
  errorName,
  produceApi,
} from '@zurau/protocol';
import type {
  ProduceRequest,
  ProduceRequestPartitionProduceData,
  ProduceRequestTopicProduceData,
} from '@zurau/protocol';
import { LogError } from '@zurau/log';
import type { AppendResult } from '@zurau/log';
import type { MetadataCache } from '../metadata/metadata-cache.ts';
import type { OffsetWaiter } from '../purgatory/offset-waiters.ts';
import type { TimingWheel } from '../purgatory/timing-wheel.ts';
import { Deadline } from '../purgatory/timing-wheel.ts';
import type { Partition } from '../replica/partition.ts';
import type { ReplicaManager } from '../replica/replica-manager.ts';
import type {
  Admission,
  TransactionGate,
  TransactionalWrite,
} from '../replica/transaction-gate.ts';
import { isInternalTopic } from '../metadata/internal-topics.ts';
import type { ApiHandler, ServedRequest } from './handler.ts';

const ACKS_ALL = -1;
const ACKS_NONE = 0;
/** First version in which a client knows zstd (KIP-110). */
const ZSTD_VERSION_MIN = 7;
/** First version that tells clients who the new leader is (KIP-951). */
const LEADER_HINT_VERSION_MIN = 10;

/** First version that knows TRANSACTION_ABORTABLE (KIP-890). */
const ABORTABLE_VERSION_MIN = 11;

/** Producers that are told one of these retry badly or not at all; NOT_ENOUGH_REPLICAS makes all of them send the records again. */
const NOT_VERIFIED_YET: ReadonlySet<number> = new Set([
  ErrorCode.CONCURRENT_TRANSACTIONS,
  ErrorCode.NETWORK_EXCEPTION,
  ErrorCode.COORDINATOR_LOAD_IN_PROGRESS,
  ErrorCode.COORDINATOR_NOT_AVAILABLE,
  ErrorCode.NOT_COORDINATOR,
]);

/** Errors that say nothing of the log start offset, as Kafka has it: those that the records' bytes alone decide, and those of the disk. */
const KEEPS_START_SECRET: ReadonlySet<number> = new Set([
  ErrorCode.CORRUPT_MESSAGE,
  ErrorCode.MESSAGE_TOO_LARGE,
  ErrorCode.RECORD_LIST_TOO_LARGE,
  ErrorCode.KAFKA_STORAGE_ERROR,
  ErrorCode.NOT_LEADER_OR_FOLLOWER,
  ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
]);

export interface ProduceDependencies {
  readonly replicas: ReplicaManager;
  readonly metadata: MetadataCache;
  readonly deadlines: TimingWheel;
  readonly transactions: TransactionGate;
}

interface PartitionAnswer {
  index: number;
  errorCode: number;
  baseOffset: number;
  logAppendTimeMs: number;
  logStartOffset: number;
  recordErrors: { batchIndex: number; batchIndexErrorMessage: string | null }[];
  errorMessage: string | null;
  currentLeader: { leaderId: number; leaderEpoch: number };
}

interface ProduceAnswer {
  readonly responses: { readonly name: string; readonly partitionResponses: PartitionAnswer[] }[];
  readonly throttleTimeMs: number;
  nodeEndpoints: { nodeId: number; host: string; port: number; rack: string | null }[];
}

export function produceHandler(dependencies: ProduceDependencies): ApiHandler {
  return {
    key: produceApi.key,
    name: produceApi.name,
    api: produceApi,
    minVersion: 3,
    maxVersion: 11,
    overlap: 'pipelined',
    readsInPlace: true,
    serve(reader, request) {
      const body = produceApi.request.read(reader, request.apiVersion);
      const pending = new PendingProduce(request, body.acks, dependencies);
      if (body.transactionalId === null) pending.appendAll(body);
      else appendTransactional(dependencies, request, body, body.transactionalId, pending);
    },
  };
}

/** Appends when the transaction's coordinator has said that the partitions are part of it; nearly always that is at once. */
function appendTransactional(
  { replicas, transactions }: ProduceDependencies,
  request: ServedRequest,
  body: ProduceRequest,
  transactionalId: string,
  pending: PendingProduce,
): void {
  const writes: TransactionalWrite[] = [];
  for (const { name, partitionData } of body.topicData) {
    for (const { index, records } of partitionData) {
      const partition = replicas.partition(name, index);
      if (partition?.isLeader === true && records !== null && isTransactional(records)) {
        writes.push(transactionalWrite(partition, records));
      }
    }
  }
  if (writes.some(({ producerId }) => producerId !== writes[0]!.producerId)) {
    pending.refuseAll(body, ErrorCode.INVALID_PRODUCER_ID_MAPPING);
    return;
  }
  const knowsAbortable = request.apiVersion >= ABORTABLE_VERSION_MIN;
  const admission = transactions.verify(transactionalId, writes, knowsAbortable);
  if (!(admission instanceof Promise)) {
    pending.appendAll(body, admission);
    return;
  }
  // The coordinator is another broker: the records have to stay where they are until it has answered.
  if (request.ownsFrame) request.retainFrame();
  else copyRecords(body);
  void admission.then((admitted) => {
    pending.appendAll(body, admitted);
    if (request.ownsFrame) request.releaseFrame();
  });
}

function copyRecords(body: ProduceRequest): void {
  for (const { partitionData } of body.topicData) {
    for (const data of partitionData) {
      if (data.records !== null) data.records = Buffer.from(data.records);
    }
  }
}

function isTransactional(records: Buffer): boolean {
  if (records.length < BATCH_HEADER_BYTES || batchMagic(records, 0) !== 2) return false;
  return attributesIsTransactional(batchAttributes(records, 0)) && batchProducerId(records, 0) >= 0;
}

function transactionalWrite(partition: Partition, records: Buffer): TransactionalWrite {
  return {
    partition,
    producerId: batchProducerId(records, 0),
    producerEpoch: batchProducerEpoch(records, 0),
    baseSequence: batchBaseSequence(records, 0),
  };
}

/** A produce request between its append and its answer. */
class PendingProduce implements OffsetWaiter {
  readonly #request: ServedRequest;
  readonly #acks: number;
  readonly #dependencies: ProduceDependencies;
  readonly #answer: ProduceAnswer = { responses: [], throttleTimeMs: 0, nodeEndpoints: [] };
  /** By the tag under which it waits. */
  readonly #partitions: PartitionAnswer[] = [];
  /** Partitions that still wait, and one for the appending itself. */
  #waitingCount = 1;
  #admission: Admission | undefined;
  #deadline: Deadline | undefined;
  #hasFailed = false;
  #isDone = false;

  constructor(request: ServedRequest, acks: number, dependencies: ProduceDependencies) {
    this.#request = request;
    this.#acks = acks;
    this.#dependencies = dependencies;
  }

  /** `admission` is missing where the request names no transaction. */
  appendAll({ topicData, timeoutMs }: ProduceRequest, admission?: Admission): void {
    this.#admission = admission;
    for (const topic of topicData) this.#append(topic);
    this.#finishAppending(timeoutMs);
  }

  /** Appends nothing. */
  refuseAll({ topicData, timeoutMs }: ProduceRequest, errorCode: number): void {
    this.#hasFailed = true;
    for (const { name, partitionData } of topicData) {
      const partitionResponses = partitionData.map(({ index }) => ({
        ...newPartitionAnswer(index),
        errorCode,
      }));
      this.#answer.responses.push({ name, partitionResponses });
    }
    this.#finishAppending(timeoutMs);
  }

  #append({ name, partitionData }: ProduceRequestTopicProduceData): void {
    if (partitionData.length === 0) return;
    const partitionResponses: PartitionAnswer[] = [];
    for (const data of partitionData) {
      const answer = newPartitionAnswer(data.index);
      partitionResponses.push(answer);
      const problem = this.#appendPartition(name, data, answer);
      if (problem !== ErrorCode.NONE) {
        answer.errorCode = problem;
        this.#hasFailed = true;
      }
    }
    this.#answer.responses.push({ name, partitionResponses });
  }

  /** Every partition has been appended to: from here on the request only waits. */
  #finishAppending(timeoutMs: number): void {
    if (this.#acks === ACKS_NONE) {
      this.#isDone = true;
      this.#endUnanswered();
      return;
    }
    this.#waitingCount -= 1;
    if (this.#waitingCount === 0) {
      this.#respond();
    } else if (this.#acks === ACKS_ALL) {
      this.#deadline = new Deadline(() => this.#onTimeout());
      this.#dependencies.deadlines.add(this.#deadline, timeoutMs);
    }
  }

  onOffsetDone(tag: number, errorCode: number): void {
    if (this.#isDone) return;
    const answer = this.#partitions[tag]!;
    if (errorCode !== ErrorCode.NONE) setError(answer, errorCode);
    this.#partitions[tag] = DONE;
    this.#waitingCount -= 1;
    if (this.#waitingCount === 0) this.#respond();
  }

  /** Returns the partition's error, NONE when it is appended or waits. */
  #appendPartition(
    topic: string,
    { index, records }: ProduceRequestPartitionProduceData,
    answer: PartitionAnswer,
  ): number {
    const { replicas, metadata } = this.#dependencies;
    if (this.#acks < ACKS_ALL || this.#acks > 1) return ErrorCode.INVALID_REQUIRED_ACKS;
    const problem = checkRecords(records, this.#request.apiVersion, answer);
    if (problem !== ErrorCode.NONE) return problem;
    const partition = replicas.partition(topic, index);
    if (partition === undefined || !partition.isLeader) {
      if (replicas.isOffline(topic, index)) return ErrorCode.KAFKA_STORAGE_ERROR;
      return metadata.partition(topic, index) === undefined
        ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
        : this.#notLeader(topic, index, answer);
    }
    if (isInternalTopic(topic)) return ErrorCode.INVALID_TOPIC_EXCEPTION;
    const refusal = this.#refusal(partition, records!, answer);
    if (refusal !== ErrorCode.NONE) return refusal;
    if (this.#acks === ACKS_ALL && !partition.hasMinIsr) return ErrorCode.NOT_ENOUGH_REPLICAS;
    try {
      this.#appendRecords(partition, records!, answer);
      return ErrorCode.NONE;
    } catch (error) {
      if (!(error instanceof LogError)) throw error;
      if (!KEEPS_START_SECRET.has(error.errorCode)) {
        answer.logStartOffset = partition.log.logStartOffset;
      }
      answer.errorMessage = error.message;
      answer.recordErrors = error.recordErrors.map(({ batchIndex, message }) => ({
        batchIndex,
        batchIndexErrorMessage: message,
      }));
      return error.errorCode;
    }
  }

  /** Why records of a transaction must not be appended. */
  #refusal(partition: Partition, records: Buffer, answer: PartitionAnswer): number {
    if (!isTransactional(records)) return ErrorCode.NONE;
    if (this.#admission === undefined) return ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED;
    const errorCode = this.#admission.check(transactionalWrite(partition, records));
    if (errorCode === ErrorCode.INVALID_TXN_STATE) {
      answer.errorMessage = 'The partition is not part of the transaction';
    }
    if (!NOT_VERIFIED_YET.has(errorCode)) return errorCode;
    answer.errorMessage = `The coordinator could not say whether the partition is part of the transaction: ${errorName(errorCode)}`;
    return ErrorCode.NOT_ENOUGH_REPLICAS;
  }

  #appendRecords(partition: Partition, records: Buffer, answer: PartitionAnswer): void {
    const result = this.#appendHoldingFrame(partition, records);
    answer.baseOffset = result.firstOffset;
    answer.logAppendTimeMs = result.logAppendTimeMs;
    answer.logStartOffset = result.logStartOffset;
    if (this.#acks === ACKS_NONE) return;
    const needed = result.lastOffset + 1;
    const [reached, waiters] =
      this.#acks === ACKS_ALL
        ? [partition.highWatermark, partition.committedWaiters]
        : [partition.log.writtenOffset, partition.writtenWaiters];
    if (reached >= needed) return;
    this.#waitingCount += 1;
    waiters.add(needed, this, this.#partitions.push(answer) - 1);
  }

  /** A large batch stays where the socket put it, and the frame with it, until the log has no more use for it. */
  #appendHoldingFrame(partition: Partition, records: Buffer): AppendResult {
    const request = this.#request;
    if (!request.ownsFrame) return partition.appendAsLeader(records, 'client');
    request.retainFrame();
    try {
      return partition.appendAsLeader(records, 'client', () => request.releaseFrame());
    } catch (error) {
      request.releaseFrame();
      throw error;
    }
  }

  #notLeader(topic: string, index: number, answer: PartitionAnswer): number {
    const { metadata } = this.#dependencies;
    if (this.#request.apiVersion >= LEADER_HINT_VERSION_MIN) {
      const known = metadata.partition(topic, index)!;
      answer.currentLeader = { leaderId: known.leader, leaderEpoch: known.leaderEpoch };
      const broker = metadata.broker(known.leader);
      const endpoint = broker?.endpoints.get(this.#request.listenerName);
      if (endpoint !== undefined) {
        this.#answer.nodeEndpoints.push({ nodeId: known.leader, ...endpoint, rack: broker!.rack });
      }
    }
    return ErrorCode.NOT_LEADER_OR_FOLLOWER;
  }

  #onTimeout(): void {
    if (this.#isDone) return;
    for (const answer of this.#partitions) {
      if (answer !== DONE) setError(answer, ErrorCode.REQUEST_TIMED_OUT);
    }
    this.#respond();
  }

  #respond(): void {
    this.#isDone = true;
    if (this.#deadline !== undefined) this.#dependencies.deadlines.cancel(this.#deadline);
    this.#request.respond(this.#answer);
  }

  /** With acks=0 there is no answer to carry an error: as Kafka does, the connection is closed so that the producer notices. */
  #endUnanswered(): void {
    if (this.#hasFailed) this.#request.refuse('a produce request with acks=0 failed');
    else this.#request.respondNothing();
  }
}

const DONE: PartitionAnswer = newPartitionAnswer(-1);

function newPartitionAnswer(index: number): PartitionAnswer {
  return {
    index,
    errorCode: ErrorCode.NONE,
    baseOffset: -1,
    logAppendTimeMs: -1,
    logStartOffset: -1,
    recordErrors: [],
    errorMessage: null,
    currentLeader: { leaderId: -1, leaderEpoch: -1 },
  };
}

function setError(answer: PartitionAnswer, errorCode: number): void {
  answer.errorCode = errorCode;
  answer.baseOffset = -1;
  answer.logAppendTimeMs = -1;
  answer.logStartOffset = -1;
}

/** What Kafka checks of the records before it looks for the partition: exactly one batch, of the current format. */
function checkRecords(records: Buffer | null, apiVersion: number, answer: PartitionAnswer): number {
  if (records === null || records.length < BATCH_HEADER_BYTES) {
    answer.errorMessage = 'A produce request must have exactly one record batch for each partition';
    return ErrorCode.INVALID_RECORD;
  }
  if (batchMagic(records, 0) > 2 || batchSizeBytes(records, 0) < BATCH_HEADER_BYTES) {
    answer.errorMessage = 'The record batch has a magic or a size that none can have';
    return ErrorCode.CORRUPT_MESSAGE;
  }
  if (batchMagic(records, 0) !== 2 || batchSizeBytes(records, 0) !== records.length) {
    answer.errorMessage = 'A produce request must have exactly one record batch, of format 2';
    return ErrorCode.INVALID_RECORD;
  }
  const attributes = batchAttributes(records, 0);
  if (attributesCodec(attributes) === undefined) {
    answer.errorMessage = 'The record batch is compressed with a codec that does not exist';
    return ErrorCode.INVALID_RECORD;
  }
  if (attributesCodec(attributes) === 'zstd' && apiVersion < ZSTD_VERSION_MIN) {
    answer.errorMessage = `zstd needs a produce request of version ${ZSTD_VERSION_MIN} or later`;
    return ErrorCode.UNSUPPORTED_COMPRESSION_TYPE;
  }
  return ErrorCode.NONE;
}
