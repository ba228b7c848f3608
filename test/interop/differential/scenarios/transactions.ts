/** Transactions (KIP-98, KIP-360, KIP-447, KIP-664, KIP-890): every answer of the coordinator, and what readers see in the end. */
import {
  addOffsetsToTxnApi,
  addPartitionsToTxnApi,
  describeProducersApi,
  describeTransactionsApi,
  endTxnApi,
  fetchApi,
  findCoordinatorApi,
  initProducerIdApi,
  joinGroupApi,
  listTransactionsApi,
  offsetFetchApi,
  produceApi,
  syncGroupApi,
  txnOffsetCommitApi,
  writeTxnMarkersApi,
} from '@zurau/protocol';
import type { RecordBatchOptions } from '@zurau/protocol';
import type { Driver } from '../driver.ts';
import { batch, onePartition } from '../driver.ts';
import { scenario } from '../scenario.ts';
import type { Scenario } from '../scenario.ts';

interface Identity {
  readonly producerId: number;
  readonly producerEpoch: number;
}

type Partitions = Readonly<Record<string, readonly number[]>>;

/** A transactional id and the requests that it takes; what has no step is a means to an end. */
class Producer {
  readonly #broker: Driver;
  readonly id: string;
  identity: Identity = { producerId: -1, producerEpoch: -1 };

  constructor(broker: Driver, id: string) {
    this.#broker = broker;
    this.id = id;
  }

  static async start(broker: Driver, base: string): Promise<Producer> {
    const producer = new Producer(broker, broker.name(base));
    await producer.findCoordinator();
    await producer.begin();
    return producer;
  }

