/** A few seeds of the random models; `npm run model` runs thousands, and any single one again. */
import { describe, it } from 'vitest';
import { runCompactionModel } from './fixtures/compaction-model.ts';
import { runLogModel } from './fixtures/log-model.ts';

const SEED_COUNT = 20;

describe('under random operations, faults and restarts', () => {
  it('a log behaves like a list of batches', { timeout: 120_000 }, async () => {
    for (let seed = 1; seed <= SEED_COUNT; seed++) await runLogModel(seed);
  });

  it('a compacted log behaves like a map', { timeout: 120_000 }, async () => {
    for (let seed = 1; seed <= SEED_COUNT; seed++) await runCompactionModel(seed);
  });
});
