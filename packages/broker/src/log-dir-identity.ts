/**
 * Whose the log directories are: `meta.properties` in each says which broker of which cluster wrote it, so that data is never served by another.
 */
import { readMetaProperties, writeMetaProperties } from '@zurau/log';
import type { MetaProperties } from '@zurau/log';
import { DiskError } from '@zurau/platform';
import type { Disk } from '@zurau/platform';
import { ConfigError } from './config/config-error.ts';

export interface LogDirIdentity {
  /** The broker ids found; more than one is for the caller to refuse. */
  readonly brokerIds: readonly number[];
  /** Undefined when the directories are new. */
  readonly clusterId: string | undefined;
}

/** One that cannot be read is left out, the log manager will find that its disk fails. Throws ConfigError when the directories belong to different clusters. */
export function readLogDirIdentity(disk: Disk, dirs: readonly string[]): LogDirIdentity {
  const brokerIds = new Set<number>();
  const clusterIds = new Set<string>();
  for (const dir of dirs) {
    const found = readUnlessFailed(disk, dir);
    if (found?.brokerId !== undefined) brokerIds.add(found.brokerId);
    if (found?.clusterId !== undefined) clusterIds.add(found.clusterId);
  }
  const [clusterId, ...others] = clusterIds;
  if (others.length > 0) {
    throw new ConfigError(
      `log.dirs: the directories belong to different clusters: ${[clusterId, ...others].join(', ')}`,
      'log.dirs',
    );
  }
  return { brokerIds: [...brokerIds], clusterId };
}

function readUnlessFailed(disk: Disk, dir: string): MetaProperties | undefined {
  try {
    return readMetaProperties(disk, dir);
  } catch (error) {
    if (error instanceof DiskError) return undefined;
    throw error;
  }
}

/** Marks directories that are new, or that do not say yet. Throws DiskError. */
export function writeLogDirIdentity(
  disk: Disk,
  dirs: readonly string[],
  identity: { readonly brokerId: number; readonly clusterId: string },
): void {
  for (const dir of dirs) {
    const found = readMetaProperties(disk, dir);
    if (found?.brokerId !== undefined && found.clusterId !== undefined) continue;
    writeMetaProperties(disk, dir, { ...identity, others: found?.others ?? new Map() });
  }
}

/**
 * A KRaft broker of Apache Kafka keeps its metadata under the name that ours has, in another format. Throws ConfigError for its directories, before
 * anything touches them.
 */
export function refuseForeignMetadata(disk: Disk, dirs: readonly string[]): void {
  const foreign = dirs.find((dir) => readUnlessFailed(disk, dir)?.others.has('node.id') === true);
  if (foreign === undefined) return;
  throw new ConfigError(
    `log.dirs: ${foreign} belongs to an Apache Kafka in KRaft mode; only those of brokers with ZooKeeper can be taken over`,
    'log.dirs',
  );
}
