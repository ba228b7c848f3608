/**
 * One broker on a real ZooKeeper: what it writes is what Apache Kafka writes, the data path outlives the ZooKeeper, and an expired session is
 * followed by the next.
 */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodePlatform } from '@zurau/platform';
import {
  BrokerProcess,
  JavaBroker,
  kafkaTool,
  kafkaToolsMissing,
  kcat,
  kcatMissing,
  tempDir,
  unmetRequirement,
  ZooKeeperProcess,
} from '@zurau/testkit';
import type { TempDir } from '@zurau/testkit';
import { ZooKeeperSession } from '@zurau/zookeeper';
import { waitFor } from './wait-for.ts';

const missing = await unmetRequirement('zookeeper-broker', [kafkaToolsMissing, kcatMissing]);

/** Of the brokers, in ms: four ticks of the server. */
const SESSION_MS = 3_000;

const SETTINGS = {
  'offsets.topic.replication.factor': '1',
  'offsets.topic.num.partitions': '2',
  'group.initial.rebalance.delay.ms': '0',
  'num.partitions': '2',
};

describe.skipIf(missing !== undefined)('a broker on ZooKeeper', () => {
  let dir: TempDir;
  let server: ZooKeeperProcess;
  let broker: BrokerProcess;
  let tree: ZooKeeperSession;

  const start = (): Promise<BrokerProcess> =>
    BrokerProcess.start({
      dataDir: join(dir.path, 'data'),
      ...(broker === undefined ? {} : { port: broker.port }),
      properties: {
        ...SETTINGS,
        'broker.id': '1',
        'zookeeper.connect': `${server.connectString}/zurau`,
        'zookeeper.session.timeout.ms': String(SESSION_MS),
        'zookeeper.connection.timeout.ms': '20000',
      },
    });

  const produce = (topic: string, lines: readonly string[]): Promise<unknown> =>
    kcat(['-b', broker.bootstrapServers, '-P', '-t', topic, '-X', 'acks=all'], {
      input: `${lines.join('\n')}\n`,
    });

  const consume = async (topic: string): Promise<string[]> => {
    const args = ['-b', broker.bootstrapServers, '-C', '-t', topic, '-e', '-q'];
    return (await kcat(args)).stdout.toString().trim().split('\n').sort();
  };

  const json = async (path: string): Promise<Record<string, unknown>> =>
    JSON.parse((await tree.getData(path)).data.toString()) as Record<string, unknown>;

  beforeAll(async () => {
    dir = tempDir('zookeeper-broker');
    server = await ZooKeeperProcess.start({ dataDir: join(dir.path, 'zookeeper') });
    broker = await start();
    tree = new ZooKeeperSession({
      platform: nodePlatform(),
      connectString: server.connectString,
      sessionTimeoutMs: 10_000,
    });
    await tree.connect(30_000);
  });

  afterAll(async () => {
    await tree?.close();
    await broker?.stop();
    await server?.stop();
    dir[Symbol.dispose]();
  });

  it('the tree has the nodes of an Apache Kafka, with the same fields', async () => {
    const java = await JavaBroker.start({
      dataDir: join(dir.path, 'java'),
      brokerId: 1,
      zooKeeperConnect: `${server.connectString}/java`,
      properties: SETTINGS,
    });
    try {
      for (const bootstrap of [broker.bootstrapServers, java.bootstrapServers]) {
        await kafkaTool('kafka-topics', [
          ...['--bootstrap-server', bootstrap, '--create', '--topic', 'orders'],
          ...['--partitions', '2', '--config', 'retention.ms=3600000'],
        ]);
        await kafkaTool('kafka-configs', [
          ...['--bootstrap-server', bootstrap, '--alter', '--topic', 'orders'],
          ...['--add-config', 'retention.ms=7200000'],
        ]);
        const idempotent = ['-X', 'enable.idempotence=true'];
        await kcat(['-b', bootstrap, '-P', '-t', 'orders', ...idempotent], { input: 'x\n' });
      }
      await waitFor(async () => {
        expect(await shapeOf(tree, '/zurau')).toEqual(await shapeOf(tree, '/java'));
      });
    } finally {
      await java.stop();
    }
  });

  it('a group consumes, and zookeeper-shell reads what is there', async () => {
    await produce('lines', ['a', 'b', 'c']);
    const { stdout } = await kcat([
      ...['-b', broker.bootstrapServers, '-G', 'group', 'lines'],
      ...['-X', 'auto.offset.reset=earliest', '-c', '3', '-q'],
    ]);
    expect(stdout.toString().trim().split('\n').sort()).toEqual(['a', 'b', 'c']);
    const shell = await kafkaTool('zookeeper-shell', [
      ...['-server', `${server.connectString}/zurau`],
      ...['get', '/brokers/ids/1'],
    ]);
    expect(shell.stdout.toString()).toContain(`"port":${broker.port}`);
  });

  it('ZooKeeper killed: the data path goes on; started again: the cluster can be changed', async () => {
    await produce('outage', ['1']);
    const { stat } = await tree.getData('/zurau/brokers/ids/1');
    await server.kill();
    await produce('outage', ['2', '3']);
    expect(await consume('outage')).toEqual(['1', '2', '3']);
    await server.restart();
    await produce('after-the-outage', ['1']);
    expect(await consume('after-the-outage')).toEqual(['1']);
    expect((await tree.getData('/zurau/brokers/ids/1')).stat.czxid).toBeGreaterThanOrEqual(
      stat.czxid,
    );
  });

  it('paused for longer than its session: it registers, is controller again, and goes on', async () => {
    await produce('paused', ['1']);
    const epoch = Number((await tree.getData('/zurau/controller_epoch')).data.toString());
    const { czxid } = (await tree.getData('/zurau/brokers/ids/1')).stat;
    process.kill(broker.pid, 'SIGSTOP');
    try {
      await waitFor(async () => {
        expect((await tree.getChildren('/zurau/brokers/ids')).children).toEqual([]);
      });
    } finally {
      process.kill(broker.pid, 'SIGCONT');
    }
    await waitFor(async () => {
      expect((await json('/zurau/controller'))['brokerid']).toBe(1);
      const { stat } = await tree.getData('/zurau/brokers/ids/1');
      expect(stat.czxid).toBeGreaterThan(czxid);
    });
    const next = Number((await tree.getData('/zurau/controller_epoch')).data.toString());
    expect(next).toBeGreaterThan(epoch);
    await produce('paused', ['2']);
    expect(await consume('paused')).toEqual(['1', '2']);
    await produce('made-after-the-pause', ['1']);
    expect(await consume('made-after-the-pause')).toEqual(['1']);
  });

  it('killed and started at once: it waits for the end of its old session', async () => {
    const { czxid } = (await tree.getData('/zurau/brokers/ids/1')).stat;
    await broker.kill();
    broker = await start();
    expect((await tree.getData('/zurau/brokers/ids/1')).stat.czxid).toBeGreaterThan(czxid);
    await produce('paused', ['3']);
    expect(await consume('paused')).toEqual(['1', '2', '3']);
    expect(broker.errorLines).toEqual([]);
  });
});

/** Paths below `root`, each with the names of its fields, and whether it goes with a session. What is random in a name or counts is left out. */
async function shapeOf(tree: ZooKeeperSession, root: string): Promise<string[]> {
  const shape: string[] = [];
  const visit = async (path: string): Promise<void> => {
    const { data, stat } = await tree.getData(path);
    const { children } = await tree.getChildren(path);
    // The notifications of one change may have other numbers there.
    const name = path.slice(root.length).replace(/\d{10}$/, 'N');
    shape.push(`${name} ${stat.ephemeralOwner === 0n ? '' : 'ephemeral'} ${fieldsOf(data)}`);
    for (const child of children) await visit(`${path}/${child}`);
  };
  await visit(root);
  return shape.filter((line) => !line.startsWith('/brokers/topics/__')).sort();
}

function fieldsOf(data: Buffer): string {
  if (data.length === 0) return '-';
  const value = JSON.parse(data.toString()) as unknown;
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.entries(value)
    .map(([name, each]) => `${name}:${typeof each}`)
    .sort()
    .join(' ');
}
