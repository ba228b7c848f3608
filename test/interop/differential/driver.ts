/**
 * One broker's side of a scenario: sends what the scenario says, keeps the transcript of what came back.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  createTopicsApi,
  deleteRecordsApi,
  encodeRecordBatch,
  EncodeError,
  findCoordinatorApi,
  metadataApi,
  produceApi,
} from '@zurau/protocol';
import type { Api, RecordBatchOptions, RecordInput } from '@zurau/protocol';
import { RawClient } from '@zurau/testkit';
import type { RawExchangeOptions } from '@zurau/testkit';
import { Normaliser } from './normalise.ts';
import type { Plain } from './normalise.ts';

/** A time long ago, so that no broker's clock comes near it. */
export const T0 = 1_600_000_000_000;
export const TIMEOUT_MS = 10_000;
const POLL_MS = 20;
const POLLS_MAX = 500;

/** What came of a step: an answer, or a word for why there is none. */
export interface Entry {
  readonly step: string;
  outcome: Plain;
}

export interface SendOptions extends RawExchangeOptions {
  /** Absent: the scenario's version for the scenario's own API, else the newest that both brokers speak. */
  readonly version?: number;
  /** Sends on a connection of its own by that name. */
  readonly on?: string;
  /** Sends, and goes on: what becomes of it shows in later steps. */
  readonly expectNothing?: boolean;
}

export interface DriverOptions {
  readonly bootstrapServers: string;
  readonly apiKey: number;
  readonly version: number;
  /** Newest version that both brokers speak, by API key. */
  readonly newest: ReadonlyMap<number, number>;
}

export class Driver {
  readonly version: number;
  readonly transcript: Entry[] = [];
  readonly #options: DriverOptions;
  readonly #clients = new Map<string, RawClient>();
  readonly #normaliser = new Normaliser();

  constructor(options: DriverOptions) {
    this.#options = options;
    this.version = options.version;
  }

