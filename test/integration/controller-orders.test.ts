/**
 * Who may order a broker about: its controller. Whoever else says so over the network is refused, and whatever is ordered, nothing breaks.
 */
import { afterEach, describe, expect, it } from 'vitest';
import {
  ErrorCode,
  ZERO_UUID,
  alterPartitionApi,
  controlledShutdownApi,
  leaderAndIsrApi,
  metadataApi,
  stopReplicaApi,
  updateMetadataApi,
} from '@zurau/protocol';
import { startBroker, startCluster } from '@zurau/broker';
import { RawClient } from '@zurau/testkit';

const TOPIC_ID = 'AAAAAAAAAAAAAAAAAAAAAQ';
const NO_EPOCH = -1;

const opened: { close(): Promise<void> | void }[] = [];

afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each.close();
});

async function clientOf(broker: { readonly bootstrapServers: string }): Promise<RawClient> {
  const client = await RawClient.connect(broker.bootstrapServers);
  opened.push(client);
  return client;
}

async function loneBroker(): Promise<RawClient> {
  const broker = await startBroker({ port: 0 });
  opened.push(broker);
  return clientOf(broker);
}

function header(controllerEpoch: number): {
  controllerId: number;
  controllerEpoch: number;
  brokerEpoch: number;
} {
  return { controllerId: 0, controllerEpoch, brokerEpoch: NO_EPOCH };
}

function becomeLeader(
  topicName: string,
  controllerEpoch: number,
  partitionIndex = 0,
): Parameters<typeof leaderAndIsrApi.request.write>[1] {
  return {
    ...header(controllerEpoch),
    type: 0,
    topicStates: [
      {
        topicName,
        topicId: TOPIC_ID,
        partitionStates: [
          {
            partitionIndex,
            controllerEpoch,
            leader: 0,
            leaderEpoch: 0,
            isr: [0],
            partitionEpoch: 0,
            replicas: [0],
            addingReplicas: [],
            removingReplicas: [],
            isNew: true,
          },
        ],
      },
    ],
    liveLeaders: [],
  };
}

async function topicNames(client: RawClient): Promise<(string | null)[]> {
  const outcome = await client.exchange(metadataApi, 9, { topics: null });
  if (outcome.kind !== 'answer') throw new Error(`no metadata: ${outcome.kind}`);
  return outcome.body.topics.map(({ name }) => name);
}

describe('a broker on its own', () => {
  it('takes no orders from the network, whatever controller they claim to be from', async () => {
    const client = await loneBroker();
    const refused = { errorCode: ErrorCode.CLUSTER_AUTHORIZATION_FAILED };
    for (const epoch of [1, 2, 0x7fff_ffff]) {
      const led = await client.exchange(leaderAndIsrApi, 7, becomeLeader('theirs', epoch));
      expect(led).toMatchObject({ kind: 'answer', body: refused });
      const told = await client.exchange(updateMetadataApi, 8, {
        ...header(epoch),
        type: 0,
        topicStates: [{ topicName: 'theirs', topicId: ZERO_UUID, partitionStates: [] }],
        liveBrokers: [],
      });
      expect(told).toMatchObject({ kind: 'answer', body: refused });
      const stopped = await client.exchange(stopReplicaApi, 4, {
        ...header(epoch),
        topicStates: [],
      });
      expect(stopped).toMatchObject({ kind: 'answer', body: refused });
    }
    const left = await client.exchange(controlledShutdownApi, 3, { brokerId: 0, brokerEpoch: -1 });
    expect(left).toMatchObject({ kind: 'answer', body: refused });
    const altered = await client.exchange(alterPartitionApi, 3, {
      brokerId: 0,
      brokerEpoch: 0,
      topics: [],
    });
    expect(altered).toMatchObject({ kind: 'answer', body: refused });
    expect(await topicNames(client)).toEqual([]);
  });

  it('says that a controller is stale where it is', async () => {
    const client = await loneBroker();
    const stale = await client.exchange(leaderAndIsrApi, 7, becomeLeader('theirs', 0));
    expect(stale).toMatchObject({ body: { errorCode: ErrorCode.STALE_CONTROLLER_EPOCH } });
    const past = { ...becomeLeader('theirs', 1), brokerEpoch: 0 };
    const earlier = await client.exchange(leaderAndIsrApi, 7, past);
    expect(earlier).toMatchObject({ body: { errorCode: ErrorCode.STALE_BROKER_EPOCH } });
  });
});

describe('one broker of several', () => {
  it('obeys an epoch that the store knows, and none above it', async () => {
    const cluster = await startCluster({ brokers: 2 });
    opened.push(cluster);
    const client = await clientOf(cluster.brokers.find(({ brokerId }) => brokerId === 0)!);
    const ahead = await client.exchange(leaderAndIsrApi, 7, becomeLeader('theirs', 1000));
    expect(ahead).toMatchObject({ body: { errorCode: ErrorCode.CLUSTER_AUTHORIZATION_FAILED } });
    const known = await client.exchange(leaderAndIsrApi, 7, becomeLeader('theirs', 1));
    expect(known).toMatchObject({
      body: {
        errorCode: ErrorCode.NONE,
        topics: [{ partitionErrors: [{ errorCode: ErrorCode.NONE }] }],
      },
    });
  });

  it.each([
    ['..', 0, ErrorCode.INVALID_TOPIC_EXCEPTION],
    ['\u0001\0', 0, ErrorCode.INVALID_TOPIC_EXCEPTION],
    ['__cluster_metadata', 0, ErrorCode.INVALID_TOPIC_EXCEPTION],
    ['theirs', -1, ErrorCode.INVALID_REQUEST],
  ])('answers an order about %j-%i with an error of that partition', async (name, index, code) => {
    const cluster = await startCluster({ brokers: 1 });
    opened.push(cluster);
    const client = await clientOf(cluster);
    const outcome = await client.exchange(leaderAndIsrApi, 7, becomeLeader(name, 1, index));
    expect(outcome).toMatchObject({
      kind: 'answer',
      body: { errorCode: ErrorCode.NONE, topics: [{ partitionErrors: [{ errorCode: code }] }] },
    });
  });
});
