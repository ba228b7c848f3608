/**
 * Which topics a group is about, and whether they changed: names that appear or go, partitions that are added, replicas that move between racks.
 *
 * The members with an expression look at the topics of the cluster; the leader looks at the topics of everybody.
 */
import { ErrorCode } from '@zurau/protocol';
import type { Cluster } from '../../cluster/cluster.ts';
import { brokerError } from '../../errors.ts';
import type { AssignableTopics } from '../assignors/assignor.ts';
import { fits, type Subscription } from './subscription.ts';

export class GroupTopics {
  readonly #cluster: Cluster;
  readonly #excludeInternal: boolean;
  /** Topics of the group that were looked at in the last assignment, by name; only in the leader. */
  #assigned: ReadonlyMap<string, string> = new Map();
  #allKnownMs: number = Number.NEGATIVE_INFINITY;
  #askingForAll = false;

  constructor(cluster: Cluster, excludeInternal: boolean) {
    this.#cluster = cluster;
    this.#excludeInternal = excludeInternal;
  }

  /** The names subscribed to. Those of an expression are what is known now. Sorted. */
  namesOf(subscription: Subscription): string[] {
    if (subscription.kind === 'names') return [...subscription.names];
    if (subscription.kind === 're2') return [];
    const names: string[] = [];
    for (const { name, internal } of this.#cluster.metadata.topics()) {
      if (internal && this.#excludeInternal) continue;
      if (fits(subscription.pattern, name)) names.push(name);
    }
    return names.sort();
  }

  /** Fetches what is not known yet. Topics that do not exist are no error; topics that may not be read are. */
  async load(subscription: Subscription, signal: AbortSignal): Promise<void> {
    const { metadata } = this.#cluster;
    if (subscription.kind === 'pattern') {
      await this.#loadAll(signal);
      return;
    }
    if (subscription.kind === 're2') return;
    const unknown = subscription.names.filter((name) => metadata.topic(name) === undefined);
    if (unknown.length > 0) await this.#cluster.refresh(unknown, signal);
    for (const name of unknown) {
      const errorCode = metadata.topicError(name);
      if (
        errorCode === ErrorCode.TOPIC_AUTHORIZATION_FAILED ||
        errorCode === ErrorCode.INVALID_TOPIC_EXCEPTION
      ) {
        throw brokerError(errorCode, `Subscribing to ${name}`);
      }
    }
  }

  /** For the leader: the partitions of all these topics. Remembers them. */
  async assignable(names: Iterable<string>, signal: AbortSignal): Promise<AssignableTopics> {
    const { metadata } = this.#cluster;
    const all = [...new Set(names)];
    const unknown = all.filter((name) => metadata.topic(name) === undefined);
    if (unknown.length > 0) await this.#cluster.refresh(unknown, signal);
    this.#assigned = new Map(all.map((name) => [name, this.#fingerprint(name)]));
    const topics = new Map<
      string,
      AssignableTopics extends ReadonlyMap<string, infer P> ? P : never
    >();
    for (const name of all) {
      const partitions = metadata.topic(name)?.partitions ?? [];
      if (partitions.length === 0) continue;
      topics.set(
        name,
        partitions.map(({ partition, replicas }) => ({
          topic: name,
          partition,
          racks: [...new Set(replicas.flatMap((id) => metadata.brokers.get(id)?.rack ?? []))],
        })),
      );
    }
    return topics;
  }

  /** Not the leader any more. */
  forgetAssigned(): void {
    this.#assigned = new Map();
  }

  /** Sees to it that metadata do not grow old; cheap when there is nothing to do. */
  keepFresh(subscription: Subscription): void {
    if (subscription.kind === 'pattern') {
      const ageMs = this.#cluster.platform.clock.monotonicMs() - this.#allKnownMs;
      if (ageMs >= this.#cluster.config.metadataMaxAgeMs && !this.#askingForAll) {
        this.#askingForAll = true;
        this.#loadAll()
          .catch(() => {})
          .finally(() => (this.#askingForAll = false));
      }
    }
    const names = subscription.kind === 'names' ? subscription.names : [];
    const missing = [...new Set([...names, ...this.#assigned.keys()])].filter(
      (name) => this.#cluster.knownTopic(name) === undefined,
    );
    if (missing.length > 0) this.#cluster.refreshInBackground(missing);
  }

  /** Why the group should rebalance, going by the topics that this member joined with; undefined when nothing changed. */
  changeSince(subscription: Subscription, joinedWith: readonly string[]): string | undefined {
    const names = this.namesOf(subscription);
    if (names.join() !== joinedWith.join()) return 'subscribed topics changed';
    for (const [name, fingerprint] of this.#assigned) {
      const now = this.#fingerprint(name);
      if (now !== fingerprint) return `cached metadata has changed: topic ${name}`;
    }
    return undefined;
  }

  async #loadAll(signal?: AbortSignal): Promise<void> {
    await this.#cluster.refreshAll(signal);
    this.#allKnownMs = this.#cluster.platform.clock.monotonicMs();
  }

  /** Partition count, and where the replicas are as far as racks go. */
  #fingerprint(name: string): string {
    const { metadata } = this.#cluster;
    const partitions = metadata.topic(name)?.partitions ?? [];
    const racks = partitions.map(({ replicas }) =>
      [...new Set(replicas.map((id) => metadata.brokers.get(id)?.rack ?? ''))].sort(),
    );
    const hasRacks = racks.some((of) => of.some((rack) => rack !== ''));
    return hasRacks ? JSON.stringify(racks) : String(partitions.length);
  }
}
