/**
 * Plays the transcripts of this directory: lines that start with `> ` are what clients and operators do, what follows is what they
 * see. `ZURAU_REWRITE_SCENARIOS=1` writes the files anew; read the difference before you commit it.
 *
 * Time is virtual. Member ids are shown as `name#1`, `name#2` in the order in which they were given out. No line after a command means that
 * nobody was answered.
 */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { simulatedPlatform, type SimulatedHost } from '@zurau/platform';
import {
  ErrorCode,
  batchPositions,
  consumerProtocolAssignment,
  consumerProtocolSubscription,
  decodeRecords,
  decodeVersioned,
  encodeVersioned,
  errorName,
} from '@zurau/protocol';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import type { ConsumerTimeouts } from '../../../config/group-config.ts';
import { MemoryCoordinatorLog } from '../../runtime/memory-coordinator-log.ts';
import { defaultGroupCoordinatorConfig, type GroupCoordinatorConfig } from '../config.ts';
import type { KnownTopic } from '../consumer/topic-directory.ts';
import type { ConsumerRecord } from '../consumer/consumer-records.ts';
import { GroupCoordinator } from '../group-coordinator.ts';
import { groupRecordCodec } from '../group-records.ts';
import type { JoinAnswer } from '../member.ts';
import { ConsumerPlayer, shareText, type Subscription } from './consumer-player.ts';

const GROUP = 'orders';
const PARTITION = 0;
const inReadingOrder = new Intl.Collator('en', { numeric: true }).compare;

interface Client {
  memberId: string;
  generationId: number;
  instanceId: string | null;
  protocolName: string | null;
  heartbeats: boolean;
  lastHeartbeat: number;
}

