/**
 * The requests of a session: what is written for each, how its answer is read, which watch it leaves.
 *
 * Owns: their layout. Paths in here are the server's, the chroot included; they are checked by then.
 */
import type { JuteReader } from '../jute/jute-reader.ts';
import { JuteWriter } from '../jute/jute-writer.ts';
import { createFlags, type CreateMode } from './create-flags.ts';
import { readMulti, writeMulti, type Operation, type OperationResult } from './multi.ts';
import { OpCode, SpecialXid } from './op-code.ts';
import { readAcl, readStat, writeAcl, type AclEntry, type Stat } from './records.ts';

/** One request: what the session needs to send it and to understand its answer. */
export interface Request<T> {
  readonly opCode: number;
  /** For errors; undefined where no single node is meant. */
  readonly path: string | undefined;
  write(writer: JuteWriter): void;
  /** Called for an answer without error. Throws `MALFORMED_RESPONSE`, or the error that the answer tells. */
  read(reader: JuteReader): T;
  /** What "no such node" means where that is an answer; otherwise it is an error. */
  readonly whenMissing?: T;
  /** The watch that the server sets with the request. */
  readonly watch?: 'data' | 'exists' | 'children';
}

/** `xid` is the request's number on its connection. */
export function requestFrame(request: Request<unknown>, xid: number): Buffer {
  const writer = new JuteWriter().int(xid).int(request.opCode);
  request.write(writer);
  return writer.frame();
}

export function create(
  path: string,
  data: Buffer,
  acl: readonly AclEntry[],
  mode: CreateMode,
): Request<{ path: string; stat: Stat }> {
  return {
    opCode: OpCode.CREATE_WITH_STAT,
    path,
    write: (writer) =>
      void writer.string(path).bytes(data).vector(acl, writeAcl).int(createFlags(mode)),
    read: (reader) => ({ path: reader.string(), stat: readStat(reader) }),
  };
}

export function remove(path: string, version: number): Request<void> {
  return {
    opCode: OpCode.DELETE,
    path,
    write: (writer) => void writer.string(path).int(version),
    read: () => undefined,
  };
}

export function exists(path: string, isWatched: boolean): Request<Stat | undefined> {
  return {
    opCode: OpCode.EXISTS,
    path,
    write: (writer) => void writer.string(path).bool(isWatched),
    read: readStat,
    whenMissing: undefined,
    ...(isWatched ? { watch: 'exists' } : {}),
  };
}

export function getData(path: string, isWatched: boolean): Request<{ data: Buffer; stat: Stat }> {
  return {
    opCode: OpCode.GET_DATA,
    path,
    write: (writer) => void writer.string(path).bool(isWatched),
    read: (reader) => ({ data: reader.bytes(), stat: readStat(reader) }),
    ...(isWatched ? { watch: 'data' } : {}),
  };
}

export function setData(path: string, data: Buffer, version: number): Request<Stat> {
  return {
    opCode: OpCode.SET_DATA,
    path,
    write: (writer) => void writer.string(path).bytes(data).int(version),
    read: readStat,
  };
}

export function getChildren(
  path: string,
  isWatched: boolean,
): Request<{ children: string[]; stat: Stat }> {
  return {
    opCode: OpCode.GET_CHILDREN,
    path,
    write: (writer) => void writer.string(path).bool(isWatched),
    read: (reader) => ({
      children: reader.vector((each) => each.string()),
      stat: readStat(reader),
    }),
    ...(isWatched ? { watch: 'children' } : {}),
  };
}

export function getAcl(path: string): Request<{ acl: AclEntry[]; stat: Stat }> {
  return {
    opCode: OpCode.GET_ACL,
    path,
    write: (writer) => void writer.string(path),
    read: (reader) => ({ acl: reader.vector(readAcl), stat: readStat(reader) }),
  };
}

/** `version` is that of the ACL. */
export function setAcl(path: string, acl: readonly AclEntry[], version: number): Request<Stat> {
  return {
    opCode: OpCode.SET_ACL,
    path,
    write: (writer) => void writer.string(path).vector(acl, writeAcl).int(version),
    read: readStat,
  };
}

/** Answered when the server that we are connected to has all that the leader had when it was asked. */
export function sync(path: string): Request<void> {
  return {
    opCode: OpCode.SYNC,
    path,
    write: (writer) => void writer.string(path),
    read: () => undefined,
  };
}

export function multi(operations: readonly Operation[]): Request<OperationResult[]> {
  return {
    opCode: OpCode.MULTI,
    path: undefined,
    write: (writer) => writeMulti(writer, operations),
    read: (reader) => readMulti(reader, operations),
  };
}

export function closeSession(): Request<void> {
  return {
    opCode: OpCode.CLOSE_SESSION,
    path: undefined,
    write: () => undefined,
    read: () => undefined,
  };
}

/** One step of a SASL exchange; the answer is the server's token. */
export function sasl(token: Buffer): Request<Buffer> {
  return {
    opCode: OpCode.SASL,
    path: undefined,
    write: (writer) => void writer.bytes(token),
    read: (reader) => reader.bytes(),
  };
}

// What is sent beside the queue of requests: its answers have numbers of their own.

export function pingFrame(): Buffer {
  return new JuteWriter().int(SpecialXid.PING).int(OpCode.PING).frame();
}

export function authFrame(scheme: string, credentials: Buffer): Buffer {
  return new JuteWriter()
    .int(SpecialXid.AUTH)
    .int(OpCode.AUTH)
    .int(0)
    .string(scheme)
    .bytes(credentials)
    .frame();
}

/** Paths of watches that a new connection has to set again. */
export interface WatchedPaths {
  readonly data: readonly string[];
  readonly exists: readonly string[];
  readonly children: readonly string[];
}

/** The server sends events for what happened to them after `lastZxid`. */
export function setWatchesFrame(lastZxid: number, paths: WatchedPaths): Buffer {
  const write = (writer: JuteWriter, path: string): void => void writer.string(path);
  return new JuteWriter()
    .int(SpecialXid.SET_WATCHES)
    .int(OpCode.SET_WATCHES)
    .long(BigInt(lastZxid))
    .vector(paths.data, write)
    .vector(paths.exists, write)
    .vector(paths.children, write)
    .frame();
}
