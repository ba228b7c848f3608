/**
 * Plays the transcripts of this directory: lines that start with `> ` are what producers and operators do, what follows is what they see.
 * `ZURAU_REWRITE_SCENARIOS=1` writes the files anew; read the difference before you commit it.
 *
 * Time is virtual, producer ids count from 1000. Markers are what the leaders of partitions are sent. No line after a command means that nobody was
 * answered.
 */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { simulatedPlatform, type SimulatedHost } from '@zurau/platform';
import { ErrorCode, batchPositions, decodeRecords, errorName } from '@zurau/protocol';
import type { WriteTxnMarkersRequestInput, WriteTxnMarkersResponse } from '@zurau/protocol';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { MemoryCoordinatorLog } from '../../runtime/memory-coordinator-log.ts';
import {
  defaultTransactionCoordinatorConfig,
  type TransactionCoordinatorConfig,
} from '../config.ts';
import { listOf, type TopicPartition } from '../partition-set.ts';
import { TransactionCoordinator } from '../transaction-coordinator.ts';
import { transactionRecordCodec } from '../transaction-records.ts';
import type { ProducerIdentity } from '../transitions.ts';

const ID = 'orders';
const PARTITION = 0;
const FIRST_PRODUCER_ID = 1000;
const inReadingOrder = new Intl.Collator('en', { numeric: true }).compare;

class World {
  readonly #platform: SimulatedHost = simulatedPlatform(1);
  readonly #log = new MemoryCoordinatorLog();
  readonly #producers = new Map<string, ProducerIdentity>();
  readonly #output: string[] = [];
  /** By partition, as `payments/0`; those not named are led by broker 1. */
  readonly #leaders = new Map<string, number | undefined>();
  readonly #refusals = new Map<string, number>();
  #config: TransactionCoordinatorConfig = defaultTransactionCoordinatorConfig;
  #coordinator: TransactionCoordinator | undefined;
  #epoch = 0;
  #nextProducerId = FIRST_PRODUCER_ID;
  #shownBatches = 0;

  async play(command: string): Promise<string[]> {
    const [verb = '', ...words] = command.split(' ');
    await this.#do(verb, words);
    await this.#platform.simulation.runFor(0);
    return this.#output.splice(0).toSorted(inReadingOrder);
  }

  async close(): Promise<void> {
    await this.#coordinator?.close();
  }

  async #do(verb: string, words: readonly string[]): Promise<void> {
    const [name = '', ...rest] = words;
    const coordinator = await this.#transactions();
    switch (verb) {
      case 'config':
        this.#config = { ...this.#config, [name]: Number(rest[0]) };
        await this.#restart();
        return;
      case 'init':
        return this.#init(coordinator, name, rest);
      case 'add':
        return this.#answer(
          `${name}: add`,
          coordinator.addPartitions(ID, this.#identity(name), rest.map(partitionOf)),
        );
      case 'commit':
      case 'abort':
        return this.#answer(
          `${name}: ${verb}`,
          coordinator.endTransaction(ID, this.#identity(name), verb === 'commit'),
        );
      case 'verify': {
        const codes = coordinator.verify(ID, this.#identity(name), rest.map(partitionOf));
        codes.forEach((code, index) => this.#say(`${rest[index]}: ${errorName(code)}`));
        return;
      }
      case 'describe':
        return this.#describe(coordinator);
      case 'leader':
        this.#leaders.set(name, rest[0] === 'gone' ? undefined : Number(rest[0]));
        return;
      case 'refuse':
        if (rest[0] === 'nothing') this.#refusals.delete(name);
        else this.#refusals.set(name, codeOf(rest[0] ?? ''));
        return;
      case 'wait':
        return await this.#platform.simulation.runFor(Number(name));
      case 'log':
        return this.#showLog();
      case 'log-refuses':
        this.#log.refusesWith = name === 'nothing' ? undefined : codeOf(name);
        return;
      case 'replication':
        this.#log.replicatesAtOnce = name === 'on';
        if (name === 'on') this.#log.replicate(PARTITION);
        return;
      case 'failover':
        // The old coordinator is gone with what it had in memory, and with what was not replicated.
        await this.#coordinator?.close();
        this.#log.truncateToHighWatermark(PARTITION);
        await this.#restart();
        return;
      default:
        throw new Error(`no such command: ${verb}`);
    }
  }

  async #restart(): Promise<void> {
    await this.#coordinator?.close();
    this.#coordinator = undefined;
    await this.#transactions();
  }

