/** A membership by the protocol that the consumer is set to. */
import { ClassicGroup } from './classic-group.ts';
import { ConsumerGroup } from './consumer-group.ts';
import type { GroupHost, GroupMember } from './group-member.ts';

export function createGroup(host: GroupHost): GroupMember {
  return host.config.groupProtocol === 'consumer'
    ? new ConsumerGroup(host)
    : new ClassicGroup(host);
}