  async findCoordinator(): Promise<void> {
    await this.#broker.until(async () => {
      const { coordinators } = await this.#broker.quietly(findCoordinatorApi, {
        keyType: 1,
        coordinatorKeys: [this.id],
      });
      return coordinators[0]!.errorCode === 0;
    });
  }

  async begin(): Promise<void> {
    await this.#broker.until(async () => {
      const answer = await this.#broker.quietly(initProducerIdApi, {
        transactionalId: this.id,
        transactionTimeoutMs: 60_000,
      });
      if (answer.errorCode !== 0) return false;
      this.identity = answer;
      return true;
    });
  }

  async init(step: string, more: object = {}): Promise<Identity & { errorCode: number }> {
    const answer = await this.#broker.send(step, initProducerIdApi, {
      transactionalId: this.id,
      transactionTimeoutMs: 60_000,
      ...more,
    });
    return answer ?? { errorCode: 0, ...this.identity };
  }

  async add(step: string, partitions: Partitions, identity = this.identity): Promise<void> {
    await this.#broker.send(
      step,
      addPartitionsToTxnApi,
      this.#addition(partitions, identity, this.#broker.versionOf(addPartitionsToTxnApi)),
    );
  }

  async addQuietly(partitions: Partitions): Promise<void> {
    await this.#broker.quietly(
      addPartitionsToTxnApi,
      this.#addition(partitions, this.identity, 3),
      { version: 3 },
    );
  }

  #addition(partitions: Partitions, identity: Identity, version: number): object {
    const topics = Object.entries(partitions).map(([name, indexes]) => ({
      name,
      partitions: indexes,
    }));
    if (version >= 4) {
      return { transactions: [{ transactionalId: this.id, ...pick(identity), topics }] };
    }
    return {
      v3AndBelowTransactionalId: this.id,
      v3AndBelowProducerId: identity.producerId,
      v3AndBelowProducerEpoch: identity.producerEpoch,
      v3AndBelowTopics: topics,
    };
  }

  async verify(step: string, partitions: Partitions, identity = this.identity): Promise<void> {
    const topics = Object.entries(partitions).map(([name, indexes]) => ({
      name,
      partitions: indexes,
    }));
    await this.#broker.send(step, addPartitionsToTxnApi, {
      transactions: [{ transactionalId: this.id, ...pick(identity), verifyOnly: true, topics }],
    });
  }

  async end(step: string, committed: boolean, identity = this.identity): Promise<void> {
    await this.#broker.send(step, endTxnApi, {
      transactionalId: this.id,
      ...pick(identity),
      committed,
    });
    await this.settled();
  }

  async endQuietly(committed: boolean): Promise<void> {
    await this.#broker.quietly(endTxnApi, {
      transactionalId: this.id,
      ...pick(this.identity),
      committed,
    });
    await this.settled();
  }

  /** Until no markers are being written. */
  async settled(): Promise<void> {
    await this.#broker.until(async () => {
      const { transactionStates } = await this.#broker.quietly(describeTransactionsApi, {
        transactionalIds: [this.id],
      });
      return !transactionStates[0]!.transactionState.startsWith('Prepare');
    });
  }

  /** Partitions are a set. */
  async describe(step: string): Promise<void> {
    const { transactionStates } = await this.#broker.quietly(describeTransactionsApi, {
      transactionalIds: [this.id],
    });
    for (const { topics } of transactionStates) {
      for (const { partitions } of topics) partitions.sort((a, b) => a - b);
    }
    this.#broker.noteAnswer(step, transactionStates);
  }

  async produce(
    step: string,
    topic: string,
    baseSequence: number,
    options: RecordBatchOptions & { transactionalId?: string | null } = {},
  ): Promise<void> {
    const { transactionalId = this.id, ...more } = options;
    const records = batch([{ timestamp: Date.now(), key: 'k', value: step }], {
      ...pick(this.identity),
      baseSequence,
      transactional: true,
      ...more,
    });
    await this.#broker.send(step, produceApi, { transactionalId, ...onePartition(topic, records) });
  }

  async addOffsets(step: string, groupId: string, identity = this.identity): Promise<void> {
    await this.#broker.send(step, addOffsetsToTxnApi, {
      transactionalId: this.id,
      ...pick(identity),
      groupId,
    });
  }

  async commitOffsets(
    step: string,
    groupId: string,
    topic: string,
    offset: number,
    more: object = {},
  ): Promise<void> {
    await this.#broker.send(step, txnOffsetCommitApi, {
      transactionalId: this.id,
      groupId,
      ...pick(this.identity),
      topics: [
        {
          name: topic,
          partitions: [{ partitionIndex: 0, committedOffset: offset, committedMetadata: step }],
        },
      ],
      ...more,
    });
  }
}

function pick({ producerId, producerEpoch }: Identity): Identity {
  return { producerId, producerEpoch };
}

/** What readers of all and of committed records see. */
async function readBack(broker: Driver, topic: string): Promise<void> {
  const topicId = await broker.topicId(topic);
  for (const isolationLevel of [0, 1]) {
    await broker.send(`read back, isolation ${isolationLevel}`, fetchApi, {
      maxWaitMs: 0,
      minBytes: 0,
      isolationLevel,
      topics: [
        {
          topic,
          topicId,
          partitions: [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1_000_000 }],
        },
      ],
    });
  }
}

async function offsets(
  broker: Driver,
  step: string,
  group: string,
  stable: boolean,
): Promise<void> {
  await broker.send(
    step,
    offsetFetchApi,
    {
      groups: [{ groupId: group, memberId: null, memberEpoch: -1, topics: null }],
      requireStable: stable,
    },
    { version: 9 },
  );
}

async function group(broker: Driver, base: string): Promise<string> {
  const name = broker.name(base);
  await broker.coordinator(name);
  return name;
}

