/**
 * The consumer protocol of KIP-848 with the clients and tools of Apache Kafka 4, from the jars that `test/interop/kafka4/pom.xml` names
 * (`ZURAU_KAFKA4_LIBS` is another directory with them).
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  BrokerProcess,
  kcat,
  kcatMissing,
  mustRun,
  runCommand,
  tempDir,
  unmetRequirement,
} from '@zurau/testkit';
import type { TempDir } from '@zurau/testkit';

const LIBS =
  process.env['ZURAU_KAFKA4_LIBS'] ?? fileURLToPath(new URL('kafka4/libs', import.meta.url));
const PARTITION_COUNT = 12;
const VERIFIABLE_CONSUMER = 'org.apache.kafka.tools.VerifiableConsumer';

async function kafka4Missing(): Promise<string | undefined> {
  if (!existsSync(LIBS)) {
    return `no jars of Apache Kafka 4 at ${LIBS} (mvn -f test/interop/kafka4/pom.xml dependency:copy-dependencies -DoutputDirectory=libs)`;
  }
  const java = await runCommand('java', ['-version']).catch(() => undefined);
  return java?.status === 0 ? undefined : 'java is not on the PATH';
}

const missing = await unmetRequirement('consumer-protocol', [kafka4Missing, kcatMissing]);

function javaArgs(main: string, args: readonly string[]): string[] {
  return ['-Xmx256m', '-XX:TieredStopAtLevel=1', '-cp', `${LIBS}/*`, main, ...args];
}

/** What a verifiable consumer prints. */
interface ConsumerEvent {
  readonly timestamp: number;
  readonly name: string;
  readonly partitions?: readonly {
    readonly partition: number;
    readonly minOffset?: number;
    readonly maxOffset?: number;
  }[];
}

/** A kafka-verifiable-consumer with what it has said so far. */
class VerifiableConsumer {
  readonly events: ConsumerEvent[] = [];
  readonly exited: Promise<void>;
  endedMs = Infinity;
  readonly #child: ChildProcess;
  #errors = '';

