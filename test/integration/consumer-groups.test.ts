/** Consumers in groups, of both protocols: the same on Zurau and on Apache Kafka. */
import { Admin, Consumer, Producer } from '@zurau/client';
import type {
  ConsumedBatch,
  ConsumerConfig,
  GroupEvent,
  KafkaError,
  RebalanceListener,
  TopicPartition,
} from '@zurau/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type ClusterUnderTest,
  clusterUnderTest,
  freshTopic,
  groupProtocols,
} from './cluster-under-test.ts';

let cluster: ClusterUnderTest;
let admin: Admin;
let producer: Producer;

beforeAll(async () => {
  cluster = await clusterUnderTest();
  admin = new Admin({ bootstrapServers: cluster.bootstrapServers });
  producer = new Producer({ bootstrapServers: cluster.bootstrapServers });
});

afterAll(async () => {
  await producer.close();
  await admin.close();
  await cluster.close();
});

async function createTopic(about: string, partitions = 1): Promise<string> {
  const name = freshTopic(about);
  await admin.createTopics([{ name, partitions, replicationFactor: 1 }]);
  return name;
}

/** The same number of records into each partition. */
async function fill(topic: string, partitions: number, countEach: number): Promise<void> {
  await producer.sendBatch(
    Array.from({ length: partitions * countEach }, (_, i) => ({
      topic,
      partition: i % partitions,
      value: String(Math.floor(i / partitions)),
    })),
  );
}

function consumer(groupId: string, config: Partial<ConsumerConfig> = {}): Consumer {
  const classic = config.groupProtocol !== 'consumer';
  return new Consumer({
    bootstrapServers: cluster.bootstrapServers,
    autoOffsetReset: 'earliest',
    ...(classic ? { heartbeatIntervalMs: 100 } : {}),
    groupId,
    ...config,
  });
}

const codeOf = (error: unknown): string => (error as KafkaError).code;

const numbers = (partitions: readonly TopicPartition[]): number[] =>
  partitions.map(({ partition }) => partition).sort((a, b) => a - b);

/** Polls all of them in turn until it holds. */
async function pollUntil(
  consumers: readonly Consumer[],
  holds: () => boolean,
  onBatch: (batch: ConsumedBatch, by: Consumer) => void = () => {},
): Promise<void> {
  while (!holds()) {
    for (const each of consumers) {
      for (const batch of await each.poll({ timeoutMs: 20 })) onBatch(batch, each);
    }
  }
}

async function committedOf(groupId: string): Promise<Record<number, number>> {
  const offsets = await admin.fetchGroupOffsets(groupId);
  return Object.fromEntries(offsets.map(({ partition, offset }) => [partition, offset]));
}

async function closeAll(...consumers: readonly Consumer[]): Promise<void> {
  for (const each of consumers) await each.close();
}

