/**
 * The parts of one segment's file whose checksums need not be computed again: what was checked by an earlier read, or written by this very process.
 *
 * A checksum costs about as much processor time as reading the bytes. Who comes for the same bytes again does not pay for it a second time, unless they may have
 * changed: all is forgotten after {@link CHECKED_FOR_MS}, and when the file was changed by anybody. What decays on the medium meanwhile without a trace is found after that.
 *
 * Owns a few intervals of file positions; forgetting one costs a check, nothing else.
 */
import { CHECKED_FOR_MS, CHECKED_RANGES_MAX } from './limits.ts';

interface Range {
  start: number;
  end: number;
}

export class CheckedRanges {
  /** Ascending, neither overlapping nor touching. */
  #ranges: Range[] = [];
  #sinceMs: number;
  /** When the file changed last; undefined while it changes all the time, being appended to. */
  #modifiedMs: number | undefined;

  constructor(nowMs: number) {
    this.#sinceMs = nowMs;
  }

  /**
   * To be called before bytes are read that may not be checked: forgets what is not certain any more. `modifiedMs` is when the file was changed last, undefined of
   * one that is appended to; once it is not any more, all of it is checked anew.
   */
  refresh(nowMs: number, modifiedMs: number | undefined): void {
    const ageMs = nowMs - this.#sinceMs;
    // A clock that was put back says nothing about age.
    const isFresh = ageMs >= 0 && ageMs < CHECKED_FOR_MS;
    if (isFresh && modifiedMs === this.#modifiedMs) return;
    this.#ranges = [];
    this.#sinceMs = nowMs;
    this.#modifiedMs = modifiedMs;
  }

  /** The bytes in [start, end) are as they should be; batches begin and end there. */
  add(start: number, end: number): void {
    const ranges = this.#ranges;
    const last = ranges[ranges.length - 1];
    if (last !== undefined && start >= last.start && start <= last.end) {
      last.end = Math.max(last.end, end);
      return;
    }
    const touches = (range: Range): boolean => range.end >= start && range.start <= end;
    const merged = { start, end };
    for (const range of ranges) {
      if (!touches(range)) continue;
      merged.start = Math.min(merged.start, range.start);
      merged.end = Math.max(merged.end, range.end);
    }
    const kept = ranges.filter((range) => !touches(range));
    const at = kept.findIndex((range) => range.start > start);
    kept.splice(at < 0 ? kept.length : at, 0, merged);
    if (kept.length > CHECKED_RANGES_MAX) kept.splice(shortest(kept), 1);
    this.#ranges = kept;
  }

  /** Up to where everything from `position` on is known to be good; `position` itself where nothing is. */
  endFrom(position: number): number {
    for (const { start, end } of this.#ranges) {
      if (position < start) break;
      if (position < end) return end;
    }
    return position;
  }

  /** What lay behind `position` was cut off. */
  cut(position: number): void {
    this.#ranges = this.#ranges.filter(({ start }) => start < position);
    const last = this.#ranges[this.#ranges.length - 1];
    if (last !== undefined) last.end = Math.min(last.end, position);
  }
}

function shortest(ranges: readonly Range[]): number {
  const length = (index: number): number => ranges[index]!.end - ranges[index]!.start;
  let found = 0;
  for (let index = 1; index < ranges.length; index++)
    if (length(index) < length(found)) found = index;
  return found;
}
