/**
 * A regular expression over topic names that cannot hang the broker, whatever a client sends.
 *
 * JavaScript's RegExp backtracks: a short expression can take longer than the universe has. This one runs all ways through the expression at
 * once, one character after the other, and remembers the states that it comes through (a deterministic automaton, built as it is needed).
 * Length, size, remembered states and the work for one round of names are bounded; an expression that needs more is refused.
 */
import { wordCharacters } from './char-set.ts';
import { RegexSyntaxError, parseRegex, type Assertion } from './parse.ts';
import { compileProgram, type Program } from './program.ts';

const PATTERN_LENGTH_MAX = 2048;
const STATES_MAX = 1000;
/** In characters, and instructions by their weight: at most a few tenths of a second. */
const WORK_MAX = 5_000_000;
/** How much more an instruction takes than a character whose next state is remembered. */
const INSTRUCTION_WORK = 10;
const END = -1;

type Before = 'start' | 'word' | 'other';

/** Places in the program after some characters, and what the last of them was. */
interface State {
  readonly places: readonly number[];
  readonly before: Before;
  readonly next: Map<number, State>;
  accepts: boolean | undefined;
}

export class TopicRegex {
  readonly #program: Program;
  #states = new Map<string, State>();
  #start: State;
  #work = 0;

  /** Throws {@link RegexSyntaxError}. */
  constructor(pattern: string) {
    if (pattern.length > PATTERN_LENGTH_MAX) {
      throw new RegexSyntaxError(
        `the regular expression is longer than ${PATTERN_LENGTH_MAX} characters`,
      );
    }
    this.#program = compileProgram(parseRegex(pattern));
    this.#start = this.#stateOf([this.#program.start], 'start');
  }

  /** The names that match from end to end. Throws {@link RegexSyntaxError} when that is too much work. */
  filter(names: Iterable<string>): string[] {
    this.#work = 0;
    const matching: string[] = [];
    for (const name of names) if (this.#matches(name)) matching.push(name);
    return matching;
  }

  #matches(name: string): boolean {
    let state = this.#start;
    for (let index = 0; index < name.length; index++) {
      const unit = name.charCodeAt(index);
      this.#spend(1);
      state = state.next.get(unit) ?? this.#step(state, unit);
      if (state.places.length === 0) return false;
    }
    state.accepts ??= this.#reachable(state, END).some(
      (place) => this.#program.instructions[place]?.op === 'match',
    );
    return state.accepts;
  }

  #step(state: State, unit: number): State {
    const places: number[] = [];
    for (const place of this.#reachable(state, unit)) {
      const instruction = this.#program.instructions[place];
      if (instruction?.op === 'set' && instruction.set.has(unit)) places.push(instruction.next);
    }
    const next = this.#stateOf(places, isWord(unit) ? 'word' : 'other');
    state.next.set(unit, next);
    return next;
  }

  #stateOf(places: readonly number[], before: Before): State {
    const unique = [...new Set(places)].toSorted((a, b) => a - b);
    const key = `${before}${unique.join()}`;
    let state = this.#states.get(key);
    if (state === undefined) {
      if (this.#states.size >= STATES_MAX) this.#forgetStates();
      state = { places: unique, before, next: new Map(), accepts: undefined };
      this.#states.set(key, state);
    }
    return state;
  }

  /** What is remembered only saves time. */
  #forgetStates(): void {
    this.#states = new Map();
    this.#start = { ...this.#start, next: new Map() };
  }

  /** Where forks and assertions lead from a state, before the character `unit`. */
  #reachable({ places, before }: State, unit: number): number[] {
    const { instructions } = this.#program;
    const seen = new Set<number>();
    const found: number[] = [];
    const open = [...places];
    for (let place = open.pop(); place !== undefined; place = open.pop()) {
      if (seen.has(place)) continue;
      seen.add(place);
      this.#spend(INSTRUCTION_WORK);
      const instruction = instructions[place]!;
      if (instruction.op === 'fork') open.push(instruction.next, instruction.other);
      else if (instruction.op !== 'assert') found.push(place);
      else if (holds(instruction.what, before, unit)) open.push(instruction.next);
    }
    return found;
  }

  #spend(work: number): void {
    this.#work += work;
    if (this.#work > WORK_MAX) {
      throw new RegexSyntaxError('the regular expression takes too long to match');
    }
  }
}

function isWord(unit: number): boolean {
  return wordCharacters.has(unit);
}

function holds(what: Assertion, before: Before, unit: number): boolean {
  switch (what) {
    case 'start':
      return before === 'start';
    case 'end':
      return unit === END;
    case 'word-boundary':
      return (before === 'word') !== isWord(unit);
    case 'no-word-boundary':
      return (before === 'word') === isWord(unit);
  }
}
