/**
 * Three brokers on one ZooKeeper, ours and then Apache Kafka 3.9.1's, with the same settings, in one run.
 *
 *   npm run bench -- cluster [--quick] [--rounds 1] [--partitions 1000,10000] [--records-mb 150] [--kills 3] [--only zurau] [--write]
 *
 * - acks=all: Java's producer perf tool, 1 KB records, 6 partitions with three replicas, two of them in sync at least; at full speed, and at 1,000 records a second for p99.
 * - Leader killed with -9: from the kill to the next record acknowledged on a partition that it led. Most of it is the session (`--session-ms`) that ZooKeeper waits for.
 * - A topic of 1,000 partitions, three replicas each: from CreateTopics to leaders for all of them in the metadata of every broker.
 * - Controller failover: it is killed; from the end of its session, when its node goes, to leaders other than it for all partitions in the metadata of the others.
 *
 * `--quick` is for a look: 1,000 partitions, one kill, less data.
 */
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Admin, Producer } from '@zurau/client';
import { nodePlatform } from '@zurau/platform';
import { ErrorCode, metadataApi } from '@zurau/protocol';
import {
  BrokerProcess,
  JavaBroker,
  RawClient,
  ZooKeeperProcess,
  freePort,
  kafkaTool,
  kafkaToolsMissing,
  tempDir,
} from '@zurau/testkit';
import { ZooKeeperSession } from '@zurau/zookeeper';
import { median, writeSection } from './report.mjs';

const IDS = [1, 2, 3];
const RECORD_BYTES = 1024;
const PACED_RECORDS_PER_SECOND = 1000;
const PACED_SECONDS = 8;
const TOPIC_PARTITIONS = 1000;
const METADATA_VERSION = 9;
const POLL_MS = 20;
const WAIT_MS_MAX = 240_000;

export async function run(args) {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string', default: '1' },
      partitions: { type: 'string' },
      'records-mb': { type: 'string' },
      kills: { type: 'string' },
      'session-ms': { type: 'string', default: '4000' },
      only: { type: 'string' },
      write: { type: 'boolean', default: false },
    },
  });
  const missing = await kafkaToolsMissing();
  if (missing !== undefined) throw new Error(`this benchmark needs Apache Kafka: ${missing}`);
  const plan = {
    partitionCounts: (values.partitions ?? (values.quick ? '1000' : '1000,10000'))
      .split(',')
      .map(Number),
    recordsMb: Number(values['records-mb'] ?? (values.quick ? 40 : 150)),
    kills: Number(values.kills ?? (values.quick ? 1 : 3)),
    sessionMs: Number(values['session-ms']),
  };
  const figures = new Map();
  const note = (metric, kind, value) => {
    process.stdout.write(`${kind.padEnd(5)} ${metric.padEnd(60)} ${value.toFixed(1)}\n`);
    const row = figures.get(metric) ?? { zurau: [], kafka: [] };
    row[kind].push(value);
    figures.set(metric, row);
  };
  const dir = tempDir('bench-cluster');
  const zooKeeper = await ZooKeeperProcess.start({
    dataDir: join(dir.path, 'zookeeper'),
    // With 10,000 partitions, answers of a megabyte.
    jvmOptions: ['-Djute.maxbuffer=8388608'],
  });
  try {
    for (let round = 1; round <= Number(values.rounds); round++) {
      for (const kind of round % 2 === 1 ? ['zurau', 'kafka'] : ['kafka', 'zurau']) {
        if (values.only !== undefined && values.only !== kind) continue;
        const root = `${kind}-${round}`;
        const cluster = await Cluster.start(kind, root, zooKeeper, dir.path, plan.sessionMs);
        try {
          await measure(cluster, (metric, value) => note(metric, kind, value), plan);
        } finally {
          await cluster.stop();
        }
      }
    }
  } finally {
    await zooKeeper.stop();
    dir[Symbol.dispose]();
  }
  if (values.only !== undefined) return;
  const table = render(figures, Number(values.rounds), plan);
  process.stdout.write(`\n${table}\n`);
  if (values.write) writeSection('cluster', table);
}

async function measure(cluster, note, plan) {
  await throughput(cluster, note, plan.recordsMb);
  for (let kill = 0; kill < plan.kills; kill++) {
    note('leader killed: to the next acknowledged record, ms', await leaderKilled(cluster));
  }
  const topics = ['many-0'];
  note(
    `topic of ${TOPIC_PARTITIONS} partitions, ms`,
    await createTopic(cluster, topics[0], IDS.length),
  );
  for (const count of plan.partitionCounts) {
    const startedAt = performance.now();
    while (topics.length * TOPIC_PARTITIONS < count) {
      const name = `many-${topics.length}`;
      await createTopic(cluster, name, IDS.length - 1);
      topics.push(name);
    }
    const seconds = (performance.now() - startedAt) / 1000;
    process.stdout.write(
      `${cluster.kind.padEnd(5)} ${count} partitions after ${seconds.toFixed(1)} s more\n`,
    );
    const failover = await controllerKilled(cluster, topics, count);
    note(`controller failover with ${count} partitions, ms`, failover);
  }
}

