/**
 * The number of a broker: from its configuration, from what its data directories remember, or
 * generated.
 *
 * Owns: which of these counts, and the counter in the metadata store from which numbers are
 * generated. Reads no disk.
 */
import { ANY_VERSION } from '../metadata/store.ts';
import type { MetadataSession } from '../metadata/store.ts';
import { ensurePath } from '../metadata/store-path.ts';
import { brokerSequenceZnode } from '../metadata/znodes/brokers.ts';
import { invalidValue } from './config-error.ts';
import type { ConfigReader } from './config-reader.ts';

/**
 * Decides the broker's number. `remembered` are the numbers in the `meta.properties` of the data
 * directories. Throws ConfigError when they contradict each other or the configuration: data of one
 * broker must not be served by another. Rejects with StoreError.
 */
export async function resolveBrokerId(
  config: ConfigReader,
  remembered: Iterable<number>,
  session: MetadataSession,
): Promise<number> {
  const configured = config.get('broker.id');
  const [first, ...others] = new Set(remembered);
  if (others.length > 0) {
    throw invalidValue(
      'log.dirs',
      config.text('log.dirs'),
      `the directories belong to different brokers: ${[first, ...others].join(', ')}`,
    );
  }
  if (first === undefined) {
    return configured >= 0 ? configured : generateBrokerId(config, session);
  }
  if (configured >= 0 && configured !== first) {
    throw invalidValue(
      'broker.id',
      String(configured),
      `must be ${first}, to which the data in log.dirs belongs`,
    );
  }
  return first;
}

async function generateBrokerId(config: ConfigReader, session: MetadataSession): Promise<number> {
  await ensurePath(session, brokerSequenceZnode.path);
  const { version } = await session.setData(brokerSequenceZnode.path, Buffer.alloc(0), ANY_VERSION);
  return config.get('reserved.broker.max.id') + version;
}
