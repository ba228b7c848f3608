/** The machine's clocks. Nothing else in Zurau may read them. */
import type { Clock } from '../clock.ts';

export const nodeClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
};
