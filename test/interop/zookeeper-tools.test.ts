/**
 * Kafka's tools for operators against three of our brokers on ZooKeeper, and against three of Apache Kafka: the same commands print the same, and leave the same
 * in ZooKeeper.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  BrokerProcess,
  freePort,
  JavaBroker,
  kafkaTool,
  kafkaToolsMissing,
  kcat,
  kcatMissing,
  tempDir,
  ToolShell,
  unmetRequirement,
  ZooKeeperProcess,
} from '@zurau/testkit';
import type { KafkaTool, TempDir } from '@zurau/testkit';
import { waitFor } from './wait-for.ts';

const missing = await unmetRequirement('zookeeper-tools', [kafkaToolsMissing, kcatMissing]);

const IDS = [1, 2, 3] as const;
const SETTINGS = {
  // As long as the server allows: nobody dies here, and a busy machine is no fault.
  'zookeeper.session.timeout.ms': '10000',
  'zookeeper.connection.timeout.ms': '30000',
  'auto.leader.rebalance.enable': 'false',
  'controlled.shutdown.enable': 'false',
  'unclean.leader.election.enable': 'false',
};
const MB = 1_048_576;

interface Stoppable {
  stop(): Promise<unknown>;
}

/** Three brokers of a kind, under a root of their own. */
class Cluster {
  readonly root: string;
  readonly #server: ZooKeeperProcess;
  readonly #dir: string;
  readonly #ports: number[] = [];
  readonly #brokers = new Map<number, Stoppable>();

  constructor(root: 'zurau' | 'kafka', server: ZooKeeperProcess, dir: string) {
    this.root = root;
    this.#server = server;
    this.#dir = join(dir, root);
  }

  get bootstrapServers(): string {
    return this.#ports.map((port) => `127.0.0.1:${port}`).join(',');
  }

  get zooKeeperConnect(): string {
    return `${this.#server.connectString}/${this.root}`;
  }

  async start(): Promise<void> {
    for (const _ of IDS) this.#ports.push(await freePort());
    // The first makes the tree.
    await this.startBroker(1);
    await Promise.all(IDS.slice(1).map((id) => this.startBroker(id)));
  }

