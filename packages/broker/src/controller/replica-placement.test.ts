import fc from 'fast-check';
import { expect, test } from 'vitest';
import { placeReplicas } from './replica-placement.ts';

const request = fc
  .record({
    racks: fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 9 }),
    hasRacks: fc.boolean(),
    partitionCount: fc.integer({ min: 1, max: 60 }),
    wanted: fc.nat(),
    start: fc.nat(20),
    shift: fc.nat(20),
    firstPartition: fc.nat(20),
  })
  .map(({ racks, hasRacks, wanted, ...rest }) => ({
    ...rest,
    replicationFactor: 1 + (wanted % racks.length),
    brokers: racks.map((rack, index) => ({ id: index * 3, rack: hasRacks ? rack : null })),
  }));

test('each partition has different brokers, leaders are even, racks fill up evenly', () => {
  fc.assert(
    fc.property(request, (placement) => {
      const assignment = placeReplicas(placement);
      const { brokers, partitionCount, replicationFactor, firstPartition } = placement;
      expect([...assignment.keys()]).toEqual(
        Array.from({ length: partitionCount }, (_, index) => firstPartition + index),
      );
      const rackOf = new Map(brokers.map(({ id, rack }) => [id, rack]));
      const rackCount = new Set(rackOf.values()).size;
      const leaders = new Map(brokers.map(({ id }) => [id, 0]));
      for (const replicas of assignment.values()) {
        expect(replicas).toHaveLength(replicationFactor);
        expect(new Set(replicas).size).toBe(replicationFactor);
        expect(replicas.every((id) => rackOf.has(id))).toBe(true);
        const racks = new Set(replicas.map((id) => rackOf.get(id)));
        expect(racks.size).toBe(Math.min(rackCount, replicationFactor));
        const leader = replicas[0] ?? -1;
        leaders.set(leader, (leaders.get(leader) ?? 0) + 1);
      }
      const counts = [...leaders.values()];
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    }),
  );
});

test('followers of one leader are spread over all other brokers', () => {
  const brokers = [0, 1, 2, 3].map((id) => ({ id, rack: null }));
  const placement = { brokers, partitionCount: 12, replicationFactor: 2, start: 0, shift: 0 };
  const pairs = new Set([...placeReplicas(placement).values()].map(String));
  expect(pairs.size).toBe(12);
});
