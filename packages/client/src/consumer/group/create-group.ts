/** A membership by the protocol that the consumer is set to. */
import { ClassicGroup } from './classic-group.ts';
import type { GroupHost, GroupMember } from './group-member.ts';

export function createGroup(host: GroupHost): GroupMember {
  return new ClassicGroup(host);
}
