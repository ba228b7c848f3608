/**
 * The group coordinator beside that of Apache Kafka 3.9.1, with members that are no more than a connection each.
 *
 *   npm run bench -- groups [--rounds 3] [--members 1,10,100,500] [--groups 1000] [--seconds 20] [--offsets 1000000] [--write]
 *
 * - Time to a stable group: all members join at once, and heartbeat every 500 ms; from the first join to the last assignment of the generation that has them all.
 * - Commits: so many groups commit ten partitions each once a second; processor time of the broker, and latency.
 * - Loading: offsets of groups of 100 partitions are committed, the broker is stopped and started; from accepting connections to all groups being listed.
 */
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Admin } from '@zurau/client';
import {
  ErrorCode,
  findCoordinatorApi,
  heartbeatApi,
  joinGroupApi,
  listGroupsApi,
  offsetCommitApi,
  syncGroupApi,
} from '@zurau/protocol';
import { ApacheKafka, BrokerProcess, RawClient, kafkaToolsMissing, tempDir } from '@zurau/testkit';
import { cpuSeconds, median, writeSection } from './report.mjs';

const HEARTBEAT_MS = 500;
const TOPIC = 'committed';
const PARTITIONS = 100;
const COMMITTED_PARTITIONS = 10;
const CONNECTIONS = 20;
const FILLING_CONNECTIONS = 4;
const ANSWER_MS_MAX = 120_000;
const POLL_MS = 20;
const LOADED_POLL_MS = 100;
const SETTINGS = {
  'group.initial.rebalance.delay.ms': '0',
  // What is loaded is what was committed, on both sides.
  'log.cleaner.enable': 'false',
};
const BROKERS = {
  zurau: (dataDir) => BrokerProcess.start({ dataDir, properties: SETTINGS }),
  kafka: (dataDir) => ApacheKafka.start({ dataDir, properties: SETTINGS }),
};

export async function run(args) {
  const { values } = parseArgs({
    args,
    options: {
      rounds: { type: 'string', default: '3' },
      members: { type: 'string', default: '1,10,100,500' },
      groups: { type: 'string', default: '1000' },
      seconds: { type: 'string', default: '20' },
      offsets: { type: 'string', default: '1000000' },
      write: { type: 'boolean', default: false },
    },
  });
  const missing = await kafkaToolsMissing();
  if (missing !== undefined) throw new Error(`this benchmark needs Apache Kafka: ${missing}`);
  const figures = new Map();
  const note = (metric, broker, value) => {
    process.stdout.write(`${broker.padEnd(5)} ${metric.padEnd(40)} ${value.toFixed(2)}\n`);
    const row = figures.get(metric) ?? { zurau: [], kafka: [] };
    row[broker].push(value);
    figures.set(metric, row);
  };
  for (let round = 1; round <= Number(values.rounds); round++) {
    const order = Object.entries(BROKERS);
    for (const [name, start] of round % 2 === 1 ? order : order.reverse()) {
      const dir = tempDir(`bench-groups-${name}`);
      const dataDir = join(dir.path, 'data');
      await measure(
        () => start(dataDir),
        (metric, value) => note(metric, name, value),
        values,
      );
      dir[Symbol.dispose]();
    }
  }
  const table = render(figures, Number(values.rounds));
  process.stdout.write(`\n${table}\n`);
  if (values.write) writeSection('groups', table);
}

async function measure(start, note, values) {
  let broker = await start();
  await prepare(broker.bootstrapServers);
  await stableAfterMs(broker.bootstrapServers, 'warm-up', 20);
  for (const count of values.members.split(',').map(Number)) {
    const ms = await stableAfterMs(broker.bootstrapServers, `stable-${count}`, count);
    note(`stable group of ${count}, ms`, ms);
  }
  const groupCount = Number(values.groups);
  await commitEverySecond(broker, groupCount, 5);
  const commits = await commitEverySecond(broker, groupCount, Number(values.seconds));
  note(`${groupCount} groups, a commit a second: CPU, %`, commits.cpuPercent);
  note(`${groupCount} groups, a commit a second: p50, ms`, commits.p50);
  note(`${groupCount} groups, a commit a second: p99, ms`, commits.p99);
  const fillStartedAt = performance.now();
  const filled = await fill(broker.bootstrapServers, Number(values.offsets));
  const fillSeconds = (performance.now() - fillStartedAt) / 1000;
  note(`${values.offsets} offsets: committed in, s`, fillSeconds);
  await broker.stop();
  broker = await start();
  const cpuBefore = cpuSeconds(broker.pid);
  note(`${values.offsets} offsets: loaded in, ms`, await loadedAfterMs(broker, filled));
  note(`${values.offsets} offsets: CPU of it, s`, cpuSeconds(broker.pid) - cpuBefore);
  await broker.stop();
}

