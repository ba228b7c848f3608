/**
 * Kafka's assignors beside ours: `assignments.jsonl` has random groups with what the assignors of Apache Kafka 3.9.1 made of them, one a line. `racks` of a
 * partition are digits, `01` for the racks `r0` and `r1`.
 */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { partitionName, type TopicPartition } from '../../topic-partition.ts';
import type { AssignableTopics, SubscribedMember } from './assignor.ts';
import { type AssignorName, assignorNames, createAssignors } from './built-in.ts';

type Pair = readonly [topic: string, partition: number];

interface Vector {
  readonly assignor: AssignorName;
  readonly topics: Readonly<Record<string, readonly string[]>>;
  readonly members: readonly {
    readonly id: string;
    readonly instance: string | null;
    readonly topics: readonly string[];
    readonly owned: readonly Pair[];
    readonly generation: number;
    readonly rack: string | null;
    readonly userData: string | null;
  }[];
  readonly result: Readonly<Record<string, readonly Pair[]>>;
}

const file = process.env['ZURAU_ASSIGNMENTS'] ?? new URL('assignments.jsonl', import.meta.url);
const vectors = readFileSync(file, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Vector);

const partitionOf = ([topic, partition]: Pair): TopicPartition => ({ topic, partition });

/** The leader looks up only what somebody subscribed to. */
function topicsOf({ topics, members }: Vector): AssignableTopics {
  const subscribed = new Set(members.flatMap((member) => member.topics));
  const known = Object.entries(topics).filter(([topic]) => subscribed.has(topic));
  return new Map(
    known.map(([topic, racks]) => [
      topic,
      racks.map((digits, partition) => ({
        topic,
        partition,
        racks: [...digits].map((digit) => `r${digit}`),
      })),
    ]),
  );
}

function membersOf({ members }: Vector): SubscribedMember[] {
  return members.map((member) => ({
    memberId: member.id,
    groupInstanceId: member.instance,
    topics: member.topics,
    ownedPartitions: member.owned.map(partitionOf),
    generationId: member.generation,
    rackId: member.rack,
    userData: member.userData === null ? null : Buffer.from(member.userData, 'base64'),
  }));
}

it.each(assignorNames)('%s assigns as Kafka does', async (name) => {
  const own = vectors.filter(({ assignor }) => assignor === name);
  expect(own.length).toBeGreaterThan(15);
  for (const vector of own) {
    const [assignor] = createAssignors([name]);
    const assignment = await assignor?.assign(membersOf(vector), topicsOf(vector));
    for (const [memberId, expected] of Object.entries(vector.result)) {
      const partitions = (assignment?.get(memberId) ?? []).map(partitionName).sort();
      const about = `${memberId} in ${JSON.stringify(vector)}`;
      expect(partitions, about).toEqual(expected.map(partitionOf).map(partitionName).sort());
    }
  }
});

it('sticky and cooperative-sticky remember in Kafka’s format', () => {
  const partitions = [
    { topic: 'b', partition: 3 },
    { topic: 'b', partition: 1 },
    { topic: 'a', partition: 0 },
  ];
  const [sticky, cooperative] = createAssignors(['sticky', 'cooperative-sticky']);
  expect(sticky?.userData?.(['a'])).toBeNull();
  expect(cooperative?.userData?.(['a'])?.toString('hex')).toBe('ffffffff');
  for (const assignor of [sticky, cooperative]) assignor?.onAssignment?.(partitions, 7);
  expect(cooperative?.userData?.(['a'])?.toString('hex')).toBe('00000007');
  expect(sticky?.userData?.(['a'])?.toString('hex')).toBe(
    '00000002' +
      '000162' +
      '00000002' +
      '0000000300000001' +
      '000161' +
      '00000001' +
      '00000000' +
      '00000007',
  );
});

it.each([['00'], ['ffffffff'], ['00000001ffff'], ['7fffffff00']])(
  'sticky passes over user data that it cannot read (%s)',
  async (hex) => {
    const [sticky] = createAssignors(['sticky']);
    const member = (memberId: string): SubscribedMember => ({
      memberId,
      groupInstanceId: null,
      topics: ['t'],
      ownedPartitions: [],
      generationId: -1,
      rackId: null,
      userData: Buffer.from(hex, 'hex'),
    });
    const partitions = [0, 1].map((partition) => ({ topic: 't', partition, racks: [] }));
    const assignment = await sticky?.assign(
      [member('a'), member('b')],
      new Map([['t', partitions]]),
    );
    expect([...(assignment?.values() ?? [])].map(({ length }) => length)).toEqual([1, 1]);
  },
);