  async #transactions(): Promise<TransactionCoordinator> {
    if (this.#coordinator === undefined) {
      this.#coordinator = new TransactionCoordinator({
        platform: this.#platform,
        logger: pino({ level: 'silent' }),
        config: this.#config,
        log: this.#log,
        partitionCount: () => 1,
        producerIds: { next: () => Promise.resolve(this.#nextProducerId++) },
        routes: {
          leaderOf: (topic, partition) => {
            const name = `${topic}/${partition}`;
            return this.#leaders.has(name) ? this.#leaders.get(name) : 1;
          },
          linkTo: (brokerId) => ({
            writeTxnMarkers: (request) => this.#writeMarkers(brokerId, request),
          }),
        },
      });
      this.#coordinator.start();
      this.#coordinator.onElected(PARTITION, ++this.#epoch);
      await this.#coordinator.loaded();
    }
    return this.#coordinator;
  }

  #writeMarkers(
    brokerId: number,
    { markers }: WriteTxnMarkersRequestInput,
  ): Promise<WriteTxnMarkersResponse> {
    const results = markers.map((marker) => {
      const { producerId, producerEpoch, coordinatorEpoch, transactionResult } = marker;
      const topics = marker.topics.map(({ name, partitionIndexes }) => ({
        name,
        partitions: partitionIndexes.map((partitionIndex) => {
          const errorCode = this.#refusals.get(`${name}/${partitionIndex}`) ?? ErrorCode.NONE;
          const result = transactionResult ? 'commit' : 'abort';
          const fate = errorCode === ErrorCode.NONE ? '' : `, refused: ${errorName(errorCode)}`;
          this.#say(
            `broker ${brokerId}: ${result} of ${producerId}/${producerEpoch} in ${name}/${partitionIndex}, coordinator epoch ${coordinatorEpoch}${fate}`,
          );
          return { partitionIndex, errorCode };
        }),
      }));
      return { producerId, topics };
    });
    return Promise.resolve({ markers: results });
  }

  /** `again`: with the identity that it had, as after an error. */
  #init(coordinator: TransactionCoordinator, name: string, options: readonly string[]): void {
    const timeout = options.find((each) => each.startsWith('timeout='));
    const exhausted = options.find((each) => each.startsWith('as='))?.slice(3);
    const [producerId, producerEpoch] = (exhausted ?? '').split('/').map(Number);
    const stated =
      producerId !== undefined && producerEpoch !== undefined
        ? { producerId, producerEpoch }
        : undefined;
    const answer = coordinator.initProducerId({
      transactionalId: ID,
      timeoutMs: timeout === undefined ? 60_000 : Number(timeout.slice(8)),
      expected: stated ?? (options.includes('again') ? this.#identity(name) : undefined),
    });
    void answer.then(({ errorCode, ...identity }) => {
      if (errorCode === ErrorCode.NONE) {
        this.#producers.set(name, identity);
        this.#say(`${name}: producer ${identity.producerId}/${identity.producerEpoch}`);
      } else {
        this.#say(`${name}: init ${errorName(errorCode)}`);
      }
    });
  }

  #answer(what: string, answer: Promise<number>): void {
    void answer.then((errorCode) => this.#say(`${what} ${errorName(errorCode)}`));
  }

  #describe(coordinator: TransactionCoordinator): void {
    const found = coordinator.describe(ID);
    if (typeof found === 'number') return this.#say(`orders: ${errorName(found)}`);
    const { producerId, producerEpoch, state, partitions } = found;
    const names = listOf(partitions).map(({ topic, partition }) => `${topic}/${partition}`);
    this.#say(['orders:', state, `${producerId}/${producerEpoch}`, ...names].join(' '));
  }

  /** What was appended since it was last shown. */
  #showLog(): void {
    const batches = this.#log.batches(PARTITION);
    for (const batch of batches.slice(this.#shownBatches)) {
      for (const at of batchPositions(batch)) {
        for (const { offset, key, value } of decodeRecords(batch, at)) {
          const record = transactionRecordCodec.decode(key ?? Buffer.alloc(0), value);
          if (record === undefined) throw new Error('a record that is not ours');
          const what =
            record.value === null
              ? 'forgotten'
              : [
                  record.value.state,
                  `${record.value.producerId}/${record.value.producerEpoch}`,
                  ...listOf(record.value.partitions).map(
                    (each) => `${each.topic}/${each.partition}`,
                  ),
                ].join(' ');
          this.#say(`@${offset}: ${record.transactionalId} ${what}`);
        }
      }
    }
    this.#shownBatches = batches.length;
  }

  #identity(name: string): ProducerIdentity {
    return this.#producers.get(name) ?? { producerId: -1, producerEpoch: -1 };
  }

  #say(line: string): void {
    this.#output.push(line);
  }
}

function partitionOf(text: string): TopicPartition {
  const [topic = '', partition = ''] = text.split('/');
  return { topic, partition: Number(partition) };
}

function codeOf(name: string): number {
  const code = (ErrorCode as Record<string, number>)[name];
  if (code === undefined) throw new Error(`no such error: ${name}`);
  return code;
}

const directory = import.meta.dirname;
const files = readdirSync(directory).filter((file) => file.endsWith('.txt'));

test.each(files)('%s', async (file) => {
  const path = join(directory, file);
  const written = readFileSync(path, 'utf8');
  const world = new World();
  const played: string[] = [];
  for (const line of written.split('\n')) {
    if (line.startsWith('#') || line === '') played.push(line);
    if (!line.startsWith('> ')) continue;
    played.push(line, ...(await world.play(line.slice(2))));
  }
  await world.close();
  const text = played.join('\n');
  if (process.env['ZURAU_REWRITE_SCENARIOS'] === '1') writeFileSync(path, text);
  else expect(text).toBe(written);
});
