/**
 * The metadata store that several brokers share: a real ZooKeeper ensemble.
 *
 * Owns: the sessions that it opens, and the chroot, which it makes when it is missing. What the interface promises and ZooKeeper's client does
 * not is in {@link ZooKeeperMetadataSession}.
 */
import {
  isZooKeeperError,
  parseConnectString,
  untilAnswered,
  ZooKeeperSession,
  type ZooKeeperSessionOptions,
} from '@zurau/zookeeper';
import type { MetadataSession, MetadataStore } from '../store.ts';
import { storeErrorOf } from './store-errors.ts';
import { ZooKeeperMetadataSession } from './zookeeper-metadata-session.ts';

export interface ZooKeeperStoreOptions extends ZooKeeperSessionOptions {
  /** `zookeeper.connection.timeout.ms`: how long a first connection may take. */
  readonly connectionTimeoutMs: number;
  /** `zookeeper.set.acl`: nodes can be changed only by whoever we are authenticated as. */
  readonly setAcl?: boolean;
}

export class ZooKeeperStore implements MetadataStore {
  readonly #options: ZooKeeperStoreOptions;
  readonly #sessions = new Set<ZooKeeperMetadataSession>();
  #isChrootThere = false;
  #isClosed = false;

  /** Throws ConnectStringError. Connects to nothing before {@link openSession}. */
  constructor(options: ZooKeeperStoreOptions) {
    this.#options = options;
    this.#isChrootThere = parseConnectString(options.connectString).chroot === '';
  }

  async openSession(): Promise<MetadataSession> {
    if (!this.#isChrootThere) await this.#makeChroot();
    const zooKeeper = await this.#connect(this.#options.connectString);
    const session = new ZooKeeperMetadataSession(zooKeeper, this.#options.setAcl ?? false);
    this.#sessions.add(session);
    session.onStateChange((state) => {
      if (state === 'expired' || state === 'closed') this.#sessions.delete(session);
    });
    return session;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#sessions].map((session) => session.close()));
  }

  async #connect(connectString: string): Promise<ZooKeeperSession> {
    const { connectionTimeoutMs } = this.#options;
    const session = new ZooKeeperSession({ ...this.#options, connectString });
    try {
      await session.connect(connectionTimeoutMs);
    } catch (error) {
      throw storeErrorOf(error, '/', 'CONNECTION_LOSS');
    }
    if (!this.#isClosed) return session;
    await session.close();
    throw storeErrorOf(new Error('the store is closed'), '/', 'CONNECTION_LOSS');
  }

  /** Every broker of a new cluster may be the first: whoever finds a part of it made goes on behind that. */
  async #makeChroot(): Promise<void> {
    const { connectString } = this.#options;
    const { chroot } = parseConnectString(connectString);
    const session = await this.#connect(connectString.slice(0, connectString.indexOf('/')));
    try {
      for (let end = chroot.indexOf('/', 1); ; end = chroot.indexOf('/', end + 1)) {
        const path = end < 0 ? chroot : chroot.slice(0, end);
        await untilAnswered(() => createIfMissing(session, path));
        if (end < 0) break;
      }
      this.#isChrootThere = true;
    } catch (error) {
      throw storeErrorOf(error, chroot);
    } finally {
      await session.close();
    }
  }
}

async function createIfMissing(session: ZooKeeperSession, path: string): Promise<void> {
  if ((await session.exists(path)) !== undefined) return;
  try {
    await session.create(path, Buffer.alloc(0));
  } catch (error) {
    if (!isZooKeeperError(error, 'NODE_EXISTS')) throw error;
  }
}
