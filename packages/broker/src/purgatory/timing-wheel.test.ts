import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { simulatedPlatform } from '@zurau/platform';
import { Deadline, TimingWheel } from './timing-wheel.ts';

describe('TimingWheel', () => {
  it('fires every deadline once, never early and at most two ticks late', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 1, maxLength: 60 }),
        async (delays) => {
          const platform = simulatedPlatform(1);
          const wheel = new TimingWheel(platform.clock, platform.timers);
          const startMs = platform.clock.monotonicMs();
          const late: number[] = [];
          for (const delayMs of delays) {
            wheel.add(
              new Deadline(() => late.push(platform.clock.monotonicMs() - startMs - delayMs)),
              delayMs,
            );
          }
          await platform.simulation.runFor(21_000);
          expect(late.length).toBe(delays.length);
          for (const lateMs of late) {
            expect(lateMs).toBeGreaterThanOrEqual(0);
            expect(lateMs).toBeLessThanOrEqual(20);
          }
          expect(wheel.pendingCount).toBe(0);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('does not fire what was cancelled, not even by an earlier one of the same tick', async () => {
    const platform = simulatedPlatform(1);
    const wheel = new TimingWheel(platform.clock, platform.timers);
    const fired: string[] = [];
    const second = new Deadline(() => fired.push('second'));
    const first = new Deadline(() => {
      fired.push('first');
      wheel.cancel(second);
    });
    wheel.add(first, 5);
    wheel.add(second, 5);
    await platform.simulation.runFor(100);
    expect(fired).toEqual(['first']);
  });

  it('can be used again after it fired', async () => {
    const platform = simulatedPlatform(1);
    const wheel = new TimingWheel(platform.clock, platform.timers);
    let count = 0;
    const deadline = new Deadline(() => {
      count += 1;
      if (count < 3) wheel.add(deadline, 5000);
    });
    wheel.add(deadline, 10);
    await platform.simulation.runFor(11_000);
    expect(count).toBe(3);
  });
});
