/**
 * Our client against an Apache Kafka 3.9.1 that wants to know who it talks to: TLS, SASL, reauthentication; and with that broker, everything of the admin client
 * that needs an authorizer, quotas, credentials, or Kafka's own idea of a cluster.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  Admin,
  type CommonConfig,
  Consumer,
  type KafkaError,
  PartialFailure,
  Producer,
  type SaslConfig,
} from '@zurau/client';
import {
  freePort,
  kafkaToolsMissing,
  type TempDir,
  tempDir,
  unmetRequirement,
  ZooKeeperKafka,
} from '@zurau/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testAuthority } from '../../packages/platform/src/fixtures/test-certificates.ts';

const missing = await unmetRequirement('client on a secured Apache Kafka', [kafkaToolsMissing]);

const REAUTHENTICATE_MS = 2_000;
const authority = testAuthority();
const server = authority.issue('broker', ['127.0.0.1']);
const client = authority.issue('client');
const tls = { ca: authority.cert };

const login = 'required';
const modules = 'org.apache.kafka.common.security';
const jaas: Record<string, string> = {
  plain: `${modules}.plain.PlainLoginModule ${login} user_alice="alice-secret";`,
  'scram-sha-256': `${modules}.scram.ScramLoginModule ${login};`,
  'scram-sha-512': `${modules}.scram.ScramLoginModule ${login};`,
  oauthbearer: `${modules}.oauthbearer.OAuthBearerLoginModule ${login} unsecuredLoginStringClaim_sub="broker";`,
};

function jaasOf(listener: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(jaas).map(([mechanism, config]) => [
      `listener.name.${listener}.${mechanism}.sasl.jaas.config`,
      config,
    ]),
  );
}

/** A token that Kafka's validator for tests takes: nobody has signed it. */
function unsecuredToken(subject: string): { value: string; expiresAtMs: number } {
  const part = (json: object): string => Buffer.from(JSON.stringify(json)).toString('base64url');
  const now = Date.now() / 1000;
  const claims = { sub: subject, iat: now - 60, exp: now + 600 };
  return { value: `${part({ alg: 'none' })}.${part(claims)}.`, expiresAtMs: Date.now() + 600_000 };
}

