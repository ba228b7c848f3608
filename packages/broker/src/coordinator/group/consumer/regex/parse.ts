/**
 * The syntax of RE2, which the clients of regular subscriptions (KIP-848) write, into a tree.
 *
 * RE2 has what can be matched in linear time: no look-around, no back references. Classes of Unicode count for as much as can be in a topic's name.
 * Throws {@link RegexSyntaxError} for anything else.
 */
import {
  CharSet,
  anything,
  anythingButNewline,
  digits,
  posixClasses,
  unicodeClasses,
  union,
  whitespace,
  wordCharacters,
  type CharRange,
} from './char-set.ts';

export type Assertion = 'start' | 'end' | 'word-boundary' | 'no-word-boundary';

export type RegexNode =
  | { readonly kind: 'empty' }
  | { readonly kind: 'set'; readonly set: CharSet }
  | { readonly kind: 'assert'; readonly what: Assertion }
  | { readonly kind: 'sequence'; readonly parts: readonly RegexNode[] }
  | { readonly kind: 'choice'; readonly options: readonly RegexNode[] }
  | {
      readonly kind: 'repeat';
      readonly part: RegexNode;
      readonly min: number;
      /** Infinity: without end. */
      readonly max: number;
    };

export class RegexSyntaxError extends Error {
  override readonly name = 'RegexSyntaxError';
}

/** As in RE2. */
const REPEAT_MAX = 1000;
const NESTING_MAX = 100;

