// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { EncodeError } from '../errors/decode-error.ts';
import type { Api } from '../message-codec.ts';

export interface UpdateFeaturesRequest {
  /** default 60000 */
  timeoutMs: number;
  featureUpdates: UpdateFeaturesRequestFeatureUpdateKey[];
  /** versions 1+; default false */
  validateOnly: boolean;
}

export interface UpdateFeaturesRequestInput {
  readonly timeoutMs?: number | undefined;
  readonly featureUpdates: readonly UpdateFeaturesRequestFeatureUpdateKeyInput[];
  readonly validateOnly?: boolean | undefined;
}

export interface UpdateFeaturesRequestFeatureUpdateKey {
  feature: string;
  maxVersionLevel: number;
  /** version 0 */
  allowDowngrade: boolean;
  /** versions 1+; default 1 */
  upgradeType: number;
}

export interface UpdateFeaturesRequestFeatureUpdateKeyInput {
  readonly feature: string;
  readonly maxVersionLevel: number;
  readonly allowDowngrade?: boolean | undefined;
  readonly upgradeType?: number | undefined;
}

function readUpdateFeaturesRequest(reader: ByteReader, version: number): UpdateFeaturesRequest {
  const timeoutMs = reader.int32();
  const featureUpdates: UpdateFeaturesRequestFeatureUpdateKey[] = [];
  const featureUpdatesLength = reader.compactArrayLength(5);
  for (let index = 0; index < featureUpdatesLength; index++)
    featureUpdates.push(readUpdateFeaturesRequestFeatureUpdateKey(reader, version));
  const validateOnly = version >= 1 ? reader.bool() : false;
  reader.skipTaggedFields();
  return { timeoutMs, featureUpdates, validateOnly };
}

function readUpdateFeaturesRequestFeatureUpdateKey(
  reader: ByteReader,
  version: number,
): UpdateFeaturesRequestFeatureUpdateKey {
  const feature = reader.compactString();
  const maxVersionLevel = reader.int16();
  const allowDowngrade = version === 0 ? reader.bool() : false;
  const upgradeType = version >= 1 ? reader.int8() : 1;
  reader.skipTaggedFields();
  return { feature, maxVersionLevel, allowDowngrade, upgradeType };
}

function writeUpdateFeaturesRequest(
  writer: ByteWriter,
  message: UpdateFeaturesRequestInput,
  version: number,
): void {
  const timeoutMs = message.timeoutMs ?? 60000;
  writer.int32(timeoutMs);
  const featureUpdates = message.featureUpdates;
  writer.compactArrayLength(featureUpdates.length);
  for (const element of featureUpdates)
    writeUpdateFeaturesRequestFeatureUpdateKey(writer, element, version);
  const validateOnly = message.validateOnly ?? false;
  if (version >= 1) {
    writer.bool(validateOnly);
  } else if (validateOnly) {
    throw new EncodeError(`UpdateFeaturesRequest.validateOnly is not part of version ${version}`);
  }

  writer.noTaggedFields();
}

function writeUpdateFeaturesRequestFeatureUpdateKey(
  writer: ByteWriter,
  message: UpdateFeaturesRequestFeatureUpdateKeyInput,
  version: number,
): void {
  const feature = message.feature;
  writer.compactString(feature);
  const maxVersionLevel = message.maxVersionLevel;
  writer.int16(maxVersionLevel);
  const allowDowngrade = message.allowDowngrade ?? false;
  if (version === 0) {
    writer.bool(allowDowngrade);
  } else if (allowDowngrade) {
    throw new EncodeError(
      `UpdateFeaturesRequestFeatureUpdateKey.allowDowngrade is not part of version ${version}`,
    );
  }
  const upgradeType = message.upgradeType ?? 1;
  if (version >= 1) {
    writer.int8(upgradeType);
  } else if (upgradeType !== 1) {
    throw new EncodeError(
      `UpdateFeaturesRequestFeatureUpdateKey.upgradeType is not part of version ${version}`,
    );
  }

  writer.noTaggedFields();
}

