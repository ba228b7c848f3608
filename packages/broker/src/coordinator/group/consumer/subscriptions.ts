/**
 * What the members of a consumer group are subscribed to: names, and regular expressions that the broker matches against the cluster's topics.
 */
import { ErrorCode } from '@zurau/protocol';
import { CoordinatorError } from '../../runtime/coordinator-error.ts';
import type { ConsumerGroup, GroupTopic, ResolvedRegex } from './consumer-group.ts';
import type { ConsumerMember } from './consumer-member.ts';
import type { ConsumerRecord } from './consumer-records.ts';
import { RegexSyntaxError } from './regex/parse.ts';
import { TopicRegex } from './regex/topic-regex.ts';
import type { TopicDirectory } from './topic-directory.ts';

/** Compiled expressions that are kept; the rest is compiled when it is needed again. */
const COMPILED_MAX = 100;

export interface Subscriptions {
  /** Everything that somebody is subscribed to and that exists, by name. */
  readonly topics: ReadonlyMap<string, GroupTopic>;
  readonly regexes: ReadonlyMap<string, ResolvedRegex>;
  /** What is new against the group. */
  readonly records: readonly ConsumerRecord[];
  /** The topics, or what is known of them, are not what the group's target was computed for. */
  readonly changed: boolean;
}

export class SubscriptionResolver {
  readonly #directory: TopicDirectory;
  readonly #compiled = new Map<string, TopicRegex>();

  constructor(directory: TopicDirectory) {
    this.#directory = directory;
  }

  /** Throws INVALID_REGULAR_EXPRESSION. */
  validate(pattern: string): void {
    try {
      this.#compile(pattern);
    } catch (error) {
      throw refusal(pattern, error);
    }
  }

  /** The subscriptions of a group that has `members`. Throws INVALID_REGULAR_EXPRESSION for an expression that the group does not know yet. */
  resolve(group: ConsumerGroup, members: Iterable<ConsumerMember>, nowMs: number): Subscriptions {
    const regexes = new Map<string, ResolvedRegex>();
    const names = new Set<string>();
    for (const { subscribedTopics, subscribedRegex } of members) {
      for (const name of subscribedTopics) names.add(name);
      if (subscribedRegex !== null && !regexes.has(subscribedRegex)) {
        regexes.set(subscribedRegex, this.#match(subscribedRegex, group));
      }
    }
    for (const { topics } of regexes.values()) for (const name of topics) names.add(name);
    const topics = this.#lookUp(names);
    const records = regexRecords(group, regexes, nowMs);
    const changed = !sameTopics(group.topics, topics);
    if (changed) records.push(topicsRecord(group.id, topics));
    return { topics, regexes, records, changed };
  }

  #lookUp(names: Iterable<string>): Map<string, GroupTopic> {
    const topics = new Map<string, GroupTopic>();
    for (const name of names) {
      const topic = this.#directory.byName(name);
      if (topic !== undefined)
        topics.set(name, { id: topic.id, partitionCount: topic.partitionCount });
    }
    return topics;
  }

  #match(pattern: string, group: ConsumerGroup): ResolvedRegex {
    const known = group.regexes.get(pattern);
    if (known !== undefined && !group.areTopicsStale) return known;
    try {
      return { topics: new Set(this.#compile(pattern).filter(this.#directory.names())) };
    } catch (error) {
      // With more topics it has become too much work; that is no fault of the member whose heartbeat this is.
      if (known !== undefined && error instanceof RegexSyntaxError) return known;
      throw refusal(pattern, error);
    }
  }

  #compile(pattern: string): TopicRegex {
    let regex = this.#compiled.get(pattern);
    if (regex !== undefined) return regex;
    regex = new TopicRegex(pattern);
    const [oldest] = this.#compiled.keys();
    if (oldest !== undefined && this.#compiled.size >= COMPILED_MAX) this.#compiled.delete(oldest);
    this.#compiled.set(pattern, regex);
    return regex;
  }
}

/** The names that a member is subscribed to. */
export function topicNamesOf(
  member: ConsumerMember,
  regexes: ReadonlyMap<string, ResolvedRegex>,
): Set<string> {
  const names = new Set(member.subscribedTopics);
  const regex = member.subscribedRegex === null ? undefined : regexes.get(member.subscribedRegex);
  for (const name of regex?.topics ?? []) names.add(name);
  return names;
}

function regexRecords(
  group: ConsumerGroup,
  regexes: ReadonlyMap<string, ResolvedRegex>,
  nowMs: number,
): ConsumerRecord[] {
  const records: ConsumerRecord[] = [];
  for (const [expression, { topics }] of regexes) {
    const known = group.regexes.get(expression);
    if (known !== undefined && sameNames(known.topics, topics)) continue;
    const value = { topics: [...topics].toSorted(), version: 0, timestamp: nowMs };
    records.push({ kind: 'regex', group: group.id, expression, value });
  }
  for (const expression of group.regexes.keys()) {
    if (regexes.has(expression)) continue;
    records.push({ kind: 'regex', group: group.id, expression, value: null });
  }
  return records;
}

/** Racks play no part in the assignment, so they are left out. */
function topicsRecord(group: string, topics: ReadonlyMap<string, GroupTopic>): ConsumerRecord {
  return {
    kind: 'topics',
    group,
    value: {
      topics: [...topics].map(([topicName, { id, partitionCount }]) => ({
        topicId: id,
        topicName,
        numPartitions: partitionCount,
        partitionMetadata: [],
      })),
    },
  };
}

function sameNames(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((name) => b.has(name));
}

function sameTopics(
  a: ReadonlyMap<string, GroupTopic>,
  b: ReadonlyMap<string, GroupTopic>,
): boolean {
  if (a.size !== b.size) return false;
  for (const [name, topic] of a) {
    const other = b.get(name);
    if (other?.id !== topic.id || other.partitionCount !== topic.partitionCount) return false;
  }
  return true;
}

function refusal(pattern: string, error: unknown): unknown {
  if (!(error instanceof RegexSyntaxError)) return error;
  const shown = pattern.length > 100 ? `${pattern.slice(0, 100)}...` : pattern;
  return new CoordinatorError(
    ErrorCode.INVALID_REGULAR_EXPRESSION,
    `SubscribedTopicRegex \`${shown}\` is not valid: ${error.message}.`,
  );
}
