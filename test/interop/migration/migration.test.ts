/**
 * From Apache Kafka 3.9 to Zurau and back, broker by broker on the same data, while clients write and read: `docs/operating/replace-brokers.sh` as operators run it.
 *
 * On the way the cluster is mixed, in each proportion. There, with the controller on either side, topics are created, expanded, reassigned, deleted, and leaders elected.
 *
 * `ZURAU_ROUNDS=3` goes there and back three times, and does all that in every proportion on every way.
 */
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Consumer } from '@zurau/client';
import {
  kafkaToolsMissing,
  kcatMissing,
  mustRun,
  tempDir,
  ToolShell,
  unmetRequirement,
} from '@zurau/testkit';
import type { TempDir } from '@zurau/testkit';
import { expectAllThere, expectSameBytes, verifyReplicas } from '../../chaos/cluster/replicas.ts';
import { JavaWriter, OwnWriter } from '../../chaos/cluster/writers.ts';
import type { Writer } from '../../chaos/cluster/writers.ts';
import { waitFor } from '../wait-for.ts';
import { Administration } from './administration.ts';
import { IDS, MixedCluster } from './mixed-cluster.ts';
import type { Kind } from './mixed-cluster.ts';

const SCRIPT = fileURLToPath(
  new URL('../../../docs/operating/replace-brokers.sh', import.meta.url),
);
const SCRIPT_MS_MAX = 280_000;
const ROUNDS = Number(process.env['ZURAU_ROUNDS'] ?? 0);
const PARTITIONS = 6;
const OURS = 'from-ours';
const JAVAS = 'from-java';
const GROUP = 'readers';

const missing = await unmetRequirement('migration', [kafkaToolsMissing, kcatMissing]);

describe.skipIf(missing !== undefined)('migration with clients running', () => {
  let dir: TempDir;
  let cluster: MixedCluster;
  let shell: ToolShell;
  let administration: Administration;
  let machines: Machines;
  let writers: Writer[] = [];
  let reader: GroupReader;
  let exercises = 0;

  /** With the controller on either side, if there are two. */
  const exerciseBothSides = async (): Promise<void> => {
    for (const kind of ['kafka', 'zurau'] as const) {
      const id = IDS.find((each) => cluster.kindOf(each) === kind);
      if (id === undefined) continue;
      await cluster.makeController(id);
      await administration.exercise(`exercise-${exercises++}`);
      expect(await cluster.controller()).toBe(id);
    }
  };

  const replaceAll = async (old: Kind, next: Kind, exercised: boolean): Promise<void> => {
    machines.afterStart = async (): Promise<void> => {
      const kinds = new Set(IDS.map((id) => cluster.kindOf(id)));
      if (exercised && kinds.size > 1) await exerciseBothSides();
      await Promise.all(writers.map((writer) => writer.progress()));
    };
    await machines.run(old, next);
    expect(IDS.map((id) => cluster.kindOf(id))).toEqual(IDS.map(() => next));
  };

  beforeAll(async () => {
    dir = tempDir('migration');
    cluster = await MixedCluster.start(dir.path);
    shell = new ToolShell();
    administration = new Administration(cluster, shell, dir.path);
    // The first makes the tree.
    await cluster.startBroker(1, 'kafka');
    await Promise.all(IDS.slice(1).map((id) => cluster.startBroker(id, 'kafka')));
    machines = await Machines.start(cluster, administration, dir.path);
    await administration.create(OURS, PARTITIONS, 3);
    await administration.create(JAVAS, PARTITIONS, 3);
    const { bootstrapServers } = cluster;
    writers = [
      new OwnWriter(bootstrapServers, OURS, PARTITIONS),
      new JavaWriter(bootstrapServers, JAVAS, PARTITIONS, dir.path),
    ];
    reader = new GroupReader(bootstrapServers);
    await Promise.all(writers.map((writer) => writer.progress()));
  });

  afterAll(async () => {
    await machines?.close();
    await Promise.allSettled([reader?.stop(), ...writers.map((writer) => writer.stop())]);
    await shell?.close();
    await cluster?.stop();
    dir?.[Symbol.dispose]();
  });

  it('from Apache Kafka to Zurau', () => replaceAll('kafka', 'zurau', true));

  it('a rolling restart of Zurau', () => replaceAll('zurau', 'zurau', false));

  it('and back to Apache Kafka', () => replaceAll('zurau', 'kafka', ROUNDS > 0));

  it.each(Array.from({ length: ROUNDS }, (_, round) => round + 1))('again, %i', async () => {
    await replaceAll('kafka', 'zurau', true);
    await replaceAll('zurau', 'kafka', true);
  });

  it('nothing was lost, repeated or put out of order, and the replicas are the same', async () => {
    const { bootstrapServers } = cluster;
    await Promise.all(writers.map((writer) => writer.stop()));
    let total = 0;
    for (const writer of writers) {
      expect(writer.failures.slice(0, 5)).toEqual([]);
      total += await expectAllThere(bootstrapServers, writer);
    }
    // Each at least once: it may have read again what it had not committed when its coordinator moved.
    await waitFor(() => expect(reader.seen.size).toBe(total));
    await reader.stop();
    expect(await administration.lagOf(GROUP)).toEqual(Array(2 * PARTITIONS).fill('0'));
    process.stdout.write(
      `migration: ${total} records, ${machines.replaced} brokers replaced, ${exercises} topics' lives\n`,
    );
    expect((await administration.underReplicated()).trim()).toBe('');
    await verifyReplicas(bootstrapServers, `${OURS}|${JAVAS}`);
    await cluster.killBrokers();
    for (const topic of [OURS, JAVAS]) {
      expectSameBytes(
        IDS.map((id) => cluster.logDir(id)),
        topic,
      );
    }
  });
});

