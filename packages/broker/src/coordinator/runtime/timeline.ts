/**
 * State with two faces: the latest, which writes decide on, and the replicated, which readers are shown.
 *
 * A {@link Timeline} belongs to one partition and knows the offset of the record being replayed and the high watermark; its
 * {@link TimelineMap}s remember, for each key changed by a record that is not replicated yet, what was there before. Where the high watermark
 * follows at once (a single replica) that memory is all but empty.
 */

/** A change that readers do not see yet. */
interface Change {
  readonly offset: number;
  readonly map: Remembering;
  readonly key: unknown;
}

/** What remembers how it was before a change. */
interface Remembering {
  /** Forgets the oldest remembered value of the key. */
  forget(key: unknown): void;
}

export class Timeline {
  #offset = -1;
  #highWatermark = 0;
  /** Oldest first; entries before `#head` are done with. */
  #changes: Change[] = [];
  #head = 0;

  /** Offset of the record that is being replayed. */
  get offset(): number {
    return this.#offset;
  }

  /** Everything below this offset is replicated. */
  get highWatermark(): number {
    return this.#highWatermark;
  }

  /** Changes that readers do not see yet. */
  get pendingCount(): number {
    return this.#changes.length - this.#head;
  }

  /** The next changes come from the record at `offset`. */
  advanceTo(offset: number): void {
    if (offset <= this.#offset) throw new Error(`record ${offset} replayed after ${this.#offset}`);
    this.#offset = offset;
  }

  /** Shows readers everything below `highWatermark`. */
  commitTo(highWatermark: number): void {
    if (highWatermark <= this.#highWatermark) return;
    this.#highWatermark = highWatermark;
    let change = this.#changes[this.#head];
    while (change !== undefined && change.offset < highWatermark) {
      change.map.forget(change.key);
      this.#head++;
      change = this.#changes[this.#head];
    }
    if (this.#head === this.#changes.length) {
      this.#changes = [];
      this.#head = 0;
    } else if (this.#head > 1024 && this.#head * 2 > this.#changes.length) {
      this.#changes = this.#changes.slice(this.#head);
      this.#head = 0;
    }
  }

  /** For {@link TimelineMap}: notes a change by the current record; false when that is replicated already. */
  note(map: Remembering, key: unknown): boolean {
    if (this.#offset < this.#highWatermark) return false;
    this.#changes.push({ offset: this.#offset, map, key });
    return true;
  }
}

/** A map whose readers lag behind its writers by what is not replicated. Values are immutable; there may be very many maps. */
export class TimelineMap<K, V> {
  readonly #timeline: Timeline;
  readonly #latest = new Map<K, V>();
  /** For each key with changes not yet replicated: the values before each of them, oldest first. */
  #before: Map<K, (V | undefined)[]> | undefined;

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  /** Entries as writers see them. */
  get size(): number {
    return this.#latest.size;
  }

  /** Nothing is in it, and nothing that a reader could still see was in it. */
  get isVacant(): boolean {
    return this.#latest.size === 0 && this.#before === undefined;
  }

  get(key: K): V | undefined {
    return this.#latest.get(key);
  }

  set(key: K, value: V): void {
    this.#remember(key);
    this.#latest.set(key, value);
  }

  /** True when there was something to delete. */
  delete(key: K): boolean {
    if (!this.#latest.has(key)) return false;
    this.#remember(key);
    return this.#latest.delete(key);
  }

  values(): IterableIterator<V> {
    return this.#latest.values();
  }

  entries(): IterableIterator<[K, V]> {
    return this.#latest.entries();
  }

  /** The value as of the high watermark. */
  getReplicated(key: K): V | undefined {
    const before = this.#before?.get(key);
    return before === undefined ? this.#latest.get(key) : before[0];
  }

  /** All values as of the high watermark. */
  *replicatedValues(): IterableIterator<V> {
    for (const [, value] of this.replicatedEntries()) yield value;
  }

  /** All entries as of the high watermark. */
  *replicatedEntries(): IterableIterator<[K, V]> {
    for (const [key, value] of this.#latest) {
      const before = this.#before?.get(key);
      if (before === undefined) yield [key, value];
      else if (before[0] !== undefined) yield [key, before[0]];
    }
    for (const [key, before] of this.#before ?? []) {
      if (!this.#latest.has(key) && before[0] !== undefined) yield [key, before[0]];
    }
  }

  /** For {@link Timeline}: the oldest change of the key is replicated. */
  forget(key: K): void {
    const before = this.#before?.get(key);
    if (this.#before === undefined || before === undefined) {
      throw new Error('a change was forgotten twice');
    }
    before.shift();
    if (before.length === 0) this.#before.delete(key);
    if (this.#before.size === 0) this.#before = undefined;
  }

  #remember(key: K): void {
    if (!this.#timeline.note(this, key)) return;
    this.#before ??= new Map();
    const previous = this.#latest.get(key);
    const before = this.#before.get(key);
    if (before === undefined) this.#before.set(key, [previous]);
    else before.push(previous);
  }
}
