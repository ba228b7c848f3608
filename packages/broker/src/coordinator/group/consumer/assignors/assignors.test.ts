import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NO_PARTITIONS, partitionsFrom, type Partitions } from '../partitions.ts';
import { assignorByName, type AssignorInput } from './assignor.ts';
import { rangeAssignor } from './range.ts';
import { uniformAssignor } from './uniform.ts';

const topicIds = ['t0', 't1', 't2', 't3'];

interface Given {
  readonly topics: readonly number[];
  readonly subscriptions: readonly (readonly string[])[];
}

function inputOf(
  { topics, subscriptions }: Given,
  current: ReadonlyMap<string, Partitions> = new Map(),
): AssignorInput {
  return {
    topics: new Map(topics.map((partitionCount, index) => [topicIds[index]!, partitionCount])),
    members: subscriptions.map((subscription, index) => ({
      id: `m${index}`,
      instanceId: null,
      topicIds: new Set(
        subscription.filter((topicId) => topicIds.indexOf(topicId) < topics.length),
      ),
      current: current.get(`m${index}`) ?? NO_PARTITIONS,
    })),
  };
}

const given: fc.Arbitrary<Given> = fc.record({
  topics: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 }),
  subscriptions: fc.array(fc.subarray(topicIds), { minLength: 1, maxLength: 6 }),
});

function flat(assignment: ReadonlyMap<string, Partitions>): Map<string, string> {
  const owners = new Map<string, string>();
  for (const [memberId, partitions] of assignment) {
    for (const [topicId, set] of partitions) {
      for (const partition of set) {
        const key = `${topicId}/${partition}`;
        expect(owners.has(key), `${key} is given twice`).toBe(false);
        owners.set(key, memberId);
      }
    }
  }
  return owners;
}

function sizeOf(partitions: Partitions | undefined): number {
  let size = 0;
  for (const set of partitions?.values() ?? []) size += set.size;
  return size;
}

function expectComplete(input: AssignorInput, assignment: ReadonlyMap<string, Partitions>): void {
  const owners = flat(assignment);
  const subscriptions = new Map(input.members.map(({ id, topicIds: of }) => [id, of]));
  for (const [key, memberId] of owners) {
    expect(subscriptions.get(memberId)?.has(key.split('/')[0] ?? '')).toBe(true);
  }
  let wanted = 0;
  for (const [topicId, partitionCount] of input.topics) {
    if (input.members.some((member) => member.topicIds.has(topicId))) wanted += partitionCount;
  }
  expect(owners.size).toBe(wanted);
}

test.each([uniformAssignor, rangeAssignor])(
  '$name gives every partition to one subscriber',
  (assignor) => {
    fc.assert(
      fc.property(given, (each) => {
        const input = inputOf(each);
        expectComplete(input, assignor.assign(input));
      }),
    );
  },
);

describe('uniform', () => {
  test('shares differ by one at most where all subscribe to the same, and nothing moves without need', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 6 }),
        (topics, before, after) => {
          const membersOf = (count: number): string[][] =>
            Array.from({ length: count }, () => [...topicIds]);
          const first = uniformAssignor.assign(
            inputOf({ topics, subscriptions: membersOf(before) }),
          );
          const input = inputOf({ topics, subscriptions: membersOf(after) }, first);
          const second = uniformAssignor.assign(input);
          expectComplete(input, second);
          const sizes = input.members.map(({ id }) => sizeOf(second.get(id)));
          expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
          // Who stays and has no more than its share loses nothing.
          const owners = flat(second);
          const share = Math.floor(sizes.reduce((sum, size) => sum + size, 0) / after);
          for (const { id } of input.members) {
            const had = first.get(id);
            if (sizeOf(had) > share) continue;
            for (const [topicId, set] of had ?? []) {
              for (const partition of set) expect(owners.get(`${topicId}/${partition}`)).toBe(id);
            }
          }
        },
      ),
    );
  });

  test('no subscriber of a topic has two fewer than one who has a partition of it', () => {
    fc.assert(
      fc.property(given, (each) => {
        const input = inputOf(each);
        const assignment = uniformAssignor.assign(input);
        for (const { id } of input.members) {
          for (const topicId of assignment.get(id)?.keys() ?? []) {
            for (const other of input.members.filter((member) => member.topicIds.has(topicId))) {
              const difference = sizeOf(assignment.get(id)) - sizeOf(assignment.get(other.id));
              expect(difference).toBeLessThanOrEqual(1);
            }
          }
        }
        // What is in balance stays as it is.
        expect(flat(uniformAssignor.assign(inputOf(each, assignment)))).toEqual(flat(assignment));
      }),
    );
  });

  test('what a topic no longer has, or two members have, is given up', () => {
    const current = new Map([
      ['m0', partitionsFrom([{ topicId: 't0', partitions: [0, 7] }])],
      ['m1', partitionsFrom([{ topicId: 't0', partitions: [0, 1] }])],
    ]);
    const input = inputOf({ topics: [2], subscriptions: [['t0'], ['t0']] }, current);
    expect(flat(uniformAssignor.assign(input))).toEqual(
      new Map([
        ['t0/0', 'm0'],
        ['t0/1', 'm1'],
      ]),
    );
  });
});

test('range gives neighbours, the same of topics that are alike, and static members their place', () => {
  const input: AssignorInput = {
    topics: new Map([
      ['t0', 3],
      ['t1', 3],
    ]),
    members: ['z', 'a', 'm'].map((id, index) => ({
      id,
      instanceId: index === 0 ? 'one' : null,
      topicIds: new Set(id === 'm' ? ['t1'] : ['t0', 't1']),
      current: NO_PARTITIONS,
    })),
  };
  const assigned = rangeAssignor.assign(input);
  expect(flat(assigned)).toEqual(
    new Map([
      ['t0/0', 'z'],
      ['t0/1', 'z'],
      ['t1/0', 'z'],
      ['t0/2', 'a'],
      ['t1/1', 'a'],
      ['t1/2', 'm'],
    ]),
  );
});

test('assignors are known by their names and by those of their classes', () => {
  expect(assignorByName('range')).toBe(rangeAssignor);
  expect(assignorByName('org.apache.kafka.coordinator.group.assignor.UniformAssignor')).toBe(
    uniformAssignor,
  );
  expect(assignorByName('com.example.MagicAssignor')).toBeUndefined();
});
