/**
 * The metadata store on a real ZooKeeper: the same conformance suite as the embedded store, each case below a root of its own.
 */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { nodePlatform } from '@zurau/platform';
import {
  kafkaToolsMissing,
  TcpProxy,
  tempDir,
  unmetRequirement,
  ZooKeeperProcess,
} from '@zurau/testkit';
import type { TempDir } from '@zurau/testkit';
import {
  storeConformance,
  type StoreFixture,
} from '../../packages/broker/src/metadata/conformance/store-conformance.ts';
import type { MetadataSession, MetadataStore } from '../../packages/broker/src/metadata/store.ts';
import { ZooKeeperStore } from '../../packages/broker/src/metadata/zookeeper/zookeeper-store.ts';

const missing = await unmetRequirement('zookeeper', [kafkaToolsMissing]);

describe.skipIf(missing !== undefined)('the store on ZooKeeper', () => {
  let dir: TempDir;
  let server: ZooKeeperProcess;

  beforeAll(async () => {
    dir = tempDir('zookeeper-store');
    server = await ZooKeeperProcess.start({ dataDir: dir.path });
  });

  afterAll(async () => {
    await server?.stop();
    dir[Symbol.dispose]();
  });

  it.each(storeConformance.map((each, index) => ({ ...each, index })))(
    '$name',
    async ({ run, index }) => {
      const world = new World(server, `/case/${index}`);
      try {
        await run(world);
      } finally {
        await world.close();
      }
    },
  );
});

/** A root of its own in the tree, and a path to the server for each session, so that one alone can be cut off. */
class World implements StoreFixture {
  readonly store: MetadataStore = {
    openSession: () => this.#openSession(),
    close: () => this.close(),
  };
  readonly #server: ZooKeeperProcess;
  readonly #root: string;
  readonly #proxies = new Map<MetadataSession, TcpProxy>();
  readonly #stores: ZooKeeperStore[] = [];

  constructor(server: ZooKeeperProcess, root: string) {
    this.#server = server;
    this.#root = root;
  }

  /** Cuts it off for longer than it lasts, until both sides know. */
  async expire(session: MetadataSession): Promise<void> {
    const expired = new Promise<void>((resolve) => {
      session.onStateChange((state) => (state === 'expired' ? resolve() : undefined));
    });
    this.#proxies.get(session)!.cut();
    await expired;
    await this.#server.until(async () => !(await this.#server.ephemeralOwners()).has(session.id));
  }

  async close(): Promise<void> {
    await Promise.all(this.#stores.map((store) => store.close()));
    await Promise.all([...this.#proxies.values()].map((proxy) => proxy.stop()));
  }

  async #openSession(): Promise<MetadataSession> {
    const proxy = await TcpProxy.start(this.#server.port);
    const store = new ZooKeeperStore({
      platform: nodePlatform(),
      connectString: `${proxy.address}${this.#root}`,
      sessionTimeoutMs: 2_000,
      connectionTimeoutMs: 20_000,
    });
    this.#stores.push(store);
    const session = await store.openSession();
    this.#proxies.set(session, proxy);
    return session;
  }
}
