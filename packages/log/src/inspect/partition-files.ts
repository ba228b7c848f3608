/** What lies in a partition directory, by name: nothing is opened. */
import type { Disk } from '@zurau/platform';
import { parseSegmentFileName, pathIn } from '../file-names.ts';
import type { SegmentFileKind } from '../file-names.ts';

export interface PartitionFile {
  readonly name: string;
  readonly path: string;
  readonly sizeBytes: number;
}

export interface SegmentFiles {
  readonly baseOffset: number;
  readonly log: PartitionFile;
  readonly index: PartitionFile | undefined;
  readonly timeindex: PartitionFile | undefined;
  readonly txnindex: PartitionFile | undefined;
}

export interface PartitionFiles {
  readonly directory: string;
  /** Ascending. */
  readonly segments: readonly SegmentFiles[];
  /** Producer state, ascending by offset. */
  readonly snapshots: readonly (PartitionFile & { readonly offset: number })[];
  /** Index files of segments that are not there. */
  readonly orphans: readonly PartitionFile[];
  /** All else: checkpoints, and leftovers of deletion and cleaning. */
  readonly others: readonly PartitionFile[];
}

/** Throws DiskError. */
export function listPartitionFiles(disk: Disk, directory: string): PartitionFiles {
  const byKind = new Map<SegmentFileKind, Map<number, PartitionFile>>();
  const others: PartitionFile[] = [];
  for (const { name, kind } of disk.readDirSync(directory)) {
    if (kind !== 'file') continue;
    const path = pathIn(directory, name);
    // It may go while we look: a broker may be at work here.
    const sizeBytes = disk.statSync(path)?.sizeBytes;
    if (sizeBytes === undefined) continue;
    const file = { name, path, sizeBytes };
    const parsed = parseSegmentFileName(name);
    if (parsed === undefined) {
      others.push(file);
      continue;
    }
    const files = byKind.get(parsed.kind) ?? new Map<number, PartitionFile>();
    byKind.set(parsed.kind, files.set(parsed.offset, file));
  }
  const filesOf = (kind: SegmentFileKind): Map<number, PartitionFile> =>
    byKind.get(kind) ?? new Map<number, PartitionFile>();
  const logs = filesOf('log');
  const indexKinds = ['index', 'timeindex', 'txnindex'] as const;
  return {
    directory,
    segments: [...logs]
      .sort(([a], [b]) => a - b)
      .map(([baseOffset, log]) => ({
        baseOffset,
        log,
        index: filesOf('index').get(baseOffset),
        timeindex: filesOf('timeindex').get(baseOffset),
        txnindex: filesOf('txnindex').get(baseOffset),
      })),
    snapshots: [...filesOf('snapshot')]
      .sort(([a], [b]) => a - b)
      .map(([offset, file]) => ({ ...file, offset })),
    orphans: indexKinds.flatMap((kind) =>
      [...filesOf(kind)].filter(([offset]) => !logs.has(offset)).map(([, file]) => file),
    ),
    others: others.sort((a, b) => a.name.localeCompare(b.name)),
  };
}
