// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { EncodeError } from '../errors/decode-error.ts';
import type { Api } from '../message-codec.ts';

export interface FindCoordinatorRequest {
  /** versions 0-3 */
  key: string;
  /** versions 1+; default 0 */
  keyType: number;
  /** versions 4+ */
  coordinatorKeys: string[];
}

export interface FindCoordinatorRequestInput {
  readonly key?: string | undefined;
  readonly keyType?: number | undefined;
  readonly coordinatorKeys?: readonly string[] | undefined;
}

function readFindCoordinatorRequest(reader: ByteReader, version: number): FindCoordinatorRequest {
  const flexible = version >= 3;
  const key = version <= 3 ? (flexible ? reader.compactString() : reader.string()) : '';
  const keyType = version >= 1 ? reader.int8() : 0;
  const coordinatorKeys: string[] = [];
  const coordinatorKeysLength = version >= 4 ? reader.compactArrayLength(1) : 0;
  for (let index = 0; index < coordinatorKeysLength; index++)
    coordinatorKeys.push(reader.compactString());
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { key, keyType, coordinatorKeys };
}

function writeFindCoordinatorRequest(
  writer: ByteWriter,
  message: FindCoordinatorRequestInput,
  version: number,
): void {
  const flexible = version >= 3;
  const key = message.key ?? '';
  if (version <= 3) {
    if (flexible) writer.compactString(key);
    else writer.string(key);
  } else if (key !== '') {
    throw new EncodeError(`FindCoordinatorRequest.key is not part of version ${version}`);
  }
  const keyType = message.keyType ?? 0;
  if (version >= 1) {
    writer.int8(keyType);
  } else if (keyType !== 0) {
    throw new EncodeError(`FindCoordinatorRequest.keyType is not part of version ${version}`);
  }
  const coordinatorKeys = message.coordinatorKeys ?? [];
  if (version >= 4) {
    writer.compactArrayLength(coordinatorKeys.length);
    for (const element of coordinatorKeys) {
      writer.compactString(element);
    }
  } else if (coordinatorKeys.length !== 0) {
    throw new EncodeError(
      `FindCoordinatorRequest.coordinatorKeys is not part of version ${version}`,
    );
  }

  if (flexible) {
    writer.noTaggedFields();
  }
}

export interface FindCoordinatorResponse {
  /** versions 1+ */
  throttleTimeMs: number;
  /** versions 0-3 */
  errorCode: number;
  /** versions 1-3 */
  errorMessage: string | null;
  /** versions 0-3 */
  nodeId: number;
  /** versions 0-3 */
  host: string;
  /** versions 0-3 */
  port: number;
  /** versions 4+ */
  coordinators: FindCoordinatorResponseCoordinator[];
}

export interface FindCoordinatorResponseInput {
  readonly throttleTimeMs?: number | undefined;
  readonly errorCode?: number | undefined;
  readonly errorMessage?: string | null | undefined;
  readonly nodeId?: number | undefined;
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly coordinators?: readonly FindCoordinatorResponseCoordinatorInput[] | undefined;
}

export interface FindCoordinatorResponseCoordinator {
  key: string;
  nodeId: number;
  host: string;
  port: number;
  errorCode: number;
  errorMessage: string | null;
}

export interface FindCoordinatorResponseCoordinatorInput {
  readonly key: string;
  readonly nodeId: number;
  readonly host: string;
  readonly port: number;
  readonly errorCode: number;
  readonly errorMessage?: string | null | undefined;
}

