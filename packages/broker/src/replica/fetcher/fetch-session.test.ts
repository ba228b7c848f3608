import { ErrorCode } from '@zurau/protocol';
import type { FetchResponse } from '@zurau/protocol';
import { describe, expect, test } from 'vitest';
import { FollowerFetchSession, type WantedPartition } from './fetch-session.ts';

function wanted(partition: number, fetchOffset = 0): WantedPartition {
  return {
    topic: 't',
    topicId: 'id-of-t',
    partition,
    currentLeaderEpoch: 1,
    fetchOffset,
    lastFetchedEpoch: -1,
    logStartOffset: 0,
    partitionMaxBytes: 100,
  };
}

function answer(sessionId: number, errorCode: number = ErrorCode.NONE): FetchResponse {
  return { throttleTimeMs: 0, errorCode, sessionId, responses: [], nodeEndpoints: [] };
}

/** What a request says: `session/epoch partitions -forgotten`. */
function said(session: FollowerFetchSession, all: readonly WantedPartition[], ids = true): string {
  const { sessionId, sessionEpoch, topics, forgottenTopicsData } = session.next(all, ids);
  const names = topics.flatMap(({ partitions }) => partitions.map(({ partition }) => partition));
  const forgotten = (forgottenTopicsData ?? []).flatMap(({ partitions }) =>
    partitions.map((p) => `-${p}`),
  );
  return `${sessionId}/${sessionEpoch} ${[...names, ...forgotten].join(' ')}`.trim();
}

describe('a follower in a session', () => {
  test('names everything once, then what has changed', () => {
    const session = new FollowerFetchSession();
    expect(said(session, [wanted(0), wanted(1)])).toBe('0/0 0 1');
    session.onAnswer(answer(7));
    expect(said(session, [wanted(0), wanted(1, 5)])).toBe('7/1 1');
    session.onAnswer(answer(7));
    expect(said(session, [wanted(1, 5), wanted(2)])).toBe('7/2 2 -0');
    session.onAnswer(answer(7));
    expect(said(session, [wanted(1, 5), wanted(2)])).toBe('7/3');
  });

  test('goes on without one when the leader has no room', () => {
    const session = new FollowerFetchSession();
    expect(said(session, [wanted(0)])).toBe('0/0 0');
    session.onAnswer(answer(0));
    expect(said(session, [wanted(0)])).toBe('0/0 0');
  });

  test('ends it and begins another when an answer was lost', () => {
    const session = new FollowerFetchSession();
    said(session, [wanted(0)]);
    session.onAnswer(answer(7));
    session.restart();
    expect(said(session, [wanted(0)])).toBe('7/0 0');
    session.onAnswer(answer(8));
    expect(said(session, [wanted(0)])).toBe('8/1');
  });

  test.each([
    [ErrorCode.FETCH_SESSION_ID_NOT_FOUND, '0/0 0'],
    [ErrorCode.INVALID_FETCH_SESSION_EPOCH, '7/0 0'],
  ])('begins another when the leader has lost it (%i)', (errorCode, next) => {
    const session = new FollowerFetchSession();
    said(session, [wanted(0)]);
    session.onAnswer(answer(7));
    said(session, [wanted(0)]);
    session.onAnswer(answer(0, errorCode));
    expect(said(session, [wanted(0)])).toBe(next);
  });

  test('does not mix names and ids in one', () => {
    const session = new FollowerFetchSession();
    said(session, [wanted(0)], false);
    session.onAnswer(answer(7));
    expect(said(session, [wanted(0)], true)).toBe('7/0 0');
  });
});
