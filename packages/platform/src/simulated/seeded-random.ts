/**
 * Random numbers that follow from a seed: sfc32 (Chris Doty-Humphrey's small fast counter), state
 * filled by hashing. Not for secrets. Streams are forked by name, so that one more draw here does
 * not change what happens there.
 */
import { randomUuid } from '../random-uuid.ts';
import type { Random } from '../random.ts';
import { fnv1a } from './fingerprint.ts';

const WARM_UP_ROUNDS = 15;

export class SeededRandom implements Random {
  readonly #seed: number;
  readonly #name: string;
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: number, name: string = '') {
    this.#seed = seed;
    this.#name = name;
    this.#a = fnv1a(`${seed}/${name}`);
    this.#b = fnv1a(`${name}/${seed}`);
    this.#c = seed | 0;
    for (let round = 0; round < WARM_UP_ROUNDS; round++) this.#next();
  }

  /** A stream of its own for `name`: the same one however much was drawn from this. */
  fork(name: string): SeededRandom {
    return new SeededRandom(this.#seed, `${this.#name}/${name}`);
  }

  float(): number {
    return ((this.#next() >>> 5) * 2 ** 26 + (this.#next() >>> 6)) / 2 ** 53;
  }

  int(bound: number): number {
    return Math.floor(this.float() * bound);
  }

  /** Uniform in [min, max). */
  between(min: number, max: number): number {
    return min + this.float() * (max - min);
  }

  /** True with this probability. */
  chance(probability: number): boolean {
    return this.float() < probability;
  }

  bytes(count: number): Buffer {
    const bytes = Buffer.allocUnsafe(count);
    for (let index = 0; index < count; index++) bytes[index] = this.#next() >>> 24;
    return bytes;
  }

  uuid(): string {
    return randomUuid((count) => this.bytes(count));
  }

  /** The next 32 bits. */
  #next(): number {
    const result = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + result;
    return result;
  }
}
