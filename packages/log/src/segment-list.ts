/** The segments of a log, ascending by base offset; at least one while the log is open. */
import type { Segment } from './segment.ts';

export class SegmentList {
  readonly #segments: Segment[];

  constructor(segments: readonly Segment[]) {
    this.#segments = [...segments];
  }

  get all(): readonly Segment[] {
    return this.#segments;
  }

  get count(): number {
    return this.#segments.length;
  }

  get first(): Segment {
    return this.#segments[0]!;
  }

  /** The one that is appended to. */
  get active(): Segment {
    return this.#segments[this.#segments.length - 1]!;
  }

  /** Index of the segment with the greatest base offset not above `offset`; 0 when all are above. */
  indexFor(offset: number): number {
    let low = 0;
    let high = this.#segments.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.#segments[middle]!.baseOffset <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  at(index: number): Segment | undefined {
    return this.#segments[index];
  }

  /** First offset behind a segment: the next one's base, or the log's end. */
  endOffsetOf(index: number, logEndOffset: number): number {
    return this.#segments[index + 1]?.baseOffset ?? logEndOffset;
  }

  add(segment: Segment): void {
    this.#segments.push(segment);
  }

  /** Takes the first `count` out and returns them. */
  removeFirst(count: number): Segment[] {
    return this.#segments.splice(0, count);
  }

  /** Takes those with a base offset above `offset` out and returns them; all of them when `inclusive` covers the first. */
  removeAbove(offset: number): Segment[] {
    let count = this.#segments.length;
    while (count > 0 && this.#segments[count - 1]!.baseOffset > offset) count--;
    return this.#segments.splice(count);
  }

  /** Puts one segment in the place of several that stand side by side. */
  replace(replaced: readonly Segment[], segment: Segment): void {
    this.#segments.splice(this.#segments.indexOf(replaced[0]!), replaced.length, segment);
  }

  sizeBytes(): number {
    let total = 0;
    for (const segment of this.#segments) total += segment.sizeBytes;
    return total;
  }
}
