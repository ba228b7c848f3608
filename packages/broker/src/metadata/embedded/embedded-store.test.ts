import { describe, expect, test } from 'vitest';
import { storeConformance } from '../conformance/store-conformance.ts';
import { EmbeddedStore } from './embedded-store.ts';

const clock = { now: () => 1_000, monotonicMs: () => 0 };

describe('in memory', () => {
  test.each(storeConformance)('$name', async ({ run }) => {
    const store = await EmbeddedStore.open(clock);
    await run({ store, expire: (session) => store.expireSession(session) });
    await store.close();
    await store.close();
    await expect(store.openSession()).rejects.toMatchObject({ code: 'CONNECTION_LOSS' });
  });
});
