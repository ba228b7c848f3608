/** Orders as they come by connections: which of them are out of date. */
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { ErrorCode, type UpdateMetadataRequest } from '@zurau/protocol';
import { ControlOrders } from '../replica/control-orders.ts';
import { MetadataCache } from '../metadata/metadata-cache.ts';
import { platform, testReplicas } from '../replica/fixtures/test-replicas.ts';
import { PeerOrders } from './peer-orders.ts';

async function peerOrders(): Promise<{ orders: PeerOrders; metadata: MetadataCache }> {
  const { replicas } = await testReplicas();
  const metadata = new MetadataCache('cluster');
  const orders = new ControlOrders({
    replicas,
    metadata,
    timers: platform.timers,
    brokerEpoch: () => 1,
    readTopicConfig: async () => undefined,
  });
  const isConfirmed = (): Promise<boolean> => Promise.resolve(true);
  return { orders: new PeerOrders(orders, pino({ level: 'silent' }), isConfirmed), metadata };
}

function aliveBrokers(controllerEpoch: number, ...ids: number[]): UpdateMetadataRequest {
  return {
    controllerId: 0,
    isKRaftController: false,
    type: 0,
    controllerEpoch,
    brokerEpoch: 1,
    ungroupedPartitionStates: [],
    topicStates: [],
    liveBrokers: ids.map((id) => ({
      id,
      v0Host: '',
      v0Port: 0,
      endpoints: [{ port: 9092, host: `host-${id}`, listener: 'PLAINTEXT', securityProtocol: 0 }],
      rack: null,
    })),
  };
}

test('metadata by a connection that the controller has given up changes nothing', async () => {
  const { orders, metadata } = await peerOrders();
  const [first, second, third] = [{}, {}, {}];
  const told = async (request: UpdateMetadataRequest, connection: object): Promise<number> =>
    (await orders.updateMetadata(request, connection)).errorCode;
  expect(await told(aliveBrokers(1, 0, 1), first)).toBe(ErrorCode.NONE);
  // The answer was lost with the connection: it comes again by the next, and then what is true now.
  expect(await told(aliveBrokers(1, 0), second)).toBe(ErrorCode.NONE);
  expect(await told(aliveBrokers(1, 0, 1), second)).toBe(ErrorCode.NONE);
  expect(await told(aliveBrokers(1, 0), first)).toBe(ErrorCode.STALE_CONTROLLER_EPOCH);
  expect(metadata.broker(1)).toBeDefined();
  // Another controller, by whatever connection.
  expect(await told(aliveBrokers(2, 0), first)).toBe(ErrorCode.NONE);
  expect(await told(aliveBrokers(2, 0, 1), third)).toBe(ErrorCode.NONE);
  expect(metadata.broker(1)).toBeDefined();
});
