/**
 * Clients of all kinds whose broker lies to them (`lying-proxy.mjs`), and checks that they bear it.
 *
 *   node test/fuzz/lies.mjs [--seconds 20] [--seed N] [--percent 20]
 *
 * Whatever is answered, a call ends in time, with a result or a KafkaError; nothing is thrown that nobody catches; memory stays bounded. The broker that
 * tells the truth behind the proxy is in this process, so what breaks there counts as well. At the end an honest client must find it well.
 */
import { parseArgs } from 'node:util';
import { startBroker } from '@zurau/broker';
import { Admin, Consumer, KafkaError, PartialFailure, Producer } from '@zurau/client';
import { freePort } from '@zurau/testkit';
import { LyingProxy } from './lying-proxy.mjs';
import { Random } from './random.mjs';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '20' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    percent: { type: 'string', default: '20' },
  },
});
const SECONDS = Number(values.seconds);
const SEED = Number(values.seed);
const CLIENTS = 6;
const CALL_MS_MAX = 30_000;
const RESIDENT_BYTES_MAX = 700 * 1024 * 1024;
const TOPIC = 'true';

const random = new Random(SEED);
const proxy = new LyingProxy(random, Number(values.percent));
const proxyPort = await proxy.listen();
const problems = [];
const calls = new Map();
process.on('uncaughtException', (error) => problems.push(`uncaught: ${error?.stack}`));
process.on('unhandledRejection', (error) => problems.push(`unhandled: ${error?.stack}`));

const plainPort = await freePort();
const broker = await startBroker({
  properties: {
    listeners: `PLAINTEXT://127.0.0.1:${plainPort},HONEST://127.0.0.1:0`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,HONEST:PLAINTEXT',
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${proxyPort},HONEST://127.0.0.1:0`,
    'offsets.topic.num.partitions': '2',
    'transaction.state.log.num.partitions': '2',
    'group.initial.rebalance.delay.ms': '0',
    'group.coordinator.rebalance.protocols': 'classic,consumer',
  },
});
const honest = broker.endpoints.find(({ listenerName }) => listenerName === 'HONEST');
const honestServers = `127.0.0.1:${honest.port}`;
proxy.connectTo(plainPort);

/** Everybody is in a hurry: what is lost must not hold up what comes next. */
const HURRY = {
  bootstrapServers: `127.0.0.1:${proxyPort}`,
  requestTimeoutMs: 500,
  defaultApiTimeoutMs: 1_500,
  retryBackoffMs: 5,
  reconnectBackoffMs: 5,
  reconnectBackoffMaxMs: 50,
};

/** Makes a call and counts how it ended. */
async function call(name, make) {
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(() => resolve('late'), CALL_MS_MAX);
  });
  let ended = 'good';
  try {
    if ((await Promise.race([make(), late])) === 'late') {
      ended = 'late';
      problems.push(`${name} did not end within ${CALL_MS_MAX} ms`);
    }
  } catch (error) {
    const isTyped = error instanceof KafkaError || error instanceof PartialFailure;
    ended = isTyped ? (error.code ?? 'PartialFailure') : 'untyped';
    if (!isTyped) problems.push(`${name}: ${error?.stack}`);
  }
  clearTimeout(timer);
  const key = ended === 'good' ? 'good' : 'failed';
  calls.set(key, (calls.get(key) ?? 0) + 1);
  return ended === 'good';
}

async function administer() {
  const admin = new Admin(HURRY);
  const group = `g${random.int(3)}`;
  const topic = random.pick([TOPIC, TOPIC, 'other']);
  const at = random.pick(['earliest', 'latest', { timestamp: 0 }]);
  const all = {
    listTopics: () => admin.listTopics(),
    describeTopics: () => admin.describeTopics([topic]),
    createTopics: () => admin.createTopics([{ name: 'other', partitions: 2 }]),
    createPartitions: () => admin.createPartitions([{ topic: 'other', count: 3 }]),
    deleteTopics: () => admin.deleteTopics(['other']),
    listOffsets: () => admin.listOffsets([{ topic, partition: 0, at }]),
    describeConfigs: () => admin.describeConfigs([{ type: 'topic', name: topic }]),
    listGroups: () => admin.listGroups(),
    describeGroups: () => admin.describeGroups([group]),
    fetchGroupOffsets: () => admin.fetchGroupOffsets(group),
    describeCluster: () => admin.describeCluster(),
    describeLogDirs: () => admin.describeLogDirs(),
    listReassignments: () => admin.listReassignments(),
    describeProducers: () => admin.describeProducers([{ topic, partition: 0 }]),
    listTransactions: () => admin.listTransactions(),
    describeFeatures: () => admin.describeFeatures(),
    listConfigResources: () => admin.listConfigResources(),
  };
  const names = Object.keys(all);
  for (let count = 0; count < 8; count++) {
    const name = random.pick(names);
    await call(name, all[name]);
  }
  await call('admin.close', () => admin.close());
}

