/**
 * DescribeLogDirs (key 35): the log directories of this broker, how full they are, and the partitions that they hold (KIP-113, KIP-827).
 */
import { ErrorCode, describeLogDirsApi } from '@zurau/protocol';
import type { DescribeLogDirsRequest, DescribeLogDirsResponseInput } from '@zurau/protocol';
import type { LogManager, PartitionLog } from '@zurau/log';
import { DiskError } from '@zurau/platform';
import type { Disk } from '@zurau/platform';
import type { ReplicaManager } from '../replica/replica-manager.ts';
import type { ApiHandler } from './handler.ts';
import { defineHandler } from './handler.ts';

type DirAnswer = DescribeLogDirsResponseInput['results'][number];

export function describeLogDirsHandler(dependencies: {
  readonly logManager: LogManager;
  readonly replicas: ReplicaManager;
  readonly disk: Disk;
}): ApiHandler {
  const { logManager } = dependencies;
  return defineHandler(
    describeLogDirsApi,
    { min: 1, max: 4 },
    (request): DescribeLogDirsResponseInput => ({
      throttleTimeMs: 0,
      errorCode: ErrorCode.NONE,
      results: logManager.directories.map((dir) => describeDir(dependencies, dir, request)),
    }),
  );
}

function describeDir(
  { logManager, replicas, disk }: { logManager: LogManager; replicas: ReplicaManager; disk: Disk },
  dir: string,
  request: DescribeLogDirsRequest,
): DirAnswer {
  if (!logManager.isOnline(dir)) return failed(dir);
  const topics = new Map<string, PartitionLog[]>();
  for (const log of logManager.all()) {
    if (!isWanted(request, log) || logManager.directoryOf(log) !== dir) continue;
    const logs = topics.get(log.topic);
    if (logs === undefined) topics.set(log.topic, [log]);
    else logs.push(log);
  }
  try {
    const { totalBytes, freeBytes } = disk.usageSync(dir);
    return {
      errorCode: ErrorCode.NONE,
      logDir: dir,
      totalBytes,
      usableBytes: freeBytes,
      topics: [...topics].map(([name, logs]) => ({
        name,
        partitions: logs.map((log) => ({
          partitionIndex: log.partition,
          partitionSize: log.sizeBytes,
          offsetLag: offsetLag(replicas, log),
          isFutureKey: false,
        })),
      })),
    };
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    return failed(dir);
  }
}

function failed(logDir: string): DirAnswer {
  return { errorCode: ErrorCode.KAFKA_STORAGE_ERROR, logDir, topics: [] };
}

function isWanted({ topics }: DescribeLogDirsRequest, log: PartitionLog): boolean {
  if (topics === null) return true;
  return topics.some(
    ({ topic, partitions }) => topic === log.topic && partitions.includes(log.partition),
  );
}

/** How far the log is behind the high watermark: 0 for a leader. */
function offsetLag(replicas: ReplicaManager, log: PartitionLog): number {
  const partition = replicas.partition(log.topic, log.partition);
  if (partition === undefined || partition.isLeader) return 0;
  return Math.max(0, partition.highWatermark - log.logEndOffset);
}
