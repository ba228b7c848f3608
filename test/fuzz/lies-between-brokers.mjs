/**
 * Two brokers that lie to each other (`lying-proxy.mjs`): a leader to its follower, the controller and a broker in their answers. Clients are told the truth.
 *
 *   node test/fuzz/lies-between-brokers.mjs [--seconds 15] [--seed N] [--percent 15]
 *
 * Whatever is answered, nothing is thrown that nobody catches, nothing is logged as an error, memory stays bounded, and clients are served. When the lies end, all replicas
 * come to be in sync again.
 */
import { parseArgs } from 'node:util';
import { startCluster } from '@zurau/broker';
import { Admin, Producer } from '@zurau/client';
import { freePort } from '@zurau/testkit';
import { LyingProxy } from './lying-proxy.mjs';
import { Random } from './random.mjs';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '15' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    percent: { type: 'string', default: '15' },
  },
});
const SECONDS = Number(values.seconds);
const SEED = Number(values.seed);
const TOPICS = ['a', 'b'];
const PARTITIONS = 3;
const RECOVERY_MS_MAX = 60_000;
const RESIDENT_BYTES_MAX = 700 * 1024 * 1024;

const random = new Random(SEED);
const problems = [];
process.on('uncaughtException', (error) => problems.push(`uncaught: ${error?.stack}`));
process.on('unhandledRejection', (error) => problems.push(`unhandled: ${error?.stack}`));
const lines = [];
const note = (level) => (about, message) => {
  const line = `${level} ${message ?? about} ${JSON.stringify(about)} ${about?.err?.stack ?? ''}`;
  lines.push(line);
  if (lines.length > 100) lines.shift();
  if (level === 'error' || level === 'fatal') problems.push(`logged: ${line}`);
};
const logger = {
  trace: () => undefined,
  debug: () => undefined,
  info: note('info'),
  warn: note('warn'),
  error: note('error'),
  fatal: note('fatal'),
  child: () => logger,
};

const proxies = [new LyingProxy(random, 0), new LyingProxy(random, 0)];
const proxyPorts = await Promise.all(proxies.map((proxy) => proxy.listen()));
const innerPorts = [await freePort(), await freePort()];
proxies.forEach((proxy, id) => proxy.connectTo(innerPorts[id]));
const outerPorts = [await freePort(), await freePort()];
const cluster = await startCluster({
  brokers: 2,
  logger,
  properties: {
    'listener.security.protocol.map': 'INNER:PLAINTEXT,OUTER:PLAINTEXT',
    'inter.broker.listener.name': 'INNER',
    'replica.fetch.backoff.ms': '20',
    'replica.lag.time.max.ms': '2000',
    'replica.fetch.wait.max.ms': '100',
    'controller.socket.timeout.ms': '1000',
    'replica.socket.timeout.ms': '1000',
    'offsets.topic.num.partitions': '1',
  },
  propertiesOf: (id) => ({
    listeners: `INNER://127.0.0.1:${innerPorts[id]},OUTER://127.0.0.1:${outerPorts[id]}`,
    'advertised.listeners': `INNER://127.0.0.1:${proxyPorts[id]},OUTER://127.0.0.1:${outerPorts[id]}`,
  }),
});
const bootstrapServers = outerPorts.map((port) => `127.0.0.1:${port}`).join(',');
const admin = new Admin({ bootstrapServers });
await admin.createTopics(
  TOPICS.map((name) => ({ name, partitions: PARTITIONS, replicationFactor: 2 })),
);

const startedAt = performance.now();
const mayGoOn = () => problems.length === 0 && performance.now() - startedAt < SECONDS * 1000;
const producer = new Producer({ bootstrapServers, acks: 1 });
let sent = 0;
let residentMax = 0;
for (const proxy of proxies) proxy.percent = Number(values.percent);
while (mayGoOn()) {
  const topic = random.pick(TOPICS);
  await producer.send({ topic, partition: random.int(PARTITIONS), value: 'v'.repeat(100) });
  sent += 1;
  residentMax = Math.max(residentMax, process.memoryUsage().rss);
  if (residentMax > RESIDENT_BYTES_MAX) problems.push(`${residentMax} bytes are held`);
}
for (const proxy of proxies) proxy.percent = 0;
await producer.close();

const recoveryStartedAt = performance.now();
let missing = [];
do {
  await new Promise((resolve) => setTimeout(resolve, 100));
  const topics = await admin.describeTopics(TOPICS);
  missing = topics.flatMap(({ name, partitions }) =>
    partitions
      .filter(({ inSyncReplicas }) => inSyncReplicas.length < 2)
      .map(({ partition }) => `${name}-${partition}`),
  );
} while (missing.length > 0 && performance.now() - recoveryStartedAt < RECOVERY_MS_MAX);
if (missing.length > 0) problems.push(`not in sync in the end: ${missing.join(' ')}`);
const recoverySeconds = ((performance.now() - recoveryStartedAt) / 1000).toFixed(1);
await admin.close();
await cluster.close();
await Promise.all(proxies.map((proxy) => proxy.close()));
const lieCount = proxies.reduce((sum, { lieCount: count }) => sum + count, 0);
process.stdout.write(
  `lies between brokers: seed ${SEED}, ${lieCount} lies while ${sent} records were sent; in sync again after ${recoverySeconds} s; ` +
    `${(residentMax / 1e6).toFixed(0)} MB resident at most\n`,
);
if (problems.length > 0) {
  process.stdout.write(
    `lies between brokers FAILED (seed ${SEED}):\n${problems.slice(0, 3).join('\n')}\n${lines.slice(-20).join('\n')}\n`,
  );
  process.exitCode = 1;
}
