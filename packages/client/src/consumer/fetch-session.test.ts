import { ErrorCode } from '@zurau/protocol';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type FetchItem, FetchSession } from './fetch-session.ts';

function item(partition: number, fetchOffset = 0, topicId = 'id'): FetchItem {
  return {
    name: `t-${partition}`,
    topic: 't',
    topicId,
    partition,
    currentLeaderEpoch: 0,
    fetchOffset,
    partitionMaxBytes: 100,
  };
}

const numbers = (items: readonly FetchItem[]): number[] => items.map((of) => of.partition);

it('tells everything once, then what changed', () => {
  const session = new FetchSession();
  const first = session.next([item(0), item(1)], true);
  expect(first).toMatchObject({ sessionId: 0, sessionEpoch: 0 });
  expect(numbers(first.items)).toEqual([0, 1]);
  expect(session.onAnswer(ErrorCode.NONE, 7)).toBe(true);
  const second = session.next([item(0), item(1, 5), item(2)], true);
  expect(second).toMatchObject({ sessionId: 7, sessionEpoch: 1, forgotten: [] });
  expect(numbers(second.items)).toEqual([1, 2]);
  session.onAnswer(ErrorCode.NONE, 7);
  const third = session.next([item(1, 5), item(2, 0, 'new')], true);
  expect(third.sessionEpoch).toBe(2);
  expect(numbers(third.items)).toEqual([2]);
  expect(numbers(third.forgotten).sort()).toEqual([0, 2]);
});

it.each([
  ['is forgotten by the broker', ErrorCode.FETCH_SESSION_ID_NOT_FOUND, 0],
  ['has another epoch at the broker', ErrorCode.INVALID_FETCH_SESSION_EPOCH, 7],
  ['holds a topic that was made anew', ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR, 7],
])('starts anew when it %s', (_, errorCode, sessionId) => {
  const session = new FetchSession();
  session.next([item(0)], true);
  session.onAnswer(ErrorCode.NONE, 7);
  session.next([item(0)], true);
  expect(session.onAnswer(errorCode, 0)).toBe(false);
  const next = session.next([item(0)], true);
  expect(next).toMatchObject({ sessionId, sessionEpoch: 0, forgotten: [] });
  expect(numbers(next.items)).toEqual([0]);
});

it('does without where the broker has no room, and when an answer was lost', () => {
  const session = new FetchSession();
  session.next([item(0)], true);
  session.onAnswer(ErrorCode.NONE, 0);
  expect(session.next([item(0)], true)).toMatchObject({ sessionId: 0, sessionEpoch: 0 });
  session.onAnswer(ErrorCode.NONE, 9);
  session.next([item(0)], true);
  session.onLost();
  expect(session.next([item(0)], true)).toMatchObject({ sessionId: 9, sessionEpoch: 0 });
  session.onAnswer(ErrorCode.NONE, 10);
  // Names and ids do not mix in a session.
  expect(session.next([item(0)], false)).toMatchObject({ sessionId: 10, sessionEpoch: 0 });
});

it('is ended by its last request, whatever is heard of it after that', () => {
  const session = new FetchSession();
  expect(session.end()).toBeUndefined();
  session.next([item(0)], true);
  // The broker has not told by which name yet.
  expect(session.end()).toBeUndefined();
  session.onAnswer(ErrorCode.NONE, 7);
  session.next([item(0)], true);
  expect(session.end()).toEqual({ sessionId: 7, sessionEpoch: -1, items: [], forgotten: [] });
  session.onAnswer(ErrorCode.NONE, 7);
  expect(session.end()).toBeUndefined();
  expect(session.next([item(0)], true)).toMatchObject({ sessionId: 0, sessionEpoch: 0 });
});

it('is ended by the full request that follows it, and the one that this began by another', () => {
  const session = new FetchSession();
  session.next([item(0)], true);
  session.onAnswer(ErrorCode.NONE, 7);
  session.next([item(0)], true);
  session.onLost();
  expect(session.next([item(0)], true)).toMatchObject({ sessionId: 7, sessionEpoch: 0 });
  expect(session.end()).toBeUndefined();
  session.onAnswer(ErrorCode.NONE, 8);
  expect(session.end()).toMatchObject({ sessionId: 8, sessionEpoch: -1 });
});

/** A broker that keeps the sessions' rules, or loses one now and then. */
class ModelBroker {
  #id = 0;
  #epoch = 0;
  #partitions: Map<string, FetchItem> = new Map();

  answer(request: ReturnType<FetchSession['next']>, forgets: boolean): [number, number] {
    if (request.sessionEpoch === 0) {
      this.#id += 1;
      this.#epoch = 1;
      this.#partitions = new Map(request.items.map((of) => [of.name, of]));
      return [ErrorCode.NONE, this.#id];
    }
    if (forgets) return [ErrorCode.FETCH_SESSION_ID_NOT_FOUND, 0];
    expect(request).toMatchObject({ sessionId: this.#id, sessionEpoch: this.#epoch });
    this.#epoch += 1;
    for (const { name } of request.forgotten) expect(this.#partitions.delete(name)).toBe(true);
    for (const of of request.items) this.#partitions.set(of.name, of);
    return [ErrorCode.NONE, this.#id];
  }

  get partitions(): FetchItem[] {
    return [...this.#partitions.values()].sort((a, b) => a.partition - b.partition);
  }
}

it('has the broker know exactly what is asked for, whatever changes', () => {
  const wish = fc.record({
    offsets: fc.dictionary(fc.integer({ min: 0, max: 5 }).map(String), fc.nat(3)),
    fate: fc.constantFrom('answered', 'answered', 'answered', 'forgotten', 'lost'),
  });
  fc.assert(
    fc.property(fc.array(wish), (wishes) => {
      const session = new FetchSession();
      const broker = new ModelBroker();
      for (const { offsets, fate } of wishes) {
        const items = Object.entries(offsets).map(([partition, offset]) =>
          item(Number(partition), offset),
        );
        const [errorCode, sessionId] = broker.answer(
          session.next(items, true),
          fate === 'forgotten',
        );
        if (fate === 'lost') {
          session.onLost();
          continue;
        }
        if (!session.onAnswer(errorCode, sessionId)) continue;
        expect(broker.partitions).toEqual(items.sort((a, b) => a.partition - b.partition));
      }
    }),
  );
});
