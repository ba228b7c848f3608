/** KafkaJS's assigner, and those of applications as the engine's: bytes on one side, partitions on the other. */
import type {
  AssignableTopics,
  GroupAssignment,
  PartitionAssignor,
  SubscribedMember,
} from '../consumer/assignors/assignor.ts';
import type { TopicPartition } from '../topic-partition.ts';
import { AssignerProtocol } from './assigner-protocol.ts';
import type { Assigner, Assignment, PartitionAssigner } from './assigner-types.ts';

const { MemberMetadata, MemberAssignment } = AssignerProtocol;

/**
 * All partitions of all topics in turn to the members in order of their ids, to those that subscribed to the topic. KafkaJS's assigner under its name,
 * so that both can be in one group; where all members subscribe alike it gives the same.
 */
const roundRobin: PartitionAssigner = ({ cluster }) => ({
  name: 'RoundRobinAssigner',
  version: 0,
  async assign({ members, topics }) {
    const subscriptions = members
      .map(({ memberId, memberMetadata }) => ({
        memberId,
        topics: subscribedTopics(memberMetadata) ?? new Set(topics),
        // A topic may have the name of something that every object has.
        assignment: Object.create(null) as Assignment,
      }))
      .sort((a, b) => (a.memberId < b.memberId ? -1 : 1));
    let turn = 0;
    for (const topic of topics) {
      const takers = subscriptions.filter((member) => member.topics.has(topic));
      if (takers.length === 0) continue;
      for (const { partitionId } of cluster.findTopicPartitionMetadata(topic)) {
        const { assignment } = takers[turn % takers.length] as (typeof takers)[number];
        (assignment[topic] ??= []).push(partitionId);
        turn += 1;
      }
    }
    const version = 0;
    return subscriptions.map(({ memberId, assignment }) => ({
      memberId,
      memberAssignment: MemberAssignment.encode({ version, assignment, userData: NO_BYTES }),
    }));
  },
  protocol({ topics }) {
    const metadata = MemberMetadata.encode({ version: 0, topics, userData: NO_BYTES });
    return { name: 'RoundRobinAssigner', metadata };
  },
});

const NO_BYTES: Buffer = Buffer.alloc(0);

/** Undefined where a caller of its own says nothing of it. */
function subscribedTopics(metadata: Buffer | undefined): Set<string> | undefined {
  const topics = metadata === undefined ? undefined : MemberMetadata.decode(metadata)?.topics;
  return topics === undefined ? undefined : new Set(topics);
}

export const PartitionAssigners: { roundRobin: PartitionAssigner } = { roundRobin };

/** `beforeAssign` makes the topics known that the assigner may ask the cluster about. */
export function engineAssignor(
  assigner: Assigner,
  subscribedTopics: () => readonly string[],
  beforeAssign: (topics: readonly string[]) => Promise<void>,
): PartitionAssignor {
  const metadataFor = (topics: readonly string[]): ReturnType<typeof MemberMetadata.decode> =>
    MemberMetadata.decode(assigner.protocol({ topics: [...topics] }).metadata);
  return {
    name: assigner.name,
    givesUnsubscribed: true,
    userData: (topics) => metadataFor(topics)?.userData ?? null,
    async assign(
      members: readonly SubscribedMember[],
      topics: AssignableTopics,
    ): Promise<GroupAssignment> {
      // KafkaJS's leaders know their own topics; here those of the others as well, so that none goes unread.
      const own = subscribedTopics();
      const others = [...topics.keys()].filter((topic) => !own.includes(topic));
      const all = [...own, ...others].filter((topic) => topics.has(topic));
      await beforeAssign(all);
      const assignment = await assigner.assign({
        topics: all,
        members: members.map(({ memberId, topics: ofMember, userData }) => ({
          memberId,
          memberMetadata: MemberMetadata.encode({
            version: assigner.version,
            topics: [...ofMember],
            userData: userData ?? NO_BYTES,
          }),
        })),
      });
      return new Map(
        assignment.map(({ memberId, memberAssignment }) => [
          memberId,
          partitionsOf(MemberAssignment.decode(memberAssignment)?.assignment ?? {}),
        ]),
      );
    },
  };
}

function partitionsOf(assignment: Assignment): TopicPartition[] {
  return Object.entries(assignment).flatMap(([topic, partitions]) =>
    partitions.map((partition) => ({ topic, partition })),
  );
}
