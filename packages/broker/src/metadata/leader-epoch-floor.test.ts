import { expect, it } from 'vitest';
import { nodePlatform } from '@zurau/platform';
import { createLogger } from '../logging.ts';
import { EmbeddedStore } from './embedded/embedded-store.ts';
import { raiseLeaderEpochs } from './leader-epoch-floor.ts';
import { createWithParents } from './store-path.ts';
import { partitionStateZnode } from './znodes/topics.ts';

it('raises leader epochs to what the logs have seen, and touches no others', async () => {
  const session = await (await EmbeddedStore.open(nodePlatform().clock)).openSession();
  const state = { leader: 3, leaderEpoch: 4, isr: [3], controllerEpoch: 2, recovering: false };
  for (const partition of [0, 1, 2]) {
    const path = partitionStateZnode.path('t', partition);
    await createWithParents(session, path, partitionStateZnode.encode(state));
  }
  const logs = [9, 4, -1].map((latestEpoch, partition) => ({ topic: 't', partition, latestEpoch }));
  const unknown = { topic: 'unknown', partition: 0, latestEpoch: 5 };
  const logger = await createLogger({ format: 'silent', level: undefined });
  await raiseLeaderEpochs(session, [...logs, unknown], logger);
  const states = await Promise.all(
    [0, 1, 2].map(async (partition) => {
      const { data, stat } = await session.getData(partitionStateZnode.path('t', partition));
      return { ...partitionStateZnode.decode('t', partition, data), version: stat.version };
    }),
  );
  expect(states).toEqual([
    { ...state, leader: -1, leaderEpoch: 9, version: 1 },
    { ...state, version: 0 },
    { ...state, version: 0 },
  ]);
});
