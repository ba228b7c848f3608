/** Committed offsets: stored, read back, refused, dropped. */
import { offsetCommitApi, offsetDeleteApi, offsetFetchApi } from '@zurau/protocol';
import type { OffsetCommitRequestInput } from '@zurau/protocol';
import type { Driver } from '../driver.ts';
import { scenario } from '../scenario.ts';
import type { Scenario } from '../scenario.ts';
import { NOBODY, stable } from './groups.ts';

/** First version of OffsetFetch that asks for several groups at once. */
const GROUPS_VERSION_MIN = 8;

type Partition = OffsetCommitRequestInput['topics'][number]['partitions'][number];
type Topics = readonly { name: string; partitionIndexes: number[] }[] | null;

const at = (committedOffset: number, more: Partial<Partition> = {}): Partition => ({
  partitionIndex: 0,
  committedOffset,
  committedMetadata: 'm',
  ...more,
});

/** Kafka leaves some questions unanswered: each is asked on a connection of its own, and not for long. */
const askedAlone = (step: string) => ({ timeoutMs: 1_500, on: step });

function read(
  broker: Driver,
  step: string,
  groupId: string,
  topics: Topics,
  requireStable?: boolean,
): Promise<unknown> {
  const isBatched = broker.versionOf(offsetFetchApi) >= GROUPS_VERSION_MIN;
  const body = {
    ...(isBatched ? { groups: [{ groupId, topics }] } : { groupId, topics }),
    ...(requireStable === undefined ? {} : { requireStable }),
  };
  return broker.send(step, offsetFetchApi, body, askedAlone(step));
}