describe.each(groupProtocols)('groups of the %s protocol', (groupProtocol) => {
  const config = { groupProtocol } as const;

  it('read everything, and go on where the last member closed', async () => {
    const topic = await createTopic('one', 3);
    await fill(topic, 3, 100);
    const first = consumer(topic, config);
    first.subscribe(topic);
    let count = 0;
    for await (const batch of first) {
      count += batch.records.length;
      if (count < 300) continue;
      await first.commit();
      break;
    }
    expect(numbers(first.assignment())).toEqual([0, 1, 2]);
    await first.close();
    expect(await committedOf(topic)).toEqual({ 0: 100, 1: 100, 2: 100 });

    await fill(topic, 3, 1);
    const second = consumer(topic, config);
    second.subscribe([topic]);
    const seen: number[] = [];
    await pollUntil(
      [second],
      () => seen.length === 3,
      ({ records }) => seen.push(...records.map(({ offset }) => offset)),
    );
    expect(seen).toEqual([100, 100, 100]);
    await second.close();
  });

  it('share the partitions, and take over what a member leaves, each record once', async () => {
    const topic = await createTopic('share', 6);
    await fill(topic, 6, 50);
    const [a, b] = [consumer(topic, config), consumer(topic, config)];
    const events: GroupEvent[] = [];
    a.onEvent = (event) => events.push(event);
    const seen: string[] = [];
    const note = (batch: ConsumedBatch): void => {
      for (const { offset } of batch.records) seen.push(`${batch.partition}/${offset}`);
    };
    a.subscribe(topic);
    await pollUntil([a], () => a.assignment().length === 6, note);
    b.subscribe(topic);
    const shared = (): boolean => a.assignment().length === 3 && b.assignment().length === 3;
    await pollUntil([a, b], shared, note);
    expect(numbers([...a.assignment(), ...b.assignment()])).toEqual([0, 1, 2, 3, 4, 5]);
    await fill(topic, 6, 50);
    await pollUntil([a, b], () => seen.length >= 600, note);
    // One more poll says that the last batches are done.
    for (const each of [a, b]) await each.poll({ timeoutMs: 0 });
    await b.close();
    await pollUntil([a], () => a.assignment().length === 6, note);
    await fill(topic, 6, 1);
    await pollUntil([a], () => seen.length >= 606, note);
    expect(new Set(seen).size).toBe(606);
    expect(seen.length).toBe(606);
    await a.close();
    expect(events.at(-1)?.type).toBe('left');
    const types = events.map(({ type }) => type);
    for (const type of ['rebalancing', 'joined', 'revoked', 'committed'] as const) {
      expect(types).toContain(type);
    }
  });

  it('tell the listener what comes and goes, in order, and wait for it', async () => {
    const topic = await createTopic('listener', 4);
    const log: string[] = [];
    const listener = (name: string): RebalanceListener => ({
      onPartitionsAssigned: async (partitions) => {
        await new Promise(setImmediate);
        if (partitions.length > 0) log.push(`${name}+${numbers(partitions).join('')}`);
      },
      onPartitionsRevoked: async (partitions) => {
        log.push(`${name}~`);
        await new Promise(setImmediate);
        log.push(`${name}-${numbers(partitions).join('')}`);
      },
    });
    const a = consumer(topic, { ...config, ...cooperative(groupProtocol) });
    const b = consumer(topic, { ...config, ...cooperative(groupProtocol) });
    a.subscribe(topic, listener('a'));
    await pollUntil([a], () => log.length === 1);
    expect(log).toEqual(['a+0123']);
    b.subscribe(topic, listener('b'));
    await pollUntil([a, b], () => b.assignment().length === 2 && log.length === 4);
    const given = numbers(b.assignment()).join('');
    // Incremental: a gives up what b gets, before b gets it, and keeps the rest.
    expect(log.slice(1)).toEqual(['a~', `a-${given}`, `b+${given}`]);
    await b.close();
    expect(log.slice(4)).toEqual(['b~', `b-${given}`]);
    await closeAll(a);
  });

  it('go on after a listener that fails, whose error is the poll’s', async () => {
    const topic = await createTopic('failing', 1);
    await fill(topic, 1, 1);
    const a = consumer(topic, config);
    a.subscribe(topic, {
      onPartitionsAssigned: () => {
        throw new Error('not today');
      },
    });
    let failure: unknown;
    while (failure === undefined)
      failure = await a.poll().then(
        () => undefined,
        (e: unknown) => e,
      );
    expect(failure).toMatchObject({ code: 'CALLBACK_FAILED', retriable: false });
    expect((failure as KafkaError).cause).toEqual(new Error('not today'));
    let count = 0;
    await pollUntil(
      [a],
      () => count === 1,
      ({ records }) => (count += records.length),
    );
    await a.close();
  });

  it('read again what was in hand when the loop failed', async () => {
    const topic = await createTopic('again', 1);
    await fill(topic, 1, 20);
    const read = async (stopAt: number): Promise<number[]> => {
      const offsets: number[] = [];
      await using each = consumer(topic, { ...config, maxPollRecords: 5 });
      each.subscribe(topic);
      try {
        for await (const { records } of each) {
          offsets.push(...records.map(({ offset }) => offset));
          if (offsets.at(-1) === stopAt) throw new Error('cannot deal with it');
        }
      } catch (error) {
        expect((error as Error).message).toBe('cannot deal with it');
      }
      return offsets;
    };
    expect(await read(9)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(await committedOf(topic)).toEqual({ 0: 5 });
    expect((await read(19))[0]).toBe(5);
  });

  it('commit what they are told to, in order', async () => {
    const topic = await createTopic('manual', 2);
    await fill(topic, 2, 10);
    const a = consumer(topic, { ...config, enableAutoCommit: false });
    a.subscribe(topic);
    const batches: ConsumedBatch[] = [];
    await pollUntil(
      [a],
      () => batches.length === 2,
      (batch) => batches.push(batch),
    );
    const [first, second] = batches.toSorted((x, y) => x.partition - y.partition);
    expect(await committedOf(topic)).toEqual({});
    await a.commit(first, { through: first?.records[3] });
    expect(await committedOf(topic)).toEqual({ 0: 4 });
    await a.commit([{ topic, partition: 1, offset: 7, metadata: 'seven' }]);
    const committed = await a.committed();
    expect(committed.find(({ partition }) => partition === 1)).toMatchObject({
      offset: 7,
      metadata: 'seven',
    });
    for (let offset = 1; offset <= 10; offset += 1) {
      a.commitAsync({ topic, partition: 0, offset });
    }
    const told = await new Promise((resolve) => {
      a.commitAsync(second, (error, offsets) => resolve([error, offsets[0]?.offset]));
    });
    expect(told).toEqual([undefined, 10]);
    expect(await committedOf(topic)).toEqual({ 0: 10, 1: 10 });
    expect(await a.commit({ topic, partition: 0, offset: -1 }).catch(codeOf)).toBe(
      'INVALID_ARGUMENT',
    );
    await a.close();
    expect(await committedOf(topic)).toEqual({ 0: 10, 1: 10 });
  });

  it('subscribe to an expression, and see topics that come later', async () => {
    const prefix = freshTopic('pattern');
    await admin.createTopics([{ name: `${prefix}.a` }, { name: `other-${prefix}` }]);
    const a = consumer(prefix, { ...config, metadataMaxAgeMs: 200 });
    a.subscribe(new RegExp(`^${prefix}\\.`));
    await pollUntil([a], () => a.assignment().length === 1);
    await admin.createTopics([{ name: `${prefix}.b` }]);
    await pollUntil([a], () => a.assignment().length === 2);
    expect(
      a
        .assignment()
        .map(({ topic }) => topic)
        .sort(),
    ).toEqual([`${prefix}.a`, `${prefix}.b`]);
    await a.close();
  });

  it('see a topic that is created after they subscribed, and partitions that are added', async () => {
    const topic = freshTopic('later');
    const a = consumer(topic, { ...config, allowAutoCreateTopics: false, metadataMaxAgeMs: 200 });
    a.subscribe(topic);
    for (let i = 0; i < 5; i += 1) expect(await a.poll({ timeoutMs: 50 })).toEqual([]);
    await admin.createTopics([{ name: topic, partitions: 1 }]);
    await pollUntil([a], () => a.assignment().length === 1);
    await admin.createPartitions([{ topic, count: 3 }]);
    await pollUntil([a], () => a.assignment().length === 3);
    await a.close();
  });

  it('do without members that do not get on, who come back', async () => {
    const topic = await createTopic('slow', 2);
    const limits = { maxPollIntervalMs: 1_500 };
    const slow = consumer(topic, { ...config, ...limits, metadataMaxAgeMs: 500 });
    const left = new Promise<void>((resolve) => {
      slow.onEvent = ({ type }) => {
        if (type === 'left') resolve();
      };
    });
    const lost: number[][] = [];
    slow.subscribe(topic, { onPartitionsLost: (of) => void lost.push(numbers(of)) });
    await pollUntil([slow], () => slow.assignment().length === 2);
    await left;
    expect(await slow.commit([{ topic, partition: 0, offset: 1 }]).catch(codeOf)).toMatch(
      /UNKNOWN_MEMBER_ID|ILLEGAL_GENERATION|FENCED|STALE/,
    );
    const other = consumer(topic, config);
    other.subscribe(topic);
    await pollUntil([other], () => other.assignment().length === 2);
    await pollUntil([slow, other], () => slow.assignment().length === 1 && lost.length === 1);
    expect(lost).toEqual([[0, 1]]);
    await closeAll(slow, other);
  });

  it('keep the place of a static member that comes back', async () => {
    const topic = await createTopic('static', 4);
    const own = { ...config, groupInstanceId: 'one' };
    const [a, b] = [consumer(topic, own), consumer(topic, { ...config, groupInstanceId: 'two' })];
    a.subscribe(topic);
    b.subscribe(topic);
    await pollUntil([a, b], () => a.assignment().length === 2 && b.assignment().length === 2);
    const before = numbers(a.assignment());
    const events: string[] = [];
    b.onEvent = ({ type }) => events.push(type);
    await a.close();
    const again = consumer(topic, own);
    again.subscribe(topic);
    await pollUntil([again, b], () => again.assignment().length === 2);
    expect(numbers(again.assignment())).toEqual(before);
    expect(events.filter((type) => type === 'revoked')).toEqual([]);
    await again.close({ leaveGroup: true });
    await pollUntil([b], () => b.assignment().length === 4);
    await b.close({ leaveGroup: true });
  });

  it('let no two have the same instance id', async () => {
    const topic = await createTopic('fenced', 2);
    const own = { ...config, groupInstanceId: 'one' };
    const [a, b] = [consumer(topic, own), consumer(topic, own)];
    a.subscribe(topic);
    await pollUntil([a], () => a.assignment().length === 2);
    b.subscribe(topic);
    const refusalOf = async (member: Consumer, other: Consumer): Promise<KafkaError> => {
      for (;;) {
        await other.poll({ timeoutMs: 20 });
        const refusal = await member.poll({ timeoutMs: 20 }).then(
          () => undefined,
          (error: unknown) => error as KafkaError,
        );
        if (refusal !== undefined) return refusal;
      }
    };
    // By the classic protocol the younger one takes over, by that of KIP-848 it has to wait until the older one is gone.
    const refusal = await (groupProtocol === 'classic' ? refusalOf(a, b) : refusalOf(b, a));
    expect(refusal).toMatchObject({
      code: groupProtocol === 'classic' ? 'FENCED_INSTANCE_ID' : 'UNRELEASED_INSTANCE_ID',
      retriable: false,
    });
    expect(refusal.message).toContain('groupInstanceId');
    const winner = groupProtocol === 'classic' ? b : a;
    await pollUntil([winner], () => winner.assignment().length === 2);
    await a.close({ leaveGroup: a === winner });
    await b.close({ leaveGroup: b === winner });
  });

  it('begin with what is young enough', async () => {
    const topic = await createTopic('young');
    const hourMs = 3_600_000;
    const at = (hours: number): number => Date.now() - hours * hourMs;
    for (const [value, hours] of [
      ['old', 30],
      ['young', 20],
      ['younger', 1],
    ] as const) {
      await producer.send({ topic, partition: 0, value, timestamp: at(hours) });
    }
    const a = consumer(topic, { ...config, autoOffsetReset: 'by_duration:P1DT1H' });
    a.subscribe(topic);
    const values: string[] = [];
    await pollUntil(
      [a],
      () => values.length >= 2,
      ({ records }) => values.push(...records.map(({ value }) => String(value))),
    );
    expect(values).toEqual(['young', 'younger']);
    await a.close();
  });

  it('without an offset and a rule say so, and go where they are sent', async () => {
    const topic = await createTopic('none', 1);
    await fill(topic, 1, 3);
    const a = consumer(topic, { ...config, autoOffsetReset: 'none' });
    a.subscribe(topic);
    let code: unknown;
    while (code === undefined) code = await a.poll().then(() => undefined, codeOf);
    expect(code).toBe('NO_OFFSET');
    a.seek({ topic, partition: 0 }, 2);
    const offsets: number[] = [];
    await pollUntil(
      [a],
      () => offsets.length > 0,
      ({ records }) => offsets.push(...records.map(({ offset }) => offset)),
    );
    expect(offsets).toEqual([2]);
    await a.close();
  });

  it('unsubscribe, and subscribe to something else', async () => {
    const [one, two] = [await createTopic('from', 1), await createTopic('to', 2)];
    const a = consumer(one, config);
    a.subscribe(one);
    await pollUntil([a], () => a.assignment().length === 1);
    a.subscribe([two]);
    await pollUntil(
      [a],
      () => a.assignment().every(({ topic }) => topic === two) && a.assignment().length === 2,
    );
    await a.unsubscribe();
    expect(a.assignment()).toEqual([]);
    a.subscribe([one, two]);
    await pollUntil([a], () => a.assignment().length === 3);
    await a.close();
  });
});

function cooperative(groupProtocol: 'classic' | 'consumer'): Partial<ConsumerConfig> {
  return groupProtocol === 'classic' ? { partitionAssignmentStrategy: ['cooperative-sticky'] } : {};
}

it('a consumer tells how far it is behind, and whether it is idle', async () => {
  const topic = await createTopic('lag', 1);
  await producer.send({ topic, value: 'old', timestamp: Date.now() - 60_000 });
  await fill(topic, 1, 9);
  const a = consumer(topic, { maxPollRecords: 1 });
  expect(a.health()).toMatchObject({ state: 'starting' });
  a.subscribe(topic);
  let count = 0;
  const note = ({ records }: ConsumedBatch): void => void (count += records.length);
  await pollUntil([a], () => count === 1, note);
  const [lag] = a.lag();
  expect(lag).toMatchObject({ topic, partition: 0, records: 9 });
  expect(lag?.seconds).toBeLessThan(50);
  expect(a.health()).toMatchObject({ state: 'reading', lagRecords: 9 });
  a.seekToBeginning();
  await pollUntil([a], () => a.position({ topic, partition: 0 }) === 1, note);
  a.seek({ topic, partition: 0 }, 0);
  expect(a.lag()[0]?.seconds).toBeGreaterThanOrEqual(60);
  await pollUntil([a], () => a.position({ topic, partition: 0 }) === 10, note);
  expect(a.lag()).toEqual([{ topic, partition: 0, records: 0, seconds: 0 }]);
  expect(a.health()).toMatchObject({ state: 'idle', stuckOn: undefined, lagRecords: 0 });
  await expect.poll(() => a.health({ patienceMs: 1 }).stuckOn).toBe('application');
  await a.close();
  expect(a.health().state).toBe('closed');
});

describe('assigned partitions of a group', () => {
  it('begin where the group is, and commit without being a member', async () => {
    const topic = await createTopic('assigned', 2);
    await fill(topic, 2, 5);
    const first = consumer(topic);
    await first.assign([{ topic }]);
    let count = 0;
    await pollUntil(
      [first],
      () => count === 10,
      ({ records }) => (count += records.length),
    );
    await first.poll({ timeoutMs: 0 });
    await first.close();
    expect(await committedOf(topic)).toEqual({ 0: 5, 1: 5 });
    await fill(topic, 2, 1);
    const second = consumer(topic);
    await second.assign([{ topic, partition: 1 }]);
    const [batch] = await second.poll({ timeoutMs: 10_000 });
    expect(batch?.records.map(({ offset }) => offset)).toEqual([5]);
    await second.close();
  });
});

describe.runIf(groupProtocols.includes('consumer'))('the protocol of KIP-848', () => {
  const config = { groupProtocol: 'consumer' } as const;

  it('takes expressions that the coordinator goes by', async () => {
    const prefix = freshTopic('expression');
    await admin.createTopics([
      { name: `${prefix}.a`, partitions: 2 },
      { name: `${prefix}.b` },
      { name: `other-${prefix}` },
    ]);
    const a = consumer(prefix, config);
    a.subscribe({ re2: `${prefix}\\.[a-z]` });
    await pollUntil([a], () => a.assignment().length === 3);
    expect(new Set(a.assignment().map(({ topic }) => topic))).toEqual(
      new Set([`${prefix}.a`, `${prefix}.b`]),
    );
    expect(a.subscription()).toEqual({ re2: `${prefix}\\.[a-z]` });
    await fill(`${prefix}.a`, 2, 3);
    let count = 0;
    await pollUntil(
      [a],
      () => count === 6,
      ({ records }) => (count += records.length),
    );
    await a.close();
  });

  it('refuses what is no expression', async () => {
    const a = consumer(freshTopic('no-expression'), config);
    a.subscribe({ re2: 'a(b' });
    await expect(pollUntil([a], () => false)).rejects.toMatchObject({
      code: 'INVALID_REGULAR_EXPRESSION',
    });
    await a.close();
  });
});

describe('the classic protocol', () => {
  it.each([['range'], ['roundrobin'], ['sticky'], ['cooperative-sticky']] as const)(
    'assigns evenly with %s as members come and go',
    async (strategy) => {
      const topic = await createTopic('even', 6);
      const own = { partitionAssignmentStrategy: [strategy] } as const;
      const members = [consumer(topic, own), consumer(topic, own), consumer(topic, own)];
      const evenly = (of: readonly Consumer[]): boolean => {
        const all = of.flatMap((each) => each.assignment());
        return all.length === 6 && of.every((each) => each.assignment().length === 6 / of.length);
      };
      for (const [index, member] of members.entries()) {
        member.subscribe(topic);
        const present = members.slice(0, index + 1);
        await pollUntil(present, () => evenly(present));
      }
      await members.shift()?.close();
      await pollUntil(members, () => evenly(members));
      await closeAll(...members);
    },
  );

  it('takes assignors of one’s own', async () => {
    const topic = await createTopic('own', 3);
    const told: string[] = [];
    const a = consumer(topic, {
      partitionAssignmentStrategy: [
        {
          name: 'last-only',
          userData: () => Buffer.from('hello'),
          assign: (members, topics) => {
            told.push(...members.map(({ userData }) => String(userData)));
            const [first] = members;
            return new Map([[first?.memberId ?? '', topics.get(topic)?.slice(-1) ?? []]]);
          },
        },
      ],
    });
    a.subscribe(topic);
    await pollUntil([a], () => a.assignment().length > 0);
    expect(numbers(a.assignment())).toEqual([2]);
    expect(told).toEqual(['hello']);
    await a.close();
  });

  it('refuses members that have no assignor in common', async () => {
    const topic = await createTopic('clash', 1);
    const a = consumer(topic, { partitionAssignmentStrategy: ['range'] });
    a.subscribe(topic);
    await pollUntil([a], () => a.assignment().length === 1);
    const b = consumer(topic, { partitionAssignmentStrategy: ['sticky'] });
    b.subscribe(topic);
    let code: unknown;
    while (code === undefined) code = await b.poll().then(() => undefined, codeOf);
    expect(code).toBe('INCONSISTENT_GROUP_PROTOCOL');
    await closeAll(a, b);
  });
});

it('without a group id nothing can be subscribed to or committed', async () => {
  const lonely = new Consumer({ bootstrapServers: cluster.bootstrapServers });
  expect(() => lonely.subscribe('t')).toThrow(/groupId is missing/);
  expect(await lonely.commit().catch(codeOf)).toBe('INVALID_ARGUMENT');
  await lonely.close();
});
