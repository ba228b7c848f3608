/**
 * Sends records to a cluster.
 *
 *     send ──► partitioner ──► accumulator ──► sender ──► connection
 *        └──► waiting room ──────▲
 *
 * Owns the parts and their lifetime. Every promise that `send` returns settles: with the record's place, or with a KafkaError,
 * at the latest after `maxBlockMs` and `deliveryTimeoutMs` together, or when the producer is closed.
 */
import { recordSizeBytesMax } from '@zurau/protocol';
import { Cluster, type OperationOptions } from '../cluster/cluster.ts';
import { abortable } from '../cluster/retry.ts';
import { abortedError, clientError, KafkaError } from '../errors.ts';
import { type AcceptedRecord, Accumulator } from './accumulator.ts';
import type { RecordCallback } from './producer-batch.ts';
import { type ProducerConfig, resolveProducerConfig } from './producer-config.ts';
import { headerList, type ProducerRecord, type RecordMetadata } from './record.ts';
import { Sender } from './sender.ts';
import { WaitingRoom } from './waiting-room.ts';

export interface SendOptions {
  /** Withdraws a record that still waits for metadata or room. One that is in a batch already is sent all the same. */
  readonly signal?: AbortSignal;
}

export class Producer {
  readonly #config: Required<ProducerConfig>;
  readonly #cluster: Cluster;
  readonly #accumulator: Accumulator;
  readonly #sender: Sender;
  readonly #waitingRoom: WaitingRoom;
  #closing: Promise<void> | undefined;

