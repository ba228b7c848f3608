/** The tree of a regular expression as a program for a nondeterministic machine (Thompson's construction). */
import type { CharSet } from './char-set.ts';
import { RegexSyntaxError, type Assertion, type RegexNode } from './parse.ts';

export type Instruction =
  | { readonly op: 'set'; readonly set: CharSet; readonly next: number }
  | { readonly op: 'assert'; readonly what: Assertion; readonly next: number }
  | { readonly op: 'fork'; next: number; other: number }
  | { readonly op: 'match' };

export interface Program {
  readonly instructions: readonly Instruction[];
  readonly start: number;
}

/** Counted repetitions multiply when they are nested. */
const INSTRUCTIONS_MAX = 2000;

/** Throws {@link RegexSyntaxError} for an expression that is too large. */
export function compileProgram(node: RegexNode): Program {
  const instructions: Instruction[] = [];
  const emit = (instruction: Instruction): number => {
    if (instructions.length >= INSTRUCTIONS_MAX) {
      throw new RegexSyntaxError('the regular expression is too large');
    }
    return instructions.push(instruction) - 1;
  };

  /** From the back: the code of `part` that goes on at `next`. Returns where it begins. */
  const compile = (part: RegexNode, next: number): number => {
    switch (part.kind) {
      case 'empty':
        return next;
      case 'set':
        return emit({ op: 'set', set: part.set, next });
      case 'assert':
        return emit({ op: 'assert', what: part.what, next });
      case 'sequence':
        return part.parts.reduceRight((rest, each) => compile(each, rest), next);
      case 'choice':
        return part.options
          .map((option) => compile(option, next))
          .reduceRight((other, begin) => emit({ op: 'fork', next: begin, other }));
      case 'repeat':
        return repeat(part, next);
    }
  };

  const repeat = ({ part, min, max }: RegexNode & { kind: 'repeat' }, next: number): number => {
    let begin = next;
    if (max === Infinity) {
      const fork: Instruction = { op: 'fork', next: 0, other: next };
      begin = emit(fork);
      fork.next = compile(part, begin);
    } else {
      for (let count = min; count < max; count++) {
        begin = emit({ op: 'fork', next: compile(part, begin), other: next });
      }
    }
    for (let count = 0; count < min; count++) begin = compile(part, begin);
    return begin;
  };

  const start = compile(node, emit({ op: 'match' }));
  return { instructions, start };
}
