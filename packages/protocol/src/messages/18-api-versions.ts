// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import type { Api } from '../message-codec.ts';

export interface ApiVersionsRequest {
  /** versions 3+ */
  clientSoftwareName: string;
  /** versions 3+ */
  clientSoftwareVersion: string;
}

export interface ApiVersionsRequestInput {
  readonly clientSoftwareName?: string | undefined;
  readonly clientSoftwareVersion?: string | undefined;
}

function readApiVersionsRequest(reader: ByteReader, version: number): ApiVersionsRequest {
  const flexible = version >= 3;
  const clientSoftwareName = version >= 3 ? reader.compactString() : '';
  const clientSoftwareVersion = version >= 3 ? reader.compactString() : '';
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { clientSoftwareName, clientSoftwareVersion };
}

function writeApiVersionsRequest(
  writer: ByteWriter,
  message: ApiVersionsRequestInput,
  version: number,
): void {
  const flexible = version >= 3;
  if (version >= 3) {
    const clientSoftwareName = message.clientSoftwareName ?? '';
    writer.compactString(clientSoftwareName);
  }
  if (version >= 3) {
    const clientSoftwareVersion = message.clientSoftwareVersion ?? '';
    writer.compactString(clientSoftwareVersion);
  }

  if (flexible) {
    writer.noTaggedFields();
  }
}

export interface ApiVersionsResponse {
  errorCode: number;
  apiKeys: ApiVersionsResponseApiVersion[];
  /** versions 1+ */
  throttleTimeMs: number;
  /** versions 3+ */
  supportedFeatures: ApiVersionsResponseSupportedFeatureKey[];
  /** versions 3+; default -1 */
  finalizedFeaturesEpoch: number;
  /** versions 3+ */
  finalizedFeatures: ApiVersionsResponseFinalizedFeatureKey[];
  /** versions 3+; default false */
  zkMigrationReady: boolean;
}

export interface ApiVersionsResponseInput {
  readonly errorCode: number;
  readonly apiKeys: readonly ApiVersionsResponseApiVersionInput[];
  readonly throttleTimeMs?: number | undefined;
  readonly supportedFeatures?: readonly ApiVersionsResponseSupportedFeatureKeyInput[] | undefined;
  readonly finalizedFeaturesEpoch?: number | undefined;
  readonly finalizedFeatures?: readonly ApiVersionsResponseFinalizedFeatureKeyInput[] | undefined;
  readonly zkMigrationReady?: boolean | undefined;
}

export interface ApiVersionsResponseApiVersion {
  apiKey: number;
  minVersion: number;
  maxVersion: number;
}

export interface ApiVersionsResponseApiVersionInput {
  readonly apiKey: number;
  readonly minVersion: number;
  readonly maxVersion: number;
}

export interface ApiVersionsResponseSupportedFeatureKey {
  name: string;
  minVersion: number;
  maxVersion: number;
}

export interface ApiVersionsResponseSupportedFeatureKeyInput {
  readonly name: string;
  readonly minVersion: number;
  readonly maxVersion: number;
}

export interface ApiVersionsResponseFinalizedFeatureKey {
  name: string;
  maxVersionLevel: number;
  minVersionLevel: number;
}

export interface ApiVersionsResponseFinalizedFeatureKeyInput {
  readonly name: string;
  readonly maxVersionLevel: number;
  readonly minVersionLevel: number;
}

function readApiVersionsResponse(reader: ByteReader, version: number): ApiVersionsResponse {
  const flexible = version >= 3;
  const errorCode = reader.int16();
  const apiKeys: ApiVersionsResponseApiVersion[] = [];
  const apiKeysLength = flexible ? reader.compactArrayLength(6) : reader.arrayLength(6);
  for (let index = 0; index < apiKeysLength; index++)
    apiKeys.push(readApiVersionsResponseApiVersion(reader, version));
  const throttleTimeMs = version >= 1 ? reader.int32() : 0;
  let supportedFeatures: ApiVersionsResponseSupportedFeatureKey[] = [];
  let finalizedFeaturesEpoch = -1;
  let finalizedFeatures: ApiVersionsResponseFinalizedFeatureKey[] = [];
  let zkMigrationReady = false;
  if (flexible) {
    const tagCount = reader.uvarint();
    for (let tagIndex = 0; tagIndex < tagCount; tagIndex++) {
      const tag = reader.uvarint();
      const tagEnd = reader.taggedFieldEnd();
      switch (tag) {
        case 0: {
          supportedFeatures = [];
          const supportedFeaturesLength = reader.compactArrayLength(6);
          for (let index = 0; index < supportedFeaturesLength; index++)
            supportedFeatures.push(readApiVersionsResponseSupportedFeatureKey(reader, version));
          break;
        }
        case 1: {
          finalizedFeaturesEpoch = reader.int64();
          break;
        }
        case 2: {
          finalizedFeatures = [];
          const finalizedFeaturesLength = reader.compactArrayLength(6);
          for (let index = 0; index < finalizedFeaturesLength; index++)
            finalizedFeatures.push(readApiVersionsResponseFinalizedFeatureKey(reader, version));
          break;
        }
        case 3: {
          zkMigrationReady = reader.bool();
          break;
        }
        default:
          reader.position = tagEnd;
      }
      reader.endTaggedField(tagEnd);
    }
  }

  return {
    errorCode,
    apiKeys,
    throttleTimeMs,
    supportedFeatures,
    finalizedFeaturesEpoch,
    finalizedFeatures,
    zkMigrationReady,
  };
}

