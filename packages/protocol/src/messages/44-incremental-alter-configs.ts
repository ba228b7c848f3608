// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import type { Api } from '../message-codec.ts';

export interface IncrementalAlterConfigsRequest {
  resources: IncrementalAlterConfigsRequestAlterConfigsResource[];
  validateOnly: boolean;
}

export interface IncrementalAlterConfigsRequestInput {
  readonly resources: readonly IncrementalAlterConfigsRequestAlterConfigsResourceInput[];
  readonly validateOnly: boolean;
}

export interface IncrementalAlterConfigsRequestAlterConfigsResource {
  resourceType: number;
  resourceName: string;
  configs: IncrementalAlterConfigsRequestAlterableConfig[];
}

export interface IncrementalAlterConfigsRequestAlterConfigsResourceInput {
  readonly resourceType: number;
  readonly resourceName: string;
  readonly configs: readonly IncrementalAlterConfigsRequestAlterableConfigInput[];
}

export interface IncrementalAlterConfigsRequestAlterableConfig {
  name: string;
  configOperation: number;
  value: string | null;
}

export interface IncrementalAlterConfigsRequestAlterableConfigInput {
  readonly name: string;
  readonly configOperation: number;
  readonly value: string | null;
}

function readIncrementalAlterConfigsRequest(
  reader: ByteReader,
  version: number,
): IncrementalAlterConfigsRequest {
  const flexible = version === 1;
  const resources: IncrementalAlterConfigsRequestAlterConfigsResource[] = [];
  const resourcesLength = flexible ? reader.compactArrayLength(4) : reader.arrayLength(4);
  for (let index = 0; index < resourcesLength; index++)
    resources.push(readIncrementalAlterConfigsRequestAlterConfigsResource(reader, version));
  const validateOnly = reader.bool();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { resources, validateOnly };
}

