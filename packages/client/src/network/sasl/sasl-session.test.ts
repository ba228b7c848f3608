import { type SimulatedHost, simulatedPlatform, type Simulation } from '@zurau/platform';
import { metadataApi } from '@zurau/protocol';
import { describe, expect, it } from 'vitest';
import { BrokerNode } from '../../cluster/broker-node.ts';
import { clientError, type KafkaError } from '../../errors.ts';
import { ClientMetrics } from '../../observability/client-metrics.ts';
import { SaslBroker } from '../../fixtures/sasl-broker.ts';
import { createReadStage } from '../frame-reader.ts';
import { saslMechanism, type SaslConfig } from './sasl-config.ts';

interface World {
  readonly simulation: Simulation;
  readonly client: SimulatedHost;
  readonly broker: SaslBroker;
}

async function world(): Promise<World> {
  const client = simulatedPlatform(1);
  const { simulation } = client;
  const broker = new SaslBroker(simulation.host('broker'));
  await simulation.runUntilSettled(broker.start());
  return { simulation, client, broker };
}

function nodeOf(client: SimulatedHost, sasl: SaslConfig, idleTimeoutMs?: number): BrokerNode {
  return new BrokerNode(
    0,
    { host: 'broker', port: 9092 },
    {
      platform: client,
      clientId: 'test',
      software: { name: 'test', version: '1' },
      stage: createReadStage(),
      connectTimeoutMs: 1_000,
      requestTimeoutMs: 5_000,
      reconnect: { baseMs: 10, maxMs: 100 },
      idleTimeoutMs,
      tls: undefined,
      sasl: saslMechanism(sasl, client),
      metrics: new ClientMetrics('test'),
    },
  );
}

const plain = { mechanism: 'PLAIN', username: 'user', password: 'secret' } as const;
const body = { topics: [], allowAutoTopicCreation: false };
const closed = clientError('CLIENT_CLOSED', 'closed');

describe('a broker that wants authentication', () => {
  it('gets it before anything else', async () => {
    const { simulation, client, broker } = await world();
    const node = nodeOf(client, plain);
    const { clusterId } = await simulation.runUntilSettled(node.request(metadataApi, body));
    expect(clusterId).toBe('sasl');
    expect(broker.requests).toEqual([
      'ApiVersions',
      'SaslHandshake',
      'SaslAuthenticate',
      'Metadata',
    ]);
    await simulation.runUntilSettled(node.close(closed));
  });

  it.each([
    [
      'a wrong password',
      { ...plain, password: 'guess' },
      'SASL_AUTHENTICATION_FAILED',
      /Invalid username/,
    ],
    [
      'a mechanism that it does not have',
      { ...plain, mechanism: 'SCRAM-SHA-512' },
      'UNSUPPORTED_SASL_MECHANISM',
      /^SCRAM-SHA-512 authentication at broker:9092 failed/,
    ],
  ] as const)('refuses %s for good, and says what it offers', async (_, sasl, code, message) => {
    const { simulation, client } = await world();
    const node = nodeOf(client, sasl);
    const failure = node.connect().catch((error: unknown) => error as KafkaError);
    const error = (await simulation.runUntilSettled(failure)) as KafkaError;
    expect(error).toMatchObject({ code, retriable: false });
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(/the broker offers SCRAM-SHA-256, PLAIN/i);
    await simulation.runUntilSettled(node.close(closed));
  });

  it('is asked again later when the password could not be had', async () => {
    const { simulation, client } = await world();
    let calls = 0;
    const node = nodeOf(client, {
      ...plain,
      password: () => {
        calls += 1;
        if (calls === 1) throw new Error('the vault is shut');
        return 'secret';
      },
    });
    const first = node.connect().catch((error: unknown) => error as KafkaError);
    expect(await simulation.runUntilSettled(first)).toMatchObject({
      code: 'CREDENTIALS_UNAVAILABLE',
      retriable: true,
      message: expect.stringContaining('the vault is shut') as string,
    });
    await simulation.runUntilSettled(node.connect());
    await simulation.runUntilSettled(node.close(closed));
  });
});

describe('a session with an end', () => {
  it('is renewed before it, with requests in flight before, during and after', async () => {
    const { simulation, client, broker } = await world();
    broker.sessionLifetimeMs = 1_000;
    broker.serviceMs = 20;
    const node = nodeOf(client, plain);
    let answered = 0;
    let failed = 0;
    for (let sent = 0; sent < 500; sent += 2) {
      for (const _ of [1, 2]) {
        void node.request(metadataApi, body).then(
          () => (answered += 1),
          () => (failed += 1),
        );
      }
      await simulation.runFor(50);
    }
    await simulation.runFor(10_000);
    expect({ answered, failed }).toEqual({ answered: 500, failed: 0 });
    expect(broker.connectionCount).toBe(1);
    const renewals = broker.requests.filter((name) => name === 'SaslAuthenticate').length;
    expect(renewals).toBeGreaterThan(10);
    await simulation.runUntilSettled(node.close(closed));
  });

  it('costs the connection when it cannot be renewed, and the next says why', async () => {
    const { simulation, client, broker } = await world();
    broker.sessionLifetimeMs = 1_000;
    const node = nodeOf(client, plain);
    await simulation.runUntilSettled(node.connect());
    broker.password = 'changed';
    await simulation.runFor(990);
    expect(node.link).toBeUndefined();
    const failure = node.connect().catch((error: unknown) => error as KafkaError);
    expect(await simulation.runUntilSettled(failure)).toMatchObject({
      code: 'SASL_AUTHENTICATION_FAILED',
    });
    await simulation.runUntilSettled(node.close(closed));
  });
});

it('a connection that nothing needs is closed, and opened again for the next request', async () => {
  const { simulation, client, broker } = await world();
  broker.sessionLifetimeMs = 60_000;
  const node = nodeOf(client, plain, 1_000);
  await simulation.runUntilSettled(node.request(metadataApi, body));
  await simulation.runFor(1_500);
  expect(node.link).toBeUndefined();
  await simulation.runUntilSettled(node.request(metadataApi, body));
  expect(broker.connectionCount).toBe(2);
  await simulation.runUntilSettled(node.close(closed));
});
