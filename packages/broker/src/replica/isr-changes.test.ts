import { pino } from 'pino';
import { nodePlatform } from '@zurau/platform';
import { ErrorCode } from '@zurau/protocol';
import { expect, test } from 'vitest';
import {
  IsrChanges,
  type ConfirmedIsr,
  type IsrChange,
  type IsrChangesAnswer,
} from './isr-changes.ts';

function change(partition: number): IsrChange {
  return { topic: 't', topicId: 'id', partition, leaderEpoch: 1, partitionEpoch: 2, isr: [0, 1] };
}

const CONFIRMED: ConfirmedIsr = { leaderEpoch: 1, partitionEpoch: 3, isr: [0, 1] };

interface World {
  readonly changes: IsrChanges;
  /** Partitions of each request that was sent. */
  readonly sent: number[][];
  readonly outcomes: (ConfirmedIsr | number)[];
  submit(partition: number): void;
  idle(): Promise<void>;
}

function world(answer: (asked: readonly IsrChange[], attempt: number) => IsrChangesAnswer): World {
  const { timers } = nodePlatform();
  const sent: number[][] = [];
  const outcomes: (ConfirmedIsr | number)[] = [];
  let wanted = 0;
  const changes = new IsrChanges({
    send: async (asked) => {
      sent.push(asked.map(({ partition }) => partition));
      await Promise.resolve();
      return answer(asked, sent.length);
    },
    timers,
    logger: pino({ level: 'silent' }),
  });
  return {
    changes,
    sent,
    outcomes,
    submit: (partition) => {
      wanted++;
      changes.submit(change(partition), (outcome) => outcomes.push(outcome));
    },
    idle: async () => {
      await expect.poll(() => outcomes.length, { interval: 5 }).toBe(wanted);
    },
  };
}

const allConfirmed = (asked: readonly IsrChange[]): IsrChangesAnswer => ({
  errorCode: ErrorCode.NONE,
  outcomes: asked.map(() => CONFIRMED),
});

test('changes of one turn go together, those that come meanwhile with the next request', async () => {
  const { submit, sent, idle, outcomes } = world(allConfirmed);
  submit(0);
  submit(1);
  await Promise.resolve();
  submit(2);
  await idle();
  expect(sent).toEqual([[0, 1], [2]]);
  expect(outcomes).toEqual([CONFIRMED, CONFIRMED, CONFIRMED]);
});

test('a request without an answer, and one that failed as a whole, is made again', async () => {
  const { submit, sent, idle } = world((asked, attempt) => {
    if (attempt === 1) throw new Error('no controller');
    if (attempt === 2) return { errorCode: ErrorCode.STALE_BROKER_EPOCH, outcomes: [] };
    return allConfirmed(asked);
  });
  submit(0);
  await idle();
  expect(sent).toEqual([[0], [0], [0]]);
});

test('a partition that an answer leaves out is asked for again', async () => {
  const { submit, sent, idle } = world((asked, attempt) =>
    attempt === 1
      ? { errorCode: ErrorCode.NONE, outcomes: [undefined, ErrorCode.FENCED_LEADER_EPOCH] }
      : allConfirmed(asked),
  );
  submit(0);
  submit(1);
  await idle();
  expect(sent).toEqual([[0, 1], [0]]);
});

test('a second change of a partition is not attempted while the first is under way', async () => {
  const { submit, idle, outcomes } = world(allConfirmed);
  submit(0);
  submit(0);
  await idle();
  expect(outcomes).toEqual([ErrorCode.OPERATION_NOT_ATTEMPTED, CONFIRMED]);
});

test('after the end nothing is sent and nobody is told', async () => {
  const { submit, changes, sent, outcomes } = world(allConfirmed);
  submit(0);
  changes.close();
  submit(1);
  await new Promise<void>((resolve) => nodePlatform().timers.nextTurn(resolve));
  expect(sent.length).toBeLessThanOrEqual(1);
  expect(outcomes).toEqual([]);
});
