import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Fifo } from './fifo.ts';

it('does what an array does with push and shift', () => {
  const steps = fc.array(fc.oneof(fc.constant('shift' as const), fc.integer()), {
    maxLength: 2_000,
  });
  fc.assert(
    fc.property(steps, fc.boolean(), (list, takeAll) => {
      const fifo = new Fifo<number>();
      const model: number[] = [];
      for (const step of list) {
        if (step === 'shift') {
          expect(fifo.shift()).toBe(model.shift());
        } else {
          fifo.push(step);
          model.push(step);
        }
        expect(fifo.peek()).toBe(model[0]);
        expect(fifo.size).toBe(model.length);
      }
      expect([...fifo]).toEqual(model);
      if (takeAll) expect(fifo.takeAll()).toEqual(model);
    }),
  );
});

it('gives taken places back', () => {
  const fifo = new Fifo<number>();
  for (let i = 0; i < 5_000; i += 1) fifo.push(i);
  for (let i = 0; i < 4_999; i += 1) expect(fifo.shift()).toBe(i);
  expect([...fifo]).toEqual([4_999]);
});
