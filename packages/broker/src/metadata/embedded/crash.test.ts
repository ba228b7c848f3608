import { describe, expect, test } from 'vitest';
import { silentLogger } from '@zurau/log';
import { simulatedPlatform, type Platform, type SimulatedHost } from '@zurau/platform';
import { ANY_VERSION, type MetadataSession, type Stat } from '../store.ts';
import { DurableTransactionLog } from './durable-transaction-log.ts';
import { EmbeddedStore } from './embedded-store.ts';

const SEEDS = 60;
const NODES = ['/a', '/b', '/c', '/d'] as const;

function open(platform: Platform): Promise<EmbeddedStore> {
  const makeLog = (): DurableTransactionLog =>
    new DurableTransactionLog({
      platform,
      logDir: '/data',
      logger: silentLogger,
      snapshotAfterTransactions: 7,
    });
  return EmbeddedStore.open(platform.clock, makeLog);
}

/** What a writer knows of one node: the last value it was told is there, and those it was not told about since. */
interface Known {
  confirmed: number;
  asked: number;
}

/**
 * Writes rising numbers into the nodes, a few requests at a time, each pair of nodes in one multi. Never settles once the host is down.
 */
async function write(session: MetadataSession, known: Map<string, Known>, pick: () => number) {
  for (let value = 1; ; value++) {
    const current = value;
    const paths = [NODES[pick()]!, NODES[pick()]!];
    for (const path of new Set(paths)) known.get(path)!.asked = current;
    const done = session
      .multi(
        [...new Set(paths)].map((path) => ({
          type: 'set' as const,
          path,
          data: Buffer.from(String(current)),
          version: ANY_VERSION,
        })),
      )
      .then(() => {
        for (const path of paths) {
          const entry = known.get(path)!;
          entry.confirmed = Math.max(entry.confirmed, current);
        }
      });
    if (value % 3 === 0) await done;
  }
}

async function setUp(host: SimulatedHost): Promise<void> {
  const store = await open(host);
  const session = await store.openSession();
  for (const path of NODES) await session.create(path, Buffer.from('0'));
  await store.close();
}

async function read(
  session: MetadataSession,
  path: string,
): Promise<{ value: number; stat: Stat }> {
  const { data, stat } = await session.getData(path);
  return { value: Number(data.toString()), stat };
}

describe.each(['kill', 'crash'] as const)('after a %s at any moment', (how) => {
  test('everything confirmed is there, nothing is there that was not asked for, zxids go on', async () => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const host = simulatedPlatform(seed);
      const { simulation } = host;
      await simulation.runUntilSettled(setUp(host));
      const known = new Map<string, Known>(NODES.map((path) => [path, { confirmed: 0, asked: 0 }]));
      let zxidBefore = 0;
      for (let round = 0; round < 4; round++) {
        const store = await simulation.runUntilSettled(open(host));
        const session = await simulation.runUntilSettled(store.openSession());
        for (const path of NODES) {
          const { value, stat } = await simulation.runUntilSettled(read(session, path));
          const { confirmed, asked } = known.get(path)!;
          expect(value, `seed ${seed} round ${round} ${path}`).toBeGreaterThanOrEqual(confirmed);
          expect(value, `seed ${seed} round ${round} ${path}`).toBeLessThanOrEqual(asked);
          zxidBefore = Math.max(zxidBefore, stat.mzxid);
        }
        expect(await simulation.runUntilSettled(session.exists('/e'))).toBeUndefined();
        const { stat } = await simulation.runUntilSettled(
          session.create('/e', Buffer.alloc(0), { ephemeral: true }),
        );
        expect(stat.czxid).toBeGreaterThan(zxidBefore);
        zxidBefore = stat.czxid;
        // Later rounds must see at least this round's values, which start again from 1.
        for (const path of NODES) {
          await simulation.runUntilSettled(session.setData(path, Buffer.from('0'), ANY_VERSION));
          known.set(path, { confirmed: 0, asked: 0 });
        }
        void write(session, known, () => simulation.random.int(NODES.length));
        await simulation.runFor(simulation.random.int(20) + simulation.random.float());
        host[how]();
        if (how === 'crash') host.powerOn();
      }
    }
  });
});
