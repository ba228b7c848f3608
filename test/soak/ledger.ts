/**
 * What a reader of numbered records has seen: per key every number once and in order, or what is wrong with that.
 *
 * Memory is bounded by the number of keys.
 */

export type Delivery = 'exactly-once' | 'at-least-once';

const PROBLEMS_KEPT = 20;

export class Ledger {
  readonly problems: string[] = [];
  /** Records that were new. */
  count = 0;
  /** Records that had been seen before: a problem with `exactly-once`, the price of a rebalance otherwise. */
  repeated = 0;
  readonly #name: string;
  readonly #delivery: Delivery;
  readonly #lastOfKey: Map<string, number> = new Map();

  constructor(name: string, delivery: Delivery) {
    this.#name = name;
    this.#delivery = delivery;
  }

  enter(key: string, number: number, where: string): void {
    const last = this.#lastOfKey.get(key) ?? -1;
    if (number <= last) {
      this.repeated += 1;
      if (this.#delivery === 'exactly-once') {
        this.#note(`${where}: ${number} of ${key} again, after ${last}`);
      }
      return;
    }
    if (number > last + 1) this.#note(`${where}: ${number} of ${key} right after ${last}`);
    this.count += 1;
    this.#lastOfKey.set(key, number);
  }

  #note(problem: string): void {
    if (this.problems.length < PROBLEMS_KEPT) this.problems.push(`${this.#name}: ${problem}`);
  }
}
