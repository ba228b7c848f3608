/** What happens in a group, for those who watch: logs, metrics, other APIs on top of this one. */
import type { TopicPartition } from '../../topic-partition.ts';

export type GroupEvent =
  /** A rebalance begins for this member; `reason` is what made it join again. */
  | { readonly type: 'rebalancing'; readonly groupId: string; readonly reason: string }
  | {
      readonly type: 'joined';
      readonly groupId: string;
      readonly memberId: string;
      readonly generationId: number;
      readonly isLeader: boolean;
      readonly leaderId: string;
      /** Name of the assignor; null where the coordinator assigns. */
      readonly protocolName: string | null;
      /** All that the member has now. */
      readonly partitions: readonly TopicPartition[];
      /** From the first request to join to here. */
      readonly durationMs: number;
    }
  | {
      readonly type: 'heartbeat';
      readonly groupId: string;
      readonly memberId: string;
      readonly generationId: number;
    }
  /** A leader gave topics that the member did not subscribe to; they are left unread. See `PartitionAssignor.givesUnsubscribed`. */
  | {
      readonly type: 'unsubscribed-topics';
      readonly groupId: string;
      readonly memberId: string;
      readonly generationId: number;
      readonly assignedTopics: readonly string[];
      readonly subscribedTopics: readonly string[];
    }
  /** The member took leave, or gave itself up because `maxPollIntervalMs` passed. */
  | { readonly type: 'left'; readonly groupId: string; readonly reason: string }
  /** Partitions were revoked (`lost` false) or lost. */
  | {
      readonly type: 'revoked';
      readonly groupId: string;
      readonly partitions: readonly TopicPartition[];
      readonly lost: boolean;
    }
  | {
      readonly type: 'committed';
      readonly groupId: string;
      readonly offsets: readonly (TopicPartition & { readonly offset: number })[];
    }
  /** A commit that nobody waits for did not succeed: an automatic one, or one of `commitAsync`. */
  | { readonly type: 'commit-failed'; readonly groupId: string; readonly error: Error };
