import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Timeline, TimelineMap } from './timeline.ts';

type Step =
  | { readonly kind: 'set'; readonly key: number; readonly value: number }
  | { readonly kind: 'delete'; readonly key: number }
  | { readonly kind: 'replicate'; readonly share: number };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('set' as const), key: fc.nat(3), value: fc.nat(99) }),
    fc.record({ kind: fc.constant('delete' as const), key: fc.nat(3) }),
    fc.record({ kind: fc.constant('replicate' as const), share: fc.nat(100) }),
  ),
  { maxLength: 60 },
);

test('readers see the state at the high watermark, writers the latest, whatever happens', () => {
  fc.assert(
    fc.property(steps, (played) => {
      const timeline = new Timeline();
      const map = new TimelineMap<number, number>(timeline);
      /** The state after each record; index 0 is before the first. */
      const history: ReadonlyMap<number, number>[] = [new Map()];
      let highWatermark = 0;
      for (const step of played) {
        const latest = new Map(history.at(-1));
        if (step.kind === 'replicate') {
          const lag = history.length - 1 - highWatermark;
          highWatermark += Math.ceil((lag * step.share) / 100);
          timeline.commitTo(highWatermark);
        } else {
          timeline.advanceTo(history.length - 1);
          if (step.kind === 'set') {
            map.set(step.key, step.value);
            latest.set(step.key, step.value);
          } else {
            expect(map.delete(step.key)).toBe(latest.delete(step.key));
          }
          history.push(latest);
        }
        const replicated = history[highWatermark] ?? new Map<number, number>();
        const now = history.at(-1) ?? new Map<number, number>();
        expect(map.size).toBe(now.size);
        for (let key = 0; key <= 3; key++) {
          expect(map.get(key)).toBe(now.get(key));
          expect(map.getReplicated(key)).toBe(replicated.get(key));
        }
        expect([...map.replicatedValues()].toSorted()).toEqual([...replicated.values()].toSorted());
      }
      timeline.commitTo(history.length);
      expect(timeline.pendingCount).toBe(0);
      expect(map.isVacant).toBe(history.at(-1)?.size === 0);
    }),
  );
});

test('replicated records leave nothing to remember', () => {
  const timeline = new Timeline();
  const map = new TimelineMap<string, number>(timeline);
  timeline.commitTo(2);
  timeline.advanceTo(0);
  map.set('a', 1);
  timeline.advanceTo(1);
  map.set('a', 2);
  expect(timeline.pendingCount).toBe(0);
  timeline.advanceTo(2);
  map.set('a', 3);
  expect(timeline.pendingCount).toBe(1);
  expect(map.getReplicated('a')).toBe(2);
});

test('records come in order', () => {
  const timeline = new Timeline();
  timeline.advanceTo(4);
  expect(() => timeline.advanceTo(4)).toThrow();
});
