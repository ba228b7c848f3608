/** What happens in the group, as KafkaJS's consumer tells and logs it. */
import type { GroupEvent } from '../consumer/group/group-event.ts';
import type { IMemberAssignment } from './consumer-types.ts';
import type { ConsumerEvents, Emitter } from './events.ts';
import type { Logger } from './logger.ts';

export interface GroupEventSink {
  readonly groupId: string;
  readonly emitter: Emitter<ConsumerEvents>;
  readonly logger: Logger;
  /** Empty outside of the group. */
  readonly memberId: () => string;
}

export function tellGroupEvent(event: GroupEvent, sink: GroupEventSink): void {
  const { emitter, logger, groupId } = sink;
  switch (event.type) {
    case 'joined': {
      const payload = joinPayload(event);
      emitter.emit('consumer.group_join', payload);
      logger.info('Consumer has joined the group', payload);
      return;
    }
    case 'heartbeat': {
      const { memberId, generationId } = event;
      const payload = { groupId, memberId, groupGenerationId: generationId };
      emitter.emit('consumer.heartbeat', payload);
      return;
    }
    case 'rebalancing': {
      const memberId = sink.memberId();
      if (memberId === '') return;
      logger.warn('The group is rebalancing, re-joining', { groupId, memberId });
      emitter.emit('consumer.rebalancing', { groupId, memberId });
      return;
    }
    case 'unsubscribed-topics': {
      const { memberId, generationId, assignedTopics, subscribedTopics } = event;
      const payload = {
        groupId,
        generationId,
        memberId,
        assignedTopics,
        topicsSubscribed: subscribedTopics,
        topicsNotSubscribed: assignedTopics.filter((topic) => !subscribedTopics.includes(topic)),
      };
      logger.warn('Consumer group received unsubscribed topics', payload);
      emitter.emit('consumer.received_unsubscribed_topics', payload);
      return;
    }
    case 'left':
    case 'revoked':
    case 'committed':
    case 'commit-failed':
      logger.debug(`Group ${groupId}: ${event.type}`);
  }
}

function joinPayload(event: Extract<GroupEvent, { type: 'joined' }>): {
  readonly memberAssignment: IMemberAssignment;
} {
  const memberAssignment: IMemberAssignment = {};
  for (const { topic, partition } of event.partitions) {
    if (Object.hasOwn(memberAssignment, topic)) memberAssignment[topic]?.push(partition);
    else memberAssignment[topic] = [partition];
  }
  for (const partitions of Object.values(memberAssignment)) partitions.sort((a, b) => a - b);
  const { groupId, memberId, leaderId, isLeader, protocolName, durationMs } = event;
  const duration = Math.round(durationMs);
  const payload = { groupId, memberId, leaderId, isLeader, groupProtocol: protocolName, duration };
  return { ...payload, memberAssignment };
}
