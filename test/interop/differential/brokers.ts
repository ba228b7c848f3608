/** The pairs of brokers that are compared: Apache Kafka in ZooKeeper mode, and Zurau, configured alike. */
import { join } from 'node:path';
import { startBroker } from '@zurau/broker';
import type { Logger, RunningBroker } from '@zurau/broker';
import { apiVersionsApi, loadCodecs } from '@zurau/protocol';
import { RawClient, tempDir, ZooKeeperKafka } from '@zurau/testkit';
import type { TempDir } from '@zurau/testkit';
import type { Profile } from './scenario.ts';

const SHARED = {
  'num.partitions': '2',
  'offsets.topic.num.partitions': '3',
  'transaction.state.log.num.partitions': '3',
  'log.message.timestamp.after.max.ms': '3600000',
  'log.cleaner.enable': 'false',
};

const PROPERTIES: Readonly<Record<Profile, Readonly<Record<string, string>>>> = {
  default: SHARED,
  strict: {
    ...SHARED,
    'auto.create.topics.enable': 'false',
    'delete.topic.enable': 'false',
    'message.max.bytes': '1000',
    'fetch.max.bytes': '2000',
    'group.max.size': '2',
    'offset.metadata.max.bytes': '10',
    'min.insync.replicas': '2',
    'log.message.timestamp.type': 'LogAppendTime',
    'compression.type': 'gzip',
  },
};

export type Versions = ReadonlyMap<number, { readonly min: number; readonly max: number }>;

export class BrokerPair {
  readonly kafka: ZooKeeperKafka;
  readonly zurau: RunningBroker;
  /** What Zurau logged at level error: nothing, ever. */
  readonly errors: unknown[];
  readonly #dir: TempDir;

  private constructor(
    kafka: ZooKeeperKafka,
    zurau: RunningBroker,
    errors: unknown[],
    dir: TempDir,
  ) {
    this.kafka = kafka;
    this.zurau = zurau;
    this.errors = errors;
    this.#dir = dir;
  }

  static async start(profile: Profile): Promise<BrokerPair> {
    await loadCodecs();
    const dir = tempDir(`differential-${profile}`);
    const errors: unknown[] = [];
    const properties = PROPERTIES[profile];
    const kafka = await ZooKeeperKafka.start({ dataDir: join(dir.path, 'kafka'), properties });
    const zurau = await startBroker({
      dataDir: join(dir.path, 'zurau'),
      properties,
      logger: errorLogger(errors),
    });
    return new BrokerPair(kafka, zurau, errors, dir);
  }

  async stop(): Promise<void> {
    await Promise.all([this.kafka.stop(), this.zurau.close()]);
    this.#dir[Symbol.dispose]();
  }
}

export async function versionsOf(bootstrapServers: string): Promise<Versions> {
  const client = await RawClient.connect(bootstrapServers);
  const outcome = await client.exchange(apiVersionsApi, 0, {});
  client.close();
  if (outcome.kind !== 'answer') throw new Error(`ApiVersions: ${outcome.kind}`);
  return new Map(
    outcome.body.apiKeys.map(({ apiKey, minVersion, maxVersion }) => [
      apiKey,
      { min: minVersion, max: maxVersion },
    ]),
  );
}

/** Keeps what is logged as an error, and nothing else. */
function errorLogger(errors: unknown[]): Logger {
  const keep = (...entry: unknown[]): void => void errors.push(entry);
  const drop = (): void => undefined;
  const logger = {
    level: 'error',
    ...{ fatal: keep, error: keep, warn: drop, info: drop, debug: drop, trace: drop },
    child: () => logger,
  };
  return logger as unknown as Logger;
}