class World {
  readonly #platform: SimulatedHost = simulatedPlatform(1);
  readonly #log = new MemoryCoordinatorLog();
  readonly #clients = new Map<string, Client>();
  readonly #labels = new Map<string, string>();
  readonly #counts = new Map<string, number>();
  readonly #output: string[] = [];
  #config: GroupCoordinatorConfig = defaultGroupCoordinatorConfig;
  /** Of the group's own. */
  #timeouts: Partial<ConsumerTimeouts> = {};
  #coordinator: GroupCoordinator | undefined;
  #epoch = 0;
  #shownBatches = 0;
  readonly #players = new Map<string, ConsumerPlayer>();
  readonly #topics = new Map<string, KnownTopic>();
  readonly #directory = {
    byName: (name: string) => this.#topics.get(name),
    byId: (id: string) => [...this.#topics.values()].find((topic) => topic.id === id),
    names: () => [...this.#topics.keys()],
  };

  async play(command: string): Promise<string[]> {
    const [verb = '', ...words] = command.split(' ');
    await this.#do(verb, words);
    await this.#settle();
    return this.#output.splice(0).toSorted(inReadingOrder);
  }

  async close(): Promise<void> {
    await this.#coordinator?.close();
  }

  async #do(verb: string, words: string[]): Promise<void> {
    const name = words[0] ?? '';
    const { options, rest } = parse(words.slice(1));
    switch (verb) {
      case 'config':
        this.#config = { ...this.#config, ...mapValues(parse(words).options, milliseconds) };
        return;
      case 'group-timeouts':
        this.#timeouts = mapValues(parse(words).options, milliseconds);
        return;
      case 'migration':
        this.#config = {
          ...this.#config,
          migrationPolicy: {
            upgrade: words.includes('upgrade'),
            downgrade: words.includes('downgrade'),
          },
        };
        return;
      case 'topic':
        return await this.#setTopic(name, Number(rest[0] ?? 0));
      case 'subscribe':
        return await this.#subscribe(name, options);
      case 'beat':
        return await this.#beat(name, options);
      case 'hold':
      case 'let-go':
        this.#player(name).holdsOn = verb === 'hold';
        return;
      case 'unsubscribe':
      case 'away':
        this.#player(name).heartbeats = false;
        this.#say(name, await this.#player(name).leave(await this.#groups(), verb === 'away'));
        return;
      case 'groups':
        for (const { state, type } of (await this.#groups()).list().groups) {
          this.#say('groups', `${type}, ${state}`);
        }
        return;
      case 'join':
        return await this.#join(name, options);
      case 'sync':
        return await this.#sync(name, options);
      case 'heartbeat':
        return await this.#heartbeat(name, true, options['generation']);
      case 'keep-alive':
        for (const each of words) this.#setHeartbeats(each, true);
        return;
      case 'lose':
        for (const each of words) this.#setHeartbeats(each, false);
        return;
      case 'leave':
        return await this.#leave(words);
      case 'commit':
        return await this.#commit(name, options);
      case 'fetch':
        return await this.#fetch(rest.includes('stable') || name === 'stable');
      case 'describe':
        return await this.#describe();
      case 'delete':
        this.#say('delete', errorName(await (await this.#groups()).delete(GROUP)));
        return;
      case 'wait':
        return await this.#wait(milliseconds(name));
      case 'log':
        return this.#showLog();
      case 'log-refuses':
        this.#log.refusesWith = name === 'nothing' ? undefined : codeOf(name);
        return;
      case 'replication':
        this.#log.replicatesAtOnce = name === 'on';
        if (name === 'on') this.#log.replicate(PARTITION);
        return;
      case 'resign':
        (await this.#groups()).onResigned(PARTITION);
        return;
      case 'elect':
        (await this.#groups()).onElected(PARTITION, ++this.#epoch);
        return;
      case 'failover':
        // The old coordinator is gone with what it had in memory, and with what was not replicated.
        await this.#coordinator?.close();
        this.#log.truncateToHighWatermark(PARTITION);
        this.#coordinator = undefined;
        await this.#groups();
        return;
      default:
        throw new Error(`no such command: ${verb}`);
    }
  }

  async #groups(): Promise<GroupCoordinator> {
    if (this.#coordinator === undefined) {
      this.#coordinator = new GroupCoordinator({
        platform: this.#platform,
        logger: pino({ level: 'silent' }),
        config: this.#config,
        log: this.#log,
        partitionCount: () => 1,
        consumerTimeouts: () => ({
          sessionTimeoutMs: this.#config.consumerSessionTimeoutMs,
          heartbeatIntervalMs: this.#config.consumerHeartbeatIntervalMs,
          ...this.#timeouts,
        }),
        topics: this.#directory,
      });
      this.#coordinator.start();
      this.#coordinator.onElected(PARTITION, ++this.#epoch);
      await this.#coordinator.loaded();
    }
    return this.#coordinator;
  }

  // --- the consumer protocol ------------------------------------------------------------------------------------------------

  #player(name: string): ConsumerPlayer {
    let player = this.#players.get(name);
    if (player === undefined) this.#players.set(name, (player = new ConsumerPlayer(name, GROUP)));
    return player;
  }

  #setHeartbeats(name: string, heartbeats: boolean): void {
    const player = this.#players.get(name);
    if (player === undefined) this.#client(name).heartbeats = heartbeats;
    else player.heartbeats = heartbeats;
  }

  /** No partitions: the topic is deleted. */
  async #setTopic(name: string, partitionCount: number): Promise<void> {
    if (partitionCount === 0) this.#topics.delete(name);
    else {
      const id = this.#topics.get(name)?.id ?? Buffer.from(name.padEnd(16)).toString('base64url');
      this.#topics.set(name, { id, name, partitionCount });
    }
    (await this.#groups()).onTopicsChanged([name]);
  }

  async #subscribe(name: string, options: Record<string, string>): Promise<void> {
    const player = this.#player(name);
    player.memberId = options['id'] ?? name;
    player.instanceId = options['instance'] ?? player.instanceId;
    const groups = await this.#groups();
    void player.join(groups, subscriptionOf(options)).then((what) => {
      this.#say(name, what, `owns ${player.owns(this.#directory)}`);
    });
  }

  async #beat(name: string, options: Record<string, string>): Promise<void> {
    const player = this.#player(name);
    const { epoch, ...rest } = options;
    const answer = player.beat(
      await this.#groups(),
      epoch === undefined ? player.epoch : Number(epoch),
      Object.keys(rest).length === 0 ? undefined : subscriptionOf(rest),
    );
    void answer.then((what) => {
      this.#say(name, what, `owns ${player.owns(this.#directory)}`);
    });
  }

  async #beatQuietly(player: ConsumerPlayer): Promise<void> {
    const before = player.owns(this.#directory);
    const epoch = player.epoch;
    const what = await player.beat(await this.#groups());
    const after = player.owns(this.#directory);
    if (after !== before || player.epoch !== epoch || !what.startsWith('epoch')) {
      this.#say(player.name, what, `owns ${after}`);
    }
  }

  // --- the classic protocol -------------------------------------------------------------------------------------------------

  async #join(name: string, options: Record<string, string>): Promise<void> {
    const client = this.#client(name);
    if (options['instance'] !== undefined) client.instanceId = options['instance'];
    if (options['as'] === 'new') client.memberId = '';
    const version = Number(options['version'] ?? 9);
    const groups = await this.#groups();
    const topics = (options['topics'] ?? 'payments').split('+');
    const subscription = encodeVersioned(consumerProtocolSubscription, { topics }, 1);
    const answer = groups.join({
      groupId: GROUP,
      memberId: client.memberId,
      instanceId: client.instanceId,
      clientId: name,
      clientHost: '/10.0.0.1',
      protocolType: options['type'] ?? 'consumer',
      terms: {
        sessionTimeoutMs: milliseconds(options['session'] ?? '10s'),
        rebalanceTimeoutMs: milliseconds(options['rebalance'] ?? '60s'),
        protocols: (options['protocols'] ?? 'range').split('+').map((protocol) => ({
          name: protocol,
          metadata: subscription,
        })),
      },
      reason: 'test',
      returnsWithMemberId: version >= 4,
      canSkipAssignment: version >= 9,
    });
    void answer.then((joined) => this.#onJoined(name, client, joined));
  }

  #onJoined(name: string, client: Client, joined: JoinAnswer): void {
    if (!this.#labels.has(joined.memberId) && joined.memberId.length === 22) {
      // Made by a consumer group: a uuid without a name.
      this.#labels.set(joined.memberId, name);
    }
    if (joined.errorCode !== ErrorCode.NONE) {
      if (joined.errorCode === ErrorCode.MEMBER_ID_REQUIRED) client.memberId = joined.memberId;
      const id = joined.memberId === '' ? '' : ` (${this.#label(joined.memberId)})`;
      this.#say(name, `join failed: ${errorName(joined.errorCode)}${id}`);
      return;
    }
    client.memberId = joined.memberId;
    client.generationId = joined.generationId;
    client.protocolName = joined.protocolName;
    const members = joined.members.map((member) => this.#label(member.memberId)).toSorted();
    this.#say(
      name,
      `joined as ${this.#label(joined.memberId)}, generation ${joined.generationId}`,
      `${joined.protocolName}, leader ${this.#label(joined.leader)}`,
      ...(members.length > 0 ? [`members ${members.join(' ')}`] : []),
      ...(joined.skipAssignment ? ['nothing to assign'] : []),
    );
  }

  async #sync(name: string, options: Record<string, string>): Promise<void> {
    const client = this.#client(name);
    const groups = await this.#groups();
    const idOf = new Map([...this.#labels].map(([id, label]) => [label, id]));
    const answer = groups.sync({
      groupId: GROUP,
      generationId: client.generationId,
      memberId: client.memberId,
      instanceId: client.instanceId,
      protocolType: 'consumer',
      protocolName: client.protocolName,
      assignments: new Map(
        Object.entries(options).map(([label, value]) => [
          idOf.get(label) ?? label,
          value.includes('/') ? assignmentOf(value) : Buffer.from(value),
        ]),
      ),
    });
    void answer.then((synced) => {
      this.#say(
        name,
        synced.errorCode === ErrorCode.NONE
          ? `assigned ${assignmentText(synced.assignment) || 'nothing'}`
          : `sync failed: ${errorName(synced.errorCode)}`,
      );
    });
  }

  async #heartbeat(name: string, always: boolean, generation?: string): Promise<void> {
    const client = this.#client(name);
    const groups = await this.#groups();
    const answer = groups.heartbeat({
      groupId: GROUP,
      generationId: Number(generation ?? client.generationId),
      memberId: client.memberId,
      instanceId: client.instanceId,
    });
    void answer.then((errorCode) => {
      if (always || errorCode !== client.lastHeartbeat) {
        this.#say(name, `heartbeat ${errorName(errorCode)}`);
      }
      client.lastHeartbeat = errorCode;
    });
  }

  async #leave(words: readonly string[]): Promise<void> {
    const groups = await this.#groups();
    const leaving = words.map((word) => {
      const { instance } = parse([word]).options;
      return instance === undefined
        ? { memberId: this.#client(word).memberId, instanceId: null, reason: 'test' }
        : { memberId: '', instanceId: instance, reason: 'test' };
    });
    const { errorCode, value } = await groups.leave(GROUP, leaving);
    if (value === undefined) this.#say('leave', errorName(errorCode));
    value?.forEach((code, index) => {
      this.#say(words[index] ?? '', `leave ${errorName(code)}`);
    });
  }

  /** As `-`: without a group membership. */
  async #commit(name: string, options: Record<string, string>): Promise<void> {
    const groups = await this.#groups();
    const client =
      name === '-' ? { memberId: '', generationId: -1, instanceId: null } : this.#client(name);
    const { retention, generation, ...offsets } = options;
    const entries = Object.entries(offsets);
    const answer = groups.commitOffsets({
      groupId: GROUP,
      generationId: Number(generation ?? client.generationId),
      memberId: client.memberId,
      instanceId: client.instanceId,
      retentionMs: retention === undefined ? -1 : milliseconds(retention),
      offsets: entries.map(([key, value]) => {
        const [topic = '', partition = ''] = key.split('/');
        const [offset = '', metadata = null] = value.split('"');
        return {
          topic,
          partition: Number(partition),
          offset: Number(offset),
          leaderEpoch: -1,
          metadata,
          commitTimestampMs: -1,
        };
      }),
    });
    void answer.then((errorCodes) => {
      errorCodes.forEach((errorCode, index) => {
        this.#say(name, `commit ${entries[index]?.[0]} ${errorName(errorCode)}`);
      });
    });
  }

  async #fetch(stable: boolean): Promise<void> {
    const groups = await this.#groups();
    void groups.fetchOffsets(GROUP, null, stable).then(({ errorCode, value }) => {
      if (value === undefined || value.length === 0) this.#say('offsets', errorName(errorCode));
      for (const { topic, partition, offset, metadata, errorCode: code } of value ?? []) {
        const text = code === ErrorCode.NONE ? `${offset}` : errorName(code);
        this.#say('offsets', `${topic}/${partition} ${text}${metadata && ` "${metadata}"`}`);
      }
    });
  }

  async #describe(): Promise<void> {
    const consumers = (await this.#groups()).describeConsumerGroup(GROUP).value;
    if (consumers !== undefined) {
      const { state, groupEpoch, assignmentEpoch, assignor, members } = consumers;
      this.#say(
        'group',
        `${state} ${assignor}, epoch ${groupEpoch}, target ${assignmentEpoch}`,
        ...members.map((member) => {
          const has = shareText(member.assignment, this.#directory);
          const target = shareText(member.target, this.#directory);
          const type = member.type === 'classic' ? ' (classic)' : '';
          const at = `${this.#label(member.memberId)}${type} at ${member.memberEpoch}`;
          return `${at}: ${has === target ? has : `${has} -> ${target}`}`;
        }),
      );
      return;
    }
    const { errorCode, value } = (await this.#groups()).describe(GROUP);
    if (value === undefined) return this.#say('group', errorName(errorCode));
    const members = value.members.map(
      ({ memberId, assignment }) => `${this.#label(memberId)}[${assignmentText(assignment)}]`,
    );
    this.#say('group', [value.state, value.protocol, ...members].filter(Boolean).join(' '));
  }

  async #wait(durationMs: number): Promise<void> {
    await this.#groups();
    for (let passedMs = 0; passedMs < durationMs; passedMs += 1000) {
      for (const [name, client] of this.#clients) {
        if (client.heartbeats) await this.#heartbeat(name, false);
      }
      for (const player of this.#players.values()) {
        if (player.heartbeats) await this.#beatQuietly(player);
      }
      await this.#platform.simulation.runFor(Math.min(1000, durationMs - passedMs));
    }
  }

  /** What was appended since it was last shown; one line a record, one bracket a batch. */
  #showLog(): void {
    const batches = this.#log.batches(PARTITION);
    for (const batch of batches.slice(this.#shownBatches)) {
      for (const at of batchPositions(batch)) {
        for (const { offset, key, value } of decodeRecords(batch, at)) {
          const record = key === null ? undefined : groupRecordCodec.decode(key, value);
          this.#say(`@${offset}`, this.#show(record));
        }
      }
    }
    this.#shownBatches = batches.length;
  }

  #show(record: ReturnType<typeof groupRecordCodec.decode>): string {
    if (record === undefined) return 'unknown';
    if (record.kind === 'offset') {
      const of = `offset ${record.group} ${record.topic}/${record.partition}`;
      return record.value === null ? `${of} deleted` : `${of} ${record.value.offset}`;
    }
    if (record.kind !== 'group') return this.#showConsumerRecord(record);
    if (record.value === null) return `group ${record.group} deleted`;
    const { generation, leader, members } = record.value;
    return [
      `group ${record.group} generation ${generation}`,
      ...(leader === null ? [] : [`leader ${this.#label(leader)}`]),
      ...members.map((each) => `${this.#label(each.memberId)}[${assignmentText(each.assignment)}]`),
    ].join(' ');
  }

  #showConsumerRecord(record: ConsumerRecord): string {
    const of = 'member' in record ? `${record.kind} of ${this.#label(record.member)}` : record.kind;
    if (record.value === null) return `${of} deleted`;
    switch (record.kind) {
      case 'group-epoch':
        return `${of} ${record.value.epoch}`;
      case 'topics':
        return `${of} ${record.value.topics.map((each) => `${each.topicName}:${each.numPartitions}`).join(' ')}`;
      case 'terms':
        return `${of} ${record.value.subscribedTopicRegex ?? record.value.subscribedTopicNames.join('+')}`;
      case 'target-epoch':
        return `${of} ${record.value.assignmentEpoch}`;
      case 'target':
        return `${of} ${shareText(record.value.topicPartitions, this.#directory)}`;
      case 'progress': {
        const { memberEpoch, state, assignedPartitions, partitionsPendingRevocation } =
          record.value;
        const has = shareText(assignedPartitions, this.#directory);
        const revoking = shareText(partitionsPendingRevocation, this.#directory);
        return `${of} epoch ${memberEpoch}, state ${state}, ${has}${revoking === 'nothing' ? '' : `, to give up ${revoking}`}`;
      }
      case 'regex':
        return `${of} ${record.expression} matches ${record.value.topics.join(' ') || 'nothing'}`;
    }
  }

  #client(name: string): Client {
    let client = this.#clients.get(name);
    if (client === undefined) {
      client = {
        memberId: '',
        generationId: -1,
        instanceId: null,
        protocolName: null,
        heartbeats: false,
        lastHeartbeat: ErrorCode.NONE,
      };
      this.#clients.set(name, client);
    }
    return client;
  }

  #label(memberId: string): string {
    let label = this.#labels.get(memberId);
    // Players of the consumer protocol bring ids that can be read.
    if (label === undefined && memberId.length < 22) return memberId;
    if (label === undefined) {
      const name = memberId.slice(0, -37);
      const count = (this.#counts.get(name) ?? 0) + 1;
      this.#counts.set(name, count);
      label = `${name}#${count}`;
      this.#labels.set(memberId, label);
    }
    return label;
  }

  #say(who: string, ...what: string[]): void {
    this.#output.push(`${who}: ${what.join('; ')}`);
  }

  /** Lets everything happen that needs no time. */
  async #settle(): Promise<void> {
    await this.#platform.simulation.runFor(0);
  }
}

