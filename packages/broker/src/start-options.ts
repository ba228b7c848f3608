/**
 * What a program or the command line may say about a broker, turned into properties: the options, then the properties given, then the file, then the
 * defaults that suit a broker on its own.
 */
import { parseProperties } from './config/properties.ts';
import type { LogFormat, Logger } from './logging.ts';

export interface StartBrokerOptions {
  /** Port of the PLAINTEXT listener; 0, the default in programs, takes a free one. */
  readonly port?: number;
  /** Address to listen on and to tell clients; 127.0.0.1 by default. */
  readonly host?: string;
  /** Where logs and metadata lie. Without it, and without `log.dirs`, the broker keeps everything in memory. */
  readonly dataDir?: string;
  /** `host:port,host:port/chroot` of the ZooKeeper that keeps the metadata; without it the broker keeps it itself. */
  readonly zookeeperConnect?: string;
  /** Text of a `server.properties`. */
  readonly configText?: string;
  /** `server.properties` keys and values; they win over the file. */
  readonly properties?: Readonly<Record<string, string>>;
  /** `silent` by default. */
  readonly logFormat?: LogFormat;
  readonly logLevel?: string;
  /** The program's own logger; `logFormat` and `logLevel` then say nothing. */
  readonly logger?: Logger;
}

export interface StartClusterOptions extends StartBrokerOptions {
  /** How many; 3 by default. Their ids count from 0. */
  readonly brokers?: number;
  /** Port of broker 0, the others have the ones that follow; 0, the default in programs, takes free ones. */
  readonly port?: number;
  /** Where the data lies: `metadata`, and `broker-N` for each broker. Without it everything is in memory. */
  readonly dataDir?: string;
  /** What one broker has otherwise than the others: a rack, say. */
  readonly propertiesOf?: (brokerId: number) => Readonly<Record<string, string>>;
}

/** As in the server.properties that Kafka ships for a broker on its own: nothing can be replicated, and nobody waits for others to join. */
const LONE_BROKER_DEFAULTS: Readonly<Record<string, string>> = {
  'offsets.topic.replication.factor': '1',
  'transaction.state.log.replication.factor': '1',
  'transaction.state.log.min.isr': '1',
  'group.initial.rebalance.delay.ms': '0',
};

const REPLICATION_FACTOR_MAX = 3;
const MIN_ISR_MAX = 2;

/** As Kafka's own defaults, as far as there are brokers; and everything is replicated unless somebody says otherwise. */
function clusterDefaults(brokerCount: number): Readonly<Record<string, string>> {
  const replicationFactor = String(Math.min(REPLICATION_FACTOR_MAX, brokerCount));
  return {
    'default.replication.factor': replicationFactor,
    'offsets.topic.replication.factor': replicationFactor,
    'transaction.state.log.replication.factor': replicationFactor,
    'transaction.state.log.min.isr': String(Math.min(MIN_ISR_MAX, brokerCount)),
    'group.initial.rebalance.delay.ms': '0',
  };
}

const DEFAULT_HOST = '127.0.0.1';

/** Name of the directory in the in-memory disk. */
const MEMORY_DIR = '/memory';

export interface ResolvedStart {
  readonly properties: ReadonlyMap<string, string>;
  readonly inMemory: boolean;
}

/** The id of a broker on its own, unless something is configured or its directories remember another. */
export const LONE_BROKER_ID = 0;

/** One broker of a cluster in this process. */
export function resolveMember(
  { propertiesOf, dataDir, ...options }: StartClusterOptions,
  brokerId: number,
  brokerCount: number,
  port: number,
): ResolvedStart {
  const properties = { ...options.properties, ...propertiesOf?.(brokerId) };
  return resolveStart(
    {
      ...options,
      // Who names listeners names their ports.
      ...('listeners' in properties && options.port === undefined ? {} : { port }),
      ...(dataDir === undefined ? {} : { dataDir: `${dataDir}/broker-${brokerId}` }),
      properties: { ...properties, 'broker.id': String(brokerId) },
    },
    clusterDefaults(brokerCount),
  );
}

export function resolveStart(
  options: StartBrokerOptions,
  defaults: Readonly<Record<string, string>> = LONE_BROKER_DEFAULTS,
): ResolvedStart {
  const given = new Map<string, string>([
    ...parseProperties(options.configText ?? ''),
    ...Object.entries(options.properties ?? {}),
  ]);
  if (options.zookeeperConnect !== undefined) {
    given.set('zookeeper.connect', options.zookeeperConnect);
  }
  const properties = new Map(given);
  const usesZooKeeper = (given.get('zookeeper.connect') ?? '') !== '';
  if (!usesZooKeeper) {
    for (const [key, value] of Object.entries(defaults)) {
      if (!given.has(key)) properties.set(key, value);
    }
  }
  const saysWhere = options.port !== undefined || options.host !== undefined;
  if (!given.has('listeners') || saysWhere) {
    const host = options.host ?? DEFAULT_HOST;
    const shown = host.includes(':') ? `[${host}]` : host;
    properties.set('listeners', `PLAINTEXT://${shown}:${options.port ?? 0}`);
  }
  if (options.dataDir !== undefined) properties.set('log.dirs', options.dataDir);
  const inMemory =
    properties.get('zurau.data.in.memory') === 'true' ||
    (!properties.has('log.dirs') && !properties.has('log.dir'));
  if (inMemory) properties.set('log.dirs', MEMORY_DIR);
  return { properties, inMemory };
}