/** The machines that the script believes in: `systemctl` on one of them is a request to this process. */
class Machines {
  /** Runs before the script hears that a broker is started. */
  afterStart: () => Promise<void> = () => Promise.resolve();
  replaced = 0;
  readonly #cluster: MixedCluster;
  readonly #server: Server;
  readonly #environment: Readonly<Record<string, string>>;

  private constructor(
    cluster: MixedCluster,
    server: Server,
    environment: Readonly<Record<string, string>>,
  ) {
    this.#cluster = cluster;
    this.#server = server;
    this.#environment = environment;
  }

  static async start(
    cluster: MixedCluster,
    administration: Administration,
    dir: string,
  ): Promise<Machines> {
    const server = createServer((request, response) => {
      machines.#serve(request.url ?? '', administration).then(
        (said) => response.end(said),
        (error: unknown) => response.writeHead(500).end(String(error)),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const shim = join(dir, 'shim.mjs');
    writeFileSync(
      shim,
      `const answer = await fetch('http://127.0.0.1:${port}/' + process.argv.slice(2).map(encodeURIComponent).join('/'));
process.stdout.write(await answer.text());
process.exitCode = answer.ok ? 0 : 1;
`,
    );
    const machines: Machines = new Machines(cluster, server, {
      BOOTSTRAP_SERVERS: cluster.bootstrapServers,
      KAFKA_TOPICS: `${process.execPath} ${shim} kafka-topics`,
      REMOTE: `${process.execPath} ${shim}`,
    });
    return machines;
  }

  async run(old: Kind, next: Kind): Promise<void> {
    const args = [SCRIPT, old, next, ...IDS.map((id) => `machine-${id}`)];
    await mustRun('bash', args, { env: this.#environment, timeoutMs: SCRIPT_MS_MAX });
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #serve(url: string, administration: Administration): Promise<string> {
    const words = url.slice(1).split('/').map(decodeURIComponent);
    if (words[0] === 'kafka-topics') {
      expect(words.slice(3)).toEqual(['--describe', '--under-replicated-partitions']);
      return administration.underReplicated();
    }
    const [machine, command, verb, unit] = words;
    expect(command).toBe('systemctl');
    const id = Number(machine?.slice('machine-'.length));
    if (verb === 'stop') {
      expect(this.#cluster.kindOf(id)).toBe(unit);
      await this.#cluster.stopBroker(id);
    } else {
      await this.#cluster.startBroker(id, unit as Kind);
      this.replaced += 1;
      await this.afterStart();
    }
    return '';
  }
}

/** A group of one that reads along and commits; what it saw at least once. */
class GroupReader {
  readonly seen = new Set<string>();
  readonly #consumer: Consumer;
  readonly #running: Promise<void>;
  #stopped = false;

  constructor(bootstrapServers: string) {
    this.#consumer = new Consumer({
      bootstrapServers: bootstrapServers.split(','),
      groupId: GROUP,
      autoOffsetReset: 'earliest',
      autoCommitIntervalMs: 500,
    });
    this.#running = this.#run();
  }

  /** Idempotent. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
    await this.#consumer.close();
  }

  async #run(): Promise<void> {
    this.#consumer.subscribe([OURS, JAVAS]);
    while (!this.#stopped) {
      for (const { topic, partition, records } of await this.#consumer.poll({ timeoutMs: 200 })) {
        for (const { offset } of records) this.seen.add(`${topic}-${partition}@${offset}`);
      }
    }
  }
}
