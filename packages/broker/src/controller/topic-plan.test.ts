import { ErrorCode } from '@zurau/protocol';
import { expect, test } from 'vitest';
import { planPartitions, planTopic, type TopicProblem } from './topic-plan.ts';

const choice = { brokers: [{ id: 0, rack: null }], random: () => 0 };
const refused = expect.objectContaining({ errorCode: ErrorCode.POLICY_VIOLATION }) as TopicProblem;

test.each([10_001, 0x7fff_ffff])('%i partitions are never placed', (partitionCount) => {
  const topic = { name: 't', partitionCount, replicationFactor: 1, assignments: [], configs: [] };
  expect(planTopic(topic, { partitionCount: 1, replicationFactor: 1 }, choice)).toEqual(refused);
  const wanted = { partitionCount: partitionCount + 1, assignments: null };
  expect(planPartitions('t', new Map([[0, [0]]]), wanted, choice)).toEqual(refused);
});
