// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { EncodeError } from '../errors/decode-error.ts';
import type { Api } from '../message-codec.ts';

export interface ListConfigResourcesRequest {
  /** version 1 */
  resourceTypes: number[];
}

export interface ListConfigResourcesRequestInput {
  readonly resourceTypes?: readonly number[] | undefined;
}

function readListConfigResourcesRequest(
  reader: ByteReader,
  version: number,
): ListConfigResourcesRequest {
  const resourceTypes: number[] = [];
  const resourceTypesLength = version === 1 ? reader.compactArrayLength(1) : 0;
  for (let index = 0; index < resourceTypesLength; index++) resourceTypes.push(reader.int8());
  reader.skipTaggedFields();
  return { resourceTypes };
}

function writeListConfigResourcesRequest(
  writer: ByteWriter,
  message: ListConfigResourcesRequestInput,
  version: number,
): void {
  const resourceTypes = message.resourceTypes ?? [];
  if (version === 1) {
    writer.compactArrayLength(resourceTypes.length);
    for (const element of resourceTypes) {
      writer.int8(element);
    }
  } else if (resourceTypes.length !== 0) {
    throw new EncodeError(
      `ListConfigResourcesRequest.resourceTypes is not part of version ${version}`,
    );
  }

  writer.noTaggedFields();
}

export interface ListConfigResourcesResponse {
  throttleTimeMs: number;
  errorCode: number;
  configResources: ListConfigResourcesResponseConfigResource[];
}

export interface ListConfigResourcesResponseInput {
  readonly throttleTimeMs: number;
  readonly errorCode: number;
  readonly configResources: readonly ListConfigResourcesResponseConfigResourceInput[];
}

export interface ListConfigResourcesResponseConfigResource {
  resourceName: string;
  /** version 1; default 16 */
  resourceType: number;
}

export interface ListConfigResourcesResponseConfigResourceInput {
  readonly resourceName: string;
  readonly resourceType?: number | undefined;
}

function readListConfigResourcesResponse(
  reader: ByteReader,
  version: number,
): ListConfigResourcesResponse {
  const throttleTimeMs = reader.int32();
  const errorCode = reader.int16();
  const configResources: ListConfigResourcesResponseConfigResource[] = [];
  const configResourcesLength = reader.compactArrayLength(2);
  for (let index = 0; index < configResourcesLength; index++)
    configResources.push(readListConfigResourcesResponseConfigResource(reader, version));
  reader.skipTaggedFields();
  return { throttleTimeMs, errorCode, configResources };
}

function readListConfigResourcesResponseConfigResource(
  reader: ByteReader,
  version: number,
): ListConfigResourcesResponseConfigResource {
  const resourceName = reader.compactString();
  const resourceType = version === 1 ? reader.int8() : 16;
  reader.skipTaggedFields();
  return { resourceName, resourceType };
}

function writeListConfigResourcesResponse(
  writer: ByteWriter,
  message: ListConfigResourcesResponseInput,
  version: number,
): void {
  const throttleTimeMs = message.throttleTimeMs;
  writer.int32(throttleTimeMs);
  const errorCode = message.errorCode;
  writer.int16(errorCode);
  const configResources = message.configResources;
  writer.compactArrayLength(configResources.length);
  for (const element of configResources)
    writeListConfigResourcesResponseConfigResource(writer, element, version);

  writer.noTaggedFields();
}

function writeListConfigResourcesResponseConfigResource(
  writer: ByteWriter,
  message: ListConfigResourcesResponseConfigResourceInput,
  version: number,
): void {
  const resourceName = message.resourceName;
  writer.compactString(resourceName);
  if (version === 1) {
    const resourceType = message.resourceType ?? 16;
    writer.int8(resourceType);
  }

  writer.noTaggedFields();
}

export const listConfigResourcesApi: Api<
  ListConfigResourcesRequest,
  ListConfigResourcesRequestInput,
  ListConfigResourcesResponse,
  ListConfigResourcesResponseInput
> = {
  key: 74,
  name: 'ListConfigResources',
  request: {
    name: 'ListConfigResourcesRequest',
    minVersion: 0,
    maxVersion: 1,
    flexibleFrom: 0,
    read: readListConfigResourcesRequest,
    write: writeListConfigResourcesRequest,
  },
  response: {
    name: 'ListConfigResourcesResponse',
    minVersion: 0,
    maxVersion: 1,
    flexibleFrom: 0,
    read: readListConfigResourcesResponse,
    write: writeListConfigResourcesResponse,
  },
};