  /** Connects when it has to. Throws KafkaError `INVALID_ARGUMENT` for a wrong or unknown setting. */
  constructor(config: ProducerConfig) {
    this.#config = resolveProducerConfig(config);
    this.#cluster = new Cluster(this.#config, {
      autoCreateTopics: true,
      usesZstd: this.#config.compressionType === 'zstd',
    });
    this.#accumulator = new Accumulator(
      {
        clock: this.#cluster.platform.clock,
        batchSizeBytes: this.#config.batchSize,
        lingerMs: this.#config.lingerMs,
        codec: this.#config.compressionType,
        inFlightMax: this.#config.maxInFlightRequestsPerConnection,
        bufferMemoryBytes: this.#config.bufferMemory,
        recordSizeBytesMax: this.#config.maxRequestSize,
      },
      this.#cluster.platform.random,
    );
    this.#sender = new Sender(this.#cluster, this.#accumulator, this.#config);
    this.#waitingRoom = new WaitingRoom({
      cluster: this.#cluster,
      accumulator: this.#accumulator,
      maxBlockMs: this.#config.maxBlockMs,
      onAdmitted: () => this.#sender.wake(),
    });
    this.#sender.onRoom = () => this.#waitingRoom.admit();
    this.#sender.isCrowded = () => !this.#waitingRoom.isEmpty;
    this.#cluster.onMetadata = () => this.#sender.wake();
  }

  /** Finds out at once whether the cluster can be reached; without it, the first `send` does. One try, no retries. */
  async connect(options: OperationOptions = {}): Promise<void> {
    await this.#cluster.connect(options);
  }

  /** Sends a record; resolves when it is acknowledged as `acks` asks. */
  send(record: ProducerRecord, options: SendOptions = {}): Promise<RecordMetadata> {
    return new Promise((resolve, reject) => {
      this.#submit(
        record,
        (error, metadata) => {
          if (error === undefined) resolve(metadata as RecordMetadata);
          else reject(error);
        },
        options.signal,
      );
    });
  }

  /** Sends records, resolves when all are acknowledged; rejects with the first failure once all are settled. */
  sendBatch(
    records: readonly ProducerRecord[],
    options: SendOptions = {},
  ): Promise<RecordMetadata[]> {
    return new Promise((resolve, reject) => {
      const results: RecordMetadata[] = [];
      let open = records.length;
      let failure: KafkaError | undefined;
      if (open === 0) resolve(results);
      for (const [index, record] of records.entries()) {
        const callback: RecordCallback = (error, metadata) => {
          if (error === undefined) results[index] = metadata as RecordMetadata;
          else failure ??= error;
          open -= 1;
          if (open > 0) return;
          if (failure === undefined) resolve(results);
          else reject(failure);
        };
        this.#submit(record, callback, options.signal);
      }
    });
  }

  /** Resolves when a `send` would not have to wait for room: what a source that can be paused waits for. */
  room(signal?: AbortSignal): Promise<void> {
    return abortable(
      new Promise((resolve) => {
        this.#waitingRoom.whenEmpty(resolve);
      }),
      signal,
    );
  }

  /** Sends everything without lingering; resolves when all that was sent before is settled, for good or bad. */
  async flush(signal?: AbortSignal): Promise<void> {
    this.#sender.hurryUp();
    try {
      await this.room(signal);
      const settled = Promise.all(
        Array.from(
          this.#accumulator.unsettled(),
          (batch) => new Promise<void>((resolve) => batch.whenSettled(resolve)),
        ),
      );
      await abortable(settled, signal);
    } finally {
      this.#sender.calmDown();
    }
  }

  /**
   * Takes no more records, flushes for at most `timeoutMs` (default: as long as deliveries may take), then disconnects; what is
   * not settled by then is rejected with `CLIENT_CLOSED`. Idempotent.
   */
  close(options: { readonly timeoutMs?: number } = {}): Promise<void> {
    this.#closing ??= this.#close(options.timeoutMs);
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(timeoutMs: number | undefined): Promise<void> {
    const error = clientError('CLIENT_CLOSED', 'The producer was closed.');
    const limit = new AbortController();
    const timer =
      timeoutMs === undefined
        ? undefined
        : this.#cluster.platform.timers.after(timeoutMs, () => limit.abort());
    try {
      await this.flush(limit.signal);
    } catch (caught) {
      if (!(caught instanceof KafkaError) || caught.code !== 'ABORTED') throw caught;
    } finally {
      timer?.cancel();
      this.#waitingRoom.close(error);
      this.#sender.close(error);
      await this.#cluster.close();
    }
  }

  #submit(record: ProducerRecord, callback: RecordCallback, signal?: AbortSignal): void {
    try {
      if (this.#closing !== undefined)
        throw clientError('CLIENT_CLOSED', 'The producer is closed.');
      if (signal?.aborted === true) throw abortedError(signal);
      const accepted = accept(record, this.#cluster.platform.clock.now());
      const refusal = this.#accumulator.refusal(accepted.sizeBytesMax);
      if (refusal !== undefined) throw refusal;
      const topic = this.#cluster.metadata.topic(record.topic);
      if (
        topic === undefined ||
        !this.#waitingRoom.isEmpty ||
        !this.#accumulator.hasRoom(accepted.sizeBytesMax)
      ) {
        this.#waitingRoom.enter(accepted, callback, signal);
        this.#waitingRoom.admit();
        this.#sender.wake();
        return;
      }
      this.#accumulator.append(topic, accepted, callback);
      this.#sender.wake();
    } catch (error) {
      if (!(error instanceof KafkaError)) throw error;
      callback(error, undefined);
    }
  }
}

/** Checks what the type checker cannot. Throws KafkaError `INVALID_ARGUMENT`. */
function accept(record: ProducerRecord, nowMs: number): AcceptedRecord {
  const { topic, key, value, partition, timestamp } = record;
  if (typeof topic !== 'string' || topic === '') {
    throw clientError('INVALID_ARGUMENT', 'A record needs a topic.');
  }
  if (partition !== undefined && (!Number.isInteger(partition) || partition < 0)) {
    throw clientError('INVALID_ARGUMENT', `${String(partition)} is not a partition number.`);
  }
  if (timestamp !== undefined && !(Number.isSafeInteger(timestamp) && timestamp >= 0)) {
    throw clientError('INVALID_ARGUMENT', `${String(timestamp)} is not a timestamp.`);
  }
  checkBytes('key', key);
  checkBytes('value', value);
  const accepted = {
    topic,
    partition,
    key,
    value,
    headers: headerList(record.headers),
    timestamp: timestamp ?? nowMs,
    sizeBytesMax: 0,
  };
  accepted.sizeBytesMax = recordSizeBytesMax(accepted);
  return accepted;
}

function checkBytes(name: string, bytes: unknown): void {
  if (bytes === null || bytes === undefined || typeof bytes === 'string') return;
  if (bytes instanceof Uint8Array) return;
  throw clientError(
    'INVALID_ARGUMENT',
    `A record's ${name} is a string, a Uint8Array or null, not ${typeof bytes}; encode it first.`,
  );
}
