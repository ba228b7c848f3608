/**
 * Overrides that live in the metadata store: of topics, of consumer groups, of this broker, and of all brokers.
 *
 * ```
 *   alter ─► multi { /config/TYPE/NAME, /config/changes/config_change_N }       (one broker)
 *                                            │ children watch
 *                    every broker  ◄─────────┘  reads the entity again ─► cache ─► listeners
 * ```
 *
 * Owns: the cache, which answers synchronously, the watch on `/config/changes`, and the overrides
 * inside {@link BrokerConfig}. Must never decide whether a change is allowed: that is
 * `dynamic-config.ts` and `topic-config.ts`.
 */
import type { Clock } from '@zurau/platform';
import type { Logger } from '../logging.ts';
import { ANY_VERSION, isStoreError, StoreError } from '../metadata/store.ts';
import type { MetadataSession, StoreOperation } from '../metadata/store.ts';
import { ensurePath } from '../metadata/store-path.ts';
import {
  configChangeZnode,
  configTypeZnode,
  configZnode,
  DEFAULT_ENTITY,
  entityNameOf,
} from '../metadata/znodes/configs.ts';
import { ZnodeError } from '../metadata/znodes/json.ts';
import type { BrokerConfig, DynamicLayers } from './broker-config.ts';
import { ConfigError } from './config-error.ts';
import type { TopicConfig, TopicOverrides } from './topic-config.ts';
import { isTopicDefault, resolveTopicConfig } from './topic-config.ts';

export type Overrides = Readonly<Record<string, string>>;

/** An entity whose overrides this broker cares about. */
export type ConfigEntity =
  | { readonly type: 'topics'; readonly name: string }
  | { readonly type: 'brokers'; readonly name: string }
  | { readonly type: 'groups'; readonly name: string };

/** The overrides of all brokers. */
export const ALL_BROKERS: ConfigEntity = { type: 'brokers', name: DEFAULT_ENTITY };

export interface EntityConfigListener {
  /** The topic's own overrides are different now. */
  topicChanged?(topic: string): void;
  /**
   * Broker configs changed that are defaults of topics: any topic's configuration may be different
   * now.
   */
  topicDefaultsChanged?(): void;
}

export interface EntityConfigsDependencies {
  readonly session: MetadataSession;
  readonly config: BrokerConfig;
  readonly brokerId: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Notifications are kept this long for brokers that were away, as in Kafka. */
const NOTIFICATION_LIFE_MS = 15 * 60_000;

/** Concurrent writers of one entity; more than that in a row is not bad luck. */
const ALTER_ATTEMPTS_MAX = 20;

const NONE: Overrides = {};

export class EntityConfigs {
  readonly #session: MetadataSession;
  readonly #config: BrokerConfig;
  readonly #brokerId: string;
  readonly #clock: Clock;
  readonly #logger: Logger;
  /** Topics without overrides are not in it. */
  readonly #topics = new Map<string, TopicOverrides>();
  /** Groups without overrides are not in it. */
  readonly #groups = new Map<string, Overrides>();
  #broker: Overrides = NONE;
  #allBrokers: Overrides = NONE;
  /** By overrides, of which all topics without any have the same: every produce and every fetch asks. Good as long as the broker's own stay. */
  #resolved = new WeakMap<TopicOverrides, TopicConfig>();
  #resolvedUnder: DynamicLayers | undefined;
  readonly #listeners = new Set<EntityConfigListener>();
  readonly #stops: (() => void)[] = [];
  /**
   * Reads of the store happen one after another, so that an older answer never replaces a newer
   * one.
   */
  #reading: Promise<void> = Promise.resolve();
  /** Notifications are worked through one after another. */
  #following: Promise<void> = Promise.resolve();
  #lastChange = -1;
  #isClosed = false;

  constructor(dependencies: EntityConfigsDependencies) {
    this.#session = dependencies.session;
    this.#config = dependencies.config;
    this.#brokerId = String(dependencies.brokerId);
    this.#clock = dependencies.clock;
    this.#logger = dependencies.logger;
  }

