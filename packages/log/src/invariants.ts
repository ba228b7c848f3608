/** What holds of every log at all times, in one place. */
import { assert } from './assertions.ts';

export interface LogOffsets {
  readonly name: string;
  readonly logStartOffset: number;
  readonly recoveryPoint: number;
  readonly writtenOffset: number;
  readonly lastStableOffset: number;
  readonly highWatermark: number;
  readonly logEndOffset: number;
}

export function checkInvariants(log: LogOffsets): void {
  const { name, logStartOffset, recoveryPoint, writtenOffset, logEndOffset } = log;
  const { lastStableOffset, highWatermark } = log;
  assert(
    logStartOffset <= recoveryPoint,
    `${name}: log start ${logStartOffset} <= recovery point ${recoveryPoint}`,
  );
  assert(
    recoveryPoint <= logEndOffset,
    `${name}: recovery point ${recoveryPoint} <= log end ${logEndOffset}`,
  );
  assert(
    lastStableOffset <= highWatermark,
    `${name}: last stable ${lastStableOffset} <= high watermark ${highWatermark}`,
  );
  assert(
    highWatermark <= logEndOffset,
    `${name}: high watermark ${highWatermark} <= log end ${logEndOffset}`,
  );
  assert(
    writtenOffset <= logEndOffset,
    `${name}: written ${writtenOffset} <= log end ${logEndOffset}`,
  );
}
