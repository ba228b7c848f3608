/**
 * Elections that nobody's failure asks for: an operator wants other leaders, or leadership has become unevenly spread.
 *
 * Owns: for which partitions one is held, and what is said about the others. Who is elected is decided in `elections.ts`.
 */
import { ErrorCode } from '@zurau/protocol';
import { NO_LEADER } from '../metadata/metadata-cache.ts';
import type { TopicPartition } from '../metadata/znodes/controller.ts';
import { placeOf, type ClusterState, type PartitionEntry } from './cluster-state.ts';
import type { LeadershipChanges } from './leadership.ts';

export type ElectionKind = 'preferred' | 'unclean';

export interface ElectionOutcome extends TopicPartition {
  readonly errorCode: number;
  /** Who leads now; -1 when there is no such partition or nobody does. */
  readonly leader: number;
}

export class LeaderElections {
  readonly #state: ClusterState;
  readonly #leadership: LeadershipChanges;

  constructor(dependencies: {
    readonly state: ClusterState;
    readonly leadership: LeadershipChanges;
  }) {
    this.#state = dependencies.state;
    this.#leadership = dependencies.leadership;
  }

  /** For the partitions asked for, or for all that need it (`undefined`). */
  async elect(
    kind: ElectionKind,
    partitions: readonly TopicPartition[] | undefined,
  ): Promise<ElectionOutcome[]> {
    const outcomes: ElectionOutcome[] = [];
    const entries: PartitionEntry[] = [];
    const asked = partitions ?? [...this.#state.livingPartitions()].map(placeOf);
    for (const { topic, partition } of asked) {
      const entry = this.#state.partition(topic, partition);
      if (entry === undefined || this.#state.deleting.has(topic)) {
        const errorCode = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
        outcomes.push({ topic, partition, errorCode, leader: NO_LEADER });
      } else if (this.#isNeeded(kind, entry)) {
        entries.push(entry);
      } else if (partitions !== undefined) {
        outcomes.push(outcomeOf(entry, ErrorCode.ELECTION_NOT_NEEDED));
      }
    }
    const changes =
      kind === 'preferred'
        ? await this.#leadership.preferFirst(entries)
        : await this.#leadership.electUnclean(entries);
    const failure =
      kind === 'preferred'
        ? ErrorCode.PREFERRED_LEADER_NOT_AVAILABLE
        : ErrorCode.ELIGIBLE_LEADERS_NOT_AVAILABLE;
    for (const { entry, changed } of changes) {
      outcomes.push(outcomeOf(entry, changed ? ErrorCode.NONE : failure));
    }
    return outcomes;
  }

  /** Where more than so many percent of partitions are led by another broker than they should be, the preferred ones take over. */
  async rebalance(imbalancePercentageMax: number): Promise<void> {
    const byPreferred = new Map<number, PartitionEntry[]>();
    for (const entry of this.#state.livingPartitions()) {
      const preferred = entry.replicas[0] ?? NO_LEADER;
      byPreferred.set(preferred, [...(byPreferred.get(preferred) ?? []), entry]);
    }
    for (const [preferred, entries] of byPreferred) {
      const elsewhere = entries.filter(
        ({ leadership }) => leadership !== undefined && leadership.leader !== preferred,
      );
      if ((100 * elsewhere.length) / entries.length <= imbalancePercentageMax) continue;
      await this.#leadership.preferFirst(
        elsewhere.filter((entry) => this.#state.isOnline(preferred, entry)),
      );
    }
  }

  #isNeeded(kind: ElectionKind, entry: PartitionEntry): boolean {
    return kind === 'preferred'
      ? entry.leadership?.leader !== entry.replicas[0]
      : !this.#state.hasOnlineLeader(entry);
  }
}

function outcomeOf(entry: PartitionEntry, errorCode: number): ElectionOutcome {
  return { ...placeOf(entry), errorCode, leader: entry.leadership?.leader ?? NO_LEADER };
}