async function produce() {
  const producer = new Producer({
    ...HURRY,
    deliveryTimeoutMs: 1_500,
    maxBlockMs: 1_500,
    acks: random.pick(['all', 1, 0]) === 'all' ? 'all' : 1,
    compressionType: random.pick(['none', 'gzip', 'lz4']),
  });
  const record = () => ({ topic: TOPIC, key: `k${random.int(9)}`, value: 'v'.repeat(20) });
  for (let count = 0; count < 5; count++) {
    await call('producer.send', () =>
      Promise.all(Array.from({ length: 5 }, () => producer.send(record()))),
    );
  }
  await call('producer.close', () => producer.close({ timeoutMs: 1_000 }));
}

async function transact() {
  const producer = new Producer({
    ...HURRY,
    deliveryTimeoutMs: 1_500,
    maxBlockMs: 1_500,
    transactionalId: `tx-${random.int(3)}`,
    transactionTimeoutMs: 2_000,
  });
  if (await call('initTransactions', () => producer.initTransactions())) {
    for (let count = 0; count < 3; count++) {
      if (!(await call('beginTransaction', () => producer.beginTransaction()))) break;
      const sent = await call('transactional send', () =>
        producer.send({ topic: TOPIC, value: 't' }),
      );
      const isEnded = sent
        ? await call('commitTransaction', () => producer.commitTransaction())
        : await call('abortTransaction', () => producer.abortTransaction());
      if (!isEnded) break;
    }
  }
  await call('producer.close', () => producer.close({ timeoutMs: 1_000 }));
}

async function consume() {
  const group = random.pick([
    {},
    { groupId: `g${random.int(3)}`, sessionTimeoutMs: 6_000, heartbeatIntervalMs: 100 },
    { groupId: `m${random.int(3)}`, groupProtocol: 'consumer' },
  ]);
  const consumer = new Consumer({
    ...HURRY,
    ...group,
    autoOffsetReset: 'earliest',
    isolationLevel: random.pick(['read_committed', 'read_uncommitted']),
    fetchMaxWaitMs: 20,
  });
  const isReading = await call('subscribe', async () => {
    if (group.groupId === undefined) {
      await consumer.assign([{ topic: TOPIC, from: random.pick(['beginning', 'end']) }]);
    } else {
      consumer.subscribe([TOPIC]);
    }
  });
  for (let count = 0; isReading && count < 6; count++) {
    await call('poll', () => consumer.poll({ timeoutMs: 300 }));
    if (group.groupId !== undefined && random.chance(40)) {
      await call('commit', () => consumer.commit());
    }
  }
  await call('consumer.close', () => consumer.close({ timeoutMs: 1_000 }));
}

async function misled(mayGoOn) {
  while (mayGoOn()) await random.pick([administer, produce, transact, consume, consume])();
}

const truth = new Admin({ bootstrapServers: honestServers });
await truth.createTopics([{ name: TOPIC, partitions: 3 }]);
const startedAt = performance.now();
const mayGoOn = () => problems.length === 0 && performance.now() - startedAt < SECONDS * 1000;
let residentMax = 0;
const watch = setInterval(() => {
  residentMax = Math.max(residentMax, process.memoryUsage().rss);
  if (residentMax > RESIDENT_BYTES_MAX) problems.push(`${residentMax} bytes are held`);
}, 50);
await Promise.all(Array.from({ length: CLIENTS }, () => misled(mayGoOn)));
clearInterval(watch);
await truth.describeTopics([TOPIC]);
const producer = new Producer({ bootstrapServers: honestServers });
await producer.send({ topic: TOPIC, value: 'last' });
await producer.close();
await truth.close();
const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
process.stdout.write(
  `lies: seed ${SEED}, ${proxy.lieCount} lies in ${seconds} s about ${proxy.lies.size} APIs; calls: ` +
    `${calls.get('good') ?? 0} good, ${calls.get('failed') ?? 0} failed as they should; ` +
    `${(residentMax / 1e6).toFixed(0)} MB resident at most\n`,
);
await proxy.close();
await broker.close();
if (problems.length > 0) {
  process.stdout.write(`lies FAILED (seed ${SEED}):\n${problems.slice(0, 5).join('\n')}\n`);
  process.exitCode = 1;
}
