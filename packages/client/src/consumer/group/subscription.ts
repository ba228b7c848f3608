/** What a consumer subscribed to: topics by name, or all whose name fits an expression. */
import { clientError } from '../../errors.ts';

export type Topics = string | RegExp | readonly string[];

export type Subscription =
  | { readonly kind: 'names'; readonly names: readonly string[] }
  | { readonly kind: 'pattern'; readonly pattern: RegExp };

/** Throws KafkaError `INVALID_ARGUMENT`. */
export function toSubscription(topics: Topics): Subscription {
  if (topics instanceof RegExp) return { kind: 'pattern', pattern: topics };
  const names = [...new Set(typeof topics === 'string' ? [topics] : topics)].sort();
  if (names.length === 0 || names.some((name) => typeof name !== 'string' || name === '')) {
    throw clientError('INVALID_ARGUMENT', 'Subscribe to a topic, a list of topics, or a RegExp.');
  }
  return { kind: 'names', names };
}

/** Whether the expression is found anywhere in the name, as `RegExp.test` has it; not for `g` to remember where it was. */
export function fits(pattern: RegExp, topic: string): boolean {
  pattern.lastIndex = 0;
  return pattern.test(topic);
}