  /** The version in which this scenario sends `api`. */
  versionOf(api: {
    readonly key: number;
    readonly request: { readonly maxVersion: number };
  }): number {
    if (api.key === this.#options.apiKey) return this.version;
    return this.#options.newest.get(api.key) ?? api.request.maxVersion;
  }

  /** A name that no other scenario uses, nor this one in another version. */
  name(base: string): string {
    return `${base}-${this.#options.apiKey}-v${this.version}`;
  }

  /** Sends a request and notes what comes back. Undefined when that is no answer. */
  async send<Request, RequestInput, Response, ResponseInput>(
    step: string,
    api: Api<Request, RequestInput, Response, ResponseInput>,
    body: RequestInput,
    options: SendOptions = {},
  ): Promise<Response | undefined> {
    const entry: Entry = { step, outcome: 'no answer yet' };
    this.transcript.push(entry);
    const outcome = await this.#attempt(api, body, options);
    entry.outcome =
      typeof outcome === 'string' ? outcome : this.#normaliser.normalise(step, outcome.body);
    return typeof outcome === 'string' ? undefined : outcome.body;
  }

  /** Sends a request as a means to an end: nothing is noted. Throws when it is not answered. */
  async quietly<Request, RequestInput, Response, ResponseInput>(
    api: Api<Request, RequestInput, Response, ResponseInput>,
    body: RequestInput,
    options: SendOptions = {},
  ): Promise<Response> {
    const newest = this.#options.newest.get(api.key) ?? api.request.maxVersion;
    const outcome = await this.#attempt(api, body, { version: newest, ...options });
    if (typeof outcome === 'string') throw new Error(`${api.name}: ${outcome}`);
    return outcome.body;
  }

  /** Notes something that was worked out from answers. */
  note(step: string, outcome: Plain): void {
    this.transcript.push({ step, outcome });
  }

  /** Notes part of an answer, as `send` notes a whole one. */
  noteAnswer(step: string, part: unknown): void {
    this.note(step, this.#normaliser.normalise(step, part));
  }

  /** Sends bytes as they are and notes whether they are answered. */
  async sendBytes(step: string, frame: Buffer): Promise<void> {
    const answer = await this.exchangeBytes(frame);
    this.note(step, answer === undefined ? 'no answer, and the connection is closed' : 'answered');
  }

  /** Sends bytes as they are on a connection that is still open; undefined when the broker closes it. Throws when it does neither. */
  async exchangeBytes(frame: Buffer): Promise<Buffer | undefined> {
    const client = await this.#client('bytes');
    const outcome = await client.exchangeBytes(frame);
    if (outcome.kind === 'silence') throw new Error('neither an answer nor a close');
    return outcome.kind === 'answer' ? outcome.body : undefined;
  }

  async createTopic(
    name: string,
    configs: Readonly<Record<string, string>> = {},
    numPartitions = 1,
  ): Promise<string> {
    const { topics } = await this.quietly(createTopicsApi, {
      topics: [
        {
          name,
          numPartitions,
          replicationFactor: 1,
          assignments: [],
          configs: Object.entries(configs).map(([key, value]) => ({ name: key, value })),
        },
      ],
      timeoutMs: TIMEOUT_MS,
    });
    if (topics[0]?.errorCode !== 0) throw new Error(`${name}: ${JSON.stringify(topics)}`);
    return this.topicId(name);
  }

  async topicId(name: string): Promise<string> {
    const { topics } = await this.quietly(metadataApi, {
      topics: [{ name }],
      allowAutoTopicCreation: false,
    });
    return topics[0]!.topicId;
  }

  /** Appends one batch, quietly; each record is a value, with times from T0 on, a second apart. */
  async produce(
    topic: string,
    values: readonly string[],
    options: RecordBatchOptions & { partition?: number; baseTimestamp?: number } = {},
  ): Promise<void> {
    const { partition = 0, baseTimestamp = T0, ...batch } = options;
    const records = values.map((value, index) => ({
      timestamp: baseTimestamp + index * 1000,
      key: `k${index}`,
      value,
    }));
    const { responses } = await this.quietly(produceApi, {
      ...onePartition(topic, encodeRecordBatch(records, batch), partition),
    });
    const [answer] = responses[0]!.partitionResponses;
    if (answer!.errorCode !== 0) throw new Error(`produce: ${JSON.stringify(answer)}`);
  }

  /** Makes `offset` the first of partition 0; -1 drops all. */
  async deleteRecords(topic: string, offset: number): Promise<void> {
    await this.quietly(deleteRecordsApi, {
      topics: [{ name: topic, partitions: [{ partitionIndex: 0, offset }] }],
      timeoutMs: TIMEOUT_MS,
    });
  }

  /** Until the group's coordinator serves. */
  async coordinator(group: string): Promise<void> {
    await this.until(async () => {
      const { coordinators } = await this.quietly(findCoordinatorApi, {
        keyType: 0,
        coordinatorKeys: [group],
      });
      return coordinators[0]!.errorCode === 0;
    });
  }

  async until(isDone: () => Promise<boolean>): Promise<void> {
    for (let poll = 0; poll < POLLS_MAX; poll++) {
      if (await isDone()) return;
      await sleep(POLL_MS);
    }
    throw new Error(`not done after ${POLLS_MAX * POLL_MS} ms`);
  }

  close(): void {
    for (const client of this.#clients.values()) client.close();
    this.#clients.clear();
  }

  async #attempt<Request, RequestInput, Response, ResponseInput>(
    api: Api<Request, RequestInput, Response, ResponseInput>,
    body: RequestInput,
    { on = 'main', version, expectNothing = false, ...options }: SendOptions,
  ): Promise<{ readonly body: Response } | string> {
    const client = await this.#client(on);
    try {
      const sent = client.exchange(api, version ?? this.versionOf(api), body, options);
      if (expectNothing) {
        // Both the silence and the close are seen by what follows.
        sent.catch(() => undefined);
        return 'sent';
      }
      const outcome = await sent;
      return outcome.kind === 'answer' ? outcome : outcome.kind;
    } catch (error) {
      if (error instanceof EncodeError) return NOT_IN_THIS_VERSION;
      throw error;
    }
  }

  async #client(on: string): Promise<RawClient> {
    let client = this.#clients.get(on);
    if (client === undefined || client.isClosed) {
      client = await RawClient.connect(this.#options.bootstrapServers);
      this.#clients.set(on, client);
    }
    return client;
  }
}

/** The outcome of a step whose request a version has no place for: not an exchange. */
export const NOT_IN_THIS_VERSION = 'cannot be asked in this version';

/** A produce request for one partition. */
export function onePartition(
  name: string,
  records: Buffer | null,
  index = 0,
  acks = -1,
): {
  acks: number;
  timeoutMs: number;
  topicData: { name: string; partitionData: { index: number; records: Buffer | null }[] }[];
} {
  return {
    acks,
    timeoutMs: TIMEOUT_MS,
    topicData: [{ name, partitionData: [{ index, records }] }],
  };
}

export function batch(records: readonly RecordInput[], options: RecordBatchOptions = {}): Buffer {
  return encodeRecordBatch(records, options);
}
