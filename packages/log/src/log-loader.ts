/**
 * Opens a partition directory: finds its segments, throws leftovers away, and either trusts what a clean close left or
 * has the end of the log recovered.
 */
import type { Disk, Platform } from '@zurau/platform';
import { batchNextOffset } from './batch-header.ts';
import { BatchScanner } from './batch-scanner.ts';
import { DELETED_SUFFIX, parseSegmentFileName, pathIn, segmentFileName } from './file-names.ts';
import { LeaderEpochCache } from './leader-epoch-cache.ts';
import type { LogConfig } from './log-config.ts';
import type { LogLogger } from './logger.ts';
import { readTopicId } from './partition-metadata-file.ts';
import type { PartitionLogState } from './log-state.ts';
import { rebuildProducers } from './producer-rebuild.ts';
import { ProducerSnapshots } from './producer-snapshots.ts';
import { ProducerState } from './producer-state.ts';
import { recoverSegment } from './recovery.ts';
import { Segment } from './segment.ts';
import { SegmentList } from './segment-list.ts';
import { settleSwapFiles } from './swap-files.ts';

export interface LoadOptions {
  readonly platform: Platform;
  readonly logger: LogLogger;
  readonly directory: string;
  readonly topic: string;
  readonly partition: number;
  readonly config: LogConfig;
  /** The directory was closed cleanly: nothing is checked. */
  readonly clean: boolean;
  /**
   * A gap between two segments behind the recovery point is what a crash lost: only our cleaner was at work here, which makes none there. Else it may be
   * the work of Apache Kafka's, and is left as it is found, as Kafka itself does always.
   */
  readonly gapsAreTears: boolean;
  /** From the checkpoints; undefined when they do not mention the partition. */
  readonly logStartOffset: number | undefined;
  readonly recoveryPoint: number | undefined;
  readonly highWatermark: number | undefined;
  readonly producerExpirationMs: number;
}

export async function loadLog(options: LoadOptions): Promise<PartitionLogState> {
  const { platform, directory, clean, config } = options;
  const { disk } = platform;
  const nowMs = platform.clock.now();
  const snapshots = new ProducerSnapshots(disk, directory);
  const epochs = new LeaderEpochCache(disk, directory);
  const producers = new ProducerState(options.producerExpirationMs);

  const trustBelow = clean ? Number.MAX_SAFE_INTEGER : (options.recoveryPoint ?? 0);
  const found = openSegments(options, nowMs, trustBelow);
  const logStartOffset = Math.max(options.logStartOffset ?? 0, found[0]?.baseOffset ?? 0);
  if (found.length === 0) found.push(newSegment(options, logStartOffset, nowMs));
  let segments = new SegmentList(found);
  snapshots.load();
  epochs.load();

  let logEndOffset: number;
  let recoveryPoint: number;
  if (clean) {
    logEndOffset = endOffsetOf(segments.active);
    recoveryPoint = logEndOffset;
    for (const [index, segment] of found.entries()) {
      if (!segment.indexesTrusted) await rebuildIndexes(segment, index, found, options);
    }
    segments.active.recoverMaxTimestamp();
  } else {
    const recovered = await recoverFrom(found, options, {
      producers,
      snapshots,
      epochs,
      logStartOffset,
    });
    logEndOffset = recovered.endOffset;
    segments = new SegmentList(found);
    recoveryPoint = Math.min(options.recoveryPoint ?? 0, logEndOffset);
    if (recovered.hasGaps) {
      // The next start must not take them for tears.
      for (const segment of found) await segment.sync();
      epochs.sync();
      snapshots.write(logEndOffset, producers.encode());
      recoveryPoint = logEndOffset;
    }
  }
  epochs.truncateFromEnd(logEndOffset);
  epochs.truncateFromStart(logStartOffset);
  snapshots.removeAfter(logEndOffset);
  if (clean) rebuildProducers(producers, snapshots, segments, logStartOffset, logEndOffset, nowMs);

  const startOffset = Math.min(logStartOffset, logEndOffset);
  for (const segment of found) if (segment !== segments.active) segment.indexesComplete = true;
  return {
    topic: options.topic,
    partition: options.partition,
    topicId: readTopicId(disk, directory),
    directory,
    config,
    segments: segments.all,
    logStartOffset: startOffset,
    logEndOffset,
    recoveryPoint,
    highWatermark: Math.max(
      startOffset,
      Math.min(options.highWatermark ?? startOffset, logEndOffset),
    ),
    producers,
    snapshots,
    epochs,
  };
}

