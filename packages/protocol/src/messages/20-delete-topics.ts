// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { ZERO_UUID } from '../bytes/zero-values.ts';
import { EncodeError } from '../errors/decode-error.ts';
import type { Api } from '../message-codec.ts';

export interface DeleteTopicsRequest {
  /** version 6 */
  topics: DeleteTopicsRequestDeleteTopicState[];
  /** versions 0-5 */
  topicNames: string[];
  timeoutMs: number;
}

export interface DeleteTopicsRequestInput {
  readonly topics?: readonly DeleteTopicsRequestDeleteTopicStateInput[] | undefined;
  readonly topicNames?: readonly string[] | undefined;
  readonly timeoutMs: number;
}

export interface DeleteTopicsRequestDeleteTopicState {
  /** default null */
  name: string | null;
  topicId: string;
}

export interface DeleteTopicsRequestDeleteTopicStateInput {
  readonly name?: string | null | undefined;
  readonly topicId: string;
}

function readDeleteTopicsRequest(reader: ByteReader, version: number): DeleteTopicsRequest {
  const flexible = version >= 4;
  const topics: DeleteTopicsRequestDeleteTopicState[] = [];
  const topicsLength = version === 6 ? reader.compactArrayLength(18) : 0;
  for (let index = 0; index < topicsLength; index++)
    topics.push(readDeleteTopicsRequestDeleteTopicState(reader, version));
  const topicNames: string[] = [];
  const topicNamesLength =
    version <= 5 ? (flexible ? reader.compactArrayLength(1) : reader.arrayLength(2)) : 0;
  for (let index = 0; index < topicNamesLength; index++)
    topicNames.push(flexible ? reader.compactString() : reader.string());
  const timeoutMs = reader.int32();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { topics, topicNames, timeoutMs };
}

function readDeleteTopicsRequestDeleteTopicState(
  reader: ByteReader,
  _version: number,
): DeleteTopicsRequestDeleteTopicState {
  const name = reader.compactNullableString();
  const topicId = reader.uuid();
  reader.skipTaggedFields();
  return { name, topicId };
}

function writeDeleteTopicsRequest(
  writer: ByteWriter,
  message: DeleteTopicsRequestInput,
  version: number,
): void {
  const flexible = version >= 4;
  const topics = message.topics ?? [];
  if (version === 6) {
    writer.compactArrayLength(topics.length);
    for (const element of topics)
      writeDeleteTopicsRequestDeleteTopicState(writer, element, version);
  } else if (topics.length !== 0) {
    throw new EncodeError(`DeleteTopicsRequest.topics is not part of version ${version}`);
  }
  if (version <= 5) {
    const topicNames = message.topicNames ?? [];
    if (flexible) writer.compactArrayLength(topicNames.length);
    else writer.arrayLength(topicNames.length);
    for (const element of topicNames) {
      if (flexible) writer.compactString(element);
      else writer.string(element);
    }
  }
  const timeoutMs = message.timeoutMs;
  writer.int32(timeoutMs);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeDeleteTopicsRequestDeleteTopicState(
  writer: ByteWriter,
  message: DeleteTopicsRequestDeleteTopicStateInput,
  _version: number,
): void {
  const name = message.name ?? null;
  writer.compactNullableString(name);
  const topicId = message.topicId;
  writer.uuid(topicId);

  writer.noTaggedFields();
}

export interface DeleteTopicsResponse {
  /** versions 1+ */
  throttleTimeMs: number;
  responses: DeleteTopicsResponseDeletableTopicResult[];
}

export interface DeleteTopicsResponseInput {
  readonly throttleTimeMs?: number | undefined;
  readonly responses: readonly DeleteTopicsResponseDeletableTopicResultInput[];
}

export interface DeleteTopicsResponseDeletableTopicResult {
  /** null in version 6 */
  name: string | null;
  /** version 6 */
  topicId: string;
  errorCode: number;
  /** versions 5+; default null */
  errorMessage: string | null;
}

export interface DeleteTopicsResponseDeletableTopicResultInput {
  readonly name: string | null;
  readonly topicId?: string | undefined;
  readonly errorCode: number;
  readonly errorMessage?: string | null | undefined;
}

function readDeleteTopicsResponse(reader: ByteReader, version: number): DeleteTopicsResponse {
  const flexible = version >= 4;
  const throttleTimeMs = version >= 1 ? reader.int32() : 0;
  const responses: DeleteTopicsResponseDeletableTopicResult[] = [];
  const responsesLength = flexible ? reader.compactArrayLength(4) : reader.arrayLength(4);
  for (let index = 0; index < responsesLength; index++)
    responses.push(readDeleteTopicsResponseDeletableTopicResult(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { throttleTimeMs, responses };
}

function readDeleteTopicsResponseDeletableTopicResult(
  reader: ByteReader,
  version: number,
): DeleteTopicsResponseDeletableTopicResult {
  const flexible = version >= 4;
  const name =
    version === 6
      ? reader.compactNullableString()
      : flexible
        ? reader.compactString()
        : reader.string();
  const topicId = version === 6 ? reader.uuid() : ZERO_UUID;
  const errorCode = reader.int16();
  const errorMessage = version >= 5 ? reader.compactNullableString() : null;
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { name, topicId, errorCode, errorMessage };
}

function writeDeleteTopicsResponse(
  writer: ByteWriter,
  message: DeleteTopicsResponseInput,
  version: number,
): void {
  const flexible = version >= 4;
  if (version >= 1) {
    const throttleTimeMs = message.throttleTimeMs ?? 0;
    writer.int32(throttleTimeMs);
  }
  const responses = message.responses;
  if (flexible) writer.compactArrayLength(responses.length);
  else writer.arrayLength(responses.length);
  for (const element of responses)
    writeDeleteTopicsResponseDeletableTopicResult(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeDeleteTopicsResponseDeletableTopicResult(
  writer: ByteWriter,
  message: DeleteTopicsResponseDeletableTopicResultInput,
  version: number,
): void {
  const flexible = version >= 4;
  const name = message.name;
  if (version === 6) {
    writer.compactNullableString(name);
  } else if (name === null) {
    throw new EncodeError(
      `DeleteTopicsResponseDeletableTopicResult.name is null, which version ${version} does not allow`,
    );
  } else {
    if (flexible) writer.compactString(name);
    else writer.string(name);
  }
  if (version === 6) {
    const topicId = message.topicId ?? ZERO_UUID;
    writer.uuid(topicId);
  }
  const errorCode = message.errorCode;
  writer.int16(errorCode);
  if (version >= 5) {
    const errorMessage = message.errorMessage ?? null;
    writer.compactNullableString(errorMessage);
  }

  if (flexible) {
    writer.noTaggedFields();
  }
}

export const deleteTopicsApi: Api<
  DeleteTopicsRequest,
  DeleteTopicsRequestInput,
  DeleteTopicsResponse,
  DeleteTopicsResponseInput
> = {
  key: 20,
  name: 'DeleteTopics',
  request: {
    name: 'DeleteTopicsRequest',
    minVersion: 0,
    maxVersion: 6,
    flexibleFrom: 4,
    read: readDeleteTopicsRequest,
    write: writeDeleteTopicsRequest,
  },
  response: {
    name: 'DeleteTopicsResponse',
    minVersion: 0,
    maxVersion: 6,
    flexibleFrom: 4,
    read: readDeleteTopicsResponse,
    write: writeDeleteTopicsResponse,
  },
};