const flagLetters = 'imsU';
const perlClasses: ReadonlyMap<string, CharSet> = new Map([
  ['d', digits],
  ['D', digits.negated()],
  ['s', whitespace],
  ['S', whitespace.negated()],
  ['w', wordCharacters],
  ['W', wordCharacters.negated()],
]);
const controlEscapes: ReadonlyMap<string, string> = new Map([
  ['a', '\x07'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
]);
const assertionEscapes: ReadonlyMap<string, Assertion> = new Map([
  ['A', 'start'],
  ['z', 'end'],
  ['b', 'word-boundary'],
  ['B', 'no-word-boundary'],
]);

export function parseRegex(pattern: string): RegexNode {
  return new Parser(pattern).parse();
}

class Parser {
  readonly #pattern: string;
  #at = 0;
  #depth = 0;
  #caseless = false;
  #dotIsAnything = false;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  parse(): RegexNode {
    const node = this.#choice();
    if (this.#at < this.#pattern.length) throw this.#error('unexpected )');
    return node;
  }

  #choice(): RegexNode {
    if (++this.#depth > NESTING_MAX) throw this.#error('nested too deeply');
    const options = [this.#sequence()];
    while (this.#take('|')) options.push(this.#sequence());
    this.#depth--;
    return options.length === 1 ? options[0]! : { kind: 'choice', options };
  }

  #sequence(): RegexNode {
    const parts: RegexNode[] = [];
    while (this.#at < this.#pattern.length && !this.#sees('|') && !this.#sees(')')) {
      if (this.#take('\\Q')) parts.push(...this.#quoted());
      else parts.push(this.#repeated());
    }
    return parts.length === 1 ? parts[0]! : { kind: 'sequence', parts };
  }

  /** After `\Q`: all literal until `\E`. */
  #quoted(): RegexNode[] {
    const end = this.#pattern.indexOf('\\E', this.#at);
    const text = this.#pattern.slice(this.#at, end === -1 ? undefined : end);
    this.#at += text.length + (end === -1 ? 0 : 2);
    return Array.from({ length: text.length }, (_, index) => this.#literal(text[index]!));
  }

  #repeated(): RegexNode {
    const part = this.#atom();
    const times = this.#quantifier();
    if (times === undefined) return part;
    // Whether it prefers few or many makes no difference to whether it matches.
    this.#take('?');
    if (this.#quantifier() !== undefined) throw this.#error('a repetition of a repetition');
    return { kind: 'repeat', part, ...times };
  }

  #quantifier(): { min: number; max: number } | undefined {
    if (this.#take('*')) return { min: 0, max: Infinity };
    if (this.#take('+')) return { min: 1, max: Infinity };
    if (this.#take('?')) return { min: 0, max: 1 };
    const [text, from, comma, to] = /^\{(\d{1,9})(,(\d{0,9}))?\}/.exec(this.#rest(24)) ?? [];
    if (text === undefined) return undefined;
    this.#at += text.length;
    const min = Number(from);
    let max = min;
    if (comma !== undefined) max = to === '' ? Infinity : Number(to);
    if (min > REPEAT_MAX || max < min || (max > REPEAT_MAX && max !== Infinity)) {
      throw this.#error(`bad repetition ${text}`);
    }
    return { min, max };
  }

  #atom(): RegexNode {
    const character = this.#next();
    switch (character) {
      case '(':
        return this.#group();
      case '[':
        return this.#set(this.#bracket());
      case '.':
        return { kind: 'set', set: this.#dotIsAnything ? anything : anythingButNewline };
      case '^':
        return { kind: 'assert', what: 'start' };
      case '$':
        return { kind: 'assert', what: 'end' };
      case '\\':
        return this.#escape();
      case '*':
      case '+':
      case '?':
        throw this.#error(`nothing for ${character} to repeat`);
      default:
        return this.#literal(character);
    }
  }

  #group(): RegexNode {
    const caseless = this.#caseless;
    const dotIsAnything = this.#dotIsAnything;
    if (this.#take('?')) {
      const name = /^P?<[A-Za-z_]\w*>/.exec(this.#pattern.slice(this.#at));
      if (name !== null) this.#at += name[0].length;
      else if (this.#flags() === ')') return { kind: 'empty' };
    }
    const node = this.#choice();
    if (!this.#take(')')) throw this.#error('missing )');
    this.#caseless = caseless;
    this.#dotIsAnything = dotIsAnything;
    return node;
  }

  /** After `(?`: `i`, `-s` and the like, up to `:` or `)`, which is returned. */
  #flags(): ':' | ')' {
    let on = true;
    for (;;) {
      const character = this.#next();
      if (character === ':' || character === ')') return character;
      if (character === '-' && on) on = false;
      else if (!flagLetters.includes(character)) throw this.#error('unsupported group');
      else if (character === 'i') this.#caseless = on;
      else if (character === 's') this.#dotIsAnything = on;
    }
  }

  #escape(): RegexNode {
    const character = this.#peek();
    const what = assertionEscapes.get(character);
    if (what === undefined) return this.#set(this.#escapedSet());
    this.#at++;
    return { kind: 'assert', what };
  }

  /** After a backslash, within brackets or without. */
  #escapedSet(): CharSet {
    const character = this.#next();
    const perl = perlClasses.get(character);
    if (perl !== undefined) return perl;
    const control = controlEscapes.get(character);
    if (control !== undefined) return CharSet.of(control);
    if (character === 'p' || character === 'P') {
      const set = this.#unicodeClass();
      return character === 'P' ? set.negated() : set;
    }
    if (character === 'x') return this.#hexadecimal();
    if (wordCharacters.has(character.charCodeAt(0))) throw this.#error(`bad escape \\${character}`);
    return CharSet.of(character);
  }

  #unicodeClass(): CharSet {
    const [text, long, short] = /^(?:\{(\^?\w{1,20})\}|(\w))/.exec(this.#rest(24)) ?? [];
    if (text === undefined) throw this.#error('bad class');
    this.#at += text.length;
    const name = long ?? short ?? '';
    const set = unicodeClasses.get(name.replace('^', ''));
    if (set === undefined) throw this.#error(`unsupported class ${name}`);
    return name.startsWith('^') ? set.negated() : set;
  }

  #hexadecimal(): CharSet {
    const [text, long, short] = /^(?:\{([\da-f]{1,4})\}|([\da-f]{2}))/i.exec(this.#rest(8)) ?? [];
    if (text === undefined) throw this.#error('bad escape \\x');
    this.#at += text.length;
    const unit = Number.parseInt(long ?? short ?? '', 16);
    return new CharSet([[unit, unit]]);
  }

  /** After `[`. */
  #bracket(): CharSet {
    const negated = this.#take('^');
    const sets: CharSet[] = [];
    let isFirst = true;
    while (isFirst || !this.#sees(']')) {
      isFirst = false;
      const posix = /^\[:(\^?)(\w+):\]/.exec(this.#rest(16));
      if (posix !== null) {
        const set = posixClasses.get(posix[2] ?? '');
        if (set === undefined) throw this.#error(`unknown class ${posix[0]}`);
        this.#at += posix[0].length;
        sets.push(posix[1] === '^' ? set.negated() : set);
      } else {
        sets.push(this.#range());
      }
    }
    this.#at++;
    const set = this.#caseless ? union(sets).caseless() : union(sets);
    return negated ? set.negated() : set;
  }

  #range(): CharSet {
    const from = this.#bracketItem();
    if (!this.#sees('-') || this.#pattern[this.#at + 1] === ']') return from;
    this.#at++;
    const to = this.#bracketItem();
    const first = single(from);
    const last = single(to);
    if (first === undefined || last === undefined || first > last) throw this.#error('bad range');
    const range: CharRange = [first, last];
    return new CharSet([range]);
  }

  #bracketItem(): CharSet {
    const character = this.#next();
    return character === '\\' ? this.#escapedSet() : CharSet.of(character);
  }

  #literal(character: string): RegexNode {
    return this.#set(CharSet.of(character));
  }

  #set(set: CharSet): RegexNode {
    return { kind: 'set', set: this.#caseless ? set.caseless() : set };
  }

  #peek(): string {
    return this.#pattern[this.#at] ?? '';
  }

  #next(): string {
    const character = this.#pattern[this.#at++];
    if (character === undefined) throw this.#error('ends too early');
    return character;
  }

  #rest(length: number): string {
    return this.#pattern.slice(this.#at, this.#at + length);
  }

  #sees(text: string): boolean {
    return this.#pattern.startsWith(text, this.#at);
  }

  #take(text: string): boolean {
    if (!this.#sees(text)) return false;
    this.#at += text.length;
    return true;
  }

  #error(problem: string): RegexSyntaxError {
    return new RegexSyntaxError(`${problem} at ${this.#at} of the regular expression`);
  }
}

/** The only character of a set, if there is but one. */
function single(set: CharSet): number | undefined {
  const [range] = set.ranges;
  return set.ranges.length === 1 && range !== undefined && range[0] === range[1]
    ? range[0]
    : undefined;
}
