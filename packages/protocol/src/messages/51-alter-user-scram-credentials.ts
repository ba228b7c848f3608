// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter, BytesInput } from '../bytes/byte-writer.ts';
import type { Api } from '../message-codec.ts';

export interface AlterUserScramCredentialsRequest {
  deletions: AlterUserScramCredentialsRequestScramCredentialDeletion[];
  upsertions: AlterUserScramCredentialsRequestScramCredentialUpsertion[];
}

export interface AlterUserScramCredentialsRequestInput {
  readonly deletions: readonly AlterUserScramCredentialsRequestScramCredentialDeletionInput[];
  readonly upsertions: readonly AlterUserScramCredentialsRequestScramCredentialUpsertionInput[];
}

export interface AlterUserScramCredentialsRequestScramCredentialDeletion {
  name: string;
  mechanism: number;
}

export interface AlterUserScramCredentialsRequestScramCredentialDeletionInput {
  readonly name: string;
  readonly mechanism: number;
}

export interface AlterUserScramCredentialsRequestScramCredentialUpsertion {
  name: string;
  mechanism: number;
  iterations: number;
  salt: Buffer;
  saltedPassword: Buffer;
}

export interface AlterUserScramCredentialsRequestScramCredentialUpsertionInput {
  readonly name: string;
  readonly mechanism: number;
  readonly iterations: number;
  readonly salt: BytesInput;
  readonly saltedPassword: BytesInput;
}

function readAlterUserScramCredentialsRequest(
  reader: ByteReader,
  version: number,
): AlterUserScramCredentialsRequest {
  const deletions: AlterUserScramCredentialsRequestScramCredentialDeletion[] = [];
  const deletionsLength = reader.compactArrayLength(3);
  for (let index = 0; index < deletionsLength; index++)
    deletions.push(readAlterUserScramCredentialsRequestScramCredentialDeletion(reader, version));
  const upsertions: AlterUserScramCredentialsRequestScramCredentialUpsertion[] = [];
  const upsertionsLength = reader.compactArrayLength(9);
  for (let index = 0; index < upsertionsLength; index++)
    upsertions.push(readAlterUserScramCredentialsRequestScramCredentialUpsertion(reader, version));
  reader.skipTaggedFields();
  return { deletions, upsertions };
}

function readAlterUserScramCredentialsRequestScramCredentialDeletion(
  reader: ByteReader,
  _version: number,
): AlterUserScramCredentialsRequestScramCredentialDeletion {
  const name = reader.compactString();
  const mechanism = reader.int8();
  reader.skipTaggedFields();
  return { name, mechanism };
}

function readAlterUserScramCredentialsRequestScramCredentialUpsertion(
  reader: ByteReader,
  _version: number,
): AlterUserScramCredentialsRequestScramCredentialUpsertion {
  const name = reader.compactString();
  const mechanism = reader.int8();
  const iterations = reader.int32();
  const salt = reader.compactBytes();
  const saltedPassword = reader.compactBytes();
  reader.skipTaggedFields();
  return { name, mechanism, iterations, salt, saltedPassword };
}

function writeAlterUserScramCredentialsRequest(
  writer: ByteWriter,
  message: AlterUserScramCredentialsRequestInput,
  version: number,
): void {
  const deletions = message.deletions;
  writer.compactArrayLength(deletions.length);
  for (const element of deletions)
    writeAlterUserScramCredentialsRequestScramCredentialDeletion(writer, element, version);
  const upsertions = message.upsertions;
  writer.compactArrayLength(upsertions.length);
  for (const element of upsertions)
    writeAlterUserScramCredentialsRequestScramCredentialUpsertion(writer, element, version);

  writer.noTaggedFields();
}

function writeAlterUserScramCredentialsRequestScramCredentialDeletion(
  writer: ByteWriter,
  message: AlterUserScramCredentialsRequestScramCredentialDeletionInput,
  _version: number,
): void {
  const name = message.name;
  writer.compactString(name);
  const mechanism = message.mechanism;
  writer.int8(mechanism);

  writer.noTaggedFields();
}

