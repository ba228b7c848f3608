/** Between a classic group in memory and its metadata record. */
import type { GroupMetadataValue } from '@zurau/protocol';
import { ClassicGroup } from './classic-group.ts';
import type { GroupMetadataRecord } from './group-records.ts';
import { Member, NOTHING } from './member.ts';

/** The group as it is, with these assignments by member id. A group with members must have selected its protocol. */
export function groupSnapshotRecord(
  group: ClassicGroup,
  assignments: ReadonlyMap<string, Buffer>,
): GroupMetadataRecord {
  return {
    kind: 'group',
    group: group.id,
    value: {
      protocolType: group.protocolType ?? '',
      generation: group.generationId,
      protocol: group.protocolName,
      leader: group.leaderId,
      currentStateTimestamp: group.stateSinceMs ?? -1,
      members: [...group.members].map((member) => ({
        memberId: member.id,
        groupInstanceId: member.instanceId,
        clientId: member.clientId,
        clientHost: member.clientHost,
        rebalanceTimeout: member.terms.rebalanceTimeoutMs,
        sessionTimeout: member.terms.sessionTimeoutMs,
        subscription: member.metadata(selectedProtocol(group)),
        assignment: assignments.get(member.id) ?? NOTHING,
      })),
    },
  };
}

/** The group that a metadata record describes. Copies what it keeps: the record's buffers may be views on a large read. */
export function groupFromSnapshot(id: string, value: GroupMetadataValue): ClassicGroup {
  return ClassicGroup.load(id, {
    generationId: value.generation,
    protocolType: value.protocolType === '' ? null : value.protocolType,
    protocolName: value.protocol,
    leaderId: value.leader,
    stateSinceMs: value.currentStateTimestamp === -1 ? undefined : value.currentStateTimestamp,
    members: value.members.map((stored) => {
      const member = new Member(
        {
          id: stored.memberId,
          instanceId: stored.groupInstanceId,
          clientId: stored.clientId,
          clientHost: stored.clientHost,
        },
        {
          // Version 0 of the record knew one timeout only.
          rebalanceTimeoutMs:
            stored.rebalanceTimeout === -1 ? stored.sessionTimeout : stored.rebalanceTimeout,
          sessionTimeoutMs: stored.sessionTimeout,
          protocols: [{ name: value.protocol ?? '', metadata: Buffer.from(stored.subscription) }],
        },
      );
      member.assignment = Buffer.from(stored.assignment);
      return member;
    }),
  });
}

function selectedProtocol(group: ClassicGroup): string {
  if (group.protocolName === null) throw new Error(`group ${group.id} has selected no protocol`);
  return group.protocolName;
}
