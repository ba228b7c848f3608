/**
 * The `.snapshot` file: producer state up to, not including, the offset in its name. Pure.
 *
 *   | version i16 = 1 | crc u32: CRC-32C of all behind it | count i32 |
 *   count x | producer id i64 | epoch i16 | last sequence i32 | last offset i64 | offset delta i32 | timestamp i64
 *           | coordinator epoch i32 | first offset of the open transaction i64, -1 none |   46 bytes
 *
 * Only the last batch of a producer survives; producer-recall.ts finds the others when they are needed.
 */
import { crc32c } from '@zurau/protocol';
import { ProducerEntry } from './producer-entry.ts';

const VERSION = 1;
const HEADER_BYTES = 10;
const CRC_AT = 2;
const CRC_FROM = 6;
const ENTRY_BYTES = 46;

export function encodeProducerSnapshot(entries: Iterable<ProducerEntry>, count: number): Buffer {
  const buffer = Buffer.alloc(HEADER_BYTES + count * ENTRY_BYTES);
  buffer.writeInt16BE(VERSION, 0);
  buffer.writeInt32BE(count, CRC_FROM);
  let at = HEADER_BYTES;
  for (const entry of entries) {
    const last = entry.lastBatch;
    buffer.writeBigInt64BE(BigInt(entry.producerId), at);
    buffer.writeInt16BE(entry.epoch, at + 8);
    buffer.writeInt32BE(entry.lastSequence, at + 10);
    buffer.writeBigInt64BE(BigInt(last?.lastOffset ?? -1), at + 14);
    buffer.writeInt32BE(last?.offsetDelta ?? 0, at + 22);
    buffer.writeBigInt64BE(BigInt(entry.lastTimestamp), at + 26);
    buffer.writeInt32BE(entry.coordinatorEpoch, at + 34);
    buffer.writeBigInt64BE(BigInt(entry.transactionFirstOffset), at + 38);
    at += ENTRY_BYTES;
  }
  buffer.writeUInt32BE(crc32c(buffer, CRC_FROM, buffer.length), CRC_AT);
  return buffer;
}

/** Undefined when the bytes are not a whole snapshot of a known version. */
export function decodeProducerSnapshot(buffer: Buffer): ProducerEntry[] | undefined {
  if (buffer.length < HEADER_BYTES || buffer.readInt16BE(0) !== VERSION) return undefined;
  const count = buffer.readInt32BE(CRC_FROM);
  if (count < 0 || buffer.length !== HEADER_BYTES + count * ENTRY_BYTES) return undefined;
  if (crc32c(buffer, CRC_FROM, buffer.length) !== buffer.readUInt32BE(CRC_AT)) return undefined;
  const entries: ProducerEntry[] = [];
  for (let at = HEADER_BYTES; at < buffer.length; at += ENTRY_BYTES) {
    const entry = new ProducerEntry(Number(buffer.readBigInt64BE(at)));
    const lastOffset = Number(buffer.readBigInt64BE(at + 14));
    const timestamp = Number(buffer.readBigInt64BE(at + 26));
    entry.epoch = buffer.readInt16BE(at + 8);
    if (lastOffset >= 0) {
      entry.batches.push({
        lastSequence: buffer.readInt32BE(at + 10),
        lastOffset,
        offsetDelta: buffer.readInt32BE(at + 22),
        timestamp,
      });
      entry.isPartial = true;
    }
    entry.lastTimestamp = timestamp;
    entry.coordinatorEpoch = buffer.readInt32BE(at + 34);
    entry.transactionFirstOffset = Number(buffer.readBigInt64BE(at + 38));
    entries.push(entry);
  }
  return entries;
}
