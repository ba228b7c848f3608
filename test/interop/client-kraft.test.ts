/** What the admin client can ask only where metadata are in KRaft: Apache Kafka 3.9.1 with one node that is broker and controller. */
import { Admin, Consumer, type KafkaError, Producer } from '@zurau/client';
import {
  ApacheKafka,
  kafkaToolsMissing,
  type TempDir,
  tempDir,
  unmetRequirement,
} from '@zurau/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const missing = await unmetRequirement('client on Apache Kafka in KRaft mode', [kafkaToolsMissing]);

describe.skipIf(missing !== undefined)('Apache Kafka in KRaft mode', () => {
  let dir: TempDir;
  let kafka: ApacheKafka;
  let admin: Admin;

  beforeAll(async () => {
    dir = tempDir('kraft');
    kafka = await ApacheKafka.start({ dataDir: dir.path, heap: '512m' });
    admin = new Admin({ bootstrapServers: kafka.bootstrapServers });
  });

  afterAll(async () => {
    await admin?.close();
    await kafka?.stop();
    dir?.[Symbol.dispose]();
  });

  const codeOf = async (promise: Promise<unknown>): Promise<string> =>
    await promise.then(
      () => 'it succeeded',
      (error: unknown) => (error as KafkaError).code,
    );

  it('tells of its quorum', async () => {
    const quorum = await admin.describeQuorum();
    expect(quorum.leaderId).toBe(1);
    expect(quorum.voters.map(({ id }) => id)).toEqual([1]);
    expect(quorum.highWatermark).toBeGreaterThan(0);
    expect(await codeOf(admin.unregisterBroker(77))).toBe('BROKER_ID_NOT_REGISTERED');
  });

  it('tells of its features, and takes updates of them', async () => {
    const { finalized, supported, finalizedEpoch } = await admin.describeFeatures();
    const level = finalized['metadata.version']?.max ?? 0;
    expect(level).toBeGreaterThan(0);
    expect(supported['metadata.version']?.max).toBeGreaterThanOrEqual(level);
    expect(finalizedEpoch).toBeGreaterThan(0);
    const same = [{ feature: 'metadata.version', level, type: 'upgrade' }] as const;
    await admin.updateFeatures(same, { validateOnly: true });
    const beyond = [{ feature: 'metadata.version', level: 9_999 }];
    expect(await codeOf(admin.updateFeatures(beyond))).toBe('INVALID_UPDATE_VERSION');
  });

  it('describes groups with members, and puts these out', async () => {
    const topic = 'kraft-records';
    await admin.createTopics([{ name: topic, partitions: 1, replicationFactor: 1 }]);
    const producer = new Producer({ bootstrapServers: kafka.bootstrapServers });
    await producer.send({ topic, value: 'x' });
    await producer.close();
    const consumer = new Consumer({
      bootstrapServers: kafka.bootstrapServers,
      groupId: 'kraft-group',
      groupInstanceId: 'static-1',
      autoOffsetReset: 'earliest',
    });
    try {
      consumer.subscribe([topic]);
      let seen = 0;
      while (seen === 0) seen = (await consumer.poll({ timeoutMs: 10_000 })).length;
      const [group] = await admin.describeGroups(['kraft-group']);
      expect(group).toMatchObject({
        state: 'Stable',
        members: [{ groupInstanceId: 'static-1', partitions: [{ topic, partition: 0 }] }],
      });
      expect(await codeOf(admin.deleteGroups(['kraft-group']))).toBe('NON_EMPTY_GROUP');
      const counted = consumer.metrics().find(({ name }) => name.includes('records_consumed'));
      expect(counted?.series[0]).toMatchObject({ value: 1 });
    } finally {
      await consumer.close();
    }
    await admin.removeGroupMembers('kraft-group', 'all');
    const [emptied] = await admin.describeGroups(['kraft-group']);
    expect(emptied?.members).toEqual([]);
    await admin.deleteGroups(['kraft-group']);
  });
});
