/**
 * Two of our brokers and one of Apache Kafka on one real ZooKeeper, each a process. Brokers are killed while Java's producer writes with acks=all; all that
 * was acknowledged is read back. What a cluster of ours does under faults is in `test/chaos/cluster`, mixed clusters under administration in `migration`.
 */
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
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
  VerifiableProducer,
  ZooKeeperProcess,
} from '@zurau/testkit';
import type { TempDir } from '@zurau/testkit';
import { ZooKeeperSession } from '@zurau/zookeeper';
import { waitFor } from './wait-for.ts';

const missing = await unmetRequirement('zookeeper-cluster', [kafkaToolsMissing, kcatMissing]);

const SETTINGS = {
  'zookeeper.session.timeout.ms': '3000',
  'zookeeper.connection.timeout.ms': '20000',
  'default.replication.factor': '3',
  'min.insync.replicas': '2',
  'offsets.topic.num.partitions': '3',
  'num.partitions': '6',
};

describe.skipIf(missing !== undefined)('a cluster on ZooKeeper', () => {
  let dir: TempDir;
  let server: ZooKeeperProcess;
  let tree: ZooKeeperSession;
  const brokers = new Map<number, BrokerProcess>();
  let java: JavaBroker | undefined;

  const start = async (id: number, root: string): Promise<void> => {
    const port = brokers.get(id)?.port;
    const broker = await BrokerProcess.start({
      dataDir: join(dir.path, root, String(id)),
      ...(port === undefined ? {} : { port }),
      properties: {
        ...SETTINGS,
        'broker.id': String(id),
        'zookeeper.connect': `${server.connectString}/${root}`,
      },
    });
    brokers.set(id, broker);
  };

  const bootstrap = (): string =>
    [...[...brokers.values()].map((each) => each.bootstrapServers), java?.bootstrapServers ?? []]
      .flat()
      .join(',');

  const controllerOf = async (root: string): Promise<number> => {
    const { data } = await tree.getData(`/${root}/controller`);
    return (JSON.parse(data.toString()) as { brokerid: number }).brokerid;
  };

  const stateOf = async (path: string): Promise<{ leader: number; isr: number[] }> =>
    JSON.parse((await tree.getData(`${path}/state`)).data.toString()) as {
      leader: number;
      isr: number[];
    };

  const allInSync = (root: string, topic: string): Promise<void> =>
    waitFor(async () => {
      const path = `/${root}/brokers/topics/${topic}/partitions`;
      for (const partition of (await tree.getChildren(path)).children) {
        expect((await stateOf(`${path}/${partition}`)).isr.length).toBe(3);
      }
    });

  const createTopic = async (topic: string): Promise<void> => {
    const args = ['--create', '--topic', topic, '--partitions', '6', '--replication-factor', '3'];
    await kafkaTool('kafka-topics', ['--bootstrap-server', bootstrap(), ...args]);
  };

  beforeAll(async () => {
    dir = tempDir('zookeeper-cluster');
    server = await ZooKeeperProcess.start({ dataDir: join(dir.path, 'zookeeper') });
    tree = new ZooKeeperSession({
      platform: nodePlatform(),
      connectString: server.connectString,
      sessionTimeoutMs: 10_000,
    });
    await tree.connect(30_000);
  });

  afterEach(async () => {
    await Promise.all([...brokers.values()].map((broker) => broker.kill()));
    brokers.clear();
    await java?.stop();
    java = undefined;
  });

  afterAll(async () => {
    await tree?.close();
    await server?.stop();
    dir[Symbol.dispose]();
  });

  it('two of ours and an Apache Kafka: leaders and the controller on either side', async () => {
    const root = 'mixed';
    await Promise.all([1, 2].map((id) => start(id, root)));
    java = await JavaBroker.start({
      dataDir: join(dir.path, root, 'java'),
      brokerId: 3,
      zooKeeperConnect: `${server.connectString}/${root}`,
      properties: SETTINGS,
    });
    expect(await controllerOf(root)).not.toBe(3);
    await createTopic('orders');
    await allInSync(root, 'orders');
    const producer = new VerifiableProducer({ bootstrapServers: bootstrap(), topic: 'orders' });
    await waitFor(() => producer.acknowledged.length > 200);
    const loses = async (id: number, kill: () => Promise<void>): Promise<void> => {
      await kill();
      const before = producer.acknowledged.length;
      await waitFor(async () => {
        expect(await controllerOf(root)).not.toBe(id);
        expect(producer.acknowledged.length).toBeGreaterThan(before + 300);
      });
    };
    // Ours is controller, and goes.
    const first = await controllerOf(root);
    await loses(first, () => brokers.get(first)!.kill());
    await start(first, root);
    await allInSync(root, 'orders');
    // Java's becomes controller: nobody else is awake when there is none.
    for (const broker of brokers.values()) process.kill(broker.pid, 'SIGSTOP');
    await tree.delete(`/${root}/controller`, -1);
    await waitFor(async () => expect(await controllerOf(root)).toBe(3));
    for (const broker of brokers.values()) process.kill(broker.pid, 'SIGCONT');
    await loses(1, () => brokers.get(1)!.kill());
    expect(await controllerOf(root)).toBe(3);
    await start(1, root);
    await allInSync(root, 'orders');
    // And goes, while it leads as well.
    await loses(3, () => java!.stop());
    await java.restart();
    await allInSync(root, 'orders');
    await producer.stop();
    const values = producer.acknowledged.map(({ value }) => value);
    await expectAll(bootstrap(), 'orders', values);
  });
});

async function expectAll(
  bootstrapServers: string,
  topic: string,
  values: readonly string[],
): Promise<void> {
  const { stdout } = await kcat(['-b', bootstrapServers, '-C', '-t', topic, '-e', '-q']);
  const read = new Set(stdout.toString().trim().split('\n'));
  expect(values.filter((value) => !read.has(value))).toEqual([]);
}
