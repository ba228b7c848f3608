// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { EncodeError } from '../errors/decode-error.ts';
import type { Api } from '../message-codec.ts';

export interface DescribeConfigsRequest {
  resources: DescribeConfigsRequestDescribeConfigsResource[];
  /** versions 1+; default false */
  includeSynonyms: boolean;
  /** versions 3+; default false */
  includeDocumentation: boolean;
}

export interface DescribeConfigsRequestInput {
  readonly resources: readonly DescribeConfigsRequestDescribeConfigsResourceInput[];
  readonly includeSynonyms?: boolean | undefined;
  readonly includeDocumentation?: boolean | undefined;
}

export interface DescribeConfigsRequestDescribeConfigsResource {
  resourceType: number;
  resourceName: string;
  configurationKeys: string[] | null;
}

export interface DescribeConfigsRequestDescribeConfigsResourceInput {
  readonly resourceType: number;
  readonly resourceName: string;
  readonly configurationKeys: readonly string[] | null;
}

function readDescribeConfigsRequest(reader: ByteReader, version: number): DescribeConfigsRequest {
  const flexible = version === 4;
  const resources: DescribeConfigsRequestDescribeConfigsResource[] = [];
  const resourcesLength = flexible ? reader.compactArrayLength(4) : reader.arrayLength(4);
  for (let index = 0; index < resourcesLength; index++)
    resources.push(readDescribeConfigsRequestDescribeConfigsResource(reader, version));
  const includeSynonyms = version >= 1 ? reader.bool() : false;
  const includeDocumentation = version >= 3 ? reader.bool() : false;
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { resources, includeSynonyms, includeDocumentation };
}

function readDescribeConfigsRequestDescribeConfigsResource(
  reader: ByteReader,
  version: number,
): DescribeConfigsRequestDescribeConfigsResource {
  const flexible = version === 4;
  const resourceType = reader.int8();
  const resourceName = flexible ? reader.compactString() : reader.string();
  let configurationKeys: string[] | null = null;
  const configurationKeysLength = flexible
    ? reader.compactNullableArrayLength(1)
    : reader.nullableArrayLength(2);
  if (configurationKeysLength >= 0) {
    configurationKeys = [];
    for (let index = 0; index < configurationKeysLength; index++)
      configurationKeys.push(flexible ? reader.compactString() : reader.string());
  }
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { resourceType, resourceName, configurationKeys };
}