  async startBroker(id: number): Promise<void> {
    const dataDir = join(this.#dir, String(id));
    const port = this.#ports[id - 1]!;
    const { zooKeeperConnect } = this;
    const broker =
      this.root === 'kafka'
        ? await JavaBroker.start({
            ...{ dataDir, port, zooKeeperConnect },
            brokerId: id,
            properties: SETTINGS,
          })
        : await BrokerProcess.start({
            ...{ dataDir, port },
            properties: {
              ...SETTINGS,
              'broker.id': String(id),
              'zookeeper.connect': zooKeeperConnect,
            },
          });
    this.#brokers.set(id, broker);
  }

  async stopBroker(id: number): Promise<void> {
    await this.#brokers.get(id)?.stop();
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#brokers.values()].map((broker) => broker.stop()));
  }

  /** Without what differs from run to run. */
  normalized(text: string): string {
    let result = text;
    for (const [index, port] of this.#ports.entries()) {
      result = result.replaceAll(`:${port}`, `:PORT-${index + 1}`).replaceAll(String(port), 'PORT');
    }
    return (
      result
        .replaceAll(/TopicId: \S+/g, 'TopicId: ID')
        // Ours answers DescribeTopicPartitions, where Kafka with ZooKeeper does not; the one says "none", the other "not known".
        .replaceAll(/\tElr: .*/g, '')
        .replaceAll(/\d{13}/g, 'TIMESTAMP')
        // Which error it is counts, not how it is worded.
        .replaceAll(/(org\.apache\.\S+Exception): .*/g, '$1')
        .trim()
    );
  }
}

describe.skipIf(missing !== undefined)("Kafka's tools on a cluster", () => {
  let dir: TempDir;
  let server: ZooKeeperProcess;
  let shell: ToolShell;
  let ours: Cluster;
  let javas: Cluster;

  const run = async (cluster: Cluster, tool: KafkaTool, args: string[]): Promise<string> => {
    const all = ['--bootstrap-server', cluster.bootstrapServers, ...args];
    const { status, stdout, stderr } = await shell.run(tool, all);
    const said = [stdout.toString(), ...stderr.split('\n').filter((line) => !/log4j/.test(line))];
    return cluster.normalized(`status ${status}\n${said.join('\n')}`);
  };

  /** The same on both. */
  const expectSame = async (tool: KafkaTool, ...args: string[]): Promise<string> => {
    const [our, java] = [await run(ours, tool, args), await run(javas, tool, args)];
    expect({ tool, args, said: sorted(our) }).toEqual({ tool, args, said: sorted(java) });
    return our;
  };

  /** Until it prints `pattern` on both: what tools ask for happens a little later. */
  const eventually = async (pattern: RegExp, tool: KafkaTool, ...args: string[]): Promise<void> => {
    for (const cluster of [ours, javas]) {
      await waitFor(async () => expect(await run(cluster, tool, args)).toMatch(pattern));
    }
  };

  const plan = (name: string, topic: string, ...replicas: number[][]): string => {
    const path = join(dir.path, `${name}.json`);
    const partitions = replicas.map((each, partition) => ({ topic, partition, replicas: each }));
    writeFileSync(path, JSON.stringify({ version: 1, partitions }));
    return path;
  };

  beforeAll(async () => {
    dir = tempDir('zookeeper-tools');
    server = await ZooKeeperProcess.start({ dataDir: join(dir.path, 'zookeeper') });
    shell = new ToolShell();
    ours = new Cluster('zurau', server, dir.path);
    javas = new Cluster('kafka', server, dir.path);
    await Promise.all([ours.start(), javas.start()]);
  });

  afterAll(async () => {
    await shell?.close();
    await Promise.all([ours?.stop(), javas?.stop()]);
    await server?.stop();
    dir?.[Symbol.dispose]();
  });

  it('kafka-topics', async () => {
    const create = ['--create', '--topic', 'orders', '--replica-assignment', '1:2:3,2:3:1,3:1:2'];
    await expectSame('kafka-topics', ...create, '--config', 'retention.ms=3600000');
    await expectSame('kafka-topics', ...create);
    await expectSame('kafka-topics', '--create', '--topic', 'x', '--replication-factor', '4');
    await expectSame('kafka-topics', '--create', '--topic', 'too many?');
    await eventually(/Isr: 3,1,2/, 'kafka-topics', '--describe', '--topic', 'orders');
    await expectSame('kafka-topics', '--describe', '--topic', 'orders');
    await expectSame('kafka-topics', '--describe', '--topics-with-overrides');
    const grown = ['--alter', '--topic', 'orders', '--replica-assignment'];
    await expectSame('kafka-topics', ...grown, '1:2:3,2:3:1,3:1:2,1:3:2', '--partitions', '4');
    await expectSame('kafka-topics', '--alter', '--topic', 'orders', '--partitions', '2');
    await eventually(/Partition: 3\s+Leader: 1/, 'kafka-topics', '--describe', '--topic', 'orders');
    for (const which of ['under-replicated', 'under-min-isr', 'unavailable']) {
      expect(await expectSame('kafka-topics', '--describe', `--${which}-partitions`)).toBe(
        'status 0',
      );
    }
    await expectSame('kafka-topics', '--list');
  });

  it('kafka-configs', async () => {
    const broker = ['--entity-type', 'brokers'];
    const [one, all] = [
      [...broker, '--entity-name', '1'],
      [...broker, '--entity-default'],
    ];
    await expectSame(
      'kafka-configs',
      '--alter',
      ...all,
      '--add-config',
      'message.max.bytes=2000000',
    );
    await expectSame(
      'kafka-configs',
      '--alter',
      ...one,
      '--add-config',
      'message.max.bytes=3000000',
    );
    await eventually(/message.max.bytes=2000000/, 'kafka-configs', '--describe', ...all);
    await expectSame('kafka-configs', '--describe', ...all);
    await eventually(/message.max.bytes=3000000/, 'kafka-configs', '--describe', ...one);
    await expectSame('kafka-configs', '--describe', ...one);
    await expectSame('kafka-configs', '--alter', ...one, '--delete-config', 'message.max.bytes');
    await eventually(/^((?!=3000000)[^])*$/, 'kafka-configs', '--describe', ...one);
    await expectSame('kafka-configs', '--alter', ...one, '--add-config', 'log.dirs=/elsewhere');
    const topic = ['--entity-type', 'topics', '--entity-name', 'orders'];
    const values = 'min.insync.replicas=2,max.message.bytes=1000';
    await expectSame('kafka-configs', '--alter', ...topic, '--add-config', values);
    await eventually(/min.insync.replicas=2/, 'kafka-configs', '--describe', ...topic);
    await expectSame('kafka-configs', '--describe', ...topic);
    await expectSame('kafka-configs', '--alter', ...topic, '--delete-config', 'max.message.bytes');
    await expectSame('kafka-configs', '--alter', ...topic, '--add-config', 'no.such=1');
    await expectSame('kafka-configs', '--alter', ...topic, '--add-config', 'retention.ms=x');
  });

  it('kafka-reassign-partitions and kafka-leader-election', async () => {
    const topic = 'moving';
    const create = ['--create', '--topic', topic, '--replica-assignment', '1:2,2:1'];
    await expectSame('kafka-topics', ...create);
    const lines = Buffer.alloc(3 * MB, `${'x'.repeat(1023)}\n`);
    for (const { bootstrapServers } of [ours, javas]) {
      const args = ['-b', bootstrapServers, '-P', '-t', topic, '-p', '0', '-X', 'acks=all'];
      await kcat(args, { input: lines });
    }
    const there = plan('there', topic, [3, 2], [2, 3]);
    const by = (file: string): string[] => ['--reassignment-json-file', file];
    // So slow that it is not done before it is cancelled.
    const slowly = ['--throttle', '1000', '--replica-alter-log-dirs-throttle', '5000'];
    await expectSame('kafka-reassign-partitions', ...by(there), '--execute', ...slowly);
    await eventually(
      /moving-1 is completed/,
      'kafka-reassign-partitions',
      ...by(there),
      '--verify',
    );
    await expectSame('kafka-reassign-partitions', ...by(there), '--verify', '--preserve-throttles');
    await expectSame('kafka-reassign-partitions', '--list');
    await expectSame(
      'kafka-configs',
      '--describe',
      '--entity-type',
      'topics',
      '--entity-name',
      topic,
    );
    await expectSame(
      'kafka-configs',
      '--describe',
      '--entity-type',
      'brokers',
      '--entity-name',
      '3',
    );
    await expectSame('kafka-reassign-partitions', ...by(there), '--cancel', '--preserve-throttles');
    await expectSame('kafka-reassign-partitions', '--list');
    await eventually(
      /Partition: 0.*Replicas: 2,1\s+Isr: [12],[12]$/m,
      'kafka-topics',
      '--describe',
      '--topic',
      topic,
    );
    // And now without hurry on anybody's side: the throttle goes with the verification.
    await expectSame(
      'kafka-reassign-partitions',
      ...by(there),
      '--execute',
      '--additional',
      '--throttle',
      '100000000',
    );
    await eventually(
      /moving-0 is completed/,
      'kafka-reassign-partitions',
      ...by(there),
      '--verify',
    );
    await expectSame('kafka-reassign-partitions', ...by(there), '--verify');
    await expectSame(
      'kafka-configs',
      '--describe',
      '--entity-type',
      'topics',
      '--entity-name',
      topic,
    );
    await expectSame(
      'kafka-configs',
      '--describe',
      '--entity-type',
      'brokers',
      '--entity-name',
      '3',
    );
    // The leader stays where it is until it is asked to move.
    const back = plan('back', topic, [1, 3], [2, 3]);
    await expectSame(
      'kafka-reassign-partitions',
      ...by(plan('away', topic, [3, 1], [2, 3])),
      '--execute',
    );
    await eventually(
      /Partition: 0.*Isr: (1,3|3,1)$/m,
      'kafka-topics',
      '--describe',
      '--topic',
      topic,
    );
    await eventually(
      /moving-0 is completed/,
      'kafka-reassign-partitions',
      ...by(plan('away', topic, [3, 1], [2, 3])),
      '--verify',
    );
    await expectSame('kafka-reassign-partitions', ...by(back), '--execute');
    await eventually(/moving-0 is completed/, 'kafka-reassign-partitions', ...by(back), '--verify');
    const elect = ['--election-type', 'preferred', '--topic', topic, '--partition', '0'];
    await expectSame('kafka-leader-election', ...elect);
    await expectSame('kafka-leader-election', ...elect);
    await eventually(/Partition: 0\s+Leader: 1/, 'kafka-topics', '--describe', '--topic', topic);
    await expectSame(
      'kafka-leader-election',
      '--election-type',
      'preferred',
      '--topic',
      'nowhere',
      '--partition',
      '0',
    );
  });

  it('zookeeper-shell', async () => {
    const input = [
      'ls /',
      'ls /brokers/ids',
      'get /brokers/ids/1',
      'ls -R /brokers/topics/orders',
      'get /config/topics/orders',
      'get /config/brokers/<default>',
      'ls /admin',
      'get /feature',
      '',
    ].join('\n');
    const said = await Promise.all(
      [ours, javas].map(async (cluster) => {
        const args = ['-server', cluster.zooKeeperConnect];
        const { stdout } = await kafkaTool('zookeeper-shell', args, { input });
        const lines = stdout.toString().split('\n');
        return lines
          .filter((line) => /^[[{/]/.test(line))
          .map((line) => (line.startsWith('{') ? ordered(line) : line))
          .map((line) => cluster.normalized(line));
      }),
    );
    expect(said[0]!.length).toBeGreaterThan(10);
    expect(said[0]).toEqual(said[1]);
  });

  it('kafka-leader-election, unclean: the last in-sync replica is gone', async () => {
    const topic = 'unclean';
    await run(ours, 'kafka-topics', ['--create', '--topic', topic, '--replica-assignment', '2:3']);
    const describeTopic = (): Promise<string> =>
      run(ours, 'kafka-topics', ['--describe', '--topic', topic]);
    await waitFor(async () => expect(await describeTopic()).toMatch(/Isr: 2,3/));
    await ours.stopBroker(3);
    await waitFor(async () => expect(await describeTopic()).toMatch(/Isr: 2$/m));
    await ours.stopBroker(2);
    await ours.startBroker(3);
    await waitFor(async () => expect(await describeTopic()).toMatch(/Leader: none/));
    const elect = ['--topic', topic, '--partition', '0', '--election-type'];
    expect(await run(ours, 'kafka-leader-election', [...elect, 'preferred'])).toContain(
      'PreferredLeaderNotAvailableException',
    );
    expect(await run(ours, 'kafka-leader-election', [...elect, 'unclean'])).toContain(
      'Successfully completed leader election (UNCLEAN) for partitions unclean-0',
    );
    await waitFor(async () => expect(await describeTopic()).toMatch(/Leader: 3\s.*Isr: 3$/m));
    await ours.startBroker(2);
    await waitFor(async () => expect(await describeTopic()).toMatch(/Leader: 3\s.*Isr: 3,2$/m));
  });
});

/** Lists of partitions have no order that anyone promises. */
function sorted(text: string): string[] {
  return text.split('\n').sort();
}

/** JSON with its fields in order, on every level. */
function ordered(json: string): string {
  return JSON.stringify(JSON.parse(json), (_name, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1))
      : value,
  );
}
