import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { nodeTimers } from './node-timers.ts';

describe('node timers', () => {
  afterEach(() => vi.useRealTimers());

  it('run once, later, in order', async () => {
    const order: string[] = [];
    nodeTimers.after(5, () => order.push('after'));
    nodeTimers.nextTurn(() => order.push('turn'));
    expect(order).toEqual([]);
    await sleep(20);
    expect(order).toEqual(['turn', 'after']);
  });

  it('do not run once cancelled', async () => {
    const never = (): void => expect.unreachable();
    const timers = [nodeTimers.after(1, never), nodeTimers.every(1, never)];
    for (const timer of timers) timer.cancel();
    for (const timer of timers) timer.cancel();
    await sleep(10);
  });

  it('repeat until cancelled, without keeping the process alive', () => {
    vi.useFakeTimers();
    let count = 0;
    const timer = nodeTimers.every(10, () => count++);
    vi.advanceTimersByTime(35);
    expect(count).toBe(3);
    timer.cancel();
    vi.advanceTimersByTime(35);
    expect(count).toBe(3);
  });

  it('wait for more than 2^31 milliseconds', () => {
    vi.useFakeTimers();
    const fired: string[] = [];
    const month = 31 * 24 * 3_600_000;
    nodeTimers.after(month, () => fired.push('month'));
    const cancelled = nodeTimers.after(3 * month, () => fired.push('quarter'));
    vi.advanceTimersByTime(month - 1);
    expect(fired).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(fired).toEqual(['month']);
    cancelled.cancel();
    vi.advanceTimersByTime(3 * month);
    expect(fired).toEqual(['month']);
  });
});
