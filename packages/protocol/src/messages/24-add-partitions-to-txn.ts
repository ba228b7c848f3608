// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { EncodeError } from '../errors/decode-error.ts';
import type { Api } from '../message-codec.ts';

export interface AddPartitionsToTxnRequest {
  /** versions 4+ */
  transactions: AddPartitionsToTxnRequestAddPartitionsToTxnTransaction[];
  /** versions 0-3 */
  v3AndBelowTransactionalId: string;
  /** versions 0-3 */
  v3AndBelowProducerId: number;
  /** versions 0-3 */
  v3AndBelowProducerEpoch: number;
  /** versions 0-3 */
  v3AndBelowTopics: AddPartitionsToTxnRequestAddPartitionsToTxnTopic[];
}

export interface AddPartitionsToTxnRequestInput {
  readonly transactions?:
    readonly AddPartitionsToTxnRequestAddPartitionsToTxnTransactionInput[] | undefined;
  readonly v3AndBelowTransactionalId?: string | undefined;
  readonly v3AndBelowProducerId?: number | undefined;
  readonly v3AndBelowProducerEpoch?: number | undefined;
  readonly v3AndBelowTopics?:
    readonly AddPartitionsToTxnRequestAddPartitionsToTxnTopicInput[] | undefined;
}

export interface AddPartitionsToTxnRequestAddPartitionsToTxnTransaction {
  transactionalId: string;
  producerId: number;
  producerEpoch: number;
  /** default false */
  verifyOnly: boolean;
  topics: AddPartitionsToTxnRequestAddPartitionsToTxnTopic[];
}

export interface AddPartitionsToTxnRequestAddPartitionsToTxnTransactionInput {
  readonly transactionalId: string;
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly verifyOnly?: boolean | undefined;
  readonly topics: readonly AddPartitionsToTxnRequestAddPartitionsToTxnTopicInput[];
}

export interface AddPartitionsToTxnRequestAddPartitionsToTxnTopic {
  name: string;
  partitions: number[];
}

export interface AddPartitionsToTxnRequestAddPartitionsToTxnTopicInput {
  readonly name: string;
  readonly partitions: readonly number[];
}