function readFindCoordinatorResponse(reader: ByteReader, version: number): FindCoordinatorResponse {
  const flexible = version >= 3;
  const throttleTimeMs = version >= 1 ? reader.int32() : 0;
  const errorCode = version <= 3 ? reader.int16() : 0;
  const errorMessage =
    version >= 1 && version <= 3
      ? flexible
        ? reader.compactNullableString()
        : reader.nullableString()
      : '';
  const nodeId = version <= 3 ? reader.int32() : 0;
  const host = version <= 3 ? (flexible ? reader.compactString() : reader.string()) : '';
  const port = version <= 3 ? reader.int32() : 0;
  const coordinators: FindCoordinatorResponseCoordinator[] = [];
  const coordinatorsLength = version >= 4 ? reader.compactArrayLength(14) : 0;
  for (let index = 0; index < coordinatorsLength; index++)
    coordinators.push(readFindCoordinatorResponseCoordinator(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { throttleTimeMs, errorCode, errorMessage, nodeId, host, port, coordinators };
}

function readFindCoordinatorResponseCoordinator(
  reader: ByteReader,
  _version: number,
): FindCoordinatorResponseCoordinator {
  const key = reader.compactString();
  const nodeId = reader.int32();
  const host = reader.compactString();
  const port = reader.int32();
  const errorCode = reader.int16();
  const errorMessage = reader.compactNullableString();
  reader.skipTaggedFields();
  return { key, nodeId, host, port, errorCode, errorMessage };
}

function writeFindCoordinatorResponse(
  writer: ByteWriter,
  message: FindCoordinatorResponseInput,
  version: number,
): void {
  const flexible = version >= 3;
  if (version >= 1) {
    const throttleTimeMs = message.throttleTimeMs ?? 0;
    writer.int32(throttleTimeMs);
  }
  const errorCode = message.errorCode ?? 0;
  if (version <= 3) {
    writer.int16(errorCode);
  } else if (errorCode !== 0) {
    throw new EncodeError(`FindCoordinatorResponse.errorCode is not part of version ${version}`);
  }
  if (version >= 1 && version <= 3) {
    const errorMessage = message.errorMessage === undefined ? '' : message.errorMessage;
    if (flexible) writer.compactNullableString(errorMessage);
    else writer.nullableString(errorMessage);
  }
  const nodeId = message.nodeId ?? 0;
  if (version <= 3) {
    writer.int32(nodeId);
  } else if (nodeId !== 0) {
    throw new EncodeError(`FindCoordinatorResponse.nodeId is not part of version ${version}`);
  }
  const host = message.host ?? '';
  if (version <= 3) {
    if (flexible) writer.compactString(host);
    else writer.string(host);
  } else if (host !== '') {
    throw new EncodeError(`FindCoordinatorResponse.host is not part of version ${version}`);
  }
  const port = message.port ?? 0;
  if (version <= 3) {
    writer.int32(port);
  } else if (port !== 0) {
    throw new EncodeError(`FindCoordinatorResponse.port is not part of version ${version}`);
  }
  const coordinators = message.coordinators ?? [];
  if (version >= 4) {
    writer.compactArrayLength(coordinators.length);
    for (const element of coordinators)
      writeFindCoordinatorResponseCoordinator(writer, element, version);
  } else if (coordinators.length !== 0) {
    throw new EncodeError(`FindCoordinatorResponse.coordinators is not part of version ${version}`);
  }

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeFindCoordinatorResponseCoordinator(
  writer: ByteWriter,
  message: FindCoordinatorResponseCoordinatorInput,
  _version: number,
): void {
  const key = message.key;
  writer.compactString(key);
  const nodeId = message.nodeId;
  writer.int32(nodeId);
  const host = message.host;
  writer.compactString(host);
  const port = message.port;
  writer.int32(port);
  const errorCode = message.errorCode;
  writer.int16(errorCode);
  const errorMessage = message.errorMessage === undefined ? '' : message.errorMessage;
  writer.compactNullableString(errorMessage);

  writer.noTaggedFields();
}

export const findCoordinatorApi: Api<
  FindCoordinatorRequest,
  FindCoordinatorRequestInput,
  FindCoordinatorResponse,
  FindCoordinatorResponseInput
> = {
  key: 10,
  name: 'FindCoordinator',
  request: {
    name: 'FindCoordinatorRequest',
    minVersion: 0,
    maxVersion: 6,
    flexibleFrom: 3,
    read: readFindCoordinatorRequest,
    write: writeFindCoordinatorRequest,
  },
  response: {
    name: 'FindCoordinatorResponse',
    minVersion: 0,
    maxVersion: 6,
    flexibleFrom: 3,
    read: readFindCoordinatorResponse,
    write: writeFindCoordinatorResponse,
  },
};