/** The state of a partition made anew in an empty directory. */
export function newLogState(
  options: Omit<LoadOptions, 'clean' | 'gapsAreTears'> & { topicId: string | undefined },
): PartitionLogState {
  const { platform, directory } = options;
  const startOffset = options.logStartOffset ?? 0;
  const producers = new ProducerState(options.producerExpirationMs);
  producers.endOffset = startOffset;
  return {
    topic: options.topic,
    partition: options.partition,
    topicId: options.topicId,
    directory,
    config: options.config,
    segments: [newSegment(options, startOffset, platform.clock.now())],
    logStartOffset: startOffset,
    logEndOffset: startOffset,
    recoveryPoint: startOffset,
    highWatermark: startOffset,
    producers,
    snapshots: new ProducerSnapshots(platform.disk, directory),
    epochs: new LeaderEpochCache(platform.disk, directory),
  };
}

function newSegment(
  options: { platform: Platform; directory: string; config: LogConfig },
  baseOffset: number,
  nowMs: number,
): Segment {
  const jitterMs = Math.min(options.config.segmentJitterMs, options.config.segmentMs);
  const segment = new Segment({
    disk: options.platform.disk,
    directory: options.directory,
    baseOffset,
    sizeBytes: 0,
    nowMs,
    jitterMs: jitterMs === 0 ? 0 : options.platform.random.int(jitterMs),
    trustIndexes: false,
  });
  segment.create();
  return segment;
}

/** Segments found in the directory, ascending; what was left half done by deletions and by the cleaner is put right. */
function openSegments(options: LoadOptions, nowMs: number, trustBelow: number): Segment[] {
  const { platform, directory } = options;
  const { disk } = platform;
  settleSwapFiles(disk, directory, options.logger);
  const baseOffsets = new Set<number>();
  const names = new Set<string>();
  for (const { name, kind } of disk.readDirSync(directory)) {
    if (kind !== 'file') continue;
    if (name.endsWith(DELETED_SUFFIX) || name.endsWith('.tmp')) {
      disk.removeFileSync(pathIn(directory, name));
      continue;
    }
    names.add(name);
    const parsed = parseSegmentFileName(name);
    if (parsed?.kind === 'log') baseOffsets.add(parsed.offset);
  }
  removeOrphanedIndexes(disk, directory, names, baseOffsets);
  return [...baseOffsets]
    .sort((a, b) => a - b)
    .map((baseOffset, index, sorted) => {
      const nextBase = sorted[index + 1] ?? Number.MAX_SAFE_INTEGER;
      const indexed =
        names.has(segmentFileName(baseOffset, 'index')) &&
        names.has(segmentFileName(baseOffset, 'timeindex'));
      // A segment that reaches beyond the recovery point keeps the part of its indexes below it.
      const trusted = indexed && (nextBase <= trustBelow || baseOffset < trustBelow);
      const path = pathIn(directory, segmentFileName(baseOffset, 'log'));
      const segment = new Segment({
        disk,
        directory,
        baseOffset,
        sizeBytes: disk.statSync(path)?.sizeBytes ?? 0,
        nowMs,
        jitterMs: 0,
        trustIndexes: trusted,
      });
      return segment;
    });
}

function removeOrphanedIndexes(
  disk: Disk,
  directory: string,
  names: ReadonlySet<string>,
  baseOffsets: ReadonlySet<number>,
): void {
  for (const name of names) {
    const parsed = parseSegmentFileName(name);
    if (parsed === undefined || parsed.kind === 'log' || parsed.kind === 'snapshot') continue;
    if (!baseOffsets.has(parsed.offset)) disk.removeFileSync(pathIn(directory, name));
  }
}

/** Offset after the last batch, found from the last index entry on. */
function endOffsetOf(segment: Segment): number {
  const from = segment.offsetIndex.positionFor(segment.offsetIndex.lastOffset());
  const scanner = new BatchScanner(segment.file, from, segment.writtenBytes);
  let endOffset = segment.baseOffset;
  while (scanner.next()) endOffset = batchNextOffset(scanner.buffer, scanner.at);
  return endOffset;
}

/** For a clean log that lacks an index file: the batches are sound, only the indexes are made again. */
async function rebuildIndexes(
  segment: Segment,
  index: number,
  segments: readonly Segment[],
  options: LoadOptions,
): Promise<void> {
  options.logger.warn({ segment: segment.logPath }, 'index missing, rebuilding');
  const producers = new ProducerState(options.producerExpirationMs);
  const epochs = new LeaderEpochCache(options.platform.disk, options.directory);
  epochs.load();
  rebuildProducers(
    producers,
    new ProducerSnapshots(options.platform.disk, options.directory),
    new SegmentList(segments.slice(0, Math.max(1, index))),
    segments[0]!.baseOffset,
    segment.baseOffset,
    options.platform.clock.now(),
  );
  await recoverSegment(segment, 0, segment.baseOffset, {
    producers,
    epochs,
    indexIntervalBytes: options.config.indexIntervalBytes,
    nowMs: options.platform.clock.now(),
  });
  segment.flushIndexes();
  await segment.sync();
}

interface RecoveredParts {
  readonly producers: ProducerState;
  readonly snapshots: ProducerSnapshots;
  readonly epochs: LeaderEpochCache;
  readonly logStartOffset: number;
}

