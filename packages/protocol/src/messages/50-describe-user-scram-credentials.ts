// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import type { Api } from '../message-codec.ts';

export interface DescribeUserScramCredentialsRequest {
  users: DescribeUserScramCredentialsRequestUserName[] | null;
}

export interface DescribeUserScramCredentialsRequestInput {
  readonly users: readonly DescribeUserScramCredentialsRequestUserNameInput[] | null;
}

export interface DescribeUserScramCredentialsRequestUserName {
  name: string;
}

export interface DescribeUserScramCredentialsRequestUserNameInput {
  readonly name: string;
}

function readDescribeUserScramCredentialsRequest(
  reader: ByteReader,
  version: number,
): DescribeUserScramCredentialsRequest {
  let users: DescribeUserScramCredentialsRequestUserName[] | null = null;
  const usersLength = reader.compactNullableArrayLength(2);
  if (usersLength >= 0) {
    users = [];
    for (let index = 0; index < usersLength; index++)
      users.push(readDescribeUserScramCredentialsRequestUserName(reader, version));
  }
  reader.skipTaggedFields();
  return { users };
}

function readDescribeUserScramCredentialsRequestUserName(
  reader: ByteReader,
  _version: number,
): DescribeUserScramCredentialsRequestUserName {
  const name = reader.compactString();
  reader.skipTaggedFields();
  return { name };
}

function writeDescribeUserScramCredentialsRequest(
  writer: ByteWriter,
  message: DescribeUserScramCredentialsRequestInput,
  version: number,
): void {
  const users = message.users;
  writer.compactArrayLength(users === null ? -1 : users.length);
  if (users !== null) {
    for (const element of users)
      writeDescribeUserScramCredentialsRequestUserName(writer, element, version);
  }

  writer.noTaggedFields();
}

function writeDescribeUserScramCredentialsRequestUserName(
  writer: ByteWriter,
  message: DescribeUserScramCredentialsRequestUserNameInput,
  _version: number,
): void {
  const name = message.name;
  writer.compactString(name);

  writer.noTaggedFields();
}

export interface DescribeUserScramCredentialsResponse {
  throttleTimeMs: number;
  errorCode: number;
  errorMessage: string | null;
  results: DescribeUserScramCredentialsResponseDescribeUserScramCredentialsResult[];
}

export interface DescribeUserScramCredentialsResponseInput {
  readonly throttleTimeMs: number;
  readonly errorCode: number;
  readonly errorMessage: string | null;
  readonly results: readonly DescribeUserScramCredentialsResponseDescribeUserScramCredentialsResultInput[];
}

export interface DescribeUserScramCredentialsResponseDescribeUserScramCredentialsResult {
  user: string;
  errorCode: number;
  errorMessage: string | null;
  credentialInfos: DescribeUserScramCredentialsResponseCredentialInfo[];
}

export interface DescribeUserScramCredentialsResponseDescribeUserScramCredentialsResultInput {
  readonly user: string;
  readonly errorCode: number;
  readonly errorMessage: string | null;
  readonly credentialInfos: readonly DescribeUserScramCredentialsResponseCredentialInfoInput[];
}

export interface DescribeUserScramCredentialsResponseCredentialInfo {
  mechanism: number;
  iterations: number;
}

export interface DescribeUserScramCredentialsResponseCredentialInfoInput {
  readonly mechanism: number;
  readonly iterations: number;
}

function readDescribeUserScramCredentialsResponse(
  reader: ByteReader,
  version: number,
): DescribeUserScramCredentialsResponse {
  const throttleTimeMs = reader.int32();
  const errorCode = reader.int16();
  const errorMessage = reader.compactNullableString();
  const results: DescribeUserScramCredentialsResponseDescribeUserScramCredentialsResult[] = [];
  const resultsLength = reader.compactArrayLength(6);
  for (let index = 0; index < resultsLength; index++)
    results.push(
      readDescribeUserScramCredentialsResponseDescribeUserScramCredentialsResult(reader, version),
    );
  reader.skipTaggedFields();
  return { throttleTimeMs, errorCode, errorMessage, results };
}

