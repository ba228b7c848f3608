/**
 * Our consumers among Apache Kafka's: the suites of groups against Apache Kafka itself, and one group with members of both, whichever is leader.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { startBroker } from '@zurau/broker';
import { Admin, Consumer } from '@zurau/client';
import type { AssignorName } from '@zurau/client';
import {
  ApacheKafka,
  kafkaLibs,
  kafkaToolsMissing,
  mustRun,
  runCommand,
  tempDir,
  unmetRequirement,
} from '@zurau/testkit';
import { describe, expect, it } from 'vitest';

const LIBS_4 =
  process.env['ZURAU_KAFKA4_LIBS'] ?? fileURLToPath(new URL('kafka4/libs', import.meta.url));
const PARTITION_COUNT = 6;
const SUITES = ['client', 'client-transactions', 'consumer-groups', 'consumer-churn'];

async function kafka4Missing(): Promise<string | undefined> {
  if (!existsSync(LIBS_4)) return `no jars of Apache Kafka 4 at ${LIBS_4}`;
  const java = await runCommand('java', ['-version']).catch(() => undefined);
  return java?.status === 0 ? undefined : 'java is not on the PATH';
}

const missing3 = await unmetRequirement('client-groups on Apache Kafka 3.9', [kafkaToolsMissing]);
const missing4 = await unmetRequirement('client-groups on Apache Kafka 4', [kafka4Missing]);

/** Quick to rebalance, and quick to tell members of it. */
const properties = {
  'offsets.topic.num.partitions': '5',
  'group.consumer.min.heartbeat.interval.ms': '100',
  'group.consumer.heartbeat.interval.ms': '200',
};

describe.each([
  ['3.9', missing3, () => kafkaLibs(), 'classic'],
  ['4', missing4, () => LIBS_4, 'classic,consumer'],
] as const)('Apache Kafka %s', (_, missing, libs, protocols) => {
  it.skipIf(missing !== undefined)('gives the same results as Zurau', async () => {
    using dir = tempDir('client-groups');
    await using kafka = await ApacheKafka.start({
      dataDir: dir.path,
      properties,
      heap: '512m',
      libs: libs(),
    });
    const files = SUITES.map((name) => `test/integration/${name}.test.ts`);
    // Its own process: the suites find their cluster in the environment.
    await mustRun(
      'npx',
      ['vitest', 'run', '--no-file-parallelism', '--testTimeout=60000', ...files],
      {
        env: {
          ZURAU_TEST_BOOTSTRAP: kafka.bootstrapServers,
          ZURAU_TEST_GROUP_PROTOCOLS: protocols,
        },
        timeoutMs: 280_000,
      },
    );
  });
});

/** A kafka-verifiable-consumer, and what it has by what it was told. */
class JavaConsumer {
  readonly owned: Set<number> = new Set();
  readonly #child: ChildProcess;

  constructor(bootstrapServers: string, topic: string, strategy: string) {
    const args = ['--bootstrap-server', bootstrapServers, '--topic', topic, '--group-id', topic];
    const options = ['--group-protocol', 'classic', '--assignment-strategy', strategy];
    const main = 'org.apache.kafka.tools.VerifiableConsumer';
    this.#child = spawn(
      'java',
      ['-Xmx256m', '-XX:TieredStopAtLevel=1', '-cp', `${LIBS_4}/*`, main, ...args, ...options],
      { stdio: ['ignore', 'pipe', 'ignore'] },
    );
    if (this.#child.stdout === null) throw new Error('no pipe');
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      if (line.startsWith('{')) this.#note(JSON.parse(line) as JavaEvent);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const exited = new Promise((resolve) => this.#child.once('close', resolve));
    this.#child.kill('SIGTERM');
    await exited;
  }

  #note({ name, partitions = [] }: JavaEvent): void {
    for (const { partition } of partitions) {
      if (name === 'partitions_assigned') this.owned.add(partition);
      if (name === 'partitions_revoked') this.owned.delete(partition);
    }
  }
}

interface JavaEvent {
  readonly name: string;
  readonly partitions?: readonly { readonly partition: number }[];
}

describe('a group with members of Apache Kafka', () => {
  it.skipIf(missing4 !== undefined).each([
    ['range', 'RangeAssignor'],
    ['roundrobin', 'RoundRobinAssignor'],
    ['sticky', 'StickyAssignor'],
    ['cooperative-sticky', 'CooperativeStickyAssignor'],
  ] as const)('shares by %s, whoever leads', async (name: AssignorName, javaName) => {
    await using broker = await startBroker({ port: 0 });
    const { bootstrapServers } = broker;
    const topic = `mixed-${name}`;
    await using admin = new Admin({ bootstrapServers });
    await admin.createTopics([{ name: topic, partitions: PARTITION_COUNT }]);
    const member = (): Consumer => {
      const consumer = new Consumer({
        bootstrapServers,
        groupId: topic,
        partitionAssignmentStrategy: [name],
        heartbeatIntervalMs: 200,
      });
      consumer.subscribe(topic);
      return consumer;
    };
    const numbersOf = (consumer: Consumer): number[] =>
      consumer.assignment().map(({ partition }) => partition);
    const all = Array.from({ length: PARTITION_COUNT }, (_, partition) => partition);
    const share = async (consumer: Consumer, java: JavaConsumer): Promise<void> => {
      for (;;) {
        await consumer.poll({ timeoutMs: 50 });
        if (numbersOf(consumer).length !== 3 || java.owned.size !== 3) continue;
        expect([...numbersOf(consumer), ...java.owned].sort()).toEqual(all);
        return;
      }
    };
    const ours = member();
    while (numbersOf(ours).length !== PARTITION_COUNT) await ours.poll({ timeoutMs: 50 });
    // Ours leads, and hands out to both.
    const strategy = `org.apache.kafka.clients.consumer.${javaName}`;
    await using java = new JavaConsumer(bootstrapServers, topic, strategy);
    await share(ours, java);
    await ours.close();
    await expect.poll(() => java.owned.size, { timeout: 60_000 }).toBe(PARTITION_COUNT);
    // Now the other leads.
    const next = member();
    await share(next, java);
    await next.close();
  });
});
