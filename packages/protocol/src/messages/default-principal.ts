// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import type { MessageCodec } from '../message-codec.ts';

export interface DefaultPrincipalData {
  type: string;
  name: string;
  tokenAuthenticated: boolean;
}

export interface DefaultPrincipalDataInput {
  readonly type: string;
  readonly name: string;
  readonly tokenAuthenticated: boolean;
}

function readDefaultPrincipalData(reader: ByteReader, _version: number): DefaultPrincipalData {
  const type = reader.compactString();
  const name = reader.compactString();
  const tokenAuthenticated = reader.bool();
  reader.skipTaggedFields();
  return { type, name, tokenAuthenticated };
}

function writeDefaultPrincipalData(
  writer: ByteWriter,
  message: DefaultPrincipalDataInput,
  _version: number,
): void {
  const type = message.type;
  writer.compactString(type);
  const name = message.name;
  writer.compactString(name);
  const tokenAuthenticated = message.tokenAuthenticated;
  writer.bool(tokenAuthenticated);

  writer.noTaggedFields();
}

export const defaultPrincipalData: MessageCodec<DefaultPrincipalData, DefaultPrincipalDataInput> = {
  name: 'DefaultPrincipalData',
  minVersion: 0,
  maxVersion: 0,
  flexibleFrom: 0,
  read: readDefaultPrincipalData,
  write: writeDefaultPrincipalData,
};
