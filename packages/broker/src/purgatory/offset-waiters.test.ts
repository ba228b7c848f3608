import { describe, expect, it } from 'vitest';
import { OffsetWaiters } from './offset-waiters.ts';

function recorder(): {
  done: string[];
  waiter: (name: string) => { onOffsetDone(tag: number, errorCode: number): void };
} {
  const done: string[] = [];
  return {
    done,
    waiter: (name) => ({ onOffsetDone: (tag, code) => done.push(`${name}${tag}:${code}`) }),
  };
}

describe('OffsetWaiters', () => {
  it('completes in order of offset, also who asked late for an older one', () => {
    const { done, waiter } = recorder();
    const waiters = new OffsetWaiters();
    waiters.add(10, waiter('a'), 0);
    waiters.add(20, waiter('b'), 1);
    waiters.add(15, waiter('c'), 2);
    waiters.advanceTo(9);
    expect(done).toEqual([]);
    waiters.advanceTo(15);
    expect(done).toEqual(['a0:0', 'c2:0']);
    waiters.advanceTo(30);
    expect(done).toEqual(['a0:0', 'c2:0', 'b1:0']);
    expect(waiters.count).toBe(0);
  });

  it('fails only those above the offset given', () => {
    const { done, waiter } = recorder();
    const waiters = new OffsetWaiters();
    waiters.add(10, waiter('a'), 0);
    waiters.add(20, waiter('b'), 0);
    waiters.fail(56, 10);
    expect(done).toEqual(['b0:56']);
    waiters.advanceTo(10);
    expect(done).toEqual(['b0:56', 'a0:0']);
  });

  it('keeps its order over many thousands', () => {
    const waiters = new OffsetWaiters();
    const done: number[] = [];
    const waiter = { onOffsetDone: (tag: number) => done.push(tag) };
    for (let i = 0; i < 5000; i++) {
      waiters.add(i, waiter, i);
      if (i % 7 === 0) waiters.advanceTo(i - 3);
    }
    waiters.advanceTo(5000);
    expect(done).toEqual(Array.from({ length: 5000 }, (_, i) => i));
  });
});
