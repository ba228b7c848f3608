/**
 * Clients of five makes share a topic in one group while its members join, leave and are killed every two seconds: every record is
 * consumed, none by two members in one generation, in order in each partition.
 *
 * `ZURAU_CHURN_SECONDS` is how long each group is kept at it, `ZURAU_SEED` repeats a run, and `ZURAU_AGAINST=kafka` puts Apache Kafka 3.9.1 in the
 * broker's place, to see whether something is the broker's doing.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Admin } from '@zurau/client';
import {
  ApacheKafka,
  BrokerProcess,
  kafkaToolsMissing,
  kcat,
  kcatMissing,
  runCommand,
  tempDir,
  unmetRequirement,
} from '@zurau/testkit';
import type { TempDir } from '@zurau/testkit';
import { churn } from './churn.ts';
import { GroupMember, kafka4Missing, pythonClientsMissing } from './members.ts';
import type { GroupMode, MemberKind } from './members.ts';

const SECONDS = Number(process.env['ZURAU_CHURN_SECONDS'] ?? 24);
const SEED = Number(process.env['ZURAU_SEED'] ?? Date.now() % 1_000_000);
const AGAINST_KAFKA = process.env['ZURAU_AGAINST'] === 'kafka';
const PARTITION_COUNT = 12;
const TEST_MS_MAX = SECONDS * 1000 + 240_000;

const PROPERTIES = {
  'offsets.topic.num.partitions': '1',
  // The whole history of the groups is read at the end.
  'log.cleaner.enable': 'false',
  'group.min.session.timeout.ms': '1000',
  'group.initial.rebalance.delay.ms': '200',
  'group.consumer.session.timeout.ms': '4000',
  'group.consumer.min.session.timeout.ms': '4000',
  'group.consumer.heartbeat.interval.ms': '500',
  'group.consumer.min.heartbeat.interval.ms': '500',
};

const missing = await unmetRequirement('groups', [
  kafkaToolsMissing,
  kafka4Missing,
  kcatMissing,
  pythonClientsMissing,
]);

describe.skipIf(missing !== undefined)('a group of many clients under churn', () => {
  let dir: TempDir;
  let broker: BrokerProcess | ApacheKafka;

  beforeAll(async () => {
    dir = tempDir('groups');
    const options = { dataDir: join(dir.path, 'data'), properties: PROPERTIES };
    broker = await (AGAINST_KAFKA ? ApacheKafka.start(options) : BrokerProcess.start(options));
  });

  afterAll(async () => {
    await broker.stop();
    dir[Symbol.dispose]();
  });

  const createTopic = async (topic: string): Promise<void> => {
    const admin = new Admin({ bootstrapServers: broker.bootstrapServers });
    await admin.createTopics([{ name: topic, partitions: PARTITION_COUNT }]);
    await admin.close();
  };

  it('KafkaJS cannot share a group under the name that it gives its assignor', async () => {
    await createTopic('names');
    const group = { bootstrapServers: broker.bootstrapServers, group: 'names', topic: 'names' };
    await kcat(['-P', '-b', broker.bootstrapServers, '-t', 'names', '-K:'], { input: 'k:v\n' });
    const member = new GroupMember('kcat', 'kcat', { ...group, mode: 'roundrobin' });
    try {
      await expect.poll(() => member.consumed.length, { timeout: 60_000 }).toBe(1);
      const script = fileURLToPath(new URL('kafkajs-member.mjs', import.meta.url));
      const { status, stdout } = await runCommand(process.execPath, [
        ...[script, group.bootstrapServers, group.group, group.topic, '6000'],
      ]);
      expect(stdout.toString()).toContain('INCONSISTENT_GROUP_PROTOCOL');
      expect(status).toBe(2);
    } finally {
      await member.end('SIGKILL');
    }
  });

  it.each([
    {
      mode: 'roundrobin',
      kinds: ['kcat', 'kafkajs', 'kafka-python', 'console', 'verifiable'],
    },
    {
      mode: 'cooperative-sticky',
      kinds: ['kcat', 'kafka-python', 'console', 'verifiable'],
    },
    { mode: 'consumer', kinds: ['librdkafka', 'console', 'verifiable'] },
  ] satisfies { mode: GroupMode; kinds: MemberKind[] }[])(
    `$mode: $kinds, ${SECONDS} s (seed ${SEED})`,
    async ({ mode, kinds }) => {
      await createTopic(mode);
      const churned = await churn({
        bootstrapServers: broker.bootstrapServers,
        group: mode,
        topic: mode,
        mode,
        prefersRange: mode === 'roundrobin',
        kinds,
        durationMs: SECONDS * 1000,
        seed: SEED,
      });
      const history = await churned.verify();
      process.stdout.write(`${churned.summary(history)}\n`);
      if (broker instanceof BrokerProcess) expect(broker.errorLines).toEqual([]);
    },
    TEST_MS_MAX,
  );
});