export const transactionScenarios: readonly Scenario[] = [
  scenario('a transactional id', initProducerIdApi, async (broker) => {
    const producer = new Producer(broker, broker.name('txn'));
    await producer.findCoordinator();
    await producer.begin();
    await producer.init('second');
    const third = await producer.init('third');
    await producer.init('no timeout', { transactionTimeoutMs: 0 });
    await producer.init('negative timeout', { transactionTimeoutMs: -1 });
    await producer.init('longest timeout', { transactionTimeoutMs: 900_000 });
    await producer.init('too long a timeout', { transactionTimeoutMs: 900_001 });
    await producer.init('an old epoch', pick(third));
    const current = await producer.init('the current one');
    const recovered = await producer.init('recovers', pick(current));
    await producer.init('asks again', pick(current));
    await producer.init('another producer id', {
      producerId: current.producerId + 100_000,
      producerEpoch: 0,
    });
    await producer.init('an id alone', { producerId: 5 });
    await producer.init('an epoch alone', { producerEpoch: 5 });
    await producer.init('goes on', pick(recovered));
    await producer.init('after a stranger');
    await producer.init('shut out by the stranger', pick(recovered));
    await producer.describe('described');
    const unknown = new Producer(broker, broker.name('never-seen'));
    await unknown.findCoordinator();
    await unknown.init('expects what is not there', { producerId: 77, producerEpoch: 3 });
  }),

  scenario('an open transaction is aborted', initProducerIdApi, async (broker) => {
    const topic = broker.name('fenced');
    await broker.createTopic(topic);
    const producer = await Producer.start(broker, 'fencing');
    await producer.addQuietly({ [topic]: [0] });
    await producer.produce('open', topic, 0);
    const before = producer.identity;
    await producer.init('while it is open');
    await producer.settled();
    await producer.describe('aborted');
    await producer.produce('the old one produces', topic, 1);
    await producer.end('the old one commits', true);
    await producer.add('the old one adds', { [topic]: [0] });
    const next = await producer.init('once more');
    await producer.init('the old one recovers', pick(before));
    producer.identity = next;
    await producer.addQuietly({ [topic]: [0] });
    await producer.produce('the new one produces', topic, 0);
    await producer.endQuietly(true);
    await readBack(broker, topic);
  }),

  scenario('partitions of a transaction', addPartitionsToTxnApi, async (broker) => {
    const [topic, other] = [broker.name('first'), broker.name('second')];
    await broker.createTopic(topic, {}, 3);
    await broker.createTopic(other);
    const producer = await Producer.start(broker, 'adding');
    const { producerId, producerEpoch } = producer.identity;
    await producer.describe('before');
    await producer.add('one', { [topic]: [0] });
    await producer.add('one more', { [topic]: [0, 2], [other]: [0] });
    await producer.add('the same', { [topic]: [0, 2] });
    await producer.add('one twice', { [topic]: [1, 1] });
    await producer.describe('between');
    await producer.add('unknown topic', { [`${topic}-z`]: [0] });
    await producer.add('unknown partition among others', { [topic]: [0, 7], [other]: [0] });
    await producer.add('nothing', {});
    await producer.add('old epoch', { [topic]: [0] }, { producerId, producerEpoch: -1 });
    await producer.add('new epoch', { [topic]: [0] }, { producerId, producerEpoch: 1 });
    await producer.add('other id', { [topic]: [0] }, { producerId: producerId + 1, producerEpoch });
    await new Producer(broker, '').add('empty id', { [topic]: [0] });
    await new Producer(broker, broker.name('unheard')).add('unknown id', { [topic]: [0] });
    await producer.describe('after');
    await producer.endQuietly(true);
    await producer.describe('ended');
    await producer.add('another transaction', { [other]: [0] });
    await producer.describe('another');
    await producer.endQuietly(false);
  }),

  scenario(
    'verification',
    addPartitionsToTxnApi,
    async (broker) => {
      const topic = broker.name('verified');
      await broker.createTopic(topic, {}, 2);
      const producer = await Producer.start(broker, 'verifying');
      const { producerId, producerEpoch } = producer.identity;
      await producer.verify('nothing open', { [topic]: [0] });
      await producer.addQuietly({ [topic]: [0] });
      await producer.verify('one of two', { [topic]: [0, 1] });
      await producer.verify('unknown topic', { [`${topic}-z`]: [0] });
      await producer.verify('old epoch', { [topic]: [0] }, { producerId, producerEpoch: -1 });
      await producer.verify('other id', { [topic]: [0] }, { producerId: 9_999_999, producerEpoch });
      await broker.send('several', addPartitionsToTxnApi, {
        transactions: [
          {
            transactionalId: producer.id,
            producerId,
            producerEpoch,
            verifyOnly: false,
            topics: [{ name: topic, partitions: [1] }],
          },
          {
            transactionalId: broker.name('unheard'),
            producerId,
            producerEpoch,
            verifyOnly: true,
            topics: [{ name: topic, partitions: [0] }],
          },
        ],
      });
      await producer.endQuietly(true);
      await producer.verify('ended', { [topic]: [0] });
    },
    { fromVersion: 4 },
  ),

  scenario('the end', endTxnApi, async (broker) => {
    const topic = broker.name('ended');
    await broker.createTopic(topic);
    const producer = await Producer.start(broker, 'ending');
    const { producerId, producerEpoch } = producer.identity;
    await producer.end('commit of nothing', true);
    await producer.end('abort of nothing', false);
    await producer.addQuietly({ [topic]: [0] });
    await producer.end('other id', true, { producerId: producerId + 1, producerEpoch });
    await producer.end('old epoch', true, { producerId, producerEpoch: -1 });
    await producer.end('new epoch', true, { producerId, producerEpoch: 5 });
    await producer.end('commit', true);
    await producer.end('commit again', true);
    await producer.end('abort what is committed', false);
    await producer.addQuietly({ [topic]: [0] });
    await producer.end('abort', false);
    await producer.end('abort again', false);
    await producer.end('commit what is aborted', true);
    await new Producer(broker, '').end('empty id', true);
    await new Producer(broker, broker.name('unheard')).end('unknown id', true);
    await readBack(broker, topic);
  }),

  scenario('records of transactions', produceApi, async (broker) => {
    const topic = broker.name('records');
    await broker.createTopic(topic);
    const producer = await Producer.start(broker, 'writing');
    await producer.produce('not part of it', topic, 0);
    await producer.addQuietly({ [topic]: [0] });
    await producer.produce('without its id', topic, 0, { transactionalId: null });
    await producer.produce('first', topic, 0);
    await producer.produce('first again', topic, 0);
    await producer.produce('a gap', topic, 5);
    await producer.produce('outside of the transaction', topic, 1, { transactional: false });
    await producer.produce('old epoch', topic, 1, { producerEpoch: -1 });
    await producer.produce('second', topic, 1);
    await broker.produce(topic, ['by somebody else'], { baseTimestamp: Date.now() });
    await readBack(broker, topic);
    await broker.send('producers, open', describeProducersApi, {
      topics: [{ name: topic, partitionIndexes: [0] }],
    });
    await producer.endQuietly(false);
    await producer.produce('after the end', topic, 2);
    await producer.addQuietly({ [topic]: [0] });
    await producer.produce('third', topic, 2);
    await producer.endQuietly(true);
    await broker.send('producers, ended', describeProducersApi, {
      topics: [{ name: topic, partitionIndexes: [0] }],
    });
    await readBack(broker, topic);
  }),

  scenario('groups of a transaction', addOffsetsToTxnApi, async (broker) => {
    const name = await group(broker, 'consumers');
    const producer = await Producer.start(broker, 'offsets');
    const { producerId, producerEpoch } = producer.identity;
    await producer.addOffsets('first', name);
    await producer.addOffsets('again', name);
    await producer.addOffsets('other id', name, { producerId: producerId + 1, producerEpoch });
    await producer.addOffsets('old epoch', name, { producerId, producerEpoch: -1 });
    await producer.addOffsets('no group', '');
    await new Producer(broker, '').addOffsets('empty id', name);
    await new Producer(broker, broker.name('unheard')).addOffsets('unknown id', name);
    await producer.describe('described');
    await producer.endQuietly(true);
  }),

  scenario('offsets of a transaction', txnOffsetCommitApi, async (broker) => {
    const topic = broker.name('consumed');
    await broker.createTopic(topic);
    const name = await group(broker, 'consumers');
    const producer = await Producer.start(broker, 'consuming');
    await producer.begin();
    await producer.commitOffsets('not part of it', name, topic, 3);
    await producer.addOffsets('part of it', name);
    await producer.commitOffsets('commit', name, topic, 3);
    await offsets(broker, 'while it is open', name, false);
    await offsets(broker, 'stable while it is open', name, true);
    await producer.commitOffsets('commit more', name, topic, 4);
    await producer.commitOffsets('unknown topic', name, `${topic}-z`, 4);
    await producer.commitOffsets('no group', '', topic, 4);
    await producer.commitOffsets('no topics', name, topic, 4, { topics: [] });
    await producer.endQuietly(true);
    await broker.until(async () => {
      const { groups } = await broker.quietly(
        offsetFetchApi,
        {
          groups: [{ groupId: name, memberId: null, memberEpoch: -1, topics: null }],
        },
        { version: 9 },
      );
      return groups[0]!.topics.length > 0;
    });
    await offsets(broker, 'committed', name, true);
    await producer.commitOffsets('after the end', name, topic, 5);
    await producer.addOffsets('part of the next', name);
    await producer.commitOffsets('to be aborted', name, topic, 9);
    // Kafka forgets what the transaction would have committed when it refuses more of it, so this comes last.
    await producer.commitOffsets('old epoch', name, topic, 10, { producerEpoch: 0 });
    await producer.commitOffsets('no epoch', name, topic, 10, { producerEpoch: -1 });
    await producer.endQuietly(false);
    await broker.until(async () => {
      const { groups } = await broker.quietly(
        offsetFetchApi,
        {
          groups: [{ groupId: name, memberId: null, memberEpoch: -1, topics: null }],
          requireStable: true,
        },
        { version: 9 },
      );
      return groups[0]!.topics[0]?.partitions[0]?.errorCode === 0;
    });
    await offsets(broker, 'aborted', name, true);
  }),

  scenario(
    'offsets of a member',
    txnOffsetCommitApi,
    async (broker) => {
      const topic = broker.name('consumed-by-members');
      await broker.createTopic(topic);
      const name = await group(broker, 'members');
      const producer = await Producer.start(broker, 'member');
      await producer.addOffsets('part of it', name);
      await producer.commitOffsets('no such member', name, topic, 1, {
        memberId: 'nobody',
        generationId: 1,
      });
      const join = {
        groupId: name,
        sessionTimeoutMs: 30_000,
        rebalanceTimeoutMs: 30_000,
        protocolType: 'consumer',
        protocols: [{ name: 'range', metadata: Buffer.from('m') }],
      };
      const { memberId } = await broker.quietly(joinGroupApi, { ...join, memberId: '' });
      const { generationId } = await broker.quietly(joinGroupApi, { ...join, memberId });
      const member = { memberId, generationId };
      await producer.commitOffsets('during the rebalance', name, topic, 1, member);
      await broker.quietly(syncGroupApi, {
        groupId: name,
        ...member,
        protocolType: 'consumer',
        protocolName: 'range',
        assignments: [{ memberId, assignment: Buffer.from('a') }],
      });
      await producer.commitOffsets('a member', name, topic, 2, member);
      await producer.commitOffsets('without membership', name, topic, 3);
      await producer.commitOffsets('old generation', name, topic, 4, {
        memberId,
        generationId: generationId - 1,
      });
      await producer.commitOffsets('another member', name, topic, 5, {
        memberId: 'nobody',
        generationId,
      });
      await producer.commitOffsets('static', name, topic, 6, { ...member, groupInstanceId: 'i' });
      await producer.commitOffsets('generation alone', name, topic, 7, { generationId });
      await producer.endQuietly(true);
    },
    { fromVersion: 3 },
  ),

  scenario('markers', writeTxnMarkersApi, async (broker) => {
    const topic = broker.name('marked');
    await broker.createTopic(topic);
    const producer = await Producer.start(broker, 'marking');
    await producer.begin();
    const { producerId, producerEpoch } = producer.identity;
    await producer.addQuietly({ [topic]: [0] });
    await producer.produce('open', topic, 0);
    const mark = (step: string, more: object = {}, name = topic, index = 0): Promise<unknown> =>
      broker.send(step, writeTxnMarkersApi, {
        markers: [
          {
            producerId,
            producerEpoch,
            transactionResult: false,
            coordinatorEpoch: 3,
            topics: [{ name, partitionIndexes: [index] }],
            ...more,
          },
        ],
      });
    await mark('unknown topic', {}, `${topic}-z`);
    await mark('unknown partition', {}, topic, 9);
    await mark('abort');
    await mark('abort again');
    await mark('older coordinator', { coordinatorEpoch: 2 });
    await mark('older producer', { producerEpoch: producerEpoch - 1 });
    await mark('no epoch', { producerEpoch: -1 });
    await mark('newer producer', { producerEpoch: producerEpoch + 1 });
    await mark('unknown producer', { producerId: producerId + 500_000 });
    await broker.send('none', writeTxnMarkersApi, { markers: [] });
    await broker.send('producers', describeProducersApi, {
      topics: [{ name: topic, partitionIndexes: [0] }],
    });
    await readBack(broker, topic);
  }),

  scenario('described', describeTransactionsApi, async (broker) => {
    const topic = broker.name('described');
    await broker.createTopic(topic);
    const [open, ended] = [await Producer.start(broker, 'a'), await Producer.start(broker, 'b')];
    await open.addQuietly({ [topic]: [0] });
    await ended.addQuietly({ [topic]: [0] });
    await ended.endQuietly(false);
    await broker.send('both', describeTransactionsApi, { transactionalIds: [open.id, ended.id] });
    await broker.send('unknown and empty', describeTransactionsApi, {
      transactionalIds: [broker.name('unheard'), ''],
    });
    await broker.send('none', describeTransactionsApi, { transactionalIds: [] });
    await open.endQuietly(true);
  }),

  scenario('listed', listTransactionsApi, async (broker) => {
    const topic = broker.name('listed');
    await broker.createTopic(topic);
    const [open, ended, fresh] = [
      await Producer.start(broker, 'a'),
      await Producer.start(broker, 'b'),
      await Producer.start(broker, 'c'),
    ];
    await open.addQuietly({ [topic]: [0] });
    await ended.addQuietly({ [topic]: [0] });
    await ended.endQuietly(true);
    const producerIdFilters = [open, ended, fresh].map(({ identity }) => identity.producerId);
    const list = (step: string, more: object = {}): Promise<unknown> =>
      broker.send(step, listTransactionsApi, { stateFilters: [], producerIdFilters, ...more });
    await list('all');
    await list('by id', { producerIdFilters: [ended.identity.producerId] });
    await list('by state', { stateFilters: ['Ongoing', 'Empty'] });
    await list('unknown state', { stateFilters: ['Ongoing', 'Sleeping'] });
    await list('unknown state alone', { stateFilters: ['Sleeping'] });
    await list('states without transactions', { stateFilters: ['Dead', 'PrepareEpochFence'] });
    await list('open for long', { durationFilter: 600_000 });
    await list('open for any time', { durationFilter: -1 });
    await open.endQuietly(true);
  }),
];
