import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RegexSyntaxError } from './parse.ts';
import { TopicRegex } from './topic-regex.ts';

const names = ['payments', 'payments-eu', 'PAYMENTS', 'orders.v2', 'orders_v10', 'a', 'aa', '42'];

test.each([
  ['payments', ['payments']],
  ['pay', []],
  ['pay.*', ['payments', 'payments-eu']],
  ['(?i)pay.*s', ['payments', 'PAYMENTS']],
  ['(?i:PAY)ments', ['payments']],
  ['payments|a+', ['payments', 'a', 'aa']],
  ['payments(-(eu|us))?', ['payments', 'payments-eu']],
  ['orders[._]v\\d+', ['orders.v2', 'orders_v10']],
  ['orders[[:punct:]]v[0-9]{2,}', ['orders_v10']],
  ['a{2}', ['aa']],
  ['a{1,2}?', ['a', 'aa']],
  ['^\\d+$', ['42']],
  ['\\A\\pN+\\z', ['42']],
  ['[^a-z]+', ['PAYMENTS', '42']],
  ['\\p{Lu}*', ['PAYMENTS']],
  ['.*\\bv2', ['orders.v2']],
  ['.*\\Bv10', ['orders_v10']],
  ['\\Qorders.v2\\E', ['orders.v2']],
  ['\\x61+', ['a', 'aa']],
  ['(?P<kind>pay|order)(?:ments|s.*)', ['payments', 'orders.v2', 'orders_v10']],
  ['(a*)*', ['a', 'aa']],
  ['()|a', ['a']],
  ['[]a-]+', ['a', 'aa']],
])('%s', (pattern, matching) => {
  expect(new TopicRegex(pattern).filter(names)).toEqual(matching);
});

test.each([
  ...['(', ')', '[a', 'a**', '*', '(?=a)', '(?<!a)', '\\1', '\\p{Greek}', 'a{2,1}', 'a{1001}'],
  ...['[b-a]', '(?z)', '\\', 'x'.repeat(2049), '((a{100}){100}){100}', '('.repeat(200)],
])('%s is refused', (pattern) => {
  expect(() => new TopicRegex(pattern)).toThrow(RegexSyntaxError);
});

test('agrees with RegExp on what both understand', () => {
  const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\w', '\\d', 'c', '-');
  const { pattern } = fc.letrec<{ pattern: string }>((tie) => ({
    pattern: fc.oneof(
      { maxDepth: 4 },
      atom,
      fc.tuple(tie('pattern'), tie('pattern')).map(([a, b]) => `${a}${b}`),
      fc.tuple(tie('pattern'), tie('pattern')).map(([a, b]) => `(?:${a}|${b})`),
      fc
        .tuple(tie('pattern'), fc.constantFrom('*', '+', '?', '{2}', '{0,2}', '{1,}'))
        .map(([a, times]) => `(?:${a})${times}`),
    ),
  }));
  const name = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '-', '1'), maxLength: 8 });
  fc.assert(
    fc.property(pattern, fc.array(name, { maxLength: 8 }), (source, candidates) => {
      const expected = candidates.filter((each) => new RegExp(`^(?:${source})$`).test(each));
      expect(new TopicRegex(source).filter(candidates)).toEqual(expected);
    }),
    { numRuns: 500 },
  );
});

describe('what makes others hang', () => {
  const long = 'a'.repeat(248) + '!';

  test.each(['(a+)+', '(a|aa)*', '(a*)*b', '(.*)*(.*)*x', '(a|a)*b'])('%s', (pattern) => {
    expect(new TopicRegex(pattern).filter(Array.from({ length: 1000 }, () => long))).toEqual([]);
  });

  test('too much work is refused, not done', () => {
    let seed = 1;
    const topics = Array.from({ length: 5000 }, () =>
      Array.from({ length: 249 }, () => {
        seed = (seed * 48_271) % 2_147_483_647;
        return seed % 2 === 0 ? 'a' : 'b';
      }).join(''),
    );
    // A deterministic automaton of this has 2 ** 200 states.
    const regex = new TopicRegex('(a|b)*a(a|b){200}');
    expect(() => regex.filter(topics)).toThrow(/takes too long/);
  });
});
