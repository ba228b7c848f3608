/**
 * Starts a broker on its embedded metadata store, on disk or in memory, or on a ZooKeeper.
 */
import { memoryDisk, nodePlatform } from '@zurau/platform';
import type { Disk, Platform } from '@zurau/platform';
import { openBroker } from './broker.ts';
import { internalTopicSettings } from './broker-settings.ts';
import { BrokerConfig } from './config/broker-config.ts';
import type { Endpoint } from './config/listeners.ts';
import { logDirs } from './config/effective.ts';
import { createLogger } from './logging.ts';
import type { Logger } from './logging.ts';
import { adoptLogDirs } from './metadata/adopt-log-dirs.ts';
import { DurableTransactionLog } from './metadata/embedded/durable-transaction-log.ts';
import { EmbeddedStore } from './metadata/embedded/embedded-store.ts';
import { readLogDirIdentity, refuseForeignMetadata } from './log-dir-identity.ts';
import { LONE_BROKER_ID, resolveStart } from './start-options.ts';
import type { StartBrokerOptions } from './start-options.ts';
import { openZooKeeper, usesZooKeeper } from './zookeeper-start.ts';

/** A broker that runs in this process. */
export interface RunningBroker {
  readonly brokerId: number;
  /** `host:port`, for a client's `bootstrap.servers`. */
  readonly bootstrapServers: string;
  /** Every listener as clients are told of it. */
  readonly endpoints: readonly Endpoint[];
  /** Resolves if the broker cannot go on because its log directories have failed: the process should end. */
  readonly failed: Promise<Error>;
  /** Stops serving, writes and syncs everything, leaves no handle open. Idempotent. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Resolves when the broker accepts connections. Rejects with `ConfigError` for a wrong configuration, with NetworkError when it cannot
 * listen, with DiskError when it cannot use its directories.
 *
 * ```ts
 * await using broker = await startBroker({ port: 0 });
 * const kafka = new Kafka({ brokers: [broker.bootstrapServers] });
 * ```
 */
export async function startBroker(options: StartBrokerOptions = {}): Promise<RunningBroker> {
  const { properties, inMemory } = resolveStart(options);
  const platform: Platform = inMemory ? { ...nodePlatform(), disk: memoryDisk() } : nodePlatform();
  const { config, warnings } = configWithBrokerId(properties, platform.disk);
  const logger =
    options.logger ??
    (await createLogger({ format: options.logFormat ?? 'silent', level: options.logLevel }));
  for (const warning of warnings) logger.warn(warning);
  refuseForeignMetadata(platform.disk, logDirs(config));
  const store = usesZooKeeper(config)
    ? openZooKeeper(config, platform, nodePlatform().disk, logger)
    : await openEmbedded(config, platform, logger, inMemory);
  try {
    let onFatal: (error: Error) => void = () => undefined;
    const failed = new Promise<Error>((resolve) => {
      onFatal = resolve;
    });
    const isAlone = !usesZooKeeper(config);
    const broker = await openBroker({ platform, config, store, isAlone, logger, onFatal });
    logger.info(
      { brokerId: broker.brokerId, dirs: inMemory ? 'memory' : logDirs(config) },
      `broker ${broker.brokerId} started on ${broker.bootstrapServers}`,
    );
    const close = async (): Promise<void> => {
      await broker.close();
      await store.close();
    };
    return {
      brokerId: broker.brokerId,
      bootstrapServers: broker.bootstrapServers,
      endpoints: broker.endpoints,
      failed,
      close,
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** The store in this process, with what its log directories know of. */
async function openEmbedded(
  config: BrokerConfig,
  platform: Platform,
  logger: Logger,
  inMemory: boolean,
): Promise<EmbeddedStore> {
  const store = await EmbeddedStore.open(
    platform.clock,
    inMemory
      ? undefined
      : () => new DurableTransactionLog({ platform, logDir: logDirs(config)[0]!, logger }),
  );
  try {
    await adopt(store, config, platform, logger);
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** Log directories with a past, and a store without one. */
async function adopt(
  store: EmbeddedStore,
  config: BrokerConfig,
  { disk, random }: Platform,
  logger: Logger,
): Promise<void> {
  const session = await store.openSession();
  try {
    await adoptLogDirs({
      session,
      disk,
      random,
      dirs: logDirs(config),
      brokerId: config.get('broker.id'),
      logger,
      internalTopicConfigs: (topic) => internalTopicSettings(config, topic)?.configs,
    });
  } finally {
    await session.close();
  }
}

/** A broker on its own that is not told its id has the one that its directories remember. */
function configWithBrokerId(
  properties: ReadonlyMap<string, string>,
  disk: Disk,
): { config: BrokerConfig; warnings: string[] } {
  const parsed = BrokerConfig.from(properties);
  // In a cluster an id is generated, so that no two brokers get the same.
  if (parsed.config.get('broker.id') >= 0 || usesZooKeeper(parsed.config)) return parsed;
  const [remembered] = readLogDirIdentity(disk, logDirs(parsed.config)).brokerIds;
  const brokerId = String(remembered ?? LONE_BROKER_ID);
  const { config } = BrokerConfig.from(new Map([...properties, ['broker.id', brokerId]]));
  return { config, warnings: parsed.warnings };
}
