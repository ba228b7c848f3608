/** What KafkaJS's admin client refuses before it asks anybody, in its words. */
import { KafkaJSNonRetriableError } from './errors.ts';

export function refuse(message: string): never {
  throw new KafkaJSNonRetriableError(message);
}

/** `what` as in `Invalid topics array`. */
export function checkList(list: unknown, what: string): asserts list is readonly unknown[] {
  if (!Array.isArray(list)) refuse(`Invalid ${what} ${String(list)}`);
}

/** Topics with names, none of them twice. */
export function checkTopics(list: unknown, what: string): void {
  checkList(list, what);
  const names = (list as readonly { readonly topic?: unknown }[]).map(({ topic }) => topic);
  if (names.some((name) => typeof name !== 'string')) {
    refuse(`Invalid ${what}, the topic names have to be a valid string`);
  }
  if (new Set(names).size < names.length) {
    refuse(`Invalid ${what}, it cannot have multiple entries for the same topic`);
  }
}

export function checkTopicName(topic: unknown): void {
  if (typeof topic !== 'string' || topic === '') refuse(`Invalid topic ${String(topic)}`);
}

export function checkGroupId(groupId: unknown): void {
  if (typeof groupId !== 'string' || groupId === '') refuse(`Invalid groupId ${String(groupId)}`);
}

/** Each of `numbers` is one of the protocol's. `about` tells of what: `operation type`. */
export function checkNumber(
  numbers: Readonly<Record<string, number>>,
  value: unknown,
  about: string,
  of?: unknown,
): void {
  if (Object.values(numbers).includes(value as number)) return;
  refuse(`Invalid ${about} ${String(value)}${of === undefined ? '' : `: ${JSON.stringify(of)}`}`);
}

export function checkConfigEntries(topic: string, entries: unknown): void {
  if (entries === undefined || entries === null) return;
  const about = `Invalid configEntries for topic "${topic}"`;
  if (!Array.isArray(entries)) refuse(`${about}, must be an array`);
  for (const [index, entry] of (entries as unknown[]).entries()) {
    if (typeof entry !== 'object' || entry === null) {
      refuse(`${about}. Entry ${index} must be an object`);
    }
    for (const property of ['name', 'value']) {
      if (typeof (entry as Record<string, unknown>)[property] === 'string') continue;
      refuse(`${about}. Entry ${index} must have a valid "${property}" property`);
    }
  }
}

/** Partition numbers, and replicas. */
export function checkReassignment(topic: string, assignment: unknown): void {
  if (!Array.isArray(assignment)) {
    refuse(`Invalid partitions array: ${String(assignment)} for topic: ${topic}`);
  }
  for (const { partition, replicas } of assignment as Record<string, unknown>[]) {
    if (typeof partition !== 'number' || partition < 0) {
      refuse(`Invalid partitions index: ${String(partition)} for topic: ${topic}`);
    }
    const about = `Invalid replica assignment: ${String(replicas)} for topic: ${topic} on partition: ${String(partition)}`;
    if (!Array.isArray(replicas)) refuse(about);
    if ((replicas as unknown[]).some((id) => typeof id !== 'number' || id < 0)) {
      refuse(`${about}. Replicas must be a non negative number`);
    }
  }
}

export function checkPartitionNumbers(topic: string, partitions: unknown): void {
  const about = `Invalid partition array: ${String(partitions)} for topic: ${topic}`;
  if (!Array.isArray(partitions)) refuse(about);
  if ((partitions as unknown[]).some((one) => typeof one !== 'number' || one < 0)) {
    refuse(`${about}. The partition indices have to be a valid number greater than 0.`);
  }
}