  /** Loads all overrides and follows changes from then on. Rejects with StoreError. */
  async start(): Promise<void> {
    this.#stops.push(
      this.#config.onChange((changed) => {
        if (![...changed].some(isTopicDefault)) return;
        for (const listener of this.#listeners) listener.topicDefaultsChanged?.();
      }),
      // What happened while the store was out of reach fired no watch.
      this.#session.onStateChange((state) => {
        if (state === 'connected') this.#onChanges();
      }),
    );
    await ensurePath(this.#session, configChangeZnode.parent);
    await ensurePath(this.#session, configTypeZnode.path('topics'));
    await ensurePath(this.#session, configTypeZnode.path('brokers'));
    // The watch comes first: what changes while the rest is being loaded is then read once more.
    this.#lastChange = Math.max(-1, ...(await this.#watchChanges()).map(changeNumber));
    await this.#refresh(ALL_BROKERS);
    await this.#refresh({ type: 'brokers', name: this.#brokerId });
    for (const name of await this.#names('topics')) await this.#refresh({ type: 'topics', name });
    for (const name of await this.#names('groups')) await this.#refresh({ type: 'groups', name });
  }

  /** Stops following changes; what is cached stays readable. Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const stop of this.#stops.splice(0)) stop();
    await this.#following;
    await this.#reading;
  }

  /** The topic's own overrides as they are stored, unknown ones included. */
  topicOverrides(topic: string): TopicOverrides {
    return this.#topics.get(topic) ?? NONE;
  }

  /**
   * The topic's configuration of now. Overrides that cannot be read are left out, with a warning in
   * the log.
   */
  topicConfig(topic: string): TopicConfig {
    const { dynamicLayers } = this.#config;
    if (this.#resolvedUnder !== dynamicLayers) {
      this.#resolved = new WeakMap();
      this.#resolvedUnder = dynamicLayers;
    }
    const overrides = this.topicOverrides(topic);
    let resolved = this.#resolved.get(overrides);
    if (resolved === undefined) {
      resolved = this.#resolve(topic, overrides);
      this.#resolved.set(overrides, resolved);
    }
    return resolved;
  }

  #resolve(topic: string, overrides: TopicOverrides): TopicConfig {
    try {
      return resolveTopicConfig(this.#config, overrides);
    } catch (error) {
      if (!(error instanceof ConfigError) || error.key === undefined) throw error;
      this.#logger.warn({ topic, problem: error.message }, 'topic config ignored');
      return resolveTopicConfig(this.#config, this.#readableOverrides(overrides));
    }
  }

  /** The group's own overrides as they are stored. */
  groupOverrides(group: string): Overrides {
    return this.#groups.get(group) ?? NONE;
  }

  #readableOverrides(overrides: TopicOverrides): TopicOverrides {
    return Object.fromEntries(
      Object.entries(overrides).filter(([key, text]) => {
        try {
          resolveTopicConfig(this.#config, { [key]: text });
          return true;
        } catch (error) {
          if (error instanceof ConfigError) return false;
          throw error;
        }
      }),
    );
  }

  /**
   * Reads the overrides of a topic again. To be awaited before a log of the topic is created:
   * topics come and go without a notification. Rejects with StoreError.
   */
  async refreshTopic(topic: string): Promise<void> {
    await this.#refresh({ type: 'topics', name: topic });
  }

  /** The overrides in the store, not the cached ones. Rejects with StoreError. */
  async read(entity: ConfigEntity): Promise<Overrides> {
    return (await this.#read(entity))?.overrides ?? NONE;
  }

  /**
   * Changes the overrides of an entity and tells all brokers. `change` gets what is stored and
   * returns what should be; it may be called again when somebody else writes at the same time, and
   * what it throws is passed on, with nothing changed. Once this resolves, this broker answers with
   * the new overrides. Rejects with StoreError.
   */
  async alter(entity: ConfigEntity, change: (current: Overrides) => Overrides): Promise<void> {
    // No broker of Kafka 3.9 makes this node: nothing but a group with overrides needs it.
    if (entity.type === 'groups') await ensurePath(this.#session, configTypeZnode.path('groups'));
    for (let attempt = 1; ; attempt++) {
      const stored = await this.#read(entity);
      const data = configZnode.encode(change(stored?.overrides ?? NONE));
      const path = configZnode.path(entity.type, entity.name);
      const write: StoreOperation =
        stored === undefined
          ? { type: 'create', path, data }
          : { type: 'set', path, data, version: stored.version };
      try {
        await this.#session.multi([write, notificationOf(entity)]);
        break;
      } catch (error) {
        if (!isRace(error) || attempt === ALTER_ATTEMPTS_MAX) throw error;
      }
    }
    await this.#refresh(entity);
  }

  /** Returns the function that takes the listener away again. */
  listen(listener: EntityConfigListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** All entities of a type; none while the type has no node. */
  async #names(type: ConfigEntity['type']): Promise<string[]> {
    try {
      const { children } = await this.#session.getChildren(configTypeZnode.path(type));
      return children.flatMap((node) => this.#nameOf(type, node));
    } catch (error) {
      if (isStoreError(error, 'NO_NODE')) return [];
      throw error;
    }
  }

  #nameOf(type: ConfigEntity['type'], node: string): string[] {
    try {
      return [entityNameOf(type, node)];
    } catch (error) {
      if (!(error instanceof ZnodeError)) throw error;
      this.#logger.warn({ problem: error.message }, 'config of an entity cannot be read');
      return [];
    }
  }

  async #read(
    entity: ConfigEntity,
  ): Promise<{ overrides: Overrides; version: number } | undefined> {
    const path = configZnode.path(entity.type, entity.name);
    try {
      const { data, stat } = await this.#session.getData(path);
      return {
        overrides: configZnode.decode(entity.type, entity.name, data),
        version: stat.version,
      };
    } catch (error) {
      if (isStoreError(error, 'NO_NODE')) return undefined;
      throw error;
    }
  }

  #refresh(entity: ConfigEntity): Promise<void> {
    return this.#inOrder(async () => {
      try {
        this.#apply(entity, await this.read(entity));
      } catch (error) {
        if (!(error instanceof ZnodeError)) throw error;
        this.#logger.warn({ problem: error.message }, 'config of an entity cannot be read');
      }
    });
  }

  #inOrder(read: () => Promise<void>): Promise<void> {
    const done = this.#reading.then(read);
    this.#reading = done.catch(() => undefined);
    return done;
  }

  #apply({ type, name }: ConfigEntity, overrides: Overrides): void {
    if (type === 'topics') {
      this.#applyToTopic(name, overrides);
    } else if (type === 'groups') {
      if (Object.keys(overrides).length === 0) this.#groups.delete(name);
      else this.#groups.set(name, overrides);
    } else if (name === DEFAULT_ENTITY) {
      this.#allBrokers = overrides;
      this.#applyToBroker();
    } else if (name === this.#brokerId) {
      this.#broker = overrides;
      this.#applyToBroker();
    }
  }

  #applyToTopic(topic: string, overrides: TopicOverrides): void {
    if (isSame(this.topicOverrides(topic), overrides)) return;
    if (Object.keys(overrides).length === 0) this.#topics.delete(topic);
    else this.#topics.set(topic, overrides);
    for (const listener of this.#listeners) listener.topicChanged?.(topic);
  }

  #applyToBroker(): void {
    const layers = { broker: this.#broker, clusterDefaults: this.#allBrokers };
    for (const problem of this.#config.setDynamic(layers)) this.#logger.warn(problem);
  }

  /** Sets the watch and returns the names of the notifications there are. */
  async #watchChanges(): Promise<string[]> {
    const { children } = await this.#session.getChildren(configChangeZnode.parent, this.#onChanges);
    return children;
  }

  /** One function, so that the store knows it again: set anew after each lost connection, it is still one watch. */
  readonly #onChanges = (): void => {
    if (this.#isClosed) return;
    this.#following = this.#following
      .then(() => this.#followChanges())
      .catch((error: unknown) => {
        // Out of reach: the session reports when it is connected again, or is gone, and this object
        // with it.
        if (!(error instanceof StoreError)) throw error;
      });
  };

  async #followChanges(): Promise<void> {
    const names = (await this.#watchChanges()).sort();
    for (const name of names) {
      if (changeNumber(name) <= this.#lastChange) continue;
      this.#lastChange = changeNumber(name);
      await this.#followChange(`${configChangeZnode.parent}/${name}`);
    }
    await this.#removeOldChanges(names);
  }

  async #followChange(path: string): Promise<void> {
    try {
      const entityPath = configChangeZnode.decode((await this.#session.getData(path)).data);
      const [type, node, ...rest] = entityPath?.split('/') ?? [];
      if (type !== 'topics' && type !== 'brokers' && type !== 'groups') return;
      if (node === undefined || rest.length > 0) return;
      await this.#refresh({ type, name: entityNameOf(type, node) });
    } catch (error) {
      if (error instanceof ZnodeError) {
        this.#logger.warn({ problem: error.message }, 'config change notification ignored');
      } else if (!isStoreError(error, 'NO_NODE')) {
        throw error;
      }
    }
  }

  async #removeOldChanges(names: readonly string[]): Promise<void> {
    for (const name of names) {
      const path = `${configChangeZnode.parent}/${name}`;
      const stat = await this.#session.exists(path);
      // Names are in the order of their age: behind the first young one there is no old one.
      if (stat !== undefined && this.#clock.now() - stat.createdMs <= NOTIFICATION_LIFE_MS) return;
      try {
        await this.#session.delete(path, ANY_VERSION);
      } catch (error) {
        // Another broker was faster.
        if (!isStoreError(error, 'NO_NODE')) throw error;
      }
    }
  }
}

function notificationOf({ type, name }: ConfigEntity): StoreOperation {
  return {
    type: 'create',
    path: configChangeZnode.prefix,
    data: configChangeZnode.encode(type, name),
    sequential: true,
  };
}

/** The number that the store gave a notification. */
function changeNumber(name: string): number {
  return Number(name.slice(name.lastIndexOf('_') + 1));
}

/** Somebody else wrote, created or deleted the entity between our reading and our writing. */
function isRace(error: unknown): boolean {
  return (
    isStoreError(error, 'BAD_VERSION') ||
    isStoreError(error, 'NODE_EXISTS') ||
    isStoreError(error, 'NO_NODE')
  );
}

function isSame(a: Overrides, b: Overrides): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}