/** Three brokers of a kind, under a root of their own. */
class Cluster {
  constructor(kind, root, zooKeeper, dir, sessionMs) {
    this.kind = kind;
    this.brokers = new Map();
    this.ports = new Map();
    this.dir = join(dir, root);
    this.connect = `${zooKeeper.connectString}/${root}`;
    this.tree = new ZooKeeperSession({
      platform: nodePlatform(),
      connectString: this.connect,
      sessionTimeoutMs: 10_000,
    });
    this.settings = {
      'zookeeper.session.timeout.ms': String(sessionMs),
      'zookeeper.connection.timeout.ms': '30000',
      'min.insync.replicas': '2',
      'auto.leader.rebalance.enable': 'false',
      'log.retention.check.interval.ms': '600000',
      'offsets.topic.num.partitions': '3',
    };
  }

  static async start(kind, root, zooKeeper, dir, sessionMs) {
    const cluster = new Cluster(kind, root, zooKeeper, dir, sessionMs);
    for (const id of IDS) cluster.ports.set(id, await freePort());
    await Promise.all(IDS.map((id) => cluster.startBroker(id)));
    await cluster.tree.connect(30_000);
    return cluster;
  }

  get bootstrapServers() {
    return IDS.map((id) => this.addressOf(id));
  }

  addressOf(id) {
    return `127.0.0.1:${this.ports.get(id)}`;
  }

  async startBroker(id) {
    const shared = { dataDir: join(this.dir, String(id)), port: this.ports.get(id) };
    const broker =
      this.kind === 'kafka'
        ? await JavaBroker.start({
            ...shared,
            brokerId: id,
            zooKeeperConnect: this.connect,
            properties: this.settings,
            jvmOptions: ['-Xmx1g', '-Xms1g', '-XX:+UseG1GC'],
            readyTimeoutMs: 120_000,
          })
        : await BrokerProcess.start({
            ...shared,
            properties: {
              ...this.settings,
              'broker.id': String(id),
              'zookeeper.connect': this.connect,
            },
            readyTimeoutMs: 120_000,
          });
    this.brokers.set(id, broker);
  }

  async kill(id) {
    const broker = this.brokers.get(id);
    await (this.kind === 'kafka' ? broker.stop('SIGKILL') : broker.kill());
  }

  async stop() {
    await Promise.all([...this.brokers.keys()].map((id) => this.kill(id)));
    await this.tree.close();
  }

  async controller() {
    try {
      const { data } = await this.tree.getData('/controller');
      return JSON.parse(data.toString()).brokerid;
    } catch (error) {
      if (error.code === 'NO_NODE') return undefined;
      throw error;
    }
  }

  /** Partitions of topics as the brokers asked see them; those of the first that knows too little are enough to tell. */
  async everyoneSees(ids, topics, partitionCount, isRight) {
    for (const id of ids) {
      const partitions = await this.#partitionsAt(id, topics);
      if (partitions.length !== partitionCount || !partitions.every(isRight)) return false;
    }
    return true;
  }

  async allInSync(topics, partitionCount, replicaCount) {
    await until(() =>
      this.everyoneSees(IDS, topics, partitionCount, ({ isrNodes, replicaNodes }) =>
        replicaCount === undefined
          ? isrNodes.length === replicaNodes.length
          : isrNodes.length === replicaCount,
      ),
    );
  }

  async #partitionsAt(id, topics) {
    const client = await RawClient.connect(this.addressOf(id));
    try {
      const request = {
        topics: topics.map((name) => ({ name })),
        allowAutoTopicCreation: false,
        includeClusterAuthorizedOperations: false,
        includeTopicAuthorizedOperations: false,
      };
      const outcome = await client.exchange(metadataApi, METADATA_VERSION, request, {
        timeoutMs: WAIT_MS_MAX,
      });
      if (outcome.kind !== 'answer') throw new Error(`no answer: ${outcome.kind}`);
      return outcome.body.topics.flatMap(({ partitions }) => partitions);
    } finally {
      client.close();
    }
  }
}

// --- acks=all -------------------------------------------------------------------------------------------------------------------

async function throughput(cluster, note, recordsMb) {
  const topic = 'throughput';
  const admin = new Admin({ bootstrapServers: cluster.bootstrapServers });
  await admin.createTopics([{ name: topic, partitions: 6, replicationFactor: 3 }]);
  await admin.close();
  await cluster.allInSync([topic], 6, 3);
  const count = Math.round((recordsMb * 1e6) / RECORD_BYTES);
  await perf(cluster, topic, Math.round(count / 4), -1);
  note('acks=all, MB/s', (await perf(cluster, topic, count, -1)).mbPerSecond);
  const paced = await perf(
    cluster,
    topic,
    PACED_RECORDS_PER_SECOND * PACED_SECONDS,
    PACED_RECORDS_PER_SECOND,
  );
  note('acks=all at 1,000/s, avg ms', paced.averageMs);
  note('acks=all at 1,000/s, p99 ms', paced.p99Ms);
}