  constructor(args: readonly string[]) {
    this.#child = spawn('java', javaArgs(VERIFIABLE_CONSUMER, args), {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const { stdout, stderr } = this.#child;
    if (stdout === null || stderr === null) throw new Error('no pipes');
    createInterface({ input: stdout }).on('line', (line) => {
      if (line.startsWith('{')) this.events.push(JSON.parse(line) as ConsumerEvent);
    });
    stderr.on('data', (chunk: Buffer) => (this.#errors += chunk.toString()));
    this.exited = new Promise((resolve) => this.#child.once('close', () => resolve()));
  }

  get errors(): string {
    return this.#errors;
  }

  /** What it has now, by what it was told. */
  get owned(): Set<number> {
    const owned = new Set<number>();
    for (const { name, partitions = [] } of this.events) {
      for (const { partition } of partitions) {
        if (name === 'partitions_assigned') owned.add(partition);
        if (name === 'partitions_revoked') owned.delete(partition);
      }
    }
    return owned;
  }

  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (signal === 'SIGKILL') this.endedMs = Date.now();
    this.#child.kill(signal);
    await this.exited;
    this.endedMs = Math.min(this.endedMs, Date.now());
  }
}

/** Fails where a partition was given to one while another, alive, still had it. */
function expectOneOwnerAtATime(consumers: readonly VerifiableConsumer[]): number {
  const changes = consumers.flatMap((consumer) => [
    ...consumer.events.flatMap(({ name, timestamp, partitions = [] }) =>
      name === 'partitions_assigned' || name === 'partitions_revoked'
        ? partitions.map(({ partition }) => ({
            timestamp,
            partition,
            consumer,
            takes: name === 'partitions_assigned',
          }))
        : [],
    ),
    ...Array.from(
      { length: consumer.endedMs === Infinity ? 0 : PARTITION_COUNT },
      (_, partition) => ({
        timestamp: consumer.endedMs,
        partition,
        consumer,
        takes: false,
      }),
    ),
  ]);
  const inOrder = changes.toSorted(
    (a, b) => a.timestamp - b.timestamp || Number(a.takes) - Number(b.takes),
  );
  const owners = new Map<number, VerifiableConsumer>();
  let handOvers = 0;
  for (const { partition, consumer, takes } of inOrder) {
    if (takes) {
      expect(owners.get(partition) ?? consumer, `owner of ${partition}`).toBe(consumer);
      owners.set(partition, consumer);
      handOvers++;
    } else if (owners.get(partition) === consumer) {
      owners.delete(partition);
    }
  }
  return handOvers;
}

/** How many different records were consumed. */
function consumedCount(consumers: readonly VerifiableConsumer[]): number {
  const seen = new Set<string>();
  for (const { events } of consumers) {
    for (const { name, partitions = [] } of events) {
      if (name !== 'records_consumed') continue;
      for (const { partition, minOffset = 0, maxOffset = -1 } of partitions) {
        for (let offset = minOffset; offset <= maxOffset; offset++)
          seen.add(`${partition}/${offset}`);
      }
    }
  }
  return seen.size;
}

describe.skipIf(missing !== undefined)('the consumer protocol with Apache Kafka 4', () => {
  let dir: TempDir;
  let broker: BrokerProcess;
  let running: VerifiableConsumer[] = [];

  const tool = async (main: string, args: readonly string[]): Promise<string> => {
    const { stdout } = await mustRun(
      'java',
      javaArgs(`org.apache.kafka.tools.${main}`, [
        '--bootstrap-server',
        broker.bootstrapServers,
        ...args,
      ]),
      { timeoutMs: 120_000 },
    );
    return stdout.toString();
  };
  const start = (group: string, topic: string, args: readonly string[]): VerifiableConsumer => {
    const consumer = new VerifiableConsumer([
      ...['--bootstrap-server', broker.bootstrapServers],
      ...['--topic', topic, '--group-id', group, ...args],
    ]);
    running.push(consumer);
    return consumer;
  };
  const produce = async (topic: string, from: number, count: number): Promise<void> => {
    const lines = Array.from({ length: count }, (_, index) => `${from + index}:v${from + index}`);
    await kcat(['-P', '-b', broker.bootstrapServers, '-t', topic, '-K:'], {
      input: `${lines.join('\n')}\n`,
    });
  };
  const createTopic = async (topic: string): Promise<void> => {
    await tool('TopicCommand', [
      ...['--create', '--topic', topic, '--partitions', String(PARTITION_COUNT)],
    ]);
  };
  /** All partitions are with these consumers, evenly. */
  const settled = async (...consumers: readonly VerifiableConsumer[]): Promise<void> => {
    const share = PARTITION_COUNT / consumers.length;
    await expect
      .poll(() => consumers.map(({ owned }) => owned.size), { timeout: 60_000, interval: 100 })
      .toEqual(consumers.map(() => share));
  };

  beforeAll(async () => {
    dir = tempDir('consumer-protocol');
    broker = await BrokerProcess.start({
      dataDir: join(dir.path, 'data'),
      properties: {
        'group.consumer.session.timeout.ms': '6000',
        'group.consumer.min.session.timeout.ms': '6000',
        'group.consumer.heartbeat.interval.ms': '500',
        'group.consumer.min.heartbeat.interval.ms': '500',
        'group.initial.rebalance.delay.ms': '0',
      },
    });
  });

  afterEach(async () => {
    await Promise.all(running.map((consumer) => consumer.end('SIGKILL')));
    running = [];
  });

  afterAll(async () => {
    await broker.stop();
    dir[Symbol.dispose]();
  });

  it('kafka-console-consumer reads with group.protocol=consumer; kafka-consumer-groups tells of it', async () => {
    await createTopic('console');
    await produce('console', 0, 100);
    const read = await tool('consumer.ConsoleConsumer', [
      ...['--topic', 'console', '--group', 'console', '--from-beginning', '--max-messages', '100'],
      ...['--consumer-property', 'group.protocol=consumer'],
    ]);
    expect(read.split('\n').filter((line) => line.startsWith('v'))).toHaveLength(100);
    const listed = await tool('consumer.group.ConsumerGroupCommand', [
      '--list',
      '--type',
      '--state',
    ]);
    expect(listed).toMatch(/console\s+Consumer\s+Empty/i);
    const described = await tool('consumer.group.ConsumerGroupCommand', [
      ...['--describe', '--group', 'console'],
    ]);
    const committed = described
      .split('\n')
      .filter((line) => /^console\s+console\s+\d/.test(line))
      .map((line) => Number(line.split(/\s+/)[3]));
    expect(committed.reduce((sum, offset) => sum + offset, 0)).toBe(100);
    await tool('consumer.group.ConsumerGroupCommand', ['--delete', '--group', 'console']);
    expect(await tool('consumer.group.ConsumerGroupCommand', ['--list'])).not.toContain('console');
  });

  it('members join, leave and are killed: every record, one owner at a time', async () => {
    await createTopic('churn');
    await produce('churn', 0, 1000);
    const modern = ['--group-protocol', 'CONSUMER'];
    const first = start('churn', 'churn', modern);
    await settled(first);
    const second = start('churn', 'churn', modern);
    await settled(first, second);
    await produce('churn', 1000, 1000);
    const third = start('churn', 'churn', [...modern, '--group-remote-assignor', 'uniform']);
    await settled(first, second, third);
    const members = await tool('consumer.group.ConsumerGroupCommand', [
      ...['--describe', '--group', 'churn', '--members', '--verbose'],
    ]);
    expect(members.match(/^churn\s/gm)).toHaveLength(3);
    const state = await tool('consumer.group.ConsumerGroupCommand', [
      ...['--describe', '--group', 'churn', '--state'],
    ]);
    expect(state).toMatch(/churn\s.*uniform\s+Stable\s+(\d+\s+\d+\s+)?3/);
    await second.end('SIGKILL');
    await produce('churn', 2000, 1000);
    await settled(first, third);
    await first.end('SIGTERM');
    await settled(third);
    await broker.kill();
    broker = await BrokerProcess.start({
      dataDir: join(dir.path, 'data'),
      port: broker.port,
      properties: {
        'group.consumer.session.timeout.ms': '6000',
        'group.consumer.min.session.timeout.ms': '6000',
        'group.consumer.heartbeat.interval.ms': '500',
        'group.consumer.min.heartbeat.interval.ms': '500',
        'group.initial.rebalance.delay.ms': '0',
      },
    });
    await produce('churn', 3000, 1000);
    const fourth = start('churn', 'churn', modern);
    await settled(third, fourth);
    await expect
      .poll(() => consumedCount([first, second, third, fourth]), { timeout: 30_000 })
      .toBe(4000);
    expect(expectOneOwnerAtATime([first, second, third, fourth])).toBeGreaterThan(PARTITION_COUNT);
    expect(broker.errorLines).toEqual([]);
  });

  it('kafka-configs gives a group a session timeout of its own, within the bounds', async () => {
    const configs = async (...args: readonly string[]): Promise<string> => {
      const { stdout, stderr } = await runCommand(
        'java',
        javaArgs('kafka.admin.ConfigCommand', [
          ...['--bootstrap-server', broker.bootstrapServers],
          ...['--entity-type', 'groups', '--entity-name', 'with/its own', ...args],
        ]),
        { timeoutMs: 120_000 },
      );
      return stdout.toString() + stderr;
    };
    const key = 'consumer.session.timeout.ms';
    await configs('--alter', '--add-config', `${key}=50000`);
    expect(await configs('--describe')).toMatch(/consumer\.session\.timeout\.ms=50000 /);
    expect(await configs('--alter', '--add-config', `${key}=5999`)).toContain(
      `${key} must be greater than or equal to group.consumer.min.session.timeout.ms`,
    );
  });

  it('a static member that restarts gets its partitions back', async () => {
    await createTopic('static');
    const modern = ['--group-protocol', 'CONSUMER', '--group-instance-id'];
    const first = start('static', 'static', [...modern, 'one']);
    const second = start('static', 'static', [...modern, 'two']);
    await settled(first, second);
    const owned = [...second.owned].toSorted();
    const eventCount = first.events.filter(({ name }) => name.startsWith('partitions_')).length;
    await second.end('SIGTERM');
    const again = start('static', 'static', [...modern, 'two']);
    await settled(first, again);
    expect([...again.owned].toSorted()).toEqual(owned);
    const after = first.events.filter(({ name }) => name.startsWith('partitions_')).length;
    expect(after).toBe(eventCount);
  });

  it.each(['RangeAssignor', 'CooperativeStickyAssignor'])(
    'a group goes from the classic protocol (%s) to the consumer protocol and back while it works',
    async (assignor) => {
      const topic = `mixed-${assignor}`;
      await createTopic(topic);
      await produce(topic, 0, 600);
      const classic = ['--assignment-strategy', `org.apache.kafka.clients.consumer.${assignor}`];
      const modern = ['--group-protocol', 'CONSUMER'];
      const first = start(topic, topic, [...classic, '--session-timeout', '6000']);
      await settled(first);
      const second = start(topic, topic, modern);
      await settled(first, second);
      const list = ['--list', '--type', '--state'];
      expect(await tool('consumer.group.ConsumerGroupCommand', list)).toMatch(
        new RegExp(`${topic}\\s+Consumer\\s+Stable`, 'i'),
      );
      await produce(topic, 600, 600);
      const third = start(topic, topic, [...classic, '--session-timeout', '6000']);
      await settled(first, second, third);
      await second.end('SIGTERM');
      await settled(first, third);
      expect(await tool('consumer.group.ConsumerGroupCommand', list)).toMatch(
        new RegExp(`${topic}\\s+Classic\\s+Stable`, 'i'),
      );
      await expect
        .poll(() => consumedCount([first, second, third]), { timeout: 30_000 })
        .toBe(1200);
      expectOneOwnerAtATime([first, second, third]);
      expect(broker.errorLines).toEqual([]);
    },
  );
});