function readIncrementalAlterConfigsRequestAlterConfigsResource(
  reader: ByteReader,
  version: number,
): IncrementalAlterConfigsRequestAlterConfigsResource {
  const flexible = version === 1;
  const resourceType = reader.int8();
  const resourceName = flexible ? reader.compactString() : reader.string();
  const configs: IncrementalAlterConfigsRequestAlterableConfig[] = [];
  const configsLength = flexible ? reader.compactArrayLength(4) : reader.arrayLength(4);
  for (let index = 0; index < configsLength; index++)
    configs.push(readIncrementalAlterConfigsRequestAlterableConfig(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { resourceType, resourceName, configs };
}

function readIncrementalAlterConfigsRequestAlterableConfig(
  reader: ByteReader,
  version: number,
): IncrementalAlterConfigsRequestAlterableConfig {
  const flexible = version === 1;
  const name = flexible ? reader.compactString() : reader.string();
  const configOperation = reader.int8();
  const value = flexible ? reader.compactNullableString() : reader.nullableString();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { name, configOperation, value };
}

function writeIncrementalAlterConfigsRequest(
  writer: ByteWriter,
  message: IncrementalAlterConfigsRequestInput,
  version: number,
): void {
  const flexible = version === 1;
  const resources = message.resources;
  if (flexible) writer.compactArrayLength(resources.length);
  else writer.arrayLength(resources.length);
  for (const element of resources)
    writeIncrementalAlterConfigsRequestAlterConfigsResource(writer, element, version);
  const validateOnly = message.validateOnly;
  writer.bool(validateOnly);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeIncrementalAlterConfigsRequestAlterConfigsResource(
  writer: ByteWriter,
  message: IncrementalAlterConfigsRequestAlterConfigsResourceInput,
  version: number,
): void {
  const flexible = version === 1;
  const resourceType = message.resourceType;
  writer.int8(resourceType);
  const resourceName = message.resourceName;
  if (flexible) writer.compactString(resourceName);
  else writer.string(resourceName);
  const configs = message.configs;
  if (flexible) writer.compactArrayLength(configs.length);
  else writer.arrayLength(configs.length);
  for (const element of configs)
    writeIncrementalAlterConfigsRequestAlterableConfig(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeIncrementalAlterConfigsRequestAlterableConfig(
  writer: ByteWriter,
  message: IncrementalAlterConfigsRequestAlterableConfigInput,
  version: number,
): void {
  const flexible = version === 1;
  const name = message.name;
  if (flexible) writer.compactString(name);
  else writer.string(name);
  const configOperation = message.configOperation;
  writer.int8(configOperation);
  const value = message.value;
  if (flexible) writer.compactNullableString(value);
  else writer.nullableString(value);

  if (flexible) {
    writer.noTaggedFields();
  }
}

export interface IncrementalAlterConfigsResponse {
  throttleTimeMs: number;
  responses: IncrementalAlterConfigsResponseAlterConfigsResourceResponse[];
}

export interface IncrementalAlterConfigsResponseInput {
  readonly throttleTimeMs: number;
  readonly responses: readonly IncrementalAlterConfigsResponseAlterConfigsResourceResponseInput[];
}

export interface IncrementalAlterConfigsResponseAlterConfigsResourceResponse {
  errorCode: number;
  errorMessage: string | null;
  resourceType: number;
  resourceName: string;
}

export interface IncrementalAlterConfigsResponseAlterConfigsResourceResponseInput {
  readonly errorCode: number;
  readonly errorMessage: string | null;
  readonly resourceType: number;
  readonly resourceName: string;
}

function readIncrementalAlterConfigsResponse(
  reader: ByteReader,
  version: number,
): IncrementalAlterConfigsResponse {
  const flexible = version === 1;
  const throttleTimeMs = reader.int32();
  const responses: IncrementalAlterConfigsResponseAlterConfigsResourceResponse[] = [];
  const responsesLength = flexible ? reader.compactArrayLength(6) : reader.arrayLength(6);
  for (let index = 0; index < responsesLength; index++)
    responses.push(
      readIncrementalAlterConfigsResponseAlterConfigsResourceResponse(reader, version),
    );
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { throttleTimeMs, responses };
}

function readIncrementalAlterConfigsResponseAlterConfigsResourceResponse(
  reader: ByteReader,
  version: number,
): IncrementalAlterConfigsResponseAlterConfigsResourceResponse {
  const flexible = version === 1;
  const errorCode = reader.int16();
  const errorMessage = flexible ? reader.compactNullableString() : reader.nullableString();
  const resourceType = reader.int8();
  const resourceName = flexible ? reader.compactString() : reader.string();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { errorCode, errorMessage, resourceType, resourceName };
}

function writeIncrementalAlterConfigsResponse(
  writer: ByteWriter,
  message: IncrementalAlterConfigsResponseInput,
  version: number,
): void {
  const flexible = version === 1;
  const throttleTimeMs = message.throttleTimeMs;
  writer.int32(throttleTimeMs);
  const responses = message.responses;
  if (flexible) writer.compactArrayLength(responses.length);
  else writer.arrayLength(responses.length);
  for (const element of responses)
    writeIncrementalAlterConfigsResponseAlterConfigsResourceResponse(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeIncrementalAlterConfigsResponseAlterConfigsResourceResponse(
  writer: ByteWriter,
  message: IncrementalAlterConfigsResponseAlterConfigsResourceResponseInput,
  version: number,
): void {
  const flexible = version === 1;
  const errorCode = message.errorCode;
  writer.int16(errorCode);
  const errorMessage = message.errorMessage;
  if (flexible) writer.compactNullableString(errorMessage);
  else writer.nullableString(errorMessage);
  const resourceType = message.resourceType;
  writer.int8(resourceType);
  const resourceName = message.resourceName;
  if (flexible) writer.compactString(resourceName);
  else writer.string(resourceName);

  if (flexible) {
    writer.noTaggedFields();
  }
}

export const incrementalAlterConfigsApi: Api<
  IncrementalAlterConfigsRequest,
  IncrementalAlterConfigsRequestInput,
  IncrementalAlterConfigsResponse,
  IncrementalAlterConfigsResponseInput
> = {
  key: 44,
  name: 'IncrementalAlterConfigs',
  request: {
    name: 'IncrementalAlterConfigsRequest',
    minVersion: 0,
    maxVersion: 1,
    flexibleFrom: 1,
    read: readIncrementalAlterConfigsRequest,
    write: writeIncrementalAlterConfigsRequest,
  },
  response: {
    name: 'IncrementalAlterConfigsResponse',
    minVersion: 0,
    maxVersion: 1,
    flexibleFrom: 1,
    read: readIncrementalAlterConfigsResponse,
    write: writeIncrementalAlterConfigsResponse,
  },
};