function readApiVersionsResponseApiVersion(
  reader: ByteReader,
  version: number,
): ApiVersionsResponseApiVersion {
  const flexible = version >= 3;
  const apiKey = reader.int16();
  const minVersion = reader.int16();
  const maxVersion = reader.int16();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { apiKey, minVersion, maxVersion };
}

function readApiVersionsResponseSupportedFeatureKey(
  reader: ByteReader,
  _version: number,
): ApiVersionsResponseSupportedFeatureKey {
  const name = reader.compactString();
  const minVersion = reader.int16();
  const maxVersion = reader.int16();
  reader.skipTaggedFields();
  return { name, minVersion, maxVersion };
}

function readApiVersionsResponseFinalizedFeatureKey(
  reader: ByteReader,
  _version: number,
): ApiVersionsResponseFinalizedFeatureKey {
  const name = reader.compactString();
  const maxVersionLevel = reader.int16();
  const minVersionLevel = reader.int16();
  reader.skipTaggedFields();
  return { name, maxVersionLevel, minVersionLevel };
}

function writeApiVersionsResponse(
  writer: ByteWriter,
  message: ApiVersionsResponseInput,
  version: number,
): void {
  const flexible = version >= 3;
  const errorCode = message.errorCode;
  writer.int16(errorCode);
  const apiKeys = message.apiKeys;
  if (flexible) writer.compactArrayLength(apiKeys.length);
  else writer.arrayLength(apiKeys.length);
  for (const element of apiKeys) writeApiVersionsResponseApiVersion(writer, element, version);
  if (version >= 1) {
    const throttleTimeMs = message.throttleTimeMs ?? 0;
    writer.int32(throttleTimeMs);
  }
  const supportedFeatures = message.supportedFeatures ?? [];
  const finalizedFeaturesEpoch = message.finalizedFeaturesEpoch ?? -1;
  const finalizedFeatures = message.finalizedFeatures ?? [];
  const zkMigrationReady = message.zkMigrationReady ?? false;

  if (flexible) {
    const hasSupportedFeatures = supportedFeatures.length !== 0;
    const hasFinalizedFeaturesEpoch = finalizedFeaturesEpoch !== -1;
    const hasFinalizedFeatures = finalizedFeatures.length !== 0;
    const hasZkMigrationReady = zkMigrationReady;
    writer.uvarint(
      (hasSupportedFeatures ? 1 : 0) +
        (hasFinalizedFeaturesEpoch ? 1 : 0) +
        (hasFinalizedFeatures ? 1 : 0) +
        (hasZkMigrationReady ? 1 : 0),
    );
    if (hasSupportedFeatures) {
      writer.uvarint(0);
      const mark = writer.beginSized();
      writer.compactArrayLength(supportedFeatures.length);
      for (const element of supportedFeatures)
        writeApiVersionsResponseSupportedFeatureKey(writer, element, version);
      writer.endSized(mark);
    }
    if (hasFinalizedFeaturesEpoch) {
      writer.uvarint(1);
      const mark = writer.beginSized();
      writer.int64(finalizedFeaturesEpoch);
      writer.endSized(mark);
    }
    if (hasFinalizedFeatures) {
      writer.uvarint(2);
      const mark = writer.beginSized();
      writer.compactArrayLength(finalizedFeatures.length);
      for (const element of finalizedFeatures)
        writeApiVersionsResponseFinalizedFeatureKey(writer, element, version);
      writer.endSized(mark);
    }
    if (hasZkMigrationReady) {
      writer.uvarint(3);
      const mark = writer.beginSized();
      writer.bool(zkMigrationReady);
      writer.endSized(mark);
    }
  }
}

function writeApiVersionsResponseApiVersion(
  writer: ByteWriter,
  message: ApiVersionsResponseApiVersionInput,
  version: number,
): void {
  const flexible = version >= 3;
  const apiKey = message.apiKey;
  writer.int16(apiKey);
  const minVersion = message.minVersion;
  writer.int16(minVersion);
  const maxVersion = message.maxVersion;
  writer.int16(maxVersion);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeApiVersionsResponseSupportedFeatureKey(
  writer: ByteWriter,
  message: ApiVersionsResponseSupportedFeatureKeyInput,
  _version: number,
): void {
  const name = message.name;
  writer.compactString(name);
  const minVersion = message.minVersion;
  writer.int16(minVersion);
  const maxVersion = message.maxVersion;
  writer.int16(maxVersion);

  writer.noTaggedFields();
}

function writeApiVersionsResponseFinalizedFeatureKey(
  writer: ByteWriter,
  message: ApiVersionsResponseFinalizedFeatureKeyInput,
  _version: number,
): void {
  const name = message.name;
  writer.compactString(name);
  const maxVersionLevel = message.maxVersionLevel;
  writer.int16(maxVersionLevel);
  const minVersionLevel = message.minVersionLevel;
  writer.int16(minVersionLevel);

  writer.noTaggedFields();
}

export const apiVersionsApi: Api<
  ApiVersionsRequest,
  ApiVersionsRequestInput,
  ApiVersionsResponse,
  ApiVersionsResponseInput
> = {
  key: 18,
  name: 'ApiVersions',
  request: {
    name: 'ApiVersionsRequest',
    minVersion: 0,
    maxVersion: 4,
    flexibleFrom: 3,
    read: readApiVersionsRequest,
    write: writeApiVersionsRequest,
  },
  response: {
    name: 'ApiVersionsResponse',
    minVersion: 0,
    maxVersion: 4,
    flexibleFrom: 3,
    read: readApiVersionsResponse,
    write: writeApiVersionsResponse,
  },
};
