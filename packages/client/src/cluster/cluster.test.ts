import { type SimulatedHost, simulatedPlatform } from '@zurau/platform';
import { ErrorCode, type MetadataResponse, ZERO_UUID } from '@zurau/protocol';
import { describe, expect, it } from 'vitest';
import { Admin } from '../admin/admin.ts';
import type { KafkaError } from '../errors.ts';
import { SmallCluster } from '../fixtures/small-cluster.ts';
import { ClusterMetadata } from './metadata.ts';

type MetadataResponsePartition = MetadataResponse['topics'][number]['partitions'][number];

/** Two brokers; `silent` takes connections and says nothing, on `dead` nobody listens. */
async function world(): Promise<{ client: SimulatedHost; cluster: SmallCluster }> {
  const client = simulatedPlatform(3);
  const { simulation } = client;
  const hosts = [simulation.host('broker0'), simulation.host('broker1')];
  const cluster = new SmallCluster(hosts);
  await simulation.runUntilSettled(cluster.start());
  simulation.host('dead');
  const silent = simulation.host('silent');
  await simulation.runUntilSettled(silent.network.listen({ host: '', port: 9092 }, () => {}));
  cluster.createTopic('t', 1);
  return { client, cluster };
}

const code = (error: unknown): string => (error as KafkaError).code;

describe('several bootstrap servers', () => {
  it('one dead and one half-open hold nobody up for long', async () => {
    const { client } = await world();
    const admin = new Admin({
      bootstrapServers: 'dead:9092,silent:9092,broker0:9092',
      platform: client,
    });
    const startMs = client.simulation.nowMs;
    const topics = await client.simulation.runUntilSettled(admin.listTopics());
    expect(topics.map(({ name }) => name)).toEqual(['t']);
    expect(client.simulation.nowMs - startMs).toBeLessThan(2_500);
    await client.simulation.runUntilSettled(admin.close());
  });

  it('all of them unreachable is known when each was tried once, or when the time is up', async () => {
    const { client } = await world();
    const { simulation } = client;
    const admin = new Admin({ bootstrapServers: ['dead:9092', 'silent:9092'], platform: client });
    expect(await simulation.runUntilSettled(admin.connect().catch(code))).toBe('REQUEST_TIMEOUT');
    const startMs = simulation.nowMs;
    const listed = admin.listTopics({ timeoutMs: 3_000 }).catch((error: unknown) => error);
    expect(await simulation.runUntilSettled(listed)).toMatchObject({ code: 'OPERATION_TIMEOUT' });
    expect(simulation.nowMs - startMs).toBeLessThan(3_001);
    await simulation.runUntilSettled(admin.close());
  });

  it('a cluster that moved away altogether is found again at the first addresses', async () => {
    const { client, cluster } = await world();
    const { simulation } = client;
    const admin = new Admin({ bootstrapServers: cluster.bootstrapServers, platform: client });
    await simulation.runUntilSettled(admin.listTopics());
    await simulation.runUntilSettled(Promise.all([cluster.stopBroker(0), cluster.stopBroker(1)]));
    const listed = admin.listTopics({ timeoutMs: 60_000 });
    await simulation.runFor(20_000);
    await simulation.runUntilSettled(cluster.startBroker(1));
    expect(await simulation.runUntilSettled(listed)).toHaveLength(1);
    await simulation.runUntilSettled(admin.close());
  });
});

it('a partition of an absurd number is not believed, and costs nothing', () => {
  const metadata = new ClusterMetadata();
  const partition = (partitionIndex: number): MetadataResponsePartition => ({
    errorCode: ErrorCode.NONE,
    partitionIndex,
    leaderId: 0,
    leaderEpoch: 0,
    replicaNodes: [0],
    isrNodes: [0],
    offlineReplicas: [],
  });
  const topic = {
    errorCode: ErrorCode.NONE,
    name: 't',
    topicId: ZERO_UUID,
    isInternal: false,
    partitions: [0x7fff_ffff, -1, 3].map(partition),
    topicAuthorizedOperations: 0,
  };
  metadata.apply(
    {
      throttleTimeMs: 0,
      brokers: [],
      clusterId: null,
      controllerId: 0,
      topics: [topic],
      clusterAuthorizedOperations: 0,
      errorCode: ErrorCode.NONE,
    },
    0,
  );
  const { partitions } = metadata.topic('t')!;
  expect(partitions.map(({ leader }) => leader)).toEqual([-1, -1, -1, 0]);
});