async function ask(client, api, version, body) {
  const outcome = await client.exchange(api, version, body, { timeoutMs: ANSWER_MS_MAX });
  if (outcome.kind !== 'answer') throw new Error(`no answer: ${outcome.kind}`);
  return outcome.body;
}

/** The topic of the commits, and `__consumer_offsets`, which comes with the first look-up of a coordinator. */
async function prepare(bootstrapServers) {
  const admin = new Admin({ bootstrapServers });
  await admin.createTopics([{ name: TOPIC, partitions: PARTITIONS }]);
  await admin.close();
  const client = await RawClient.connect(bootstrapServers);
  for (let group = 0; group < 200; group++) {
    const body = { keyType: 0, coordinatorKeys: [`stable-${group}`] };
    for (;;) {
      const { coordinators } = await ask(client, findCoordinatorApi, 4, body);
      if (coordinators[0].errorCode === ErrorCode.NONE) break;
      await sleep(POLL_MS);
    }
  }
  client.close();
}

// --- a stable group -------------------------------------------------------------------------------------------------------------

async function stableAfterMs(bootstrapServers, group, count) {
  const clients = await Promise.all(
    Array.from({ length: count }, () => RawClient.connect(bootstrapServers)),
  );
  const synced = new Map();
  const state = { isDone: false };
  const startedAt = performance.now();
  const stableAt = new Promise((resolve, reject) => {
    const onSynced = (generation) => {
      synced.set(generation, (synced.get(generation) ?? 0) + 1);
      if (synced.get(generation) < count) return;
      state.isDone = true;
      resolve(performance.now());
    };
    Promise.all(clients.map((client) => beMember(client, group, onSynced, state))).catch(reject);
  });
  const ms = (await stableAt) - startedAt;
  for (const client of clients) client.close();
  return ms;
}

/** Joins, and joins again as often as it is told to. */
async function beMember(client, group, onSynced, state) {
  let memberId = '';
  while (!state.isDone) {
    const joined = await ask(client, joinGroupApi, 7, {
      groupId: group,
      sessionTimeoutMs: 30_000,
      rebalanceTimeoutMs: 60_000,
      memberId,
      groupInstanceId: null,
      protocolType: 'bench',
      protocols: [{ name: 'any', metadata: Buffer.alloc(50) }],
    });
    if (joined.memberId !== '') memberId = joined.memberId;
    if (joined.errorCode !== ErrorCode.NONE) {
      await retriable(joined.errorCode);
      continue;
    }
    const { generationId } = joined;
    const synced = await ask(client, syncGroupApi, 5, {
      groupId: group,
      generationId,
      memberId,
      groupInstanceId: null,
      protocolType: 'bench',
      protocolName: 'any',
      assignments: joined.members.map((member) => ({
        memberId: member.memberId,
        assignment: Buffer.alloc(50),
      })),
    });
    if (synced.errorCode !== ErrorCode.NONE) {
      await retriable(synced.errorCode);
      continue;
    }
    onSynced(generationId);
    while (!state.isDone) {
      await sleep(HEARTBEAT_MS);
      if (state.isDone) return;
      const body = { groupId: group, generationId, memberId, groupInstanceId: null };
      const { errorCode } = await ask(client, heartbeatApi, 4, body);
      if (errorCode === ErrorCode.NONE) continue;
      await retriable(errorCode);
      break;
    }
  }
}

async function retriable(errorCode) {
  switch (errorCode) {
    case ErrorCode.MEMBER_ID_REQUIRED:
    case ErrorCode.REBALANCE_IN_PROGRESS:
    case ErrorCode.ILLEGAL_GENERATION:
      return;
    case ErrorCode.COORDINATOR_LOAD_IN_PROGRESS:
    case ErrorCode.NOT_COORDINATOR:
    case ErrorCode.COORDINATOR_NOT_AVAILABLE:
      await sleep(POLL_MS);
      return;
    default:
      throw new Error(`error ${errorCode}`);
  }
}

