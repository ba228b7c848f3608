/**
 * Kafka's tools for operators against three of our brokers on ZooKeeper, and against three of Apache Kafka: the same commands print the same, and leave the same
 * in ZooKeeper.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { metadataApi } from '@zurau/protocol';
import {
  BrokerProcess,
  freePort,
  JavaBroker,
  kafkaTool,
  kafkaToolsMissing,
  kcat,
  kcatMissing,
  RawClient,
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
const METADATA_VERSION = 9;
/** Where in Java's code something happened is nobody's concern. */
const NOISE = /log4j|^\s+(at |\.\.\. )/;

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

  const run = async (cluster: Cluster, tool: KafkaTool, args: string): Promise<string> => {
    const all = ['--bootstrap-server', cluster.bootstrapServers, ...args.split(' ')];
    const { status, stdout, stderr } = await shell.run(tool, all);
    const said = `${stdout.toString()}\n${stderr}`.split('\n').filter((line) => !NOISE.test(line));
    return cluster.normalized(`status ${status}\n${said.join('\n')}`);
  };

  /** Prints the same on both. */
  const same = async (tool: KafkaTool, args: string): Promise<void> => {
    const [our, java] = [await run(ours, tool, args), await run(javas, tool, args)];
    expect({ tool, args, said: sorted(our) }).toEqual({ tool, args, said: sorted(java) });
  };

  /** Prints the same on both, and this: for what only looks, as what others have asked for happens a little later. */
  const comesToSay = (pattern: RegExp, tool: KafkaTool, args: string): Promise<void> =>
    waitFor(async () => {
      expect(await run(ours, tool, args)).toMatch(pattern);
      await same(tool, args);
    });

  /** Every broker knows that these are the replicas, that all are in sync, and which leads, if that matters. Tools ask any of them. */
  const known = (
    topic: string,
    replicas: readonly (readonly number[])[],
    firstLeads = true,
  ): Promise<void> =>
    waitFor(async () => {
      for (const address of [ours, javas].flatMap((each) => each.bootstrapServers.split(','))) {
        const seen = await partitionsAt(address, topic);
        expect(seen.map((each) => each.replicas)).toEqual(replicas);
        for (const { leader, isr, replicas: all } of seen) {
          expect([...isr].sort()).toEqual([...all].sort());
          expect(firstLeads ? [all[0]] : all).toContain(leader);
        }
      }
    });

  /** A file for `kafka-reassign-partitions`. */
  const planned = (name: string, topic: string, ...replicas: number[][]): string => {
    const path = join(dir.path, `${name}.json`);
    const partitions = replicas.map((each, partition) => ({ topic, partition, replicas: each }));
    writeFileSync(path, JSON.stringify({ version: 1, partitions }));
    return `--reassignment-json-file ${path}`;
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
    const create = '--create --topic orders --replica-assignment 1:2:3,2:3:1,3:1:2';
    await same('kafka-topics', `${create} --config retention.ms=3600000`);
    const replicas = [
      [1, 2, 3],
      [2, 3, 1],
      [3, 1, 2],
    ];
    await known('orders', replicas);
    await same('kafka-topics', create);
    await same('kafka-topics', '--create --topic x --replication-factor 4');
    await same('kafka-topics', '--create --topic no/name');
    await comesToSay(/Isr: 3,1,2/, 'kafka-topics', '--describe --topic orders');
    await comesToSay(/retention/, 'kafka-topics', '--describe --topics-with-overrides');
    const grown = '--alter --topic orders --partitions 4 --replica-assignment';
    await same('kafka-topics', `${grown} 1:2:3,2:3:1,3:1:2,1:3:2`);
    await known('orders', [...replicas, [1, 3, 2]]);
    await same('kafka-topics', '--alter --topic orders --partitions 2');
    await comesToSay(/Partition: 3/, 'kafka-topics', '--describe --topic orders');
    for (const which of ['under-replicated', 'under-min-isr', 'unavailable']) {
      await comesToSay(/^status 0$/, 'kafka-topics', `--describe --${which}-partitions`);
    }
    await comesToSay(/orders/, 'kafka-topics', '--list');
  });

  it('kafka-configs', async () => {
    const all = '--entity-type brokers --entity-default';
    const one = '--entity-type brokers --entity-name 1';
    await same('kafka-configs', `--alter ${all} --add-config message.max.bytes=2000000`);
    await same('kafka-configs', `--alter ${one} --add-config message.max.bytes=3000000`);
    await comesToSay(/message.max.bytes=2000000/, 'kafka-configs', `--describe ${all}`);
    await comesToSay(/message.max.bytes=3000000/, 'kafka-configs', `--describe ${one}`);
    await same('kafka-configs', `--alter ${one} --delete-config message.max.bytes`);
    await comesToSay(/^((?!=3000000)[^])*$/, 'kafka-configs', `--describe ${one}`);
    await same('kafka-configs', `--alter ${one} --add-config log.dirs=/elsewhere`);
    const topic = '--entity-type topics --entity-name orders';
    const values = 'min.insync.replicas=2,max.message.bytes=1000';
    await same('kafka-configs', `--alter ${topic} --add-config ${values}`);
    await comesToSay(/min.insync.replicas=2/, 'kafka-configs', `--describe ${topic}`);
    await same('kafka-configs', `--alter ${topic} --add-config no.such=1`);
    await same('kafka-configs', `--alter ${topic} --add-config retention.ms=x`);
  });

  it('kafka-reassign-partitions and kafka-leader-election', async () => {
    const topic = 'moving';
    const tool = 'kafka-reassign-partitions';
    await same('kafka-topics', `--create --topic ${topic} --replica-assignment 1:2,2:1`);
    const lines = Buffer.alloc(12 * MB, `${'x'.repeat(1023)}\n`);
    for (const { bootstrapServers } of [ours, javas]) {
      const args = ['-b', bootstrapServers, '-P', '-t', topic, '-p', '0', '-X', 'acks=all'];
      await kcat(args, { input: lines });
    }
    await known(topic, [
      [1, 2],
      [2, 1],
    ]);
    const throttles = async (pattern: RegExp): Promise<void> => {
      for (const entity of [`topics --entity-name ${topic}`, 'brokers --entity-name 3']) {
        await comesToSay(pattern, 'kafka-configs', `--describe --entity-type ${entity}`);
      }
    };
    const there = planned('there', topic, [3, 2], [2, 3]);
    // So slow that it is not done before it is cancelled.
    await same(tool, `${there} --execute --throttle 1000`);
    await comesToSay(/moving-1 is completed/, tool, `${there} --verify --preserve-throttles`);
    await comesToSay(/moving-0/, tool, '--list');
    await throttles(/throttled/);
    await same(tool, `${there} --cancel --preserve-throttles`);
    await comesToSay(/No partition reassignments found/, tool, '--list');
    await known(
      topic,
      [
        [2, 1],
        [2, 3],
      ],
      false,
    );
    // And now without hurry on anybody's side: the throttle goes with the verification.
    await same(tool, `${there} --execute --additional --throttle 100000000`);
    await known(
      topic,
      [
        [3, 2],
        [2, 3],
      ],
      false,
    );
    await comesToSay(/moving-0 is completed/, tool, `${there} --verify`);
    await throttles(/^((?!throttled)[^])*$/);
    // The leader stays where it is until it is asked to move.
    const away = planned('away', topic, [3, 1], [2, 3]);
    await same(tool, `${away} --execute`);
    await known(topic, [
      [3, 1],
      [2, 3],
    ]);
    await same(tool, `${planned('back', topic, [1, 3], [2, 3])} --execute`);
    await known(
      topic,
      [
        [1, 3],
        [2, 3],
      ],
      false,
    );
    const elect = '--election-type preferred --partition 0 --topic';
    await same('kafka-leader-election', `${elect} ${topic}`);
    await known(topic, [
      [1, 3],
      [2, 3],
    ]);
    await same('kafka-leader-election', `${elect} ${topic}`);
    await same('kafka-leader-election', `${elect} nowhere`);
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
    await run(ours, 'kafka-topics', `--create --topic ${topic} --replica-assignment 2:3`);
    const describeTopic = (): Promise<string> =>
      run(ours, 'kafka-topics', `--describe --topic ${topic}`);
    await waitFor(async () => expect(await describeTopic()).toMatch(/Isr: 2,3/));
    await ours.stopBroker(3);
    await waitFor(async () => expect(await describeTopic()).toMatch(/Isr: 2$/m));
    await ours.stopBroker(2);
    await ours.startBroker(3);
    await waitFor(async () => expect(await describeTopic()).toMatch(/Leader: none/));
    const elect = `--topic ${topic} --partition 0 --election-type`;
    expect(await run(ours, 'kafka-leader-election', `${elect} preferred`)).toContain(
      'PreferredLeaderNotAvailableException',
    );
    expect(await run(ours, 'kafka-leader-election', `${elect} unclean`)).toContain(
      `Successfully completed leader election (UNCLEAN) for partitions ${topic}-0`,
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

interface PartitionView {
  readonly leader: number;
  readonly replicas: readonly number[];
  readonly isr: readonly number[];
}

/** What one broker's metadata says of a topic. */
async function partitionsAt(address: string, topic: string): Promise<PartitionView[]> {
  const client = await RawClient.connect(address);
  try {
    const request = { topics: [{ name: topic }], allowAutoTopicCreation: false };
    const outcome = await client.exchange(metadataApi, METADATA_VERSION, request);
    if (outcome.kind !== 'answer') throw new Error(`no answer: ${outcome.kind}`);
    const partitions = outcome.body.topics.flatMap((each) => each.partitions);
    return partitions
      .sort((one, other) => one.partitionIndex - other.partitionIndex)
      .map(({ leaderId, replicaNodes, isrNodes }) => ({
        leader: leaderId,
        replicas: replicaNodes,
        isr: isrNodes,
      }));
  } finally {
    client.close();
  }
}