function writeDescribeConfigsRequest(
  writer: ByteWriter,
  message: DescribeConfigsRequestInput,
  version: number,
): void {
  const flexible = version === 4;
  const resources = message.resources;
  if (flexible) writer.compactArrayLength(resources.length);
  else writer.arrayLength(resources.length);
  for (const element of resources)
    writeDescribeConfigsRequestDescribeConfigsResource(writer, element, version);
  const includeSynonyms = message.includeSynonyms ?? false;
  if (version >= 1) {
    writer.bool(includeSynonyms);
  } else if (includeSynonyms) {
    throw new EncodeError(
      `DescribeConfigsRequest.includeSynonyms is not part of version ${version}`,
    );
  }
  const includeDocumentation = message.includeDocumentation ?? false;
  if (version >= 3) {
    writer.bool(includeDocumentation);
  } else if (includeDocumentation) {
    throw new EncodeError(
      `DescribeConfigsRequest.includeDocumentation is not part of version ${version}`,
    );
  }

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeDescribeConfigsRequestDescribeConfigsResource(
  writer: ByteWriter,
  message: DescribeConfigsRequestDescribeConfigsResourceInput,
  version: number,
): void {
  const flexible = version === 4;
  const resourceType = message.resourceType;
  writer.int8(resourceType);
  const resourceName = message.resourceName;
  if (flexible) writer.compactString(resourceName);
  else writer.string(resourceName);
  const configurationKeys = message.configurationKeys;
  if (flexible)
    writer.compactArrayLength(configurationKeys === null ? -1 : configurationKeys.length);
  else writer.arrayLength(configurationKeys === null ? -1 : configurationKeys.length);
  if (configurationKeys !== null) {
    for (const element of configurationKeys) {
      if (flexible) writer.compactString(element);
      else writer.string(element);
    }
  }

  if (flexible) {
    writer.noTaggedFields();
  }
}

export interface DescribeConfigsResponse {
  throttleTimeMs: number;
  results: DescribeConfigsResponseDescribeConfigsResult[];
}

export interface DescribeConfigsResponseInput {
  readonly throttleTimeMs: number;
  readonly results: readonly DescribeConfigsResponseDescribeConfigsResultInput[];
}

export interface DescribeConfigsResponseDescribeConfigsResult {
  errorCode: number;
  errorMessage: string | null;
  resourceType: number;
  resourceName: string;
  configs: DescribeConfigsResponseDescribeConfigsResourceResult[];
}

export interface DescribeConfigsResponseDescribeConfigsResultInput {
  readonly errorCode: number;
  readonly errorMessage: string | null;
  readonly resourceType: number;
  readonly resourceName: string;
  readonly configs: readonly DescribeConfigsResponseDescribeConfigsResourceResultInput[];
}

export interface DescribeConfigsResponseDescribeConfigsResourceResult {
  name: string;
  value: string | null;
  readOnly: boolean;
  /** version 0 */
  isDefault: boolean;
  /** versions 1+; default -1 */
  configSource: number;
  isSensitive: boolean;
  /** versions 1+ */
  synonyms: DescribeConfigsResponseDescribeConfigsSynonym[];
  /** versions 3+; default 0 */
  configType: number;
  /** versions 3+ */
  documentation: string | null;
}

export interface DescribeConfigsResponseDescribeConfigsResourceResultInput {
  readonly name: string;
  readonly value: string | null;
  readonly readOnly: boolean;
  readonly isDefault?: boolean | undefined;
  readonly configSource?: number | undefined;
  readonly isSensitive: boolean;
  readonly synonyms?: readonly DescribeConfigsResponseDescribeConfigsSynonymInput[] | undefined;
  readonly configType?: number | undefined;
  readonly documentation?: string | null | undefined;
}

export interface DescribeConfigsResponseDescribeConfigsSynonym {
  name: string;
  value: string | null;
  source: number;
}

export interface DescribeConfigsResponseDescribeConfigsSynonymInput {
  readonly name: string;
  readonly value: string | null;
  readonly source: number;
}

function readDescribeConfigsResponse(reader: ByteReader, version: number): DescribeConfigsResponse {
  const flexible = version === 4;
  const throttleTimeMs = reader.int32();
  const results: DescribeConfigsResponseDescribeConfigsResult[] = [];
  const resultsLength = flexible ? reader.compactArrayLength(7) : reader.arrayLength(7);
  for (let index = 0; index < resultsLength; index++)
    results.push(readDescribeConfigsResponseDescribeConfigsResult(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { throttleTimeMs, results };
}

function readDescribeConfigsResponseDescribeConfigsResult(
  reader: ByteReader,
  version: number,
): DescribeConfigsResponseDescribeConfigsResult {
  const flexible = version === 4;
  const errorCode = reader.int16();
  const errorMessage = flexible ? reader.compactNullableString() : reader.nullableString();
  const resourceType = reader.int8();
  const resourceName = flexible ? reader.compactString() : reader.string();
  const configs: DescribeConfigsResponseDescribeConfigsResourceResult[] = [];
  const configsLength = flexible ? reader.compactArrayLength(7) : reader.arrayLength(7);
  for (let index = 0; index < configsLength; index++)
    configs.push(readDescribeConfigsResponseDescribeConfigsResourceResult(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { errorCode, errorMessage, resourceType, resourceName, configs };
}

function readDescribeConfigsResponseDescribeConfigsResourceResult(
  reader: ByteReader,
  version: number,
): DescribeConfigsResponseDescribeConfigsResourceResult {
  const flexible = version === 4;
  const name = flexible ? reader.compactString() : reader.string();
  const value = flexible ? reader.compactNullableString() : reader.nullableString();
  const readOnly = reader.bool();
  const isDefault = version === 0 ? reader.bool() : false;
  const configSource = version >= 1 ? reader.int8() : -1;
  const isSensitive = reader.bool();
  const synonyms: DescribeConfigsResponseDescribeConfigsSynonym[] = [];
  const synonymsLength =
    version >= 1 ? (flexible ? reader.compactArrayLength(4) : reader.arrayLength(4)) : 0;
  for (let index = 0; index < synonymsLength; index++)
    synonyms.push(readDescribeConfigsResponseDescribeConfigsSynonym(reader, version));
  const configType = version >= 3 ? reader.int8() : 0;
  const documentation =
    version >= 3 ? (flexible ? reader.compactNullableString() : reader.nullableString()) : '';
  if (flexible) {
    reader.skipTaggedFields();
  }
  return {
    name,
    value,
    readOnly,
    isDefault,
    configSource,
    isSensitive,
    synonyms,
    configType,
    documentation,
  };
}

function readDescribeConfigsResponseDescribeConfigsSynonym(
  reader: ByteReader,
  version: number,
): DescribeConfigsResponseDescribeConfigsSynonym {
  const flexible = version === 4;
  const name = flexible ? reader.compactString() : reader.string();
  const value = flexible ? reader.compactNullableString() : reader.nullableString();
  const source = reader.int8();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { name, value, source };
}

function writeDescribeConfigsResponse(
  writer: ByteWriter,
  message: DescribeConfigsResponseInput,
  version: number,
): void {
  const flexible = version === 4;
  const throttleTimeMs = message.throttleTimeMs;
  writer.int32(throttleTimeMs);
  const results = message.results;
  if (flexible) writer.compactArrayLength(results.length);
  else writer.arrayLength(results.length);
  for (const element of results)
    writeDescribeConfigsResponseDescribeConfigsResult(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeDescribeConfigsResponseDescribeConfigsResult(
  writer: ByteWriter,
  message: DescribeConfigsResponseDescribeConfigsResultInput,
  version: number,
): void {
  const flexible = version === 4;
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
  const configs = message.configs;
  if (flexible) writer.compactArrayLength(configs.length);
  else writer.arrayLength(configs.length);
  for (const element of configs)
    writeDescribeConfigsResponseDescribeConfigsResourceResult(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeDescribeConfigsResponseDescribeConfigsResourceResult(
  writer: ByteWriter,
  message: DescribeConfigsResponseDescribeConfigsResourceResultInput,
  version: number,
): void {
  const flexible = version === 4;
  const name = message.name;
  if (flexible) writer.compactString(name);
  else writer.string(name);
  const value = message.value;
  if (flexible) writer.compactNullableString(value);
  else writer.nullableString(value);
  const readOnly = message.readOnly;
  writer.bool(readOnly);
  const isDefault = message.isDefault ?? false;
  if (version === 0) {
    writer.bool(isDefault);
  } else if (isDefault) {
    throw new EncodeError(
      `DescribeConfigsResponseDescribeConfigsResourceResult.isDefault is not part of version ${version}`,
    );
  }
  if (version >= 1) {
    const configSource = message.configSource ?? -1;
    writer.int8(configSource);
  }
  const isSensitive = message.isSensitive;
  writer.bool(isSensitive);
  if (version >= 1) {
    const synonyms = message.synonyms ?? [];
    if (flexible) writer.compactArrayLength(synonyms.length);
    else writer.arrayLength(synonyms.length);
    for (const element of synonyms)
      writeDescribeConfigsResponseDescribeConfigsSynonym(writer, element, version);
  }
  if (version >= 3) {
    const configType = message.configType ?? 0;
    writer.int8(configType);
  }
  if (version >= 3) {
    const documentation = message.documentation === undefined ? '' : message.documentation;
    if (flexible) writer.compactNullableString(documentation);
    else writer.nullableString(documentation);
  }

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeDescribeConfigsResponseDescribeConfigsSynonym(
  writer: ByteWriter,
  message: DescribeConfigsResponseDescribeConfigsSynonymInput,
  version: number,
): void {
  const flexible = version === 4;
  const name = message.name;
  if (flexible) writer.compactString(name);
  else writer.string(name);
  const value = message.value;
  if (flexible) writer.compactNullableString(value);
  else writer.nullableString(value);
  const source = message.source;
  writer.int8(source);

  if (flexible) {
    writer.noTaggedFields();
  }
}

export const describeConfigsApi: Api<
  DescribeConfigsRequest,
  DescribeConfigsRequestInput,
  DescribeConfigsResponse,
  DescribeConfigsResponseInput
> = {
  key: 32,
  name: 'DescribeConfigs',
  request: {
    name: 'DescribeConfigsRequest',
    minVersion: 0,
    maxVersion: 4,
    flexibleFrom: 4,
    read: readDescribeConfigsRequest,
    write: writeDescribeConfigsRequest,
  },
  response: {
    name: 'DescribeConfigsResponse',
    minVersion: 0,
    maxVersion: 4,
    flexibleFrom: 4,
    read: readDescribeConfigsResponse,
    write: writeDescribeConfigsResponse,
  },
};
