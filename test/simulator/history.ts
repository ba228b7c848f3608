/**
 * What clients of a simulated cluster saw, and what must hold of it.
 *
 * Owns: the record of one run, and the rules:
 *
 * - no acknowledged record is lost, and it stays at the offset that was acknowledged
 * - no record is there twice (producers are idempotent), and those of one producer to one partition are in the order of their sending
 * - what a consumer read at an offset is what everybody reads there ever after
 * - the end of a partition that clients are told never goes back
 */

/** A record: which producer's, and its how manyth. */
export interface Sent {
  readonly producer: string;
  readonly number: number;
  readonly partition: number;
  /** Where it was acknowledged; undefined when it failed, or nobody knows. */
  offset: number | undefined;
}

export interface FinalRecord {
  readonly offset: number;
  readonly value: string;
}

export class History {
  readonly sent: Sent[] = [];
  readonly violations: string[] = [];
  acknowledgedCount = 0;
  readCount = 0;
  /** By partition: what was read where. */
  readonly #read = new Map<number, Map<number, string>>();
  readonly #ends = new Map<number, number>();

  sending(producer: string, number: number, partition: number): Sent {
    const sent: Sent = { producer, number, partition, offset: undefined };
    this.sent.push(sent);
    return sent;
  }

  acknowledged(sent: Sent, offset: number): void {
    sent.offset = offset;
    this.acknowledgedCount++;
  }

  /** A consumer got a record. */
  read(partition: number, offset: number, value: string): void {
    this.readCount++;
    let offsets = this.#read.get(partition);
    if (offsets === undefined) this.#read.set(partition, (offsets = new Map()));
    const before = offsets.get(offset);
    if (before === undefined) offsets.set(offset, value);
    else if (before !== value) {
      this.violations.push(
        `partition ${partition} offset ${offset}: read ${before}, then ${value}`,
      );
    }
  }

  /** Whether the record at the offset was read. */
  wasRead(partition: number, offset: number): boolean {
    return this.#read.get(partition)?.has(offset) === true;
  }

  /** A client was told the end of a partition (its high watermark). Calls come in the order of the questions. */
  endSeen(partition: number, end: number): void {
    const before = this.#ends.get(partition) ?? 0;
    if (end < before)
      this.violations.push(`partition ${partition}: its end went from ${before} to ${end}`);
    this.#ends.set(partition, Math.max(before, end));
  }

  /** Holds what is in a partition when all is well again against all that was seen. */
  conclude(partition: number, records: readonly FinalRecord[]): void {
    const byOffset = new Map(records.map(({ offset, value }) => [offset, value]));
    const seen = new Map<string, number>();
    const latest = new Map<string, number>();
    for (const { offset, value } of records) {
      const twin = seen.get(value);
      if (twin !== undefined) this.#violated(partition, `${value} is at ${twin} and at ${offset}`);
      seen.set(value, offset);
      const [producer = '', number = ''] = value.split(':');
      const previous = latest.get(producer) ?? -1;
      if (Number(number) < previous) {
        this.#violated(partition, `${value} at ${offset} comes after ${producer}:${previous}`);
      }
      latest.set(producer, Number(number));
    }
    for (const { producer, number, offset, partition: of } of this.sent) {
      if (of !== partition || offset === undefined) continue;
      const value = `${producer}:${number}`;
      // -1: known as written, the place is not (a duplicate of long ago).
      const there = offset === -1 ? seen.has(value) : byOffset.get(offset) === value;
      if (!there) {
        const now = seen.get(value);
        this.#violated(
          partition,
          `${value}, acknowledged at ${offset}, is ${now === undefined ? 'lost' : `at ${now}`}` +
            ` (at ${offset} is ${byOffset.get(offset) ?? 'nothing'})`,
        );
      }
    }
    for (const [offset, value] of this.#read.get(partition) ?? []) {
      const now = byOffset.get(offset);
      if (now !== value) {
        this.#violated(
          partition,
          `${value} was read at ${offset}, where ${now ?? 'nothing'} is now`,
        );
      }
    }
  }

  #violated(partition: number, what: string): void {
    this.violations.push(`partition ${partition}: ${what}`);
  }
}
