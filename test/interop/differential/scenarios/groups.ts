/** Classic groups: joining, syncing, staying, leaving; and what is listed and described meanwhile. */
import {
  consumerProtocolSubscription,
  deleteGroupsApi,
  describeGroupsApi,
  encodeVersioned,
  heartbeatApi,
  joinGroupApi,
  leaveGroupApi,
  listGroupsApi,
  offsetCommitApi,
  syncGroupApi,
} from '@zurau/protocol';
import type { JoinGroupRequestInput, JoinGroupResponse } from '@zurau/protocol';
import type { Driver, SendOptions } from '../driver.ts';
import { scenario } from '../scenario.ts';
import type { Scenario } from '../scenario.ts';

/** A real subscription: Kafka never answers a consumer that joins with something else. */
const SUBSCRIPTION = encodeVersioned(
  consumerProtocolSubscription,
  { topics: ['subscribed'], userData: Buffer.from('user data'), ownedPartitions: [] },
  1,
);
const PROTOCOLS = [
  { name: 'range', metadata: SUBSCRIPTION },
  { name: 'sticky', metadata: SUBSCRIPTION },
];
const NOBODY = 'nobody-00000000-0000-0000-0000-000000000000';

interface Member {
  readonly memberId: string;
  readonly generationId: number;
}

function joinRequest(
  groupId: string,
  more: Partial<JoinGroupRequestInput> = {},
): JoinGroupRequestInput {
  return {
    groupId,
    sessionTimeoutMs: 30_000,
    rebalanceTimeoutMs: 10_000,
    memberId: '',
    protocolType: 'consumer',
    protocols: PROTOCOLS,
    ...more,
  };
}

/** Joins as clients do: once more with the member id that the first answer brings (KIP-394). */
async function join(
  broker: Driver,
  step: string,
  groupId: string,
  more: Partial<JoinGroupRequestInput> = {},
  options: SendOptions = {},
): Promise<JoinGroupResponse> {
  const first = await broker.send(step, joinGroupApi, joinRequest(groupId, more), options);
  if (first?.errorCode !== 79) return first!;
  const again = joinRequest(groupId, { ...more, memberId: first.memberId });
  return (await broker.send(`${step}, with its id`, joinGroupApi, again, options))!;
}

/** A group with one stable member. */
async function stable(
  broker: Driver,
  groupId: string,
  more: Partial<JoinGroupRequestInput> = {},
): Promise<Member> {
  await broker.coordinator(groupId);
  const { memberId, generationId } = await join(broker, 'join', groupId, more);
  await broker.quietly(syncGroupApi, {
    groupId,
    generationId,
    memberId,
    ...('groupInstanceId' in more ? { groupInstanceId: more.groupInstanceId ?? null } : {}),
    assignments: [{ memberId, assignment: Buffer.from('mine') }],
  });
  return { memberId, generationId };
}

const describing = (
  broker: Driver,
  step: string,
  groups: readonly string[],
  more = {},
): Promise<unknown> => broker.send(step, describeGroupsApi, { groups, ...more });

