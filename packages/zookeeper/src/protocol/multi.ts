/**
 * Several changes that happen together or not at all, as one request.
 *
 *     ┌──────┬──────┬─────┬────────┬── ... ──┬────┬──────┬────┐
 *     │ type │ done │ err │ record │         │ -1 │ true │ -1 │
 *     └──────┴──────┴─────┴────────┴── ... ──┴────┴──────┴────┘
 *
 * Owns: the operations, their results, and the layout. When one fails the answer has an error in each place: 0 before the one that
 * failed, its reason, and "runtime inconsistency" (not tried) behind it.
 */
import { serverError } from '../errors.ts';
import { malformed, type JuteReader } from '../jute/jute-reader.ts';
import type { JuteWriter } from '../jute/jute-writer.ts';
import { createFlags } from './create-flags.ts';
import { OpCode } from './op-code.ts';
import { OPEN_ACL, readStat, writeAcl, type AclEntry, type Stat } from './records.ts';

export type Operation =
  | { readonly type: 'check'; readonly path: string; readonly version: number }
  | {
      readonly type: 'create';
      readonly path: string;
      readonly data: Buffer;
      readonly ephemeral?: boolean;
      readonly sequential?: boolean;
      /** Open to everyone by default. */
      readonly acl?: readonly AclEntry[];
    }
  | {
      readonly type: 'set';
      readonly path: string;
      readonly data: Buffer;
      readonly version: number;
    }
  | { readonly type: 'delete'; readonly path: string; readonly version: number };

export type OperationResult =
  | { readonly type: 'check' }
  | { readonly type: 'create'; readonly path: string; readonly stat: Stat }
  | { readonly type: 'set'; readonly stat: Stat }
  | { readonly type: 'delete' };

const RUNTIME_INCONSISTENCY = -2;

/** Paths are the server's. */
export function writeMulti(writer: JuteWriter, operations: readonly Operation[]): void {
  for (const operation of operations) {
    writer.int(opCodeOf(operation)).bool(false).int(-1);
    writeOperation(writer, operation);
  }
  writer.int(-1).bool(true).int(-1);
}

function opCodeOf({ type }: Operation): number {
  switch (type) {
    case 'check':
      return OpCode.CHECK;
    case 'create':
      return OpCode.CREATE_WITH_STAT;
    case 'set':
      return OpCode.SET_DATA;
    case 'delete':
      return OpCode.DELETE;
  }
}

function writeOperation(writer: JuteWriter, operation: Operation): void {
  writer.string(operation.path);
  switch (operation.type) {
    case 'create':
      writer
        .bytes(operation.data)
        .vector(operation.acl ?? OPEN_ACL, writeAcl)
        .int(createFlags(operation));
      break;
    case 'set':
      writer.bytes(operation.data).int(operation.version);
      break;
    case 'check':
    case 'delete':
      writer.int(operation.version);
      break;
  }
}

/** Throws the error of the operation that failed, or `MALFORMED_RESPONSE`. */
export function readMulti(reader: JuteReader, operations: readonly Operation[]): OperationResult[] {
  const results: OperationResult[] = [];
  let failed: { index: number; number: number } | undefined;
  for (let index = 0; ; index++) {
    const type = reader.int();
    const isEnd = reader.bool();
    reader.int();
    if (isEnd) break;
    const operation = operations[index];
    if (operation === undefined) throw malformed('a multi has more results than operations');
    if (type === OpCode.ERROR) {
      const number = reader.int();
      const tellsMore = failed === undefined || failed.number === RUNTIME_INCONSISTENCY;
      if (number !== 0 && tellsMore) failed = { index, number };
    } else {
      if (type !== opCodeOf(operation)) throw malformed(`an operation was answered as ${type}`);
      results.push(readResult(reader, operation));
    }
  }
  if (failed !== undefined) {
    const { index: operationIndex, number } = failed;
    throw serverError(number, { path: operations[operationIndex]?.path ?? '', operationIndex });
  }
  if (results.length !== operations.length) throw malformed('a multi has results missing');
  return results;
}

function readResult(reader: JuteReader, { type }: Operation): OperationResult {
  switch (type) {
    case 'create':
      return { type, path: reader.string(), stat: readStat(reader) };
    case 'set':
      return { type, stat: readStat(reader) };
    case 'check':
    case 'delete':
      return { type };
  }
}
