/** Reassignments as far as one broker can have them: what is refused, and what is done at once. */
import {
  alterPartitionReassignmentsApi,
  electLeadersApi,
  listPartitionReassignmentsApi,
} from '@zurau/protocol';
import type { Driver } from '../driver.ts';
import { TIMEOUT_MS } from '../driver.ts';
import { scenario } from '../scenario.ts';
import type { Scenario } from '../scenario.ts';

async function reassign(
  broker: Driver,
  step: string,
  name: string,
  partitions: Record<number, number[] | null>,
): Promise<void> {
  await broker.send(step, alterPartitionReassignmentsApi, {
    timeoutMs: TIMEOUT_MS,
    topics: [
      {
        name,
        partitions: Object.entries(partitions).map(([index, replicas]) => ({
          partitionIndex: Number(index),
          replicas,
        })),
      },
    ],
  });
}

export const reassignmentScenarios: readonly Scenario[] = [
  scenario('what makes no sense', alterPartitionReassignmentsApi, async (broker) => {
    const name = broker.name('still');
    await broker.createTopic(name, {}, 1);
    await reassign(broker, 'no such topic', broker.name('none'), { 0: [0] });
    await reassign(broker, 'no such partition', name, { 9: [0] });
    await reassign(broker, 'no replicas', name, { 0: [] });
    await reassign(broker, 'twice the same', name, { 0: [0, 0] });
    await reassign(broker, 'negative', name, { 0: [-1] });
    await reassign(broker, 'nothing to cancel', name, { 0: null });
    await reassign(broker, 'nothing to cancel where nothing is', broker.name('none'), { 0: null });
    await broker.send('nothing', alterPartitionReassignmentsApi, {
      timeoutMs: TIMEOUT_MS,
      topics: [],
    });
  }),

  scenario('to where it is', alterPartitionReassignmentsApi, async (broker) => {
    const name = broker.name('stays');
    await broker.createTopic(name, {}, 2);
    await reassign(broker, 'both', name, { 0: [0], 1: [0] });
    await broker.send('list', listPartitionReassignmentsApi, { topics: null });
    await broker.send('elect', electLeadersApi, {
      electionType: 0,
      topicPartitions: [{ topic: name, partitions: [0, 1] }],
      timeoutMs: TIMEOUT_MS,
    });
  }),

  scenario('list', listPartitionReassignmentsApi, async (broker) => {
    const name = broker.name('list');
    await broker.createTopic(name, {}, 1);
    for (const [step, topics] of Object.entries({
      all: null,
      none: [],
      'one at rest': [{ name, partitionIndexes: [0, 5] }],
      'one that is not': [{ name: broker.name('none'), partitionIndexes: [0] }],
    })) {
      await broker.send(step, listPartitionReassignmentsApi, { topics });
    }
  }),
];
