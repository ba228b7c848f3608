/**
 * What clients of a simulated cluster saw, and what must hold of it.
 *
 * Owns: the record of one run, and the rules:
 *
 * - no acknowledged record is lost, and it stays at the offset that was acknowledged
 * - no record is there twice (producers are idempotent), and those of one producer to one partition are in the order of their sending
 * - what a consumer read at an offset is what everybody reads there ever after: no offset is used twice
 * - the end of a partition that clients are told never goes back
 * - of a transaction all is there for readers of committed data, or nothing: all if the producer was told so, nothing if it never asked for that
 */

/** Of a transaction; `in doubt` from asking for the commit until the answer, or for ever. */
export type Outcome = 'open' | 'in doubt' | 'committed' | 'aborted';

export interface SentTransaction {
  readonly name: string;
  readonly records: Sent[];
  outcome: Outcome;
}

/** A record: which producer's, and its how manyth. */
export interface Sent {
  readonly value: string;
  readonly partition: number;
  readonly transaction: SentTransaction | undefined;
  /** Where it was acknowledged; undefined when it failed, or nobody knows. */
  offset: number | undefined;
}

export interface FinalRecord {
  readonly offset: number;
  readonly value: string;
}

export type Isolation = 'read_uncommitted' | 'read_committed';

/** What readers of one kind found in a partition. */
type Seen = Map<number, string>;

export class History {
  readonly violations: string[] = [];
  readonly transactions: SentTransaction[] = [];
  acknowledgedCount = 0;
  readCount = 0;
  readonly #sent = new Map<string, Sent>();
  readonly #read: Readonly<Record<Isolation, Map<number, Seen>>> = {
    read_uncommitted: new Map(),
    read_committed: new Map(),
  };
  readonly #ends = new Map<number, number>();
  /** What readers of committed data find in the end, of all partitions. */
  readonly #committed = new Set<string>();

  sending(
    producer: string,
    number: number,
    partition: number,
    transaction?: SentTransaction,
  ): Sent {
    const value = `${producer}:${number}`;
    const sent: Sent = { value, partition, transaction, offset: undefined };
    this.#sent.set(value, sent);
    transaction?.records.push(sent);
    return sent;
  }

  beginning(name: string): SentTransaction {
    const transaction: SentTransaction = { name, records: [], outcome: 'open' };
    this.transactions.push(transaction);
    return transaction;
  }

  acknowledged(sent: Sent, offset: number): void {
    sent.offset = offset;
    this.acknowledgedCount++;
  }

  /** A consumer got a record. */
  read(partition: number, offset: number, value: string, isolation: Isolation): void {
    this.readCount++;
    const of = this.#read[isolation];
    let seen = of.get(partition);
    if (seen === undefined) of.set(partition, (seen = new Map()));
    const before = seen.get(offset);
    if (before === undefined) seen.set(offset, value);
    else if (before !== value) {
      this.#violated(partition, `offset ${offset}: read ${before}, then ${value}`);
    }
    const transaction = this.#sent.get(value)?.transaction;
    // A commit that was not asked for yet cannot be seen, nor one that never will.
    if (isolation === 'read_uncommitted' || transaction === undefined) return;
    if (transaction.outcome === 'open' || transaction.outcome === 'aborted') {
      this.#violated(
        partition,
        `${value} at ${offset} was read as committed, its transaction was ${transaction.outcome}`,
      );
    }
  }

  /** A client was told the end of a partition (its high watermark). Calls come in the order of the questions. */
  endSeen(partition: number, end: number): void {
    const before = this.#ends.get(partition) ?? 0;
    if (end < before) this.#violated(partition, `its end went from ${before} to ${end}`);
    this.#ends.set(partition, Math.max(before, end));
  }

  /** Holds what is in a partition when all is well again against all that was seen. */
  conclude(partition: number, records: Readonly<Record<Isolation, readonly FinalRecord[]>>): void {
    this.#checkSequences(partition, records.read_uncommitted);
    for (const { value } of records.read_committed) this.#committed.add(value);
    const all = offsetsOf(records.read_uncommitted);
    const committed = offsetsOf(records.read_committed);
    for (const [offset, value] of committed) {
      if (all.get(offset) === value) continue;
      this.#violated(partition, `${value} at ${offset} is for readers of committed data only`);
    }
    this.#checkReads(partition, 'read_uncommitted', all);
    this.#checkReads(partition, 'read_committed', committed);
    this.#checkAcknowledged(partition, committed);
  }

  /** Of all partitions together, when each was concluded. */
  concludeTransactions(): void {
    for (const { name, outcome, records } of this.transactions) {
      const missing = records.filter(({ value }) => !this.#committed.has(value));
      const presentCount = records.length - missing.length;
      const mustBeThere = outcome === 'committed' ? records.length : 0;
      const isRight =
        outcome === 'in doubt'
          ? presentCount === 0 || missing.length === 0
          : presentCount === mustBeThere;
      if (isRight) continue;
      const first = missing[0] === undefined ? '' : `, ${missing[0].value} is not`;
      this.violations.push(
        `transaction ${name} (${outcome}): ${presentCount} of ${records.length} records are there${first}`,
      );
    }
  }

  /** Nothing twice, and everything in order. */
  #checkSequences(partition: number, records: readonly FinalRecord[]): void {
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
  }

  /** What was acknowledged is there, that of transactions if they were committed. */
  #checkAcknowledged(partition: number, committed: Seen): void {
    const places = new Map([...committed].map(([offset, value]) => [value, offset]));
    for (const { value, offset, partition: of, transaction } of this.#sent.values()) {
      if (of !== partition || offset === undefined) continue;
      if (transaction !== undefined && transaction.outcome !== 'committed') continue;
      const place = places.get(value);
      // -1: known as written, the place is not (a duplicate of long ago).
      const isThere = offset === -1 ? place !== undefined : place === offset;
      if (isThere) continue;
      this.#violated(
        partition,
        `${value}, acknowledged at ${offset}, is ${place === undefined ? 'lost' : `at ${place}`}` +
          ` (at ${offset} is ${committed.get(offset) ?? 'nothing'})`,
      );
    }
  }

  #checkReads(partition: number, isolation: Isolation, final: Seen): void {
    for (const [offset, value] of this.#read[isolation].get(partition) ?? []) {
      const now = final.get(offset);
      if (now === value) continue;
      this.#violated(
        partition,
        `${value} was read at ${offset} (${isolation}), where ${now ?? 'nothing'} is now`,
      );
    }
  }

  #violated(partition: number, what: string): void {
    this.violations.push(`partition ${partition}: ${what}`);
  }
}

function offsetsOf(records: readonly FinalRecord[]): Seen {
  return new Map(records.map(({ offset, value }) => [offset, value]));
}
