// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import type { Api } from '../message-codec.ts';

export interface AlterConfigsRequest {
  resources: AlterConfigsRequestAlterConfigsResource[];
  validateOnly: boolean;
}

export interface AlterConfigsRequestInput {
  readonly resources: readonly AlterConfigsRequestAlterConfigsResourceInput[];
  readonly validateOnly: boolean;
}

export interface AlterConfigsRequestAlterConfigsResource {
  resourceType: number;
  resourceName: string;
  configs: AlterConfigsRequestAlterableConfig[];
}

export interface AlterConfigsRequestAlterConfigsResourceInput {
  readonly resourceType: number;
  readonly resourceName: string;
  readonly configs: readonly AlterConfigsRequestAlterableConfigInput[];
}

export interface AlterConfigsRequestAlterableConfig {
  name: string;
  value: string | null;
}

export interface AlterConfigsRequestAlterableConfigInput {
  readonly name: string;
  readonly value: string | null;
}

function readAlterConfigsRequest(reader: ByteReader, version: number): AlterConfigsRequest {
  const flexible = version === 2;
  const resources: AlterConfigsRequestAlterConfigsResource[] = [];
  const resourcesLength = flexible ? reader.compactArrayLength(4) : reader.arrayLength(4);
  for (let index = 0; index < resourcesLength; index++)
    resources.push(readAlterConfigsRequestAlterConfigsResource(reader, version));
  const validateOnly = reader.bool();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { resources, validateOnly };
}

function readAlterConfigsRequestAlterConfigsResource(
  reader: ByteReader,
  version: number,
): AlterConfigsRequestAlterConfigsResource {
  const flexible = version === 2;
  const resourceType = reader.int8();
  const resourceName = flexible ? reader.compactString() : reader.string();
  const configs: AlterConfigsRequestAlterableConfig[] = [];
  const configsLength = flexible ? reader.compactArrayLength(3) : reader.arrayLength(3);
  for (let index = 0; index < configsLength; index++)
    configs.push(readAlterConfigsRequestAlterableConfig(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { resourceType, resourceName, configs };
}

function readAlterConfigsRequestAlterableConfig(
  reader: ByteReader,
  version: number,
): AlterConfigsRequestAlterableConfig {
  const flexible = version === 2;
  const name = flexible ? reader.compactString() : reader.string();
  const value = flexible ? reader.compactNullableString() : reader.nullableString();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { name, value };
}

function writeAlterConfigsRequest(
  writer: ByteWriter,
  message: AlterConfigsRequestInput,
  version: number,
): void {
  const flexible = version === 2;
  const resources = message.resources;
  if (flexible) writer.compactArrayLength(resources.length);
  else writer.arrayLength(resources.length);
  for (const element of resources)
    writeAlterConfigsRequestAlterConfigsResource(writer, element, version);
  const validateOnly = message.validateOnly;
  writer.bool(validateOnly);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeAlterConfigsRequestAlterConfigsResource(
  writer: ByteWriter,
  message: AlterConfigsRequestAlterConfigsResourceInput,
  version: number,
): void {
  const flexible = version === 2;
  const resourceType = message.resourceType;
  writer.int8(resourceType);
  const resourceName = message.resourceName;
  if (flexible) writer.compactString(resourceName);
  else writer.string(resourceName);
  const configs = message.configs;
  if (flexible) writer.compactArrayLength(configs.length);
  else writer.arrayLength(configs.length);
  for (const element of configs) writeAlterConfigsRequestAlterableConfig(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeAlterConfigsRequestAlterableConfig(
  writer: ByteWriter,
  message: AlterConfigsRequestAlterableConfigInput,
  version: number,
): void {
  const flexible = version === 2;
  const name = message.name;
  if (flexible) writer.compactString(name);
  else writer.string(name);
  const value = message.value;
  if (flexible) writer.compactNullableString(value);
  else writer.nullableString(value);

  if (flexible) {
    writer.noTaggedFields();
  }
}

export interface AlterConfigsResponse {
  throttleTimeMs: number;
  responses: AlterConfigsResponseAlterConfigsResourceResponse[];
}

export interface AlterConfigsResponseInput {
  readonly throttleTimeMs: number;
  readonly responses: readonly AlterConfigsResponseAlterConfigsResourceResponseInput[];
}

export interface AlterConfigsResponseAlterConfigsResourceResponse {
  errorCode: number;
  errorMessage: string | null;
  resourceType: number;
  resourceName: string;
}

export interface AlterConfigsResponseAlterConfigsResourceResponseInput {
  readonly errorCode: number;
  readonly errorMessage: string | null;
  readonly resourceType: number;
  readonly resourceName: string;
}

function readAlterConfigsResponse(reader: ByteReader, version: number): AlterConfigsResponse {
  const flexible = version === 2;
  const throttleTimeMs = reader.int32();
  const responses: AlterConfigsResponseAlterConfigsResourceResponse[] = [];
  const responsesLength = flexible ? reader.compactArrayLength(6) : reader.arrayLength(6);
  for (let index = 0; index < responsesLength; index++)
    responses.push(readAlterConfigsResponseAlterConfigsResourceResponse(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { throttleTimeMs, responses };
}

function readAlterConfigsResponseAlterConfigsResourceResponse(
  reader: ByteReader,
  version: number,
): AlterConfigsResponseAlterConfigsResourceResponse {
  const flexible = version === 2;
  const errorCode = reader.int16();
  const errorMessage = flexible ? reader.compactNullableString() : reader.nullableString();
  const resourceType = reader.int8();
  const resourceName = flexible ? reader.compactString() : reader.string();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { errorCode, errorMessage, resourceType, resourceName };
}

function writeAlterConfigsResponse(
  writer: ByteWriter,
  message: AlterConfigsResponseInput,
  version: number,
): void {
  const flexible = version === 2;
  const throttleTimeMs = message.throttleTimeMs;
  writer.int32(throttleTimeMs);
  const responses = message.responses;
  if (flexible) writer.compactArrayLength(responses.length);
  else writer.arrayLength(responses.length);
  for (const element of responses)
    writeAlterConfigsResponseAlterConfigsResourceResponse(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeAlterConfigsResponseAlterConfigsResourceResponse(
  writer: ByteWriter,
  message: AlterConfigsResponseAlterConfigsResourceResponseInput,
  version: number,
): void {
  const flexible = version === 2;
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

export const alterConfigsApi: Api<
  AlterConfigsRequest,
  AlterConfigsRequestInput,
  AlterConfigsResponse,
  AlterConfigsResponseInput
> = {
  key: 33,
  name: 'AlterConfigs',
  request: {
    name: 'AlterConfigsRequest',
    minVersion: 0,
    maxVersion: 2,
    flexibleFrom: 2,
    read: readAlterConfigsRequest,
    write: writeAlterConfigsRequest,
  },
  response: {
    name: 'AlterConfigsResponse',
    minVersion: 0,
    maxVersion: 2,
    flexibleFrom: 2,
    read: readAlterConfigsResponse,
    write: writeAlterConfigsResponse,
  },
};