function subscriptionOf(options: Record<string, string>): Subscription {
  const { topics, regex, assignor, rebalance } = options;
  return {
    topics: topics === undefined ? null : topics.split('+'),
    regex: regex ?? null,
    assignor: assignor ?? null,
    rebalanceTimeoutMs: milliseconds(rebalance ?? '60s'),
  };
}

/** `payments/0,1` as a leader of consumers writes it. */
function assignmentOf(text: string): Buffer {
  const [topic = '', partitions = ''] = text.split('/');
  const assignedPartitions = [{ topic, partitions: partitions.split(',').map(Number) }];
  return encodeVersioned(consumerProtocolAssignment, { assignedPartitions, userData: null }, 1);
}

/** What members tell each other is plain text in most transcripts; what the broker assigns is not. */
function assignmentText(assignment: Buffer): string {
  if (assignment[0] !== 0) return assignment.toString();
  return decodeVersioned(consumerProtocolAssignment, assignment)
    .assignedPartitions.map(({ topic, partitions }) => `${topic}/${partitions.join(',')}`)
    .join(' ');
}

function parse(words: readonly string[]): { options: Record<string, string>; rest: string[] } {
  const pairs = words.filter((word) => word.includes('='));
  const options = Object.fromEntries(
    pairs.map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]),
  );
  return { options, rest: words.filter((word) => !word.includes('=')) };
}

