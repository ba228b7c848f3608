import { expect, test } from 'vitest';
import { ErrorCode } from '@zurau/protocol';
import type { FetchRequest } from '@zurau/protocol';
import { nodePlatform } from '@zurau/platform';
import { FetchPlanner } from './fetch-plan.ts';
import { FetchSessionCache } from './fetch-session.ts';

const ID = 'EpxWnJQaSv6Wq1VDWlVnwA';
const VERSION = 17;

function request(session: { id: number; epoch: number }, partitions: number[]): FetchRequest {
  return {
    sessionId: session.id,
    sessionEpoch: session.epoch,
    topics: [
      {
        topic: '',
        topicId: ID,
        partitions: partitions.map((partition) => ({
          partition,
          fetchOffset: 0,
          partitionMaxBytes: 1_000,
          currentLeaderEpoch: -1,
          lastFetchedEpoch: -1,
          logStartOffset: -1,
        })),
      },
    ].filter((topic) => topic.partitions.length > 0),
    forgottenTopicsData: [],
  } as unknown as FetchRequest;
}

test('a topic that a session named before the broker knew it is found later', () => {
  const names = new Map<string, string>();
  const { clock, random } = nodePlatform();
  const sessions = new FetchSessionCache(10, clock, random);
  const planner = new FetchPlanner(sessions, (id) => names.get(id));
  const first = planner.plan(request({ id: 0, epoch: 0 }, [0]), VERSION, true);
  expect([...first.partitions].map(({ topic }) => topic)).toEqual(['']);
  names.set(ID, 'events');
  const second = planner.plan(request({ id: first.session!.id, epoch: 1 }, []), VERSION, true);
  expect(second.errorCode).toBe(ErrorCode.NONE);
  expect([...second.partitions].map(({ topic }) => topic)).toEqual(['events']);
});
