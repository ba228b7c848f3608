/** KafkaJS's admin client: groups, and what they have committed. */
import { PartialFailure } from '../admin/results.ts';
import { type AdminAccess, ask, protocolError } from './admin-calls.ts';
import { checkGroupId, checkTopicName, refuse } from './admin-checks.ts';
import { offsetsOf, partitionsOf } from './admin-topics.ts';
import type { Admin, FetchOffsetsPartition, SeekEntry } from './admin-types.ts';
import { KafkaJSDeleteGroupsError } from './errors.ts';
import { describeGroups } from './group-descriptions.ts';

type GroupMethods = Pick<
  Admin,
  'fetchOffsets' | 'setOffsets' | 'resetOffsets' | 'listGroups' | 'describeGroups' | 'deleteGroups'
>;

/** What KafkaJS has for an offset that is not one: nothing is committed, or the end; the beginning. */
const NO_OFFSET = -1;
const EARLIEST_OFFSET = -2;

export function groupMethods(access: AdminAccess): GroupMethods {
  const setOffsets: Admin['setOffsets'] = async ({ groupId, topic, partitions }) => {
    checkGroupId(groupId);
    checkTopicName(topic);
    if (!Array.isArray(partitions) || partitions.length === 0) refuse('Invalid partitions');
    const groups = await ask(access, (engine, options) =>
      describeGroups(engine, [groupId], options),
    );
    const state = groups[0]?.state ?? 'Dead';
    if (state !== 'Empty' && state !== 'Dead') {
      refuse(`The consumer group must have no running instances, current state: ${state}`);
    }
    const wanted = (partitions as readonly SeekEntry[]).map(({ partition, offset }) => ({
      topic,
      partition: Number(partition),
      offset: Number(offset),
    }));
    await ask(access, (engine, options) => engine.setGroupOffsets(groupId, wanted, options));
  };

  return {
    setOffsets,

    fetchOffsets: async ({ groupId, topics, resolveOffsets = false }) => {
      checkGroupId(groupId);
      if (topics !== undefined && !Array.isArray(topics)) refuse('Expected topics array to be set');
      const offsets = await committedOf(access, groupId, topics ?? []);
      if (!resolveOffsets) return offsets;
      for (const { topic, partitions } of offsets) {
        await resolve(access, topic, partitions);
        await setOffsets({ groupId, topic, partitions });
      }
      return offsets;
    },

    resetOffsets: async ({ groupId, topic, earliest }) => {
      checkGroupId(groupId);
      checkTopicName(topic);
      const offset = String(earliest ? EARLIEST_OFFSET : NO_OFFSET);
      const partitions = await partitionsOf(access, topic);
      await setOffsets({
        ...{ groupId, topic },
        partitions: partitions.map((partition) => ({ partition, offset })),
      });
    },

    listGroups: async () => {
      const groups = await ask(access, (engine, options) => engine.listGroups(options));
      return { groups: groups.map(({ groupId, protocolType }) => ({ groupId, protocolType })) };
    },

    describeGroups: async (groupIds) => ({
      groups: await ask(access, (engine, options) => describeGroups(engine, groupIds, options)),
    }),

    deleteGroups: async (groupIds) => {
      if (!Array.isArray(groupIds)) refuse(`Invalid groupIds array ${String(groupIds)}`);
      const invalid = groupIds.some((groupId) => typeof groupId !== 'string');
      if (invalid) refuse(`Invalid groupId name: ${JSON.stringify(invalid)}`);
      await ask(access, async (engine, options) => {
        try {
          await engine.deleteGroups(groupIds, options);
        } catch (error) {
          if (!(error instanceof PartialFailure)) throw error;
          const failed = Array.from(error.failures, ([groupId, failure]) => ({
            groupId,
            errorCode: failure.errorCode ?? -1,
            error: protocolError(failure),
          }));
          throw new KafkaJSDeleteGroupsError('Error in DeleteGroups', failed);
        }
      });
      return groupIds.map((groupId) => ({ groupId, errorCode: 0 }));
    },
  };
}

/** Of these topics with all their partitions; of whatever the group has committed, without. */
async function committedOf(
  access: AdminAccess,
  groupId: string,
  topics: readonly string[],
): Promise<{ topic: string; partitions: FetchOffsetsPartition[] }[]> {
  const committed = await ask(access, (engine, options) =>
    engine.fetchGroupOffsets(groupId, { ...options, all: true }),
  );
  const names = topics.length > 0 ? topics : new Set(committed.map(({ topic }) => topic));
  return await Promise.all(
    Array.from(names, async (topic) => {
      const known = new Map(
        committed.filter((one) => one.topic === topic).map((one) => [one.partition, one]),
      );
      const partitions = topics.length > 0 ? await partitionsOf(access, topic) : [...known.keys()];
      return {
        topic,
        partitions: partitions.map((partition) => ({
          partition,
          offset: String(known.get(partition)?.offset ?? NO_OFFSET),
          metadata: known.get(partition)?.metadata || null,
        })),
      };
    }),
  );
}

/** Puts offsets in the place of what stands for the ends of the log. */
async function resolve(
  access: AdminAccess,
  topic: string,
  partitions: FetchOffsetsPartition[],
): Promise<void> {
  const [low, high] = await Promise.all([
    offsetsOf(access, topic, 'beginning'),
    offsetsOf(access, topic, 'end'),
  ]);
  for (const entry of partitions) {
    const ends = Number(entry.offset) === EARLIEST_OFFSET ? low : high;
    if (Number(entry.offset) < 0) entry.offset = String(ends.get(entry.partition) ?? 0);
  }
}