// --- commits --------------------------------------------------------------------------------------------------------------------

async function commitEverySecond({ bootstrapServers, pid }, groupCount, seconds) {
  const clients = await connectAll(bootstrapServers, CONNECTIONS);
  const latencies = [];
  const pending = new Set();
  const cpuBefore = cpuSeconds(pid);
  const startedAt = performance.now();
  const until = groupCount * seconds;
  let sent = 0;
  while (sent < until) {
    const due = ((performance.now() - startedAt) * groupCount) / 1000;
    for (; sent < due && sent < until; sent++) {
      const group = sent % groupCount;
      const body = commitOf(`committer-${group}`, COMMITTED_PARTITIONS, sent);
      const sentAt = performance.now();
      const commit = commitUntilDone(clients[group % clients.length], body).then(() => {
        latencies.push(performance.now() - sentAt);
        pending.delete(commit);
      });
      pending.add(commit);
    }
    await sleep(1);
  }
  await Promise.all(pending);
  const cpuPercent = ((cpuSeconds(pid) - cpuBefore) * 100_000) / (performance.now() - startedAt);
  for (const client of clients) client.close();
  latencies.sort((a, b) => a - b);
  const quantile = (part) => latencies[Math.floor(latencies.length * part)];
  return { cpuPercent, p50: quantile(0.5), p99: quantile(0.99) };
}

function connectAll(bootstrapServers, count) {
  return Promise.all(Array.from({ length: count }, () => RawClient.connect(bootstrapServers)));
}

function commitOf(groupId, partitionCount, offset) {
  return {
    groupId,
    generationIdOrMemberEpoch: -1,
    memberId: '',
    groupInstanceId: null,
    topics: [
      {
        name: TOPIC,
        partitions: Array.from({ length: partitionCount }, (_, partitionIndex) => ({
          partitionIndex,
          committedOffset: offset,
          committedLeaderEpoch: -1,
          committedMetadata: '',
        })),
      },
    ],
  };
}

async function commitUntilDone(client, body) {
  for (;;) {
    const { topics } = await ask(client, offsetCommitApi, 8, body);
    const failed = topics[0].partitions.find(({ errorCode }) => errorCode !== ErrorCode.NONE);
    if (failed === undefined) return;
    await retriable(failed.errorCode);
  }
}

// --- loading --------------------------------------------------------------------------------------------------------------------

/** How many groups were made. */
async function fill(bootstrapServers, offsetCount) {
  const clients = await connectAll(bootstrapServers, FILLING_CONNECTIONS);
  const groupCount = Math.ceil(offsetCount / PARTITIONS);
  let next = 0;
  const work = async (client) => {
    while (next < groupCount) {
      await commitUntilDone(client, commitOf(`loaded-${next++}`, PARTITIONS, 12_345));
    }
  };
  await Promise.all(clients.map(work));
  for (const client of clients) client.close();
  return groupCount;
}

async function loadedAfterMs({ bootstrapServers }, groupCount) {
  const startedAt = performance.now();
  const client = await RawClient.connect(bootstrapServers);
  for (;;) {
    const { errorCode, groups } = await ask(client, listGroupsApi, 4, { statesFilter: [] });
    const loaded = groups.filter(({ groupId }) => groupId.startsWith('loaded-'));
    if (errorCode === ErrorCode.NONE && loaded.length === groupCount) break;
    await sleep(LOADED_POLL_MS);
  }
  client.close();
  return performance.now() - startedAt;
}

// --- the table ------------------------------------------------------------------------------------------------------------------

function render(figures, rounds) {
  const lines = [
    `Medians of ${rounds} rounds, ${cpus().length} cores (${cpus()[0].model.trim()}), Node ${process.versions.node}. Everywhere less is better.`,
    '',
    '| | Zurau | Kafka | ratio |',
    '|---|---|---|---|',
  ];
  for (const [metric, { zurau, kafka }] of figures) {
    const [ours, theirs] = [median(zurau), median(kafka)];
    const digits = ours < 10 || theirs < 10 ? 2 : 0;
    lines.push(
      `| ${metric} | ${ours.toFixed(digits)} | ${theirs.toFixed(digits)} | **${(ours / theirs).toFixed(2)}** |`,
    );
  }
  return lines.join('\n');
}

function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