interface Recovered {
  readonly endOffset: number;
  /** Segments behind the recovery point do not follow upon each other, and that is as it was meant to be. */
  readonly hasGaps: boolean;
}

/**
 * A segment that ends at the recovery point was synced whole, but for the entry that its time index gets when the next one begins. Without that the
 * segment would seem older than it is, and be passed over in looking for a time.
 */
async function completeTimeIndex(segment: Segment): Promise<void> {
  const { count } = segment.timeIndex;
  segment.recoverMaxTimestamp();
  segment.seal();
  if (segment.timeIndex.count === count) return;
  segment.flushIndexes();
  await segment.sync();
}

/** Recovers from the recovery point on; segments behind a cut are removed from `segments` and from the disk. */
async function recoverFrom(
  segments: Segment[],
  options: LoadOptions,
  parts: RecoveredParts,
): Promise<Recovered> {
  const { logger, platform, topic, partition } = options;
  const { producers, snapshots, epochs } = parts;
  const startedMs = platform.clock.monotonicMs();
  const recoveryPoint = options.recoveryPoint ?? 0;
  let first = segments.findIndex((_, index) => {
    const next = segments[index + 1];
    return next === undefined || next.baseOffset > recoveryPoint;
  });
  const damaged = segments.findIndex((segment) => !segment.indexesTrusted);
  if (damaged >= 0) first = Math.min(first, damaged);

  const before = segments[first - 1];
  if (before !== undefined) await completeTimeIndex(before);
  let { position, offset } = resumeAt(segments[first]!, recoveryPoint);
  const nowMs = platform.clock.now();
  rebuildProducers(
    producers,
    snapshots,
    new SegmentList(segments),
    parts.logStartOffset,
    offset,
    nowMs,
  );
  if (producers.endOffset < offset) producers.endOffset = offset;

  let endOffset = offset;
  let hasGaps = false;
  let checkedBytes = 0;
  for (let index = first; index < segments.length; index++) {
    const segment = segments[index]!;
    if (index > first) ({ position, offset } = resumeAt(segment, recoveryPoint));
    const result = await recoverSegment(segment, position, Math.max(offset, endOffset), {
      producers,
      epochs,
      indexIntervalBytes: options.config.indexIntervalBytes,
      nowMs,
    });
    segment.flushIndexes();
    // The next start believes indexes below the recovery point: those made anew just now have to be on the medium, too.
    if (segment.baseOffset < recoveryPoint) await segment.sync();
    checkedBytes += result.checkedBytes;
    endOffset = result.endOffset;
    const next = segments[index + 1];
    // A segment begins where the one before ended; what is missing was lost in the crash, unless a cleaner took it, or the offsets
    // of a compacted leader leapt farther than one segment can hold.
    const isGap =
      next !== undefined && next.baseOffset !== endOffset && next.baseOffset > recoveryPoint;
    const torn = isGap && options.gapsAreTears && segment.canHold(next.firstBatchLastOffset());
    if (isGap && !torn && result.truncatedBytes === 0) hasGaps = true;
    if (result.truncatedBytes === 0 && !torn) continue;
    // What is cut off must not come back after a power failure, behind records appended since.
    await segment.sync();
    const removed = segments.splice(index + 1);
    for (const later of removed) later.removeFiles();
    logger.warn(
      {
        log: `${topic}-${partition}`,
        endOffset,
        bytes: result.truncatedBytes,
        segments: removed.length,
      },
      'truncated the log at a damaged batch',
    );
  }
  const durationMs = Math.round(platform.clock.monotonicMs() - startedMs);
  logger.info(
    { log: `${topic}-${partition}`, recoveryPoint, endOffset, checkedBytes, durationMs },
    'recovered the log',
  );
  return { endOffset, hasGaps };
}

/** Where in a segment checking begins: at the recovery point if the indexes below it are good, else at the start. */
function resumeAt(segment: Segment, recoveryPoint: number): { position: number; offset: number } {
  const usable =
    segment.indexesTrusted &&
    recoveryPoint > segment.baseOffset &&
    segment.offsetIndex.isSane(segment.writtenBytes) &&
    segment.timeIndex.isSane();
  if (!usable) {
    segment.resetIndexes();
    return { position: 0, offset: segment.baseOffset };
  }
  segment.truncateIndexes(recoveryPoint);
  const scanner = segment.scanFrom(recoveryPoint);
  let offset =
    segment.offsetIndex.count === 0 ? segment.baseOffset : segment.offsetIndex.lastOffset();
  while (scanner.next()) {
    const nextOffset = batchNextOffset(scanner.buffer, scanner.at);
    // What follows the recovery point may be anything, an older batch as well: only offsets that grow up to it are trusted.
    const isTrusted = offset < recoveryPoint && nextOffset > offset && nextOffset <= recoveryPoint;
    if (!isTrusted) return { position: scanner.position, offset };
    offset = nextOffset;
  }
  return { position: scanner.position + scanner.sizeBytes, offset };
}
