/** Random numbers from one seed (xorshift), so that a run can be looked at again. */
export class Random {
  #state;

  constructor(seed) {
    this.#state = seed >>> 0 || 1;
  }

  /** Starts anew with what a seed has for the thing of that number. */
  reseed(seed, number) {
    this.#state = (Math.imul(seed, 0x9e37_79b1) ^ Math.imul(number + 1, 0x85eb_ca6b)) >>> 0 || 1;
    for (let warmUp = 0; warmUp < 4; warmUp++) this.int(1);
  }

  /** A whole number in [0, bound). */
  int(bound) {
    let state = this.#state;
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state >>> 0;
    return this.#state % bound;
  }

  /** True in `percent` of a hundred cases. */
  chance(percent) {
    return this.int(100) < percent;
  }

  pick(list) {
    return list[this.int(list.length)];
  }

  bytes(length) {
    const bytes = Buffer.allocUnsafe(length);
    for (let at = 0; at < length; at++) bytes[at] = this.int(4) === 0 ? 0xff : this.int(256);
    return bytes;
  }
}