function writeAlterUserScramCredentialsRequestScramCredentialUpsertion(
  writer: ByteWriter,
  message: AlterUserScramCredentialsRequestScramCredentialUpsertionInput,
  _version: number,
): void {
  const name = message.name;
  writer.compactString(name);
  const mechanism = message.mechanism;
  writer.int8(mechanism);
  const iterations = message.iterations;
  writer.int32(iterations);
  const salt = message.salt;
  writer.compactBytes(salt);
  const saltedPassword = message.saltedPassword;
  writer.compactBytes(saltedPassword);

  writer.noTaggedFields();
}

export interface AlterUserScramCredentialsResponse {
  throttleTimeMs: number;
  results: AlterUserScramCredentialsResponseAlterUserScramCredentialsResult[];
}

export interface AlterUserScramCredentialsResponseInput {
  readonly throttleTimeMs: number;
  readonly results: readonly AlterUserScramCredentialsResponseAlterUserScramCredentialsResultInput[];
}

export interface AlterUserScramCredentialsResponseAlterUserScramCredentialsResult {
  user: string;
  errorCode: number;
  errorMessage: string | null;
}

export interface AlterUserScramCredentialsResponseAlterUserScramCredentialsResultInput {
  readonly user: string;
  readonly errorCode: number;
  readonly errorMessage: string | null;
}

function readAlterUserScramCredentialsResponse(
  reader: ByteReader,
  version: number,
): AlterUserScramCredentialsResponse {
  const throttleTimeMs = reader.int32();
  const results: AlterUserScramCredentialsResponseAlterUserScramCredentialsResult[] = [];
  const resultsLength = reader.compactArrayLength(5);
  for (let index = 0; index < resultsLength; index++)
    results.push(
      readAlterUserScramCredentialsResponseAlterUserScramCredentialsResult(reader, version),
    );
  reader.skipTaggedFields();
  return { throttleTimeMs, results };
}

function readAlterUserScramCredentialsResponseAlterUserScramCredentialsResult(
  reader: ByteReader,
  _version: number,
): AlterUserScramCredentialsResponseAlterUserScramCredentialsResult {
  const user = reader.compactString();
  const errorCode = reader.int16();
  const errorMessage = reader.compactNullableString();
  reader.skipTaggedFields();
  return { user, errorCode, errorMessage };
}

function writeAlterUserScramCredentialsResponse(
  writer: ByteWriter,
  message: AlterUserScramCredentialsResponseInput,
  version: number,
): void {
  const throttleTimeMs = message.throttleTimeMs;
  writer.int32(throttleTimeMs);
  const results = message.results;
  writer.compactArrayLength(results.length);
  for (const element of results)
    writeAlterUserScramCredentialsResponseAlterUserScramCredentialsResult(writer, element, version);

  writer.noTaggedFields();
}

function writeAlterUserScramCredentialsResponseAlterUserScramCredentialsResult(
  writer: ByteWriter,
  message: AlterUserScramCredentialsResponseAlterUserScramCredentialsResultInput,
  _version: number,
): void {
  const user = message.user;
  writer.compactString(user);
  const errorCode = message.errorCode;
  writer.int16(errorCode);
  const errorMessage = message.errorMessage;
  writer.compactNullableString(errorMessage);

  writer.noTaggedFields();
}

export const alterUserScramCredentialsApi: Api<
  AlterUserScramCredentialsRequest,
  AlterUserScramCredentialsRequestInput,
  AlterUserScramCredentialsResponse,
  AlterUserScramCredentialsResponseInput
> = {
  key: 51,
  name: 'AlterUserScramCredentials',
  request: {
    name: 'AlterUserScramCredentialsRequest',
    minVersion: 0,
    maxVersion: 0,
    flexibleFrom: 0,
    read: readAlterUserScramCredentialsRequest,
    write: writeAlterUserScramCredentialsRequest,
  },
  response: {
    name: 'AlterUserScramCredentialsResponse',
    minVersion: 0,
    maxVersion: 0,
    flexibleFrom: 0,
    read: readAlterUserScramCredentialsResponse,
    write: writeAlterUserScramCredentialsResponse,
  },
};