function milliseconds(text: string): number {
  const [, amount = text, unit = ''] = /^(\d+)(ms|s|m|h|d)?$/.exec(text) ?? [];
  const scale = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }[unit] ?? 1;
  return Number(amount) * scale;
}

function mapValues<T>(
  record: Record<string, string>,
  map: (value: string) => T,
): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}

function codeOf(name: string): number {
  const code = Object.entries(ErrorCode).find(([key]) => key === name)?.[1];
  if (code === undefined) throw new Error(`no error code ${name}`);
  return code;
}

/** Plays the commands of a transcript and returns it with what was seen. */
async function play(transcript: string): Promise<string> {
  const world = new World();
  const played: string[] = [];
  try {
    for (const line of transcript.split('\n')) {
      if (line.startsWith('#') || line === '') played.push(line);
      if (!line.startsWith('> ')) continue;
      played.push(line, ...(await world.play(line.slice(2))).map((text) => `  ${text}`));
    }
  } finally {
    await world.close();
  }
  return played.join('\n');
}

for (const file of readdirSync(import.meta.dirname).filter((name) => name.endsWith('.txt'))) {
  const path = join(import.meta.dirname, file);
  const transcript = readFileSync(path, 'utf8');
  test(`scenario ${file}`, async () => {
    const played = await play(transcript);
    if (process.env['ZURAU_REWRITE_SCENARIOS'] === '1') writeFileSync(path, played);
    else expect(played).toBe(transcript);
  });
}
