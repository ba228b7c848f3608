/** A connection to another broker, against a peer that says first one thing and then another of its versions. */
import { createReadStage } from '@zurau/client/network';
import { simulatedPlatform, type SimulatedHost, type Socket } from '@zurau/platform';
import { apiVersionsApi, encodeResponseFrame, ErrorCode, fetchApi } from '@zurau/protocol';
import { expect, it } from 'vitest';
import { PeerConnection } from './peer-connection.ts';

const API_KEY_BYTES_MIN = 12;

/** Answers ApiVersions on its n-th connection with the n-th of `apiKeys`, and nothing else. */
async function peerThatServes(
  host: SimulatedHost,
  apiKeys: readonly { apiKey: number; minVersion: number; maxVersion: number }[][],
): Promise<{ readonly connections: Socket[] }> {
  const connections: Socket[] = [];
  const listening = host.network.listen({ host: '', port: 9092 }, (socket) => {
    const served = apiKeys[connections.length] ?? [];
    connections.push(socket);
    const stage = Buffer.alloc(1024);
    socket.start({
      nextBuffer: () => stage,
      onBytes: (byteCount, bytes) => {
        if (byteCount < API_KEY_BYTES_MIN) throw new Error('a request in pieces');
        const body = { errorCode: ErrorCode.NONE, apiKeys: served };
        socket.write(encodeResponseFrame(apiVersionsApi, 3, bytes.readInt32BE(8), body));
      },
      onEnd: () => socket.destroy(),
    });
  });
  await host.simulation.runUntilSettled(listening);
  return { connections };
}

it('asks a peer for its versions anew when they were of no use', async () => {
  const platform = simulatedPlatform(1);
  const fetch = { apiKey: fetchApi.key, minVersion: 4, maxVersion: 12 };
  const peer = await peerThatServes(platform.simulation.host('peer'), [[], [fetch]]);
  const connection = new PeerConnection({
    platform,
    address: () => ({ host: 'peer', port: 9092 }),
    clientId: 'test',
    requestMsMax: 1000,
    readStage: createReadStage(),
  });
  const version = (): Promise<number> =>
    platform.simulation.runUntilSettled(connection.version(fetchApi));
  await expect(version()).rejects.toThrow('does not serve it');
  expect(await version()).toBe(12);
  expect(await version()).toBe(12);
  expect(peer.connections.map(({ closed }) => closed)).toEqual([true, false]);
  connection.close();
});
