/**
 * A broker's entry into the cluster: the nodes that every cluster has, the cluster's id, the broker's own id, its registration.
 *
 * Owns: these steps, in this order at start-up. The registration is ephemeral: it goes with the session.
 */
import type { Clock, Random, Timers } from '@zurau/platform';
import type { BrokerEndpoint } from '../controller/broker-link.ts';
import { ANY_VERSION, isStoreError, type MetadataSession } from './store.ts';
import { createWithParents, ensurePath, ensurePaths } from './store-path.ts';
import {
  brokerIdsZnode,
  brokerIdZnode,
  brokerSequenceZnode,
  clusterIdZnode,
} from './znodes/brokers.ts';
import { CONFIG_ENTITY_TYPES, configChangeZnode, configTypeZnode } from './znodes/configs.ts';
import { isrChangeZnode, logDirEventZnode, producerIdBlockZnode } from './znodes/controller.ts';
import { deleteTopicsZnode, topicsZnode } from './znodes/topics.ts';

const CLUSTER_PATHS: readonly string[] = [
  // Of the old consumers that kept their offsets here; tools expect it.
  '/consumers',
  brokerIdsZnode.path,
  topicsZnode.path,
  configChangeZnode.parent,
  deleteTopicsZnode.path,
  brokerSequenceZnode.path,
  isrChangeZnode.parent,
  producerIdBlockZnode.path,
  logDirEventZnode.parent,
  ...CONFIG_ENTITY_TYPES.map(configTypeZnode.path),
];

/** Another living broker has the id. */
export class BrokerIdTakenError extends Error {
  readonly brokerId: number;

  constructor(brokerId: number) {
    super(
      `another broker is registered with id ${brokerId}; ` +
        'set broker.id to one that is free, or stop that broker and wait until its session is over',
    );
    this.name = 'BrokerIdTakenError';
    this.brokerId = brokerId;
  }
}

/** Makes the nodes that every cluster has, where they are missing. */
export async function prepareCluster(session: MetadataSession): Promise<void> {
  await ensurePaths(session, CLUSTER_PATHS);
}

/** The id of the cluster; the first broker makes it, from `preferredId` (what its log directories say) or new. */
export async function clusterId(
  session: MetadataSession,
  random: Random,
  preferredId?: string,
): Promise<string> {
  const { path, encode, decode } = clusterIdZnode;
  for (;;) {
    try {
      return decode((await session.getData(path)).data);
    } catch (error) {
      if (!isStoreError(error, 'NO_NODE')) throw error;
    }
    try {
      await createWithParents(session, path, encode(preferredId ?? random.uuid()));
    } catch (error) {
      if (!isStoreError(error, 'NODE_EXISTS')) throw error;
    }
  }
}

/** A broker id that no one has: above `reserved.broker.max.id`, below which operators choose ids themselves. */
export async function generateBrokerId(
  session: MetadataSession,
  reservedBrokerMaxId: number,
): Promise<number> {
  await ensurePath(session, brokerSequenceZnode.path);
  const stat = await session.setData(brokerSequenceZnode.path, Buffer.alloc(0), ANY_VERSION);
  return reservedBrokerMaxId + stat.version;
}

/** What to do about a registration that another session has left behind, and that will go when that expires. */
export interface LeftoverPatience {
  readonly timers: Timers;
  readonly waitMs: number;
  /** Called once before the wait begins. */
  readonly onWait: () => void;
}

/**
 * Registers a broker for the life of the session; returns its epoch. What the broker's own `previousSession` has left is removed; what any other session holds
 * is waited for as `leftover` says, and otherwise the end: rejects with {@link BrokerIdTakenError}.
 */
export async function registerBroker(
  session: MetadataSession,
  clock: Clock,
  broker: {
    readonly id: number;
    readonly endpoints: readonly BrokerEndpoint[];
    readonly rack: string | null;
  },
  options: {
    readonly previousSession?: bigint;
    readonly leftover?: LeftoverPatience | undefined;
  } = {},
): Promise<{ epoch: number }> {
  const path = brokerIdZnode.path(broker.id);
  let hasWaited = false;
  for (;;) {
    const data = brokerIdZnode.encode({ ...broker, timestampMs: clock.now() });
    try {
      const { stat } = await session.create(path, data, { ephemeral: true });
      return { epoch: stat.czxid };
    } catch (error) {
      if (!isStoreError(error, 'NODE_EXISTS')) throw error;
    }
    // It is ours when the connection was lost after an earlier attempt; gone when an old session of this broker has just ended.
    const stat = await session.exists(path);
    if (stat === undefined) continue;
    if (stat.ephemeralOwner === session.id) return { epoch: stat.czxid };
    if (stat.ephemeralOwner === options.previousSession) {
      await removeIfThere(session, path, stat.version);
    } else if (options.leftover !== undefined && !hasWaited) {
      hasWaited = true;
      await untilGone(session, path, options.leftover);
    } else {
      throw new BrokerIdTakenError(broker.id);
    }
  }
}

async function removeIfThere(
  session: MetadataSession,
  path: string,
  version: number,
): Promise<void> {
  try {
    await session.delete(path, version);
  } catch (error) {
    const isGone = isStoreError(error, 'NO_NODE') || isStoreError(error, 'BAD_VERSION');
    if (!isGone) throw error;
  }
}

/** Resolves when the node is gone or patience is at its end. Rejects with StoreError. */
async function untilGone(
  session: MetadataSession,
  path: string,
  { timers, waitMs, onWait }: LeftoverPatience,
): Promise<void> {
  onWait();
  let cleanUp = (): void => undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      const look = (): void => {
        session
          .exists(path, look)
          .then((stat) => (stat === undefined ? resolve() : undefined), reject);
      };
      const timer = timers.after(waitMs, resolve);
      // A watch ends with its session: then looking again tells.
      const stopListening = session.onStateChange(look);
      cleanUp = (): void => {
        timer.cancel();
        stopListening();
      };
      look();
    });
  } finally {
    cleanUp();
  }
}
