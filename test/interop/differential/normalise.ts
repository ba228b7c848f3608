/**
 * Turns an answer into what two brokers must agree on: ids become names in order of appearance, times of now become NOW, records are decoded, sets lose
 * their order. What is left is compared to the letter.
 *
 * Texts for people (error messages) are compared for being there, not for their words.
 */
import {
  attributesCodec,
  attributesIsLogAppendTime,
  batchAttributes,
  batchBaseOffset,
  batchBaseSequence,
  batchBaseTimestamp,
  batchLastOffset,
  batchLeaderEpoch,
  batchMagic,
  batchMaxTimestamp,
  batchPositions,
  batchProducerEpoch,
  batchProducerId,
  batchRecordCount,
  CompressionError,
  DecodeError,
  decodeRecords,
  ZERO_UUID,
} from '@zurau/protocol';

export type Plain = null | boolean | number | string | Plain[] | { [field: string]: Plain };

const NOW_TOLERANCE_MS = 600_000;

/** Fields whose value is any text, or none. */
const TEXTS = new Set(['errorMessage', 'batchIndexErrorMessage', 'documentation']);
/** Fields that say nothing about the answer, by the value that stands for them. */
const FIXED: Readonly<Record<string, string>> = {
  throttleTimeMs: 'THROTTLE',
  clusterId: 'CLUSTER',
  totalBytes: 'BYTES',
  usableBytes: 'BYTES',
  logDir: 'DIR',
};
/** Fields that hold ids which each broker makes up; by the value that means none. */
const IDS: Readonly<Record<string, string | number>> = {
  topicId: ZERO_UUID,
  memberId: '',
  leader: '',
  producerId: -1,
  sessionId: 0,
};

export class Normaliser {
  readonly #names = new Map<string, string>();

  /** `value` is an answer as it was decoded; ids get their names from the first step in which they are seen. */
  normalise(step: string, value: unknown): Plain {
    return this.#nameIds(step, '', this.#sortSets('', this.#plain('', value)));
  }

  /** Without order and ids: numbers, texts, records. */
  #plain(field: string, value: unknown): Plain {
    if (TEXTS.has(field)) return value === null || value === '' ? value : 'TEXT';
    if (field in FIXED) return value === null ? null : FIXED[field]!;
    if (field === 'port') return value === -1 ? -1 : 'PORT';
    if (Buffer.isBuffer(value)) return field === 'records' ? batches(value) : value.toString('hex');
    if (typeof value === 'number') return isNow(value) ? 'NOW' : value;
    if (value === null || value === undefined) return null;
    if (typeof value === 'string' || typeof value === 'boolean') return value;
    if (Array.isArray(value)) return value.map((item) => this.#plain(field, item));
    return Object.fromEntries(
      Object.entries(value as object).map(([name, item]) => [name, this.#plain(name, item)]),
    );
  }

  /** Arrays of structs are sets in Kafka's answers: their order is that of some hash map. Ids count as far as they have a name. */
  #sortSets(field: string, value: Plain): Plain {
    if (field === 'records' || typeof value !== 'object' || value === null) return value;
    if (!Array.isArray(value)) {
      return Object.fromEntries(
        Object.entries(value).map(([name, item]) => [name, this.#sortSets(name, item)]),
      );
    }
    const items = value.map((item) => this.#sortSets('', item));
    if (!items.every((item) => typeof item === 'object' && item !== null)) return items;
    const keyOf = (item: Plain): string =>
      JSON.stringify(item, (name, each: Plain) =>
        isId(name, each) ? (this.#names.get(idKey(name, each)) ?? 'ID') : each,
      );
    return items
      .map((item) => ({ item, key: keyOf(item) }))
      .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
      .map(({ item }) => item);
  }

  #nameIds(place: string, field: string, value: Plain): Plain {
    if (Array.isArray(value)) {
      return value.map((item, index) => this.#nameIds(`${place}/${index}`, field, item));
    }
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(
        Object.entries(value).map(([name, item]) => [
          name,
          this.#nameIds(`${place}/${name}`, name, item),
        ]),
      );
    }
    if (!isId(field, value)) return value;
    const id = idKey(field, value);
    const name = this.#names.get(id) ?? `first seen at ${place}`;
    this.#names.set(id, name);
    return name;
  }
}

function isId(field: string, value: Plain): boolean {
  return field in IDS && value !== null && value !== IDS[field];
}

function idKey(field: string, value: Plain): string {
  return `${field === 'leader' ? 'memberId' : field} ${JSON.stringify(value)}`;
}

function isNow(value: number): boolean {
  return Math.abs(value - Date.now()) < NOW_TOLERANCE_MS;
}

/** The whole batches of a records field. Kafka may cut off a last one where a limit of bytes ends; clients drop it. */
function batches(buffer: Buffer): Plain {
  return [...batchPositions(buffer)].map((at) => {
    const attributes = batchAttributes(buffer, at);
    return {
      baseOffset: batchBaseOffset(buffer, at),
      lastOffset: batchLastOffset(buffer, at),
      leaderEpoch: batchLeaderEpoch(buffer, at),
      magic: batchMagic(buffer, at),
      codec: attributesCodec(attributes) ?? 'unknown',
      flags: attributes >> 3,
      baseTimestamp: time(batchBaseTimestamp(buffer, at)),
      maxTimestamp: time(batchMaxTimestamp(buffer, at)),
      isLogAppendTime: attributesIsLogAppendTime(attributes),
      producerId: batchProducerId(buffer, at),
      producerEpoch: batchProducerEpoch(buffer, at),
      baseSequence: batchBaseSequence(buffer, at),
      recordCount: batchRecordCount(buffer, at),
      records: records(buffer, at),
    };
  });
}

function records(buffer: Buffer, at: number): Plain {
  try {
    return decodeRecords(buffer, at).map(({ offset, timestamp, key, value, headers }) =>
      [
        String(offset),
        JSON.stringify(time(timestamp)),
        key?.toString() ?? null,
        value === null ? null : value.length > 40 ? `${value.length} bytes` : value.toString(),
        headers.map((header) => `${header.key}=${header.value?.toString() ?? 'null'}`).join(),
      ].join(' | '),
    );
  } catch (error) {
    if (error instanceof DecodeError || error instanceof CompressionError)
      return 'cannot be decoded';
    throw error;
  }
}

function time(ms: number): Plain {
  return isNow(ms) ? 'NOW' : ms;
}
