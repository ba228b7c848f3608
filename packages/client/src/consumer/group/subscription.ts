/** What a consumer subscribed to: topics by name, or all whose name fits an expression. */
import { clientError } from '../../errors.ts';

/** An expression in RE2's syntax, which has to fit the whole name, for the coordinator of a `consumer` group to look up. */
export interface Re2Pattern {
  readonly re2: string;
}

/**
 * Names, or an expression. A RegExp is looked for anywhere in the names of the cluster's topics, by this client; an expression for the coordinator
 * (`{ re2: 'orders-.*' }`, KIP-848) needs `groupProtocol: 'consumer'` and Kafka 4.
 */
export type Topics = string | RegExp | Re2Pattern | readonly string[];

export type Subscription =
  | { readonly kind: 'names'; readonly names: readonly string[] }
  | { readonly kind: 'pattern'; readonly pattern: RegExp }
  | { readonly kind: 're2'; readonly re2: string };

/** Throws KafkaError `INVALID_ARGUMENT`. */
export function toSubscription(topics: Topics): Subscription {
  if (topics instanceof RegExp) return { kind: 'pattern', pattern: topics };
  if (typeof topics === 'object' && 're2' in topics) return { kind: 're2', re2: topics.re2 };
  const names = [...new Set(typeof topics === 'string' ? [topics] : topics)].sort();
  if (names.length === 0 || names.some((name) => typeof name !== 'string' || name === '')) {
    throw clientError('INVALID_ARGUMENT', 'Subscribe to a topic, a list of topics, or a RegExp.');
  }
  return { kind: 'names', names };
}

/** What was subscribed to, as {@link toSubscription} takes it. */
export function topicsOf(subscription: Subscription): Exclude<Topics, string> {
  switch (subscription.kind) {
    case 'names':
      return subscription.names;
    case 'pattern':
      return subscription.pattern;
    case 're2':
      return { re2: subscription.re2 };
  }
}

/** Whether the expression is found anywhere in the name, as `RegExp.test` has it; not for `g` to remember where it was. */
export function fits(pattern: RegExp, topic: string): boolean {
  pattern.lastIndex = 0;
  return pattern.test(topic);
}
