/** Sets of characters of a regular expression, as ranges of UTF-16 units. */

/** Inclusive. */
export type CharRange = readonly [first: number, last: number];

const UNIT_MAX = 0xffff;
const CASE_OFFSET = 32;

export class CharSet {
  readonly #ranges: readonly CharRange[];

  constructor(ranges: readonly CharRange[]) {
    const merged: [number, number][] = [];
    for (const [first, last] of ranges.toSorted((a, b) => a[0] - b[0])) {
      const previous = merged.at(-1);
      if (previous !== undefined && first <= previous[1] + 1) {
        previous[1] = Math.max(previous[1], last);
      } else {
        merged.push([first, last]);
      }
    }
    this.#ranges = merged;
  }

  static of(characters: string): CharSet {
    return new CharSet(
      Array.from({ length: characters.length }, (_, index): CharRange => {
        const unit = characters.charCodeAt(index);
        return [unit, unit];
      }),
    );
  }

  get ranges(): readonly CharRange[] {
    return this.#ranges;
  }

  has(unit: number): boolean {
    return this.#ranges.some(([first, last]) => unit >= first && unit <= last);
  }

  negated(): CharSet {
    const ranges: CharRange[] = [];
    let next = 0;
    for (const [first, last] of this.#ranges) {
      if (first > next) ranges.push([next, first - 1]);
      next = last + 1;
    }
    if (next <= UNIT_MAX) ranges.push([next, UNIT_MAX]);
    return new CharSet(ranges);
  }

  /** With both cases of each ASCII letter; topic names have no others. */
  caseless(): CharSet {
    const ranges: CharRange[] = [...this.#ranges];
    for (const [first, last] of this.#ranges) {
      addShifted(ranges, Math.max(first, 0x41), Math.min(last, 0x5a), CASE_OFFSET);
      addShifted(ranges, Math.max(first, 0x61), Math.min(last, 0x7a), -CASE_OFFSET);
    }
    return new CharSet(ranges);
  }
}

function addShifted(ranges: CharRange[], first: number, last: number, by: number): void {
  if (first <= last) ranges.push([first + by, last + by]);
}

export function union(sets: readonly CharSet[]): CharSet {
  return new CharSet(sets.flatMap((set) => set.ranges));
}

export const digits: CharSet = new CharSet([[0x30, 0x39]]);
export const upperCase: CharSet = new CharSet([[0x41, 0x5a]]);
export const lowerCase: CharSet = new CharSet([[0x61, 0x7a]]);
export const letters: CharSet = union([upperCase, lowerCase]);
export const wordCharacters: CharSet = union([letters, digits, CharSet.of('_')]);
export const whitespace: CharSet = CharSet.of('\t\n\f\r ');
export const anything: CharSet = new CharSet([[0, UNIT_MAX]]);
export const anythingButNewline: CharSet = CharSet.of('\n').negated();
const punctuation: CharSet = new CharSet([
  [0x21, 0x2f],
  [0x3a, 0x40],
  [0x5b, 0x60],
  [0x7b, 0x7e],
]);

/** `[[:name:]]` */
export const posixClasses: ReadonlyMap<string, CharSet> = new Map([
  ['alnum', union([letters, digits])],
  ['alpha', letters],
  ['ascii', new CharSet([[0, 0x7f]])],
  ['blank', CharSet.of('\t ')],
  [
    'cntrl',
    new CharSet([
      [0, 0x1f],
      [0x7f, 0x7f],
    ]),
  ],
  ['digit', digits],
  ['graph', new CharSet([[0x21, 0x7e]])],
  ['lower', lowerCase],
  ['print', new CharSet([[0x20, 0x7e]])],
  ['punct', punctuation],
  ['space', union([whitespace, CharSet.of('\v')])],
  ['upper', upperCase],
  ['word', wordCharacters],
  ['xdigit', union([digits, CharSet.of('abcdefABCDEF')])],
]);

/** `\p{name}`: the part of a Unicode class that can be in a topic's name. */
export const unicodeClasses: ReadonlyMap<string, CharSet> = new Map([
  ['L', letters],
  ['Lu', upperCase],
  ['Ll', lowerCase],
  ['N', digits],
  ['Nd', digits],
  ['P', punctuation],
  ['Latin', letters],
]);