export const offsetScenarios: readonly Scenario[] = [
  scenario('without members', offsetCommitApi, async (broker) => {
    const [groupId, topic] = [broker.name('simple'), broker.name('committed')];
    await broker.createTopic(topic, {}, 2);
    await broker.coordinator(groupId);
    const commit = (
      step: string,
      partitions: readonly Partition[],
      more: Partial<OffsetCommitRequestInput> & { name?: string } = {},
    ): Promise<unknown> => {
      const { name = topic, ...rest } = more;
      return broker.send(step, offsetCommitApi, {
        groupId,
        topics: [{ name, partitions }],
        ...rest,
      });
    };
    const all: Topics = [{ name: topic, partitionIndexes: [0, 1] }];
    await commit('one', [at(5)]);
    await read(broker, 'read', groupId, all);
    await commit('both', [
      at(6, { committedMetadata: null }),
      at(7, { partitionIndex: 1, committedMetadata: '' }),
    ]);
    await read(broker, 'read both', groupId, all);
    await commit('with an epoch', [at(8, { committedLeaderEpoch: 3 })]);
    await commit('backwards', [at(1, { committedLeaderEpoch: 1 })]);
    await commit('negative', [at(-1)]);
    await commit('very negative', [at(-9)]);
    await read(broker, 'read after that', groupId, all);
    await commit('unknown partition', [at(5, { partitionIndex: 9 })]);
    await commit('unknown topic', [at(5)], { name: `${topic}-z` });
    await commit('bad name', [at(5)], { name: 'a b' });
    await commit('twice', [at(5), at(9)]);
    await commit('nothing', [], {});
    await commit('no group', [at(5)], { groupId: '' });
    await commit('with a generation', [at(5)], { generationIdOrMemberEpoch: 3 });
    await commit('with a member', [at(5)], { memberId: NOBODY });
    await commit('with both', [at(5)], { generationIdOrMemberEpoch: 3, memberId: NOBODY });
    await commit('an unknown group with both', [at(5)], {
      groupId: `${groupId}-z`,
      generationIdOrMemberEpoch: 3,
      memberId: NOBODY,
    });
    await commit('an instance', [at(5)], { groupInstanceId: 'i1' });
    await commit('much metadata', [at(5, { committedMetadata: 'm'.repeat(5000) })]);
    await commit('just enough metadata', [at(5, { committedMetadata: 'm'.repeat(4096) })]);
    await commit('a bit more metadata', [at(5, { committedMetadata: 'm'.repeat(4097) })]);
    await commit('with a retention', [at(5)], { retentionTimeMs: 5_000_000 });
    await broker.send('no topics', offsetCommitApi, { groupId, topics: [] });
    await broker.send('known and unknown', offsetCommitApi, {
      groupId,
      topics: [
        { name: topic, partitions: [at(11), at(12, { partitionIndex: 9 })] },
        { name: `${topic}-z`, partitions: [at(13)] },
      ],
    });
    await read(broker, 'read in the end', groupId, null);
  }),

  scenario('of a member', offsetCommitApi, async (broker) => {
    const [groupId, topic] = [broker.name('member'), broker.name('of-member')];
    await broker.createTopic(topic);
    const { memberId, generationId } = await stable(broker, groupId);
    const commit = (step: string, more: Partial<OffsetCommitRequestInput> = {}): Promise<unknown> =>
      broker.send(step, offsetCommitApi, {
        groupId,
        memberId,
        generationIdOrMemberEpoch: generationId,
        topics: [{ name: topic, partitions: [at(5)] }],
        ...more,
      });
    await commit('good');
    await commit('old generation', { generationIdOrMemberEpoch: generationId - 1 });
    await commit('later generation', { generationIdOrMemberEpoch: generationId + 1 });
    await commit('unknown member', { memberId: NOBODY });
    await commit('no member', { memberId: '' });
    await commit('no member, no generation', { memberId: '', generationIdOrMemberEpoch: -1 });
    await commit('unknown instance', { groupInstanceId: 'i9' });
    await read(broker, 'read', groupId, null);
  }),

  scenario(
    'small metadata',
    offsetCommitApi,
    async (broker) => {
      const [groupId, topic] = [broker.name('small'), broker.name('small-t')];
      await broker.createTopic(topic, {}, 2);
      await broker.coordinator(groupId);
      await broker.send('one fits', offsetCommitApi, {
        groupId,
        topics: [
          {
            name: topic,
            partitions: [
              at(1, { committedMetadata: 'm'.repeat(10) }),
              at(1, { partitionIndex: 1, committedMetadata: 'm'.repeat(11) }),
            ],
          },
        ],
      });
      await broker.send('by bytes', offsetCommitApi, {
        groupId,
        topics: [{ name: topic, partitions: [at(2, { committedMetadata: 'ü'.repeat(6) })] }],
      });
    },
    { profile: 'strict' },
  ),

  scenario('read back', offsetFetchApi, async (broker) => {
    const [groupId, topic] = [broker.name('read'), broker.name('read-t')];
    await broker.createTopic(topic, {}, 3);
    await broker.coordinator(groupId);
    await broker.quietly(offsetCommitApi, {
      groupId,
      topics: [
        {
          name: topic,
          partitions: [
            at(4, { committedLeaderEpoch: 0 }),
            at(5, { partitionIndex: 2, committedMetadata: null }),
          ],
        },
      ],
    });
    await read(broker, 'some', groupId, [{ name: topic, partitionIndexes: [0, 1, 2, 9] }]);
    await read(broker, 'unknown topic', groupId, [{ name: `${topic}-z`, partitionIndexes: [0] }]);
    await read(broker, 'bad name', groupId, [{ name: 'a b', partitionIndexes: [0] }]);
    await read(broker, 'all', groupId, null);
    await read(broker, 'nothing', groupId, []);
    await read(broker, 'no partitions', groupId, [{ name: topic, partitionIndexes: [] }]);
    await read(broker, 'twice', groupId, [{ name: topic, partitionIndexes: [0, 0] }]);
    await read(broker, 'unknown group', `${groupId}-z`, [{ name: topic, partitionIndexes: [0] }]);
    await read(broker, 'unknown group, all', `${groupId}-z`, null);
    await read(broker, 'no group', '', [{ name: topic, partitionIndexes: [0] }]);
    await read(broker, 'stable only', groupId, null, true);
    if (broker.version < GROUPS_VERSION_MIN) return;
    await broker.send('several groups', offsetFetchApi, {
      groups: [
        { groupId, topics: [{ name: topic, partitionIndexes: [0, 1] }] },
        { groupId: `${groupId}-z`, topics: null },
        { groupId, topics: null },
      ],
    });
    await broker.send('no groups', offsetFetchApi, { groups: [] }, askedAlone('no groups'));
    const members = [
      { memberId: '' },
      { memberId: NOBODY, memberEpoch: 3 },
      { memberId: null, memberEpoch: 1 },
    ];
    for (const [index, member] of members.entries()) {
      await broker.send(
        `as a member ${index}`,
        offsetFetchApi,
        {
          groups: [{ groupId, topics: null, ...member }],
        },
        askedAlone(`member ${index}`),
      );
    }
  }),

  scenario('dropped', offsetDeleteApi, async (broker) => {
    const [groupId, topic] = [broker.name('dropped'), broker.name('dropped-t')];
    await broker.createTopic(topic, {}, 2);
    await broker.coordinator(groupId);
    const drop = (
      step: string,
      group: string,
      name: string,
      partitions: number[],
    ): Promise<unknown> =>
      broker.send(step, offsetDeleteApi, {
        groupId: group,
        topics: [{ name, partitions: partitions.map((partitionIndex) => ({ partitionIndex })) }],
      });
    await broker.quietly(offsetCommitApi, {
      groupId,
      topics: [{ name: topic, partitions: [at(4), at(5, { partitionIndex: 1 })] }],
    });
    await drop('one', groupId, topic, [0]);
    await drop('that is gone', groupId, topic, [0]);
    await drop('unknown partition', groupId, topic, [9]);
    await drop('unknown topic', groupId, `${topic}-z`, [0]);
    await drop('unknown group', `${groupId}-z`, topic, [0]);
    await drop('no group', '', topic, [0]);
    await drop('no partitions', groupId, topic, []);
    await read(broker, 'read', groupId, null);
    const ofMembers = broker.name('dropped-m');
    await stable(broker, ofMembers);
    await broker
      .quietly(offsetCommitApi, {
        groupId: ofMembers,
        topics: [{ name: topic, partitions: [at(4)] }],
      })
      .catch(() => undefined);
    await drop('of a group with members', ofMembers, topic, [0]);
    await broker.send('no topics', offsetDeleteApi, { groupId, topics: [] });
  }),
];