function readDescribeUserScramCredentialsResponseDescribeUserScramCredentialsResult(
  reader: ByteReader,
  version: number,
): DescribeUserScramCredentialsResponseDescribeUserScramCredentialsResult {
  const user = reader.compactString();
  const errorCode = reader.int16();
  const errorMessage = reader.compactNullableString();
  const credentialInfos: DescribeUserScramCredentialsResponseCredentialInfo[] = [];
  const credentialInfosLength = reader.compactArrayLength(6);
  for (let index = 0; index < credentialInfosLength; index++)
    credentialInfos.push(readDescribeUserScramCredentialsResponseCredentialInfo(reader, version));
  reader.skipTaggedFields();
  return { user, errorCode, errorMessage, credentialInfos };
}

function readDescribeUserScramCredentialsResponseCredentialInfo(
  reader: ByteReader,
  _version: number,
): DescribeUserScramCredentialsResponseCredentialInfo {
  const mechanism = reader.int8();
  const iterations = reader.int32();
  reader.skipTaggedFields();
  return { mechanism, iterations };
}

function writeDescribeUserScramCredentialsResponse(
  writer: ByteWriter,
  message: DescribeUserScramCredentialsResponseInput,
  version: number,
): void {
  const throttleTimeMs = message.throttleTimeMs;
  writer.int32(throttleTimeMs);
  const errorCode = message.errorCode;
  writer.int16(errorCode);
  const errorMessage = message.errorMessage;
  writer.compactNullableString(errorMessage);
  const results = message.results;
  writer.compactArrayLength(results.length);
  for (const element of results)
    writeDescribeUserScramCredentialsResponseDescribeUserScramCredentialsResult(
      writer,
      element,
      version,
    );

  writer.noTaggedFields();
}

function writeDescribeUserScramCredentialsResponseDescribeUserScramCredentialsResult(
  writer: ByteWriter,
  message: DescribeUserScramCredentialsResponseDescribeUserScramCredentialsResultInput,
  version: number,
): void {
  const user = message.user;
  writer.compactString(user);
  const errorCode = message.errorCode;
  writer.int16(errorCode);
  const errorMessage = message.errorMessage;
  writer.compactNullableString(errorMessage);
  const credentialInfos = message.credentialInfos;
  writer.compactArrayLength(credentialInfos.length);
  for (const element of credentialInfos)
    writeDescribeUserScramCredentialsResponseCredentialInfo(writer, element, version);

  writer.noTaggedFields();
}

function writeDescribeUserScramCredentialsResponseCredentialInfo(
  writer: ByteWriter,
  message: DescribeUserScramCredentialsResponseCredentialInfoInput,
  _version: number,
): void {
  const mechanism = message.mechanism;
  writer.int8(mechanism);
  const iterations = message.iterations;
  writer.int32(iterations);

  writer.noTaggedFields();
}

export const describeUserScramCredentialsApi: Api<
  DescribeUserScramCredentialsRequest,
  DescribeUserScramCredentialsRequestInput,
  DescribeUserScramCredentialsResponse,
  DescribeUserScramCredentialsResponseInput
> = {
  key: 50,
  name: 'DescribeUserScramCredentials',
  request: {
    name: 'DescribeUserScramCredentialsRequest',
    minVersion: 0,
    maxVersion: 0,
    flexibleFrom: 0,
    read: readDescribeUserScramCredentialsRequest,
    write: writeDescribeUserScramCredentialsRequest,
  },
  response: {
    name: 'DescribeUserScramCredentialsResponse',
    minVersion: 0,
    maxVersion: 0,
    flexibleFrom: 0,
    read: readDescribeUserScramCredentialsResponse,
    write: writeDescribeUserScramCredentialsResponse,
  },
};