export interface UpdateFeaturesResponse {
  throttleTimeMs: number;
  errorCode: number;
  errorMessage: string | null;
  /** versions 0-1 */
  results: UpdateFeaturesResponseUpdatableFeatureResult[];
}

export interface UpdateFeaturesResponseInput {
  readonly throttleTimeMs: number;
  readonly errorCode: number;
  readonly errorMessage: string | null;
  readonly results?: readonly UpdateFeaturesResponseUpdatableFeatureResultInput[] | undefined;
}

export interface UpdateFeaturesResponseUpdatableFeatureResult {
  feature: string;
  errorCode: number;
  errorMessage: string | null;
}

export interface UpdateFeaturesResponseUpdatableFeatureResultInput {
  readonly feature: string;
  readonly errorCode: number;
  readonly errorMessage: string | null;
}

function readUpdateFeaturesResponse(reader: ByteReader, version: number): UpdateFeaturesResponse {
  const throttleTimeMs = reader.int32();
  const errorCode = reader.int16();
  const errorMessage = reader.compactNullableString();
  const results: UpdateFeaturesResponseUpdatableFeatureResult[] = [];
  const resultsLength = version <= 1 ? reader.compactArrayLength(5) : 0;
  for (let index = 0; index < resultsLength; index++)
    results.push(readUpdateFeaturesResponseUpdatableFeatureResult(reader, version));
  reader.skipTaggedFields();
  return { throttleTimeMs, errorCode, errorMessage, results };
}

function readUpdateFeaturesResponseUpdatableFeatureResult(
  reader: ByteReader,
  _version: number,
): UpdateFeaturesResponseUpdatableFeatureResult {
  const feature = reader.compactString();
  const errorCode = reader.int16();
  const errorMessage = reader.compactNullableString();
  reader.skipTaggedFields();
  return { feature, errorCode, errorMessage };
}

function writeUpdateFeaturesResponse(
  writer: ByteWriter,
  message: UpdateFeaturesResponseInput,
  version: number,
): void {
  const throttleTimeMs = message.throttleTimeMs;
  writer.int32(throttleTimeMs);
  const errorCode = message.errorCode;
  writer.int16(errorCode);
  const errorMessage = message.errorMessage;
  writer.compactNullableString(errorMessage);
  if (version <= 1) {
    const results = message.results ?? [];
    writer.compactArrayLength(results.length);
    for (const element of results)
      writeUpdateFeaturesResponseUpdatableFeatureResult(writer, element, version);
  }

  writer.noTaggedFields();
}

function writeUpdateFeaturesResponseUpdatableFeatureResult(
  writer: ByteWriter,
  message: UpdateFeaturesResponseUpdatableFeatureResultInput,
  _version: number,
): void {
  const feature = message.feature;
  writer.compactString(feature);
  const errorCode = message.errorCode;
  writer.int16(errorCode);
  const errorMessage = message.errorMessage;
  writer.compactNullableString(errorMessage);

  writer.noTaggedFields();
}

export const updateFeaturesApi: Api<
  UpdateFeaturesRequest,
  UpdateFeaturesRequestInput,
  UpdateFeaturesResponse,
  UpdateFeaturesResponseInput
> = {
  key: 57,
  name: 'UpdateFeatures',
  request: {
    name: 'UpdateFeaturesRequest',
    minVersion: 0,
    maxVersion: 2,
    flexibleFrom: 0,
    read: readUpdateFeaturesRequest,
    write: writeUpdateFeaturesRequest,
  },
  response: {
    name: 'UpdateFeaturesResponse',
    minVersion: 0,
    maxVersion: 2,
    flexibleFrom: 0,
    read: readUpdateFeaturesResponse,
    write: writeUpdateFeaturesResponse,
  },
};
