/** All that a broker serves of its topics, by the raw protocol: what two brokers on the same files must have in common, to the byte. */
import {
  batchBaseTimestamp,
  batchLastOffset,
  batchMaxTimestamp,
  batchPositions,
  fetchApi,
  listOffsetsApi,
  metadataApi,
} from '@zurau/protocol';
import type { Api } from '@zurau/protocol';
import { RawClient } from '@zurau/testkit';

/** By topic name, the last version that is; with aborted transactions. */
const FETCH_VERSION = 11;
/** Knows the greatest timestamp. */
const LIST_OFFSETS_VERSION = 7;
const METADATA_VERSION = 12;
const FETCH_BYTES = 1024 * 1024;
const READ_COMMITTED = 1;
const SPECIAL_TIMESTAMPS = [-1, -2, -3];
const RETRY_MS = 250;
const DEADLINE_MS = 60_000;

export interface ServedPartition {
  readonly topicId: string;
  readonly logStartOffset: number;
  readonly highWatermark: number;
  readonly lastStableOffset: number;
  /** All batches, as they lie in the log. */
  readonly batches: Buffer;
  /** `offset timestamp epoch` that ListOffsets answers, by `isolation/timestamp`. */
  readonly offsets: Readonly<Record<string, string>>;
  /** `producerId firstOffset`, ascending. */
  readonly aborted: readonly string[];
}

export type Served = ReadonlyMap<string, ServedPartition>;

/** Tries again until no answer has an error and as many partitions are there as expected: a broker that has just started may not lead yet. */
export async function served(bootstrapServers: string, partitionCount: number): Promise<Served> {
  const deadline = performance.now() + DEADLINE_MS;
  for (;;) {
    try {
      const client = await RawClient.connect(bootstrapServers);
      try {
        const found = await new Reader(client).all();
        if (found.size >= partitionCount) return found;
        throw new Error(`${found.size} partitions, expected ${partitionCount}`);
      } finally {
        client.close();
      }
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

class Reader {
  readonly #client: RawClient;

  constructor(client: RawClient) {
    this.#client = client;
  }

  async all(): Promise<Served> {
    const found = new Map<string, ServedPartition>();
    const { topics } = await this.#ask(metadataApi, METADATA_VERSION, { topics: null });
    for (const { name, topicId, partitions, errorCode } of topics) {
      requireNone(errorCode, 'metadata');
      for (const { partitionIndex } of partitions) {
        const partition = await this.#partition(name!, topicId, partitionIndex);
        found.set(`${name}-${partitionIndex}`, partition);
      }
    }
    return new Map([...found].sort(([a], [b]) => a.localeCompare(b)));
  }

  async #partition(topic: string, topicId: string, partition: number): Promise<ServedPartition> {
    const start = (await this.#listOffset(topic, partition, -2, 0)).offset;
    const end = (await this.#listOffset(topic, partition, -1, 0)).offset;
    const parts: Buffer[] = [];
    const timestamps = new Set<number>();
    let position = start;
    let state = await this.#fetch(topic, partition, position, 0);
    const aborted = new Map<number, number>();
    while (position < end) {
      state = await this.#fetch(topic, partition, position, 0);
      const committed = await this.#fetch(topic, partition, position, READ_COMMITTED);
      for (const each of committed.abortedTransactions ?? []) {
        aborted.set(each.firstOffset, each.producerId);
      }
      const records = state.records ?? Buffer.alloc(0);
      const before = position;
      let from = 0;
      for (const at of batchPositions(records)) {
        const next = batchLastOffset(records, at) + 1;
        timestamps.add(batchMaxTimestamp(records, at));
        timestamps.add(batchBaseTimestamp(records, at) + 1);
        position = Math.max(position, next);
        from = at + 12 + records.readInt32BE(at + 8);
      }
      parts.push(records.subarray(0, from));
      // The rest of a compacted log may be empty.
      if (position === before) break;
    }
    const offsets: Record<string, string> = {};
    const asked = [...timestamps].sort((a, b) => a - b).filter((_, index) => index % 9 === 0);
    for (const timestamp of [...SPECIAL_TIMESTAMPS, ...asked]) {
      for (const isolation of [0, READ_COMMITTED]) {
        const each = await this.#listOffset(topic, partition, timestamp, isolation);
        offsets[`${isolation}/${timestamp}`] = `${each.offset} ${each.timestamp}`;
      }
    }
    return {
      topicId,
      logStartOffset: state.logStartOffset,
      highWatermark: state.highWatermark,
      lastStableOffset: state.lastStableOffset,
      batches: Buffer.concat(parts),
      offsets,
      aborted: [...aborted]
        .sort(([a], [b]) => a - b)
        .map(([firstOffset, producerId]) => `${producerId} ${firstOffset}`),
    };
  }

  async #fetch(topic: string, partition: number, fetchOffset: number, isolationLevel: number) {
    const { responses } = await this.#ask(fetchApi, FETCH_VERSION, {
      replicaId: -1,
      maxWaitMs: 0,
      minBytes: 0,
      isolationLevel,
      sessionId: 0,
      sessionEpoch: -1,
      topics: [{ topic, partitions: [{ partition, fetchOffset, partitionMaxBytes: FETCH_BYTES }] }],
    });
    const answer = responses[0]!.partitions[0]!;
    requireNone(answer.errorCode, `fetch of ${topic}-${partition} from ${fetchOffset}`);
    return answer;
  }

  async #listOffset(topic: string, partitionIndex: number, timestamp: number, isolation: number) {
    const { topics } = await this.#ask(listOffsetsApi, LIST_OFFSETS_VERSION, {
      replicaId: -1,
      isolationLevel: isolation,
      topics: [{ name: topic, partitions: [{ partitionIndex, timestamp }] }],
    });
    const answer = topics[0]!.partitions[0]!;
    requireNone(answer.errorCode, `offset of ${topic}-${partitionIndex} at ${timestamp}`);
    return answer;
  }

  async #ask<Request, Input, Response, ResponseInput>(
    api: Api<Request, Input, Response, ResponseInput>,
    version: number,
    body: Input,
  ): Promise<Response> {
    const outcome = await this.#client.exchange(api, version, body);
    if (outcome.kind !== 'answer') throw new Error(`${api.name}: ${outcome.kind}`);
    return outcome.body;
  }
}

function requireNone(errorCode: number, what: string): void {
  if (errorCode !== 0) throw new Error(`${what}: error ${errorCode}`);
}
