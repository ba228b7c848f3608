/** Choosing partitions: KafkaJS's partitioners, and those that applications bring. They see the message, and the topic's partitions. */
import type { Platform } from '@zurau/platform';
import { murmur2 } from '@zurau/protocol';
import { nodePlatform } from '@zurau/platform';
import type { PartitionMetadata as EnginePartition } from '../cluster/metadata.ts';
import type { Message } from './messages.ts';

export type PartitionMetadata = {
  partitionErrorCode: number;
  partitionId: number;
  leader: number;
  replicas: number[];
  isr: number[];
  offlineReplicas?: number[];
};

export interface PartitionerArgs {
  topic: string;
  partitionMetadata: PartitionMetadata[];
  message: Message;
}

export type ICustomPartitioner = () => (args: PartitionerArgs) => number;
export type DefaultPartitioner = ICustomPartitioner;
export type LegacyPartitioner = ICustomPartitioner;

/** LEADER_NOT_AVAILABLE */
const NO_LEADER = 5;

export function toPartitionMetadata(of: EnginePartition): PartitionMetadata {
  return {
    partitionErrorCode: of.leader < 0 ? NO_LEADER : 0,
    partitionId: of.partition,
    leader: of.leader,
    replicas: [...of.replicas],
    isr: [...of.inSyncReplicas],
    offlineReplicas: [...of.offlineReplicas],
  };
}

/**
 * The partition that the message names, or by hash of its key; without either in turn, among those that have a leader.
 */
function byKeyOrInTurn(hash: (key: Buffer) => number, platform: Platform): ICustomPartitioner {
  return () => {
    const turns = new Map<string, number>();
    return ({ topic, partitionMetadata, message }) => {
      const { partition, key } = message;
      if (partition !== undefined && partition !== null) return partition;
      if (key !== undefined && key !== null) {
        const bytes = Buffer.isBuffer(key) ? key : Buffer.from(String(key));
        return toPositive(hash(bytes)) % partitionMetadata.length;
      }
      const turn = (turns.get(topic) ?? platform.random.int(2 ** 31)) + 1;
      turns.set(topic, turn);
      const led = partitionMetadata.filter(({ leader }) => leader >= 0);
      if (led.length === 0) return toPositive(turn) % partitionMetadata.length;
      return led[toPositive(turn) % led.length]?.partitionId ?? 0;
    };
  };
}

function toPositive(hash: number): number {
  return hash & 0x7fff_ffff;
}

const SEED = 0x9747b28c;
const MULTIPLIER = 0x5bd1e995;

/**
 * The hash of KafkaJS before 2.0: murmur2 with products in doubles, which lose low bits where Kafka's overflow, and with a block of its own for what
 * is left over at the end. Kept so that keys stay in their partitions.
 */
function legacyHash(data: Buffer): number {
  const { length } = data;
  const byte = (index: number): number => (data[index] ?? 0) & 0xff;
  let hash = SEED ^ length;
  for (let block = 0; block < length / 4; block += 1) {
    const at = block * 4;
    let word = byte(at) + (byte(at + 1) << 8) + (byte(at + 2) << 16) + (byte(at + 3) << 24);
    word *= MULTIPLIER;
    word ^= word >>> 24;
    word *= MULTIPLIER;
    hash *= MULTIPLIER;
    hash ^= word;
  }
  const rest = length % 4;
  const tail = length - rest;
  if (rest === 3) hash ^= byte(tail + 2) << 16;
  if (rest >= 2) hash ^= byte(tail + 1) << 8;
  if (rest >= 1) {
    hash ^= byte(tail);
    hash *= MULTIPLIER;
  }
  hash ^= hash >>> 13;
  hash *= MULTIPLIER;
  hash ^= hash >>> 15;
  return hash;
}

const platform = nodePlatform();
const byMurmur2: ICustomPartitioner = byKeyOrInTurn(murmur2, platform);

export const Partitioners: {
  DefaultPartitioner: DefaultPartitioner;
  LegacyPartitioner: LegacyPartitioner;
  /** @deprecated Use DefaultPartitioner instead */
  JavaCompatiblePartitioner: DefaultPartitioner;
} = {
  DefaultPartitioner: byMurmur2,
  LegacyPartitioner: byKeyOrInTurn(legacyHash, platform),
  JavaCompatiblePartitioner: byMurmur2,
};
