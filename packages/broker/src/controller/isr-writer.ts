/**
 * AlterPartition (KIP-497) as the controller carries it out: writes in-sync sets that leaders have decided on, those that the rules allow.
 *
 * Owns: which partition is meant, and the answer. The rules are in `isr-alteration.ts`.
 */
import { ErrorCode, ZERO_UUID } from '@zurau/protocol';
import type { ClusterState, PartitionEntry } from './cluster-state.ts';
import {
  judgeAlteration,
  type AlterationOutcome,
  type AlteredState,
  type IsrAlteration,
} from './isr-alteration.ts';
import type { LeadershipChanges } from './leadership.ts';

export class IsrWriter {
  readonly #state: ClusterState;
  readonly #leadership: LeadershipChanges;

  constructor(dependencies: {
    readonly state: ClusterState;
    readonly leadership: LeadershipChanges;
  }) {
    this.#state = dependencies.state;
    this.#leadership = dependencies.leadership;
  }

  /** Outcomes in the order of the alterations, and the partitions that exist, changed or not. */
  async write(
    brokerId: number,
    alterations: readonly IsrAlteration[],
  ): Promise<{ outcomes: AlterationOutcome[]; touched: PartitionEntry[] }> {
    const namesById = this.#state.topicNamesById();
    const touched: PartitionEntry[] = [];
    const outcomes = await Promise.all(
      alterations.map(async (wanted) => {
        const { topicId, partition } = wanted;
        const topic = wanted.topic ?? (topicId === ZERO_UUID ? undefined : namesById.get(topicId));
        const place = { topic: topic ?? '', topicId, partition };
        if (topic === undefined) return { ...place, result: ErrorCode.UNKNOWN_TOPIC_ID };
        const entry = this.#state.partition(topic, partition);
        if (entry?.leadership === undefined) {
          return { ...place, result: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION };
        }
        touched.push(entry);
        return { ...place, result: await this.#alter(brokerId, entry, wanted) };
      }),
    );
    return { outcomes, touched };
  }

  async #alter(
    brokerId: number,
    entry: PartitionEntry,
    wanted: IsrAlteration,
  ): Promise<AlteredState | number> {
    const isEligible = (id: number): boolean =>
      entry.replicas.includes(id) && this.#state.isAlive(id);
    const verdict = judgeAlteration(entry.leadership!, wanted, brokerId, isEligible);
    if (typeof verdict === 'number' && verdict !== ErrorCode.NONE) return verdict;
    if (verdict === ErrorCode.NONE) {
      const { isr, isRecovering } = wanted;
      const written = await this.#leadership.alterIsr(entry, isr, isRecovering);
      if (!written) return ErrorCode.INVALID_UPDATE_VERSION;
    }
    const { leaderEpoch, partitionEpoch, isr, recovering } = entry.leadership!;
    return { leaderEpoch, partitionEpoch, isr, isRecovering: recovering };
  }
}