export const groupScenarios: readonly Scenario[] = [
  scenario('join', joinGroupApi, async (broker) => {
    const groupId = broker.name('joined');
    await broker.coordinator(groupId);
    const { memberId } = await join(broker, 'first', groupId);
    await join(broker, 'again', groupId, { memberId });
    await join(broker, 'unknown member', groupId, { memberId: NOBODY });
    await join(broker, 'unknown member of an unknown group', `${groupId}-z`, { memberId: NOBODY });
    await join(broker, 'session too short', groupId, { sessionTimeoutMs: 10 });
    await join(broker, 'session too long', groupId, { sessionTimeoutMs: 99_000_000 });
    await join(broker, 'no group', '', {});
    await join(broker, 'another type', groupId, { protocolType: 'connect' });
    await join(broker, 'no type', groupId, { protocolType: '' });
    await join(broker, 'no protocol in common', groupId, {
      protocols: [{ name: 'other', metadata: Buffer.alloc(0) }],
    });
    await join(broker, 'no protocols', groupId, { protocols: [] });
    await join(broker, 'no protocols, new group', `${groupId}-n`, { protocols: [] });
    await join(broker, 'no type, new group', `${groupId}-t`, { protocolType: '' });
    await join(broker, 'a reason', groupId, { memberId, reason: 'because' });
    await describing(broker, 'described', [groupId]);
  }),

  scenario('two members', joinGroupApi, async (broker) => {
    const groupId = broker.name('two');
    const first = await stable(broker, groupId);
    const second = join(broker, 'second', groupId, {}, { on: 'second' });
    await broker.until(async () => {
      const { errorCode } = await broker.quietly(heartbeatApi, { groupId, ...first });
      return errorCode === 27;
    });
    await broker.send('heartbeat while it rebalances', heartbeatApi, { groupId, ...first });
    await describing(broker, 'while it rebalances', [groupId]);
    const [again, joined] = await Promise.all([
      join(broker, 'first again', groupId, { memberId: first.memberId }),
      second,
    ]);
    await broker.send('old generation', heartbeatApi, { groupId, ...first });
    const syncing = broker.send(
      'second syncs',
      syncGroupApi,
      {
        groupId,
        generationId: joined.generationId,
        memberId: joined.memberId,
        assignments: [],
      },
      { on: 'second' },
    );
    await broker.send('leader syncs', syncGroupApi, {
      groupId,
      generationId: again.generationId,
      memberId: again.memberId,
      assignments: [again, joined].map(({ memberId }, index) => ({
        memberId,
        assignment: Buffer.from(`part ${index}`),
      })),
    });
    await syncing;
    await describing(broker, 'stable', [groupId]);
    await broker.send('second leaves', leaveGroupApi, {
      groupId,
      members: [{ memberId: joined.memberId }],
    });
    await describing(broker, 'one is left', [groupId]);
  }),

  scenario(
    'static member',
    joinGroupApi,
    async (broker) => {
      const groupId = broker.name('static');
      await broker.coordinator(groupId);
      // The empty instance makes the others rejoin, which they never do.
      const instance = { groupInstanceId: 'i1', rebalanceTimeoutMs: 200 };
      const first = await stable(broker, groupId, instance);
      await join(broker, 'comes back', groupId, instance);
      await join(broker, 'with the old id', groupId, { ...instance, memberId: first.memberId });
      await join(broker, 'with an unknown id', groupId, { ...instance, memberId: NOBODY });
      await broker.send('heartbeat of the old one', heartbeatApi, {
        groupId,
        ...first,
        ...instance,
      });
      await broker.send('heartbeat, unknown instance', heartbeatApi, {
        groupId,
        ...first,
        groupInstanceId: 'i9',
      });
      await describing(broker, 'described', [groupId]);
      await join(broker, 'empty instance', groupId, {
        groupInstanceId: '',
        rebalanceTimeoutMs: 200,
      });
      await broker.send('removed by instance', leaveGroupApi, {
        groupId,
        members: [
          { memberId: '', groupInstanceId: 'i1' },
          { memberId: '', groupInstanceId: 'i9' },
        ],
      });
      await describing(broker, 'empty', [groupId]);
    },
    { fromVersion: 5 },
  ),

  scenario(
    'the group is full',
    joinGroupApi,
    async (broker) => {
      const groupId = broker.name('full');
      await broker.coordinator(groupId);
      // Two may join; the third is refused at once or when the rebalance ends.
      const { memberId } = await join(broker, 'first', groupId);
      const second = join(broker, 'second', groupId, {}, { on: 'second' });
      await broker.until(
        async () =>
          (await broker.quietly(heartbeatApi, { groupId, memberId, generationId: 1 })).errorCode ===
          27,
      );
      await Promise.all([second, join(broker, 'first again', groupId, { memberId })]);
      const third = await broker.quietly(joinGroupApi, joinRequest(groupId), {
        version: broker.version,
        on: 'third',
      });
      broker.note('third', third.errorCode);
    },
    { profile: 'strict', fromVersion: 4 },
  ),

  scenario('sync', syncGroupApi, async (broker) => {
    const groupId = broker.name('synced');
    await broker.coordinator(groupId);
    const { memberId, generationId } = await join(broker, 'join', groupId);
    const sync = (step: string, more = {}): Promise<unknown> =>
      broker.send(step, syncGroupApi, {
        groupId,
        generationId,
        memberId,
        assignments: [],
        ...(broker.version < 5 ? {} : { protocolType: 'consumer', protocolName: 'range' }),
        ...more,
      });
    await sync('wrong generation', { generationId: 77 });
    await sync('unknown member', { memberId: NOBODY });
    await sync('no member', { memberId: '' });
    await sync('unknown group', { groupId: `${groupId}-z` });
    await sync('no group', { groupId: '' });
    await sync('wrong protocol', { protocolName: 'sticky' });
    await sync('wrong type', { protocolType: 'connect' });
    await sync('no protocol', { protocolName: null, protocolType: null });
    await sync('unknown instance', { groupInstanceId: 'i9' });
    await sync('good', {
      assignments: [
        { memberId, assignment: Buffer.from('mine') },
        { memberId: NOBODY, assignment: Buffer.from('x') },
      ],
    });
    await sync('again', { assignments: [{ memberId, assignment: Buffer.from('other') }] });
  }),

  scenario('heartbeat', heartbeatApi, async (broker) => {
    const groupId = broker.name('beating');
    const { memberId, generationId } = await stable(broker, groupId);
    const beat = (step: string, more = {}): Promise<unknown> =>
      broker.send(step, heartbeatApi, { groupId, generationId, memberId, ...more });
    await beat('good');
    await beat('wrong generation', { generationId: 9 });
    await beat('negative generation', { generationId: -1 });
    await beat('unknown member', { memberId: NOBODY });
    await beat('no member', { memberId: '' });
    await beat('unknown group', { groupId: `${groupId}-z` });
    await beat('no group', { groupId: '' });
    await beat('instance', { groupInstanceId: 'i1' });
    await broker.quietly(leaveGroupApi, { groupId, members: [{ memberId }] });
    await beat('after leaving');
  }),

  scenario('leave', leaveGroupApi, async (broker) => {
    const groupId = broker.name('left');
    const { memberId } = await stable(broker, groupId);
    const leave = (step: string, id: string, group = groupId): Promise<unknown> =>
      broker.send(
        step,
        leaveGroupApi,
        broker.version < 3
          ? { groupId: group, memberId: id }
          : { groupId: group, members: [{ memberId: id }] },
      );
    await leave('unknown member', NOBODY);
    await leave('no member', '');
    await leave('unknown group', NOBODY, `${groupId}-z`);
    await leave('no group', memberId, '');
    await leave('good', memberId);
    await leave('again', memberId);
    await broker.send('several', leaveGroupApi, {
      groupId,
      members: [{ memberId: NOBODY }, { memberId, reason: 'why not' }],
    });
    await broker.send('nobody', leaveGroupApi, { groupId, members: [] });
    await describing(broker, 'described', [groupId]);
  }),

  scenario('describe', describeGroupsApi, async (broker) => {
    const groupId = broker.name('described');
    await stable(broker, groupId);
    await describing(broker, 'stable', [groupId]);
    await describing(broker, 'unknown', [`${groupId}-z`]);
    await describing(broker, 'both, and no name', [groupId, `${groupId}-z`, '']);
    await describing(broker, 'twice', [groupId, groupId]);
    await describing(broker, 'nothing', []);
    await describing(broker, 'operations', [groupId, `${groupId}-z`], {
      includeAuthorizedOperations: true,
    });
  }),

  scenario('list', listGroupsApi, async (broker) => {
    const groupId = broker.name('listed');
    const { memberId } = await stable(broker, groupId);
    const empty = `${groupId}-e`;
    await broker.quietly(offsetCommitApi, {
      groupId: empty,
      topics: [
        {
          name: '__consumer_offsets',
          partitions: [{ partitionIndex: 0, committedOffset: 1, committedMetadata: '' }],
        },
      ],
    });
    const list = async (step: string, more = {}): Promise<void> => {
      try {
        const answer = await broker.quietly(listGroupsApi, more, { version: broker.version });
        broker.noteAnswer(step, {
          ...answer,
          groups: answer.groups.filter((each) => each.groupId.startsWith(groupId)),
        });
      } catch {
        broker.note(step, 'cannot be asked in this version');
      }
    };
    await list('all');
    for (const states of [
      ['Stable'],
      ['Empty'],
      ['Stable', 'Empty'],
      ['stable'],
      ['Dead'],
      ['nonsense'],
      ['PreparingRebalance'],
      [''],
    ]) {
      await list(`states ${states.join()}`, { statesFilter: states });
    }
    for (const types of [
      ['classic'],
      ['consumer'],
      ['Classic'],
      ['nonsense'],
      ['classic', 'consumer'],
      [''],
    ]) {
      await list(`types ${types.join()}`, { typesFilter: types });
    }
    await list('both', { statesFilter: ['Empty'], typesFilter: ['classic'] });
    await broker.quietly(leaveGroupApi, { groupId, members: [{ memberId }] });
    await list('after it left');
  }),

  scenario('delete', deleteGroupsApi, async (broker) => {
    const groupId = broker.name('deleted');
    const { memberId } = await stable(broker, groupId);
    const remove = (step: string, groupsNames: readonly string[]): Promise<unknown> =>
      broker.send(step, deleteGroupsApi, { groupsNames });
    await remove('not empty', [groupId]);
    await remove('unknown', [`${groupId}-z`]);
    await remove('no name', ['']);
    await remove('several', [groupId, `${groupId}-z`]);
    await remove('nothing', []);
    await broker.quietly(leaveGroupApi, { groupId, members: [{ memberId }] });
    await remove('empty', [groupId]);
    await remove('again', [groupId]);
    await remove('twice', [`${groupId}-y`, `${groupId}-y`]);
    await describing(broker, 'gone', [groupId]);
  }),
];

export { join, NOBODY, stable };