describe.skipIf(missing !== undefined)('a secured Apache Kafka', () => {
  let dir: TempDir;
  let kafka: ZooKeeperKafka;
  let root: Admin;
  let addresses: Record<'ssl' | 'saslSsl' | 'saslPlaintext', string>;
  const open: { close(): Promise<unknown> }[] = [];

  beforeAll(async () => {
    dir = tempDir('secured');
    const keys = join(dir.path, 'server.pem');
    const trusted = join(dir.path, 'authority.pem');
    writeFileSync(keys, server.key + server.cert);
    writeFileSync(trusted, authority.cert);
    const ports = [await freePort(), await freePort(), await freePort()];
    const [ssl, saslSsl, saslPlaintext] = ports.map((port) => `127.0.0.1:${port}`) as [
      string,
      string,
      string,
    ];
    addresses = { ssl, saslSsl, saslPlaintext };
    kafka = await ZooKeeperKafka.start({
      dataDir: dir.path,
      listeners: [`SSL://${ssl}`, `SASL_SSL://${saslSsl}`, `SASL_PLAINTEXT://${saslPlaintext}`],
      properties: {
        'ssl.keystore.type': 'PEM',
        'ssl.keystore.location': keys,
        'ssl.truststore.type': 'PEM',
        'ssl.truststore.location': trusted,
        'listener.name.ssl.ssl.client.auth': 'required',
        'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER',
        ...jaasOf('sasl_ssl'),
        ...jaasOf('sasl_plaintext'),
        'connections.max.reauth.ms': String(REAUTHENTICATE_MS),
        'authorizer.class.name': 'kafka.security.authorizer.AclAuthorizer',
        'super.users': 'User:ANONYMOUS',
        'delegation.token.secret.key': 'not a secret',
        'log.dirs': `${join(dir.path, 'logs-a')},${join(dir.path, 'logs-b')}`,
      },
    });
    root = admin({ bootstrapServers: kafka.bootstrapServers });
    await root.alterScramCredentials([
      { user: 'bob', mechanism: 'SCRAM-SHA-256', password: 'bob-secret' },
    ]);
    await root.alterScramCredentials([
      { user: 'bob', mechanism: 'SCRAM-SHA-512', password: 'pässword,=', iterations: 4096 },
    ]);
    await root.createAcls([
      {
        resourceType: 'topic',
        resourceName: 'open-',
        patternType: 'prefixed',
        principal: 'User:*',
        host: '*',
        operation: 'all',
        permission: 'allow',
      },
    ]);
    await root.createTopics([{ name: 'open-records', partitions: 2, replicationFactor: 1 }]);
  });

  afterAll(async () => {
    for (const each of open) await each.close();
    await kafka?.stop();
    dir?.[Symbol.dispose]();
  });

  function admin(config: CommonConfig): Admin {
    return closing(new Admin(config));
  }

  /** Closed when the suite ends. */
  function closing<T extends { close(): Promise<unknown> }>(made: T): T {
    open.push(made);
    return made;
  }

  const scram256 = { mechanism: 'SCRAM-SHA-256', username: 'bob', password: 'bob-secret' } as const;
  const mechanisms: readonly SaslConfig[] = [
    { mechanism: 'PLAIN', username: 'alice', password: 'alice-secret' },
    scram256,
    { mechanism: 'SCRAM-SHA-512', username: 'bob', password: () => 'pässword,=' },
    { mechanism: 'OAUTHBEARER', tokenProvider: () => unsecuredToken('carol') },
  ];

  async function codeOf(promise: Promise<unknown>): Promise<KafkaError> {
    return await promise.then(
      () => {
        throw new Error('it succeeded');
      },
      (error: unknown) => error as KafkaError,
    );
  }

  /** Produces and consumes over the connection. */
  async function roundTrip(config: CommonConfig, value: string): Promise<void> {
    const producer = closing(new Producer({ ...config, enableIdempotence: false }));
    const { partition, offset } = await producer.send({ topic: 'open-records', value });
    const consumer = closing(new Consumer(config));
    await consumer.assign([{ topic: 'open-records', partition, from: offset }]);
    const [batch] = await consumer.poll({ timeoutMs: 20_000 });
    expect(String(batch?.records[0]?.value)).toBe(value);
  }

  it('is reached with TLS, both sides showing certificates', async () => {
    const ssl = { ...tls, key: client.key, cert: client.cert };
    await roundTrip({ bootstrapServers: addresses.ssl, ssl }, 'over tls');
  });

  it('is not reached without a certificate, nor trusted without its authority', async () => {
    const stranger = testAuthority('somebody').issue('stranger');
    for (const ssl of [tls, { ...tls, ...stranger }, true] as const) {
      const refused = admin({ bootstrapServers: addresses.ssl, ssl });
      const error = await codeOf(refused.describeCluster({ timeoutMs: 20_000 }));
      expect(error).toMatchObject({ code: 'TLS_FAILED', retriable: false });
    }
    const plain = admin({ bootstrapServers: addresses.saslSsl });
    const error = await codeOf(plain.describeCluster({ timeoutMs: 2_000 }));
    expect(error.code).toBe('PROTOCOL_VIOLATION');
  });

  it.each(mechanisms)('takes $mechanism, with TLS and without', async (sasl) => {
    await roundTrip({ bootstrapServers: addresses.saslSsl, ssl: tls, sasl }, sasl.mechanism);
    await roundTrip({ bootstrapServers: addresses.saslPlaintext, sasl }, sasl.mechanism);
  });

  it('refuses wrong secrets, and says so', async () => {
    const token = (): { value: string } => ({ value: `${unsecuredToken('x').value}YWJj` });
    for (const sasl of [
      { mechanism: 'PLAIN', username: 'alice', password: 'guess' },
      { mechanism: 'SCRAM-SHA-256', username: 'bob', password: 'guess' },
      { mechanism: 'SCRAM-SHA-512', username: 'nobody', password: 'guess' },
      { mechanism: 'OAUTHBEARER', tokenProvider: token },
    ] as const) {
      const refused = admin({ bootstrapServers: addresses.saslPlaintext, sasl });
      const error = await codeOf(refused.describeCluster());
      expect(error).toMatchObject({ code: 'SASL_AUTHENTICATION_FAILED', retriable: false });
      expect(error.message).toContain(`${sasl.mechanism} authentication at 127.0.0.1`);
    }
    const sasl = { mechanism: 'GSSAPI', *converse() {} };
    const refused = admin({ bootstrapServers: addresses.saslPlaintext, sasl });
    const error = await codeOf(refused.describeCluster());
    expect(error.code).toBe('UNSUPPORTED_SASL_MECHANISM');
    expect(error.message).toMatch(/offers .*SCRAM-SHA-512/);
  });

  it('is authenticated to again and again, on the same connection, under load', async () => {
    const config = { bootstrapServers: addresses.saslPlaintext, sasl: scram256 };
    const producer = closing(new Producer({ ...config, enableIdempotence: false, retries: 0 }));
    const until = Date.now() + 3 * REAUTHENTICATE_MS;
    let sent = 0;
    while (Date.now() < until) {
      await Promise.all(
        Array.from({ length: 20 }, () => producer.send({ topic: 'open-records', value: 'x' })),
      );
      sent += 20;
    }
    // With no retries a connection that the broker had closed would have cost records.
    expect(sent).toBeGreaterThan(100);
  });

  it('keeps access control lists', async () => {
    const bob = admin({ bootstrapServers: addresses.saslPlaintext, sasl: scram256 });
    await root.createTopics([{ name: 'closed', partitions: 1, replicationFactor: 1 }]);
    expect((await codeOf(bob.deleteTopics(['closed']))).code).toBe('TOPIC_AUTHORIZATION_FAILED');
    const rule = {
      resourceType: 'topic',
      resourceName: 'closed',
      patternType: 'literal',
      principal: 'User:bob',
      host: '127.0.0.1',
      operation: 'delete',
      permission: 'allow',
    } as const;
    await root.createAcls([rule, { ...rule, operation: 'describe' }]);
    const found = await root.describeAcls({ resourceType: 'topic', resourceName: 'closed' });
    expect(found).toHaveLength(2);
    expect(found).toContainEqual(rule);
    const matching = await root.describeAcls({
      resourceType: 'topic',
      resourceName: 'open-records',
      patternType: 'match',
    });
    expect(matching.map(({ resourceName }) => resourceName)).toEqual(['open-']);
    const [described] = await bob.describeTopics(['closed'], { includeAuthorizedOperations: true });
    expect(described?.authorizedOperations).toEqual(['delete', 'describe']);
    await bob.deleteTopics(['closed']);
    const deleted = await root.deleteAcls([
      { resourceName: 'closed', resourceType: 'topic', patternType: 'literal' },
      { principal: 'User:nobody' },
    ]);
    expect(deleted.map((acls) => acls.length)).toEqual([2, 0]);
    expect((await codeOf(bob.createAcls([rule]))).code).toBe('CLUSTER_AUTHORIZATION_FAILED');
  });

  it('keeps quotas', async () => {
    await root.alterClientQuotas([
      { entity: { user: 'bob', clientId: null }, quotas: { producer_byte_rate: 1e6 } },
      { entity: { user: null }, quotas: { consumer_byte_rate: 2e6, request_percentage: 50.5 } },
      { entity: { ip: '10.0.0.1' }, quotas: { connection_creation_rate: 7 } },
    ]);
    const all = await root.describeClientQuotas();
    expect(all).toHaveLength(3);
    const ofBob = await root.describeClientQuotas({ user: { name: 'bob' }, clientId: 'any' });
    expect(ofBob).toEqual([
      { entity: { user: 'bob', clientId: null }, quotas: { producer_byte_rate: 1e6 } },
    ]);
    await root.alterClientQuotas([
      { entity: { user: null }, quotas: { consumer_byte_rate: null } },
    ]);
    expect(await root.describeClientQuotas({ user: 'default' })).toEqual([
      { entity: { user: null }, quotas: { request_percentage: 50.5 } },
    ]);
    const wrong = { entity: { user: 'bob' }, quotas: { nonsense: 1 } };
    const error = await codeOf(root.alterClientQuotas([wrong]));
    expect(error.code).toBe('INVALID_REQUEST');
  });

  it('keeps SCRAM users', async () => {
    expect(await root.describeScramCredentials(['bob'])).toEqual([
      {
        user: 'bob',
        credentials: [
          { mechanism: 'SCRAM-SHA-256', iterations: 8192 },
          { mechanism: 'SCRAM-SHA-512', iterations: 4096 },
        ],
      },
    ]);
    const error = await codeOf(root.describeScramCredentials(['bob', 'nobody']));
    expect(error).toBeInstanceOf(PartialFailure);
    expect([...(error as PartialFailure).failures.keys()]).toEqual(['nobody']);
    expect([...(error as PartialFailure).results.keys()]).toEqual(['bob']);
    await root.alterScramCredentials([{ user: 'dave', mechanism: 'SCRAM-SHA-256', password: 'x' }]);
    await root.alterScramCredentials([{ user: 'dave', mechanism: 'SCRAM-SHA-256', remove: true }]);
    expect((await root.describeScramCredentials()).map(({ user }) => user)).toEqual(['bob']);
  });

  it('gives delegation tokens, which are as good as passwords', async () => {
    const bob = admin({ bootstrapServers: addresses.saslSsl, ssl: tls, sasl: scram256 });
    const token = await bob.createDelegationToken({ renewers: ['User:carol'] });
    expect(token.owner).toBe('User:bob');
    const sasl = {
      mechanism: 'SCRAM-SHA-256',
      username: token.tokenId,
      password: token.hmac.toString('base64'),
      tokenAuth: true,
    } as const;
    await expect
      .poll(async () => (await bob.describeDelegationTokens())[0]?.tokenId)
      .toBe(token.tokenId);
    await roundTrip({ bootstrapServers: addresses.saslSsl, ssl: tls, sasl }, 'by token');
    const [described] = await bob.describeDelegationTokens(['User:bob']);
    expect(described).toMatchObject({ renewers: ['User:carol'], maxAtMs: token.maxAtMs });
    expect(await bob.renewDelegationToken(token.hmac)).toBeGreaterThanOrEqual(token.expiresAtMs);
    await bob.expireDelegationToken(token.hmac);
    await expect.poll(() => bob.describeDelegationTokens()).toEqual([]);
    const byToken = await codeOf(root.createDelegationToken());
    expect(byToken.code).toBe('DELEGATION_TOKEN_REQUEST_NOT_ALLOWED');
  });

  it('moves replicas between directories, and reassigns what it can', async () => {
    const [created] = await root.createTopics([{ name: 'open-moved', partitions: 2 }]);
    expect(created).toMatchObject({ name: 'open-moved', partitions: 2, replicationFactor: 1 });
    const where = async (): Promise<string | undefined> => {
      const partitions = [{ topic: 'open-moved', partition: 0 }];
      const directories = await root.describeLogDirs([0], { partitions });
      return directories.find((directory) => directory.partitions.some(({ isFuture }) => !isFuture))
        ?.path;
    };
    await expect.poll(where, { timeout: 20_000 }).toBeDefined();
    const from = (await where())!;
    const to = join(dir.path, from.endsWith('logs-a') ? 'logs-b' : 'logs-a');
    await root.alterReplicaLogDirs([{ topic: 'open-moved', partition: 0, brokerId: 0, path: to }]);
    await expect.poll(where, { timeout: 20_000 }).toBe(to);
    const nowhere = { topic: 'open-moved', partition: 1, brokerId: 0, path: '/nowhere' };
    expect((await codeOf(root.alterReplicaLogDirs([nowhere]))).code).toBe('LOG_DIR_NOT_FOUND');

    expect(await root.listReassignments()).toEqual([]);
    const error = await codeOf(
      root.alterReassignments([
        { topic: 'open-moved', partition: 0, replicas: [0] },
        { topic: 'open-moved', partition: 1, replicas: null },
        { topic: 'open-moved', partition: 2, replicas: [0] },
      ]),
    );
    const failures = [...(error as PartialFailure).failures];
    expect(failures.map(([name, { code }]) => [name, code]).toSorted()).toEqual([
      ['open-moved-1', 'NO_REASSIGNMENT_IN_PROGRESS'],
      ['open-moved-2', 'UNKNOWN_TOPIC_OR_PARTITION'],
    ]);
    expect([...(error as PartialFailure).results.keys()]).toEqual(['open-moved-0']);
    expect(await root.electLeaders('preferred')).toEqual([]);
    const unknown = [{ topic: 'open-moved', partition: 9 }];
    expect((await codeOf(root.electLeaders('unclean', unknown))).code).toBe(
      'UNKNOWN_TOPIC_OR_PARTITION',
    );
    await root.deleteTopics([{ id: created!.id }]);
    const gone = await codeOf(root.describeTopics([{ id: created!.id }]));
    expect(gone.code).toBe('UNKNOWN_TOPIC_ID');
  });

  it('changes configs both ways', async () => {
    const topic = { type: 'topic', name: 'open-records' } as const;
    const own = async (): Promise<Record<string, string | null>> => {
      const [description] = await root.describeConfigs([topic]);
      const set = description?.entries.filter(({ source }) => source === 'topic') ?? [];
      return Object.fromEntries(set.map(({ name, value }) => [name, value]));
    };
    await root.replaceConfigs([{ resource: topic, configs: { 'retention.ms': '60000' } }]);
    await expect.poll(own).toEqual({ 'retention.ms': '60000' });
    await root.replaceConfigs([{ resource: topic, configs: { 'segment.bytes': '1048576' } }]);
    await expect.poll(own).toEqual({ 'segment.bytes': '1048576' });
    const logger = { type: 'broker-logger', name: '0' } as const;
    const changes = [{ name: 'kafka.server.KafkaApis', operation: 'set', value: 'WARN' }] as const;
    await root.alterConfigs([{ resource: logger, changes }]);
    const [loggers] = await root.describeConfigs([logger]);
    const level = loggers?.entries.find(({ name }) => name === 'kafka.server.KafkaApis');
    expect(level).toMatchObject({ value: 'WARN', source: 'dynamic-broker-logger' });
  });

  it('tells of producers and transactions, and ends them', async () => {
    const at = { topic: 'open-records', partition: 0 };
    const producer = closing(new Producer({ bootstrapServers: kafka.bootstrapServers }));
    await producer.send({ ...at, value: 'idempotent' });
    const [described] = await root.describeProducers([at]);
    expect(described?.producers).toContainEqual(
      expect.objectContaining({ producerEpoch: 0, currentTransactionStartOffset: -1 }),
    );
    const missing = await codeOf(root.describeProducers([at, { ...at, partition: 7 }]));
    expect([...(missing as PartialFailure).failures.keys()]).toEqual(['open-records-7']);
    const [fenced] = await root.fenceProducers(['tx-1']);
    expect(fenced).toMatchObject({ transactionalId: 'tx-1', producerEpoch: 0 });
    const [again] = await root.fenceProducers(['tx-1']);
    expect(again?.producerEpoch).toBe(1);
    expect(await root.listTransactions()).toEqual([
      { transactionalId: 'tx-1', producerId: fenced?.producerId, state: 'Empty' },
    ]);
    expect(await root.describeTransactions(['tx-1'])).toMatchObject([
      { transactionalId: 'tx-1', coordinatorId: 0, state: 'Empty', partitions: [] },
    ]);
    const unknown = await codeOf(root.describeTransactions(['tx-1', 'tx-2']));
    expect(unknown.code).toBe('TRANSACTIONAL_ID_NOT_FOUND');
    const hanging = { ...at, producerId: 999_999, producerEpoch: 0, coordinatorEpoch: 0 };
    await root.abortTransaction(hanging);
    const refused = admin({ bootstrapServers: addresses.saslPlaintext, sasl: scram256 });
    expect((await codeOf(refused.abortTransaction(hanging))).code).toBe(
      'CLUSTER_AUTHORIZATION_FAILED',
    );
  });

  it('looks after groups and their offsets', async () => {
    const at = { topic: 'open-records', partition: 0 };
    await root.setGroupOffsets('g1', [{ ...at, offset: 1, leaderEpoch: 0, metadata: 'note' }]);
    await root.setGroupOffsets('g2', [{ ...at, offset: 2 }]);
    const offsets = await root.fetchOffsetsOfGroups(['g1', 'g2', 'g3'], { requireStable: true });
    expect(offsets.get('g1')).toEqual([{ ...at, offset: 1, leaderEpoch: 0, metadata: 'note' }]);
    expect(offsets.get('g2')).toMatchObject([{ offset: 2 }]);
    expect(offsets.get('g3')).toEqual([]);
    const only = await root.fetchGroupOffsets('g1', { partitions: [{ ...at, partition: 1 }] });
    expect(only).toEqual([]);
    const [g1] = await root.describeGroups(['g1'], { includeAuthorizedOperations: true });
    expect(g1).toMatchObject({ type: 'classic', state: 'Empty', members: [] });
    expect(g1?.authorizedOperations).toContain('delete');
    await root.removeGroupMembers('g1', 'all');
    const stranger = await codeOf(root.removeGroupMembers('g1', [{ groupInstanceId: 'x' }]));
    expect(stranger.code).toBe('UNKNOWN_MEMBER_ID');
    const error = await codeOf(root.deleteGroups(['g1', 'g2', 'g3']));
    expect([...(error as PartialFailure).failures].map(([name, { code }]) => [name, code])).toEqual(
      [['g3', 'GROUP_ID_NOT_FOUND']],
    );
    expect((await codeOf(root.describeGroups(['g1']))).code).toBe('GROUP_ID_NOT_FOUND');
  });

  it('finds offsets of every kind, and deletes records', async () => {
    const at = { topic: 'open-records', partition: 0 };
    const specs = ['beginning', 'end', 'max-timestamp', 'beginning-local', 'end-tiered'] as const;
    const answers: Record<string, number> = {};
    for (const spec of specs) {
      const [answer] = await root.listOffsets([{ ...at, at: spec }]);
      answers[spec] = answer?.offset ?? Number.NaN;
    }
    expect(answers).toMatchObject({ beginning: 0, 'beginning-local': 0, 'end-tiered': -1 });
    const [deleted] = await root.deleteRecords([{ ...at, beforeOffset: -1 }]);
    expect(deleted?.lowWatermark).toBe(answers['end']);
    const error = await codeOf(
      root.deleteRecords([
        { ...at, beforeOffset: 1_000_000 },
        { ...at, topic: 'open-missing', beforeOffset: 0 },
      ]),
    );
    expect([...(error as PartialFailure).failures].map(([, { code }]) => code)).toEqual([
      'OFFSET_OUT_OF_RANGE',
      'UNKNOWN_TOPIC_OR_PARTITION',
    ]);
  });

  it('describes itself', async () => {
    const { brokers, authorizedOperations } = await root.describeCluster({
      includeAuthorizedOperations: true,
    });
    expect(brokers.map(({ id }) => id)).toEqual([0]);
    expect(authorizedOperations).toContain('alter');
    const { supported } = await root.describeFeatures();
    expect(supported).toBeDefined();
    expect((await codeOf(root.describeQuorum())).code).toBe('VERSION_MISMATCH');
  });
});