function readAddPartitionsToTxnRequest(
  reader: ByteReader,
  version: number,
): AddPartitionsToTxnRequest {
  const flexible = version >= 3;
  const transactions: AddPartitionsToTxnRequestAddPartitionsToTxnTransaction[] = [];
  const transactionsLength = version >= 4 ? reader.compactArrayLength(14) : 0;
  for (let index = 0; index < transactionsLength; index++)
    transactions.push(readAddPartitionsToTxnRequestAddPartitionsToTxnTransaction(reader, version));
  const v3AndBelowTransactionalId =
    version <= 3 ? (flexible ? reader.compactString() : reader.string()) : '';
  const v3AndBelowProducerId = version <= 3 ? reader.int64() : 0;
  const v3AndBelowProducerEpoch = version <= 3 ? reader.int16() : 0;
  const v3AndBelowTopics: AddPartitionsToTxnRequestAddPartitionsToTxnTopic[] = [];
  const v3AndBelowTopicsLength =
    version <= 3 ? (flexible ? reader.compactArrayLength(3) : reader.arrayLength(3)) : 0;
  for (let index = 0; index < v3AndBelowTopicsLength; index++)
    v3AndBelowTopics.push(readAddPartitionsToTxnRequestAddPartitionsToTxnTopic(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return {
    transactions,
    v3AndBelowTransactionalId,
    v3AndBelowProducerId,
    v3AndBelowProducerEpoch,
    v3AndBelowTopics,
  };
}

function readAddPartitionsToTxnRequestAddPartitionsToTxnTransaction(
  reader: ByteReader,
  version: number,
): AddPartitionsToTxnRequestAddPartitionsToTxnTransaction {
  const transactionalId = reader.compactString();
  const producerId = reader.int64();
  const producerEpoch = reader.int16();
  const verifyOnly = reader.bool();
  const topics: AddPartitionsToTxnRequestAddPartitionsToTxnTopic[] = [];
  const topicsLength = reader.compactArrayLength(3);
  for (let index = 0; index < topicsLength; index++)
    topics.push(readAddPartitionsToTxnRequestAddPartitionsToTxnTopic(reader, version));
  reader.skipTaggedFields();
  return { transactionalId, producerId, producerEpoch, verifyOnly, topics };
}

function readAddPartitionsToTxnRequestAddPartitionsToTxnTopic(
  reader: ByteReader,
  version: number,
): AddPartitionsToTxnRequestAddPartitionsToTxnTopic {
  const flexible = version >= 3;
  const name = flexible ? reader.compactString() : reader.string();
  const partitions: number[] = [];
  const partitionsLength = flexible ? reader.compactArrayLength(4) : reader.arrayLength(4);
  for (let index = 0; index < partitionsLength; index++)
    partitions.push(flexible ? reader.int32() : reader.int32());
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { name, partitions };
}

function writeAddPartitionsToTxnRequest(
  writer: ByteWriter,
  message: AddPartitionsToTxnRequestInput,
  version: number,
): void {
  const flexible = version >= 3;
  const transactions = message.transactions ?? [];
  if (version >= 4) {
    writer.compactArrayLength(transactions.length);
    for (const element of transactions)
      writeAddPartitionsToTxnRequestAddPartitionsToTxnTransaction(writer, element, version);
  } else if (transactions.length !== 0) {
    throw new EncodeError(
      `AddPartitionsToTxnRequest.transactions is not part of version ${version}`,
    );
  }
  const v3AndBelowTransactionalId = message.v3AndBelowTransactionalId ?? '';
  if (version <= 3) {
    if (flexible) writer.compactString(v3AndBelowTransactionalId);
    else writer.string(v3AndBelowTransactionalId);
  } else if (v3AndBelowTransactionalId !== '') {
    throw new EncodeError(
      `AddPartitionsToTxnRequest.v3AndBelowTransactionalId is not part of version ${version}`,
    );
  }
  const v3AndBelowProducerId = message.v3AndBelowProducerId ?? 0;
  if (version <= 3) {
    writer.int64(v3AndBelowProducerId);
  } else if (v3AndBelowProducerId !== 0) {
    throw new EncodeError(
      `AddPartitionsToTxnRequest.v3AndBelowProducerId is not part of version ${version}`,
    );
  }
  const v3AndBelowProducerEpoch = message.v3AndBelowProducerEpoch ?? 0;
  if (version <= 3) {
    writer.int16(v3AndBelowProducerEpoch);
  } else if (v3AndBelowProducerEpoch !== 0) {
    throw new EncodeError(
      `AddPartitionsToTxnRequest.v3AndBelowProducerEpoch is not part of version ${version}`,
    );
  }
  const v3AndBelowTopics = message.v3AndBelowTopics ?? [];
  if (version <= 3) {
    if (flexible) writer.compactArrayLength(v3AndBelowTopics.length);
    else writer.arrayLength(v3AndBelowTopics.length);
    for (const element of v3AndBelowTopics)
      writeAddPartitionsToTxnRequestAddPartitionsToTxnTopic(writer, element, version);
  } else if (v3AndBelowTopics.length !== 0) {
    throw new EncodeError(
      `AddPartitionsToTxnRequest.v3AndBelowTopics is not part of version ${version}`,
    );
  }

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeAddPartitionsToTxnRequestAddPartitionsToTxnTransaction(
  writer: ByteWriter,
  message: AddPartitionsToTxnRequestAddPartitionsToTxnTransactionInput,
  version: number,
): void {
  const transactionalId = message.transactionalId;
  writer.compactString(transactionalId);
  const producerId = message.producerId;
  writer.int64(producerId);
  const producerEpoch = message.producerEpoch;
  writer.int16(producerEpoch);
  const verifyOnly = message.verifyOnly ?? false;
  writer.bool(verifyOnly);
  const topics = message.topics;
  writer.compactArrayLength(topics.length);
  for (const element of topics)
    writeAddPartitionsToTxnRequestAddPartitionsToTxnTopic(writer, element, version);

  writer.noTaggedFields();
}

function writeAddPartitionsToTxnRequestAddPartitionsToTxnTopic(
  writer: ByteWriter,
  message: AddPartitionsToTxnRequestAddPartitionsToTxnTopicInput,
  version: number,
): void {
  const flexible = version >= 3;
  const name = message.name;
  if (flexible) writer.compactString(name);
  else writer.string(name);
  const partitions = message.partitions;
  if (flexible) writer.compactArrayLength(partitions.length);
  else writer.arrayLength(partitions.length);
  for (const element of partitions) {
    writer.int32(element);
  }

  if (flexible) {
    writer.noTaggedFields();
  }
}

export interface AddPartitionsToTxnResponse {
  throttleTimeMs: number;
  /** versions 4+ */
  errorCode: number;
  /** versions 4+ */
  resultsByTransaction: AddPartitionsToTxnResponseAddPartitionsToTxnResult[];
  /** versions 0-3 */
  resultsByTopicV3AndBelow: AddPartitionsToTxnResponseAddPartitionsToTxnTopicResult[];
}

export interface AddPartitionsToTxnResponseInput {
  readonly throttleTimeMs: number;
  readonly errorCode?: number | undefined;
  readonly resultsByTransaction?:
    readonly AddPartitionsToTxnResponseAddPartitionsToTxnResultInput[] | undefined;
  readonly resultsByTopicV3AndBelow?:
    readonly AddPartitionsToTxnResponseAddPartitionsToTxnTopicResultInput[] | undefined;
}

export interface AddPartitionsToTxnResponseAddPartitionsToTxnResult {
  transactionalId: string;
  topicResults: AddPartitionsToTxnResponseAddPartitionsToTxnTopicResult[];
}

export interface AddPartitionsToTxnResponseAddPartitionsToTxnResultInput {
  readonly transactionalId: string;
  readonly topicResults: readonly AddPartitionsToTxnResponseAddPartitionsToTxnTopicResultInput[];
}

export interface AddPartitionsToTxnResponseAddPartitionsToTxnTopicResult {
  name: string;
  resultsByPartition: AddPartitionsToTxnResponseAddPartitionsToTxnPartitionResult[];
}

export interface AddPartitionsToTxnResponseAddPartitionsToTxnTopicResultInput {
  readonly name: string;
  readonly resultsByPartition: readonly AddPartitionsToTxnResponseAddPartitionsToTxnPartitionResultInput[];
}

export interface AddPartitionsToTxnResponseAddPartitionsToTxnPartitionResult {
  partitionIndex: number;
  partitionErrorCode: number;
}

export interface AddPartitionsToTxnResponseAddPartitionsToTxnPartitionResultInput {
  readonly partitionIndex: number;
  readonly partitionErrorCode: number;
}

function readAddPartitionsToTxnResponse(
  reader: ByteReader,
  version: number,
): AddPartitionsToTxnResponse {
  const flexible = version >= 3;
  const throttleTimeMs = reader.int32();
  const errorCode = version >= 4 ? reader.int16() : 0;
  const resultsByTransaction: AddPartitionsToTxnResponseAddPartitionsToTxnResult[] = [];
  const resultsByTransactionLength = version >= 4 ? reader.compactArrayLength(3) : 0;
  for (let index = 0; index < resultsByTransactionLength; index++)
    resultsByTransaction.push(
      readAddPartitionsToTxnResponseAddPartitionsToTxnResult(reader, version),
    );
  const resultsByTopicV3AndBelow: AddPartitionsToTxnResponseAddPartitionsToTxnTopicResult[] = [];
  const resultsByTopicV3AndBelowLength =
    version <= 3 ? (flexible ? reader.compactArrayLength(3) : reader.arrayLength(3)) : 0;
  for (let index = 0; index < resultsByTopicV3AndBelowLength; index++)
    resultsByTopicV3AndBelow.push(
      readAddPartitionsToTxnResponseAddPartitionsToTxnTopicResult(reader, version),
    );
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { throttleTimeMs, errorCode, resultsByTransaction, resultsByTopicV3AndBelow };
}

function readAddPartitionsToTxnResponseAddPartitionsToTxnResult(
  reader: ByteReader,
  version: number,
): AddPartitionsToTxnResponseAddPartitionsToTxnResult {
  const transactionalId = reader.compactString();
  const topicResults: AddPartitionsToTxnResponseAddPartitionsToTxnTopicResult[] = [];
  const topicResultsLength = reader.compactArrayLength(3);
  for (let index = 0; index < topicResultsLength; index++)
    topicResults.push(readAddPartitionsToTxnResponseAddPartitionsToTxnTopicResult(reader, version));
  reader.skipTaggedFields();
  return { transactionalId, topicResults };
}

function readAddPartitionsToTxnResponseAddPartitionsToTxnTopicResult(
  reader: ByteReader,
  version: number,
): AddPartitionsToTxnResponseAddPartitionsToTxnTopicResult {
  const flexible = version >= 3;
  const name = flexible ? reader.compactString() : reader.string();
  const resultsByPartition: AddPartitionsToTxnResponseAddPartitionsToTxnPartitionResult[] = [];
  const resultsByPartitionLength = flexible ? reader.compactArrayLength(6) : reader.arrayLength(6);
  for (let index = 0; index < resultsByPartitionLength; index++)
    resultsByPartition.push(
      readAddPartitionsToTxnResponseAddPartitionsToTxnPartitionResult(reader, version),
    );
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { name, resultsByPartition };
}

function readAddPartitionsToTxnResponseAddPartitionsToTxnPartitionResult(
  reader: ByteReader,
  version: number,
): AddPartitionsToTxnResponseAddPartitionsToTxnPartitionResult {
  const flexible = version >= 3;
  const partitionIndex = reader.int32();
  const partitionErrorCode = reader.int16();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { partitionIndex, partitionErrorCode };
}

function writeAddPartitionsToTxnResponse(
  writer: ByteWriter,
  message: AddPartitionsToTxnResponseInput,
  version: number,
): void {
  const flexible = version >= 3;
  const throttleTimeMs = message.throttleTimeMs;
  writer.int32(throttleTimeMs);
  if (version >= 4) {
    const errorCode = message.errorCode ?? 0;
    writer.int16(errorCode);
  }
  const resultsByTransaction = message.resultsByTransaction ?? [];
  if (version >= 4) {
    writer.compactArrayLength(resultsByTransaction.length);
    for (const element of resultsByTransaction)
      writeAddPartitionsToTxnResponseAddPartitionsToTxnResult(writer, element, version);
  } else if (resultsByTransaction.length !== 0) {
    throw new EncodeError(
      `AddPartitionsToTxnResponse.resultsByTransaction is not part of version ${version}`,
    );
  }
  const resultsByTopicV3AndBelow = message.resultsByTopicV3AndBelow ?? [];
  if (version <= 3) {
    if (flexible) writer.compactArrayLength(resultsByTopicV3AndBelow.length);
    else writer.arrayLength(resultsByTopicV3AndBelow.length);
    for (const element of resultsByTopicV3AndBelow)
      writeAddPartitionsToTxnResponseAddPartitionsToTxnTopicResult(writer, element, version);
  } else if (resultsByTopicV3AndBelow.length !== 0) {
    throw new EncodeError(
      `AddPartitionsToTxnResponse.resultsByTopicV3AndBelow is not part of version ${version}`,
    );
  }

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeAddPartitionsToTxnResponseAddPartitionsToTxnResult(
  writer: ByteWriter,
  message: AddPartitionsToTxnResponseAddPartitionsToTxnResultInput,
  version: number,
): void {
  const transactionalId = message.transactionalId;
  writer.compactString(transactionalId);
  const topicResults = message.topicResults;
  writer.compactArrayLength(topicResults.length);
  for (const element of topicResults)
    writeAddPartitionsToTxnResponseAddPartitionsToTxnTopicResult(writer, element, version);

  writer.noTaggedFields();
}

function writeAddPartitionsToTxnResponseAddPartitionsToTxnTopicResult(
  writer: ByteWriter,
  message: AddPartitionsToTxnResponseAddPartitionsToTxnTopicResultInput,
  version: number,
): void {
  const flexible = version >= 3;
  const name = message.name;
  if (flexible) writer.compactString(name);
  else writer.string(name);
  const resultsByPartition = message.resultsByPartition;
  if (flexible) writer.compactArrayLength(resultsByPartition.length);
  else writer.arrayLength(resultsByPartition.length);
  for (const element of resultsByPartition)
    writeAddPartitionsToTxnResponseAddPartitionsToTxnPartitionResult(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeAddPartitionsToTxnResponseAddPartitionsToTxnPartitionResult(
  writer: ByteWriter,
  message: AddPartitionsToTxnResponseAddPartitionsToTxnPartitionResultInput,
  version: number,
): void {
  const flexible = version >= 3;
  const partitionIndex = message.partitionIndex;
  writer.int32(partitionIndex);
  const partitionErrorCode = message.partitionErrorCode;
  writer.int16(partitionErrorCode);

  if (flexible) {
    writer.noTaggedFields();
  }
}

export const addPartitionsToTxnApi: Api<
  AddPartitionsToTxnRequest,
  AddPartitionsToTxnRequestInput,
  AddPartitionsToTxnResponse,
  AddPartitionsToTxnResponseInput
> = {
  key: 24,
  name: 'AddPartitionsToTxn',
  request: {
    name: 'AddPartitionsToTxnRequest',
    minVersion: 0,
    maxVersion: 5,
    flexibleFrom: 3,
    read: readAddPartitionsToTxnRequest,
    write: writeAddPartitionsToTxnRequest,
  },
  response: {
    name: 'AddPartitionsToTxnResponse',
    minVersion: 0,
    maxVersion: 5,
    flexibleFrom: 3,
    read: readAddPartitionsToTxnResponse,
    write: writeAddPartitionsToTxnResponse,
  },
};