async function perf({ bootstrapServers }, topic, count, perSecond) {
  const { stdout } = await kafkaTool(
    'kafka-producer-perf-test',
    [
      ...['--topic', topic, '--num-records', String(count)],
      ...['--record-size', String(RECORD_BYTES), '--throughput', String(perSecond)],
      ...['--producer-props', `bootstrap.servers=${bootstrapServers.join(',')}`, 'acks=all'],
    ],
    { timeoutMs: WAIT_MS_MAX },
  );
  const last = stdout.toString().trim().split('\n').at(-1);
  return {
    mbPerSecond: Number(/\(([\d.]+) MB\/sec\)/.exec(last)[1]) * 1.048576,
    averageMs: Number(/([\d.]+) ms avg latency/.exec(last)[1]),
    p99Ms: Number(/(\d+) ms 99th/.exec(last)[1]),
  };
}

// --- failures -------------------------------------------------------------------------------------------------------------------

/** One record after the other to one partition; its leader, who is not the controller, goes. */
async function leaderKilled(cluster) {
  const topic = `killed-${performance.now().toFixed(0)}`;
  const controller = await cluster.controller();
  const victim = IDS.find((id) => id !== controller);
  const assignments = [[victim, ...IDS.filter((id) => id !== victim)]];
  const admin = new Admin({ bootstrapServers: cluster.bootstrapServers });
  await admin.createTopics([{ name: topic, assignments }]);
  await admin.close();
  await cluster.allInSync([topic], 1, 3);
  const producer = new Producer({
    bootstrapServers: cluster.bootstrapServers,
    requestTimeoutMs: 2_000,
    deliveryTimeoutMs: 120_000,
    retryBackoffMs: 5,
    retryBackoffMaxMs: 50,
    reconnectBackoffMs: 5,
    reconnectBackoffMaxMs: 50,
  });
  for (let count = 0; count < 100; count++) await producer.send({ topic, value: 'before' });
  const killedAt = performance.now();
  await cluster.kill(victim);
  await producer.send({ topic, value: 'after' });
  const ms = performance.now() - killedAt;
  await producer.close();
  await cluster.startBroker(victim);
  await cluster.allInSync([topic], 1, 3);
  return ms;
}

async function createTopic(cluster, name, replicationFactor) {
  const admin = new Admin({
    bootstrapServers: cluster.bootstrapServers,
    requestTimeoutMs: WAIT_MS_MAX,
  });
  const startedAt = performance.now();
  await admin.createTopics([{ name, partitions: TOPIC_PARTITIONS, replicationFactor }]);
  await until(() =>
    cluster.everyoneSees(
      IDS,
      [name],
      TOPIC_PARTITIONS,
      ({ leaderId, errorCode }) => leaderId >= 0 && errorCode === ErrorCode.NONE,
    ),
  );
  const ms = performance.now() - startedAt;
  await admin.close();
  return ms;
}

async function controllerKilled(cluster, topics, partitionCount) {
  await cluster.allInSync(topics, partitionCount);
  const victim = await cluster.controller();
  const others = IDS.filter((id) => id !== victim);
  await cluster.kill(victim);
  await until(async () => (await cluster.controller()) !== victim, 2);
  const goneAt = performance.now();
  await until(() =>
    cluster.everyoneSees(
      others,
      topics,
      partitionCount,
      ({ leaderId }) => leaderId >= 0 && leaderId !== victim,
    ),
  );
  const ms = performance.now() - goneAt;
  await cluster.startBroker(victim);
  await cluster.allInSync(topics, partitionCount);
  return ms;
}

async function until(condition, pollMs = POLL_MS) {
  const deadline = performance.now() + WAIT_MS_MAX;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`it took longer than ${WAIT_MS_MAX} ms`);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

// --- report ---------------------------------------------------------------------------------------------------------------------

function render(figures, rounds, { recordsMb, sessionMs, kills }) {
  const lines = [
    `Medians of ${rounds} round(s) of ${kills} kill(s), ${recordsMb} MB, session ${sessionMs} ms, ${cpus().length} cores (${cpus()[0].model}), Node ${process.versions.node}. ` +
      'Kafka with -Xmx1g each. All three brokers, the ZooKeeper and the clients share the cores. For MB/s a ratio above 1.00 means that Zurau is faster, for the others one below 1.00.',
    '',
    '| | Zurau | Kafka | ratio |',
    '|---|---|---|---|',
  ];
  for (const [metric, { zurau, kafka }] of figures) {
    const [our, java] = [median(zurau), median(kafka)];
    const digits = our < 100 ? 1 : 0;
    lines.push(
      `| ${metric} | ${our.toFixed(digits)} | ${java.toFixed(digits)} | **${(our / java).toFixed(2)}** |`,
    );
  }
  return lines.join('\n');
}
