/**
 * The ZooKeeper client against real servers: what they answer, and what becomes of a session when they are killed, restarted, or elect another leader.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { nodePlatform } from '@zurau/platform';
import {
  freePort,
  kafkaToolsMissing,
  mustRun,
  tempDir,
  unmetRequirement,
  ZooKeeperEnsemble,
  ZooKeeperProcess,
} from '@zurau/testkit';
import type { TempDir } from '@zurau/testkit';
import {
  CREATOR_ALL_ACL,
  digestAclId,
  digestCredentials,
  isZooKeeperError,
  multiSurely,
  Permission,
  untilAnswered,
  ZooKeeperSession,
  type WatchEvent,
  type ZooKeeperSessionOptions,
} from '@zurau/zookeeper';
import { waitFor } from './wait-for.ts';

const missing = await unmetRequirement('zookeeper', [kafkaToolsMissing]);
const EMPTY = Buffer.alloc(0);
const CONNECT_MS = 30_000;

const open: ZooKeeperSession[] = [];

function session(options: Omit<ZooKeeperSessionOptions, 'platform'>): ZooKeeperSession {
  const made = new ZooKeeperSession({ platform: nodePlatform(), ...options });
  open.push(made);
  return made;
}

async function connected(
  connectString: string,
  options: Partial<ZooKeeperSessionOptions> = {},
): Promise<ZooKeeperSession> {
  const made = session({ sessionTimeoutMs: 40_000, ...options, connectString });
  await made.connect(CONNECT_MS);
  return made;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

describe.skipIf(missing !== undefined)('one server', () => {
  let dir: TempDir;
  let server: ZooKeeperProcess;

  beforeAll(async () => {
    dir = tempDir('zookeeper-client');
    const jaas = join(dir.path, 'jaas.conf');
    const module = 'org.apache.zookeeper.server.auth.DigestLoginModule';
    writeFileSync(jaas, `Server { ${module} required user_kafka="it's a \\"secret\\""; };\n`);
    server = await ZooKeeperProcess.start({
      dataDir: join(dir.path, 'server'),
      properties: {
        maxSessionTimeout: '60000',
        'authProvider.sasl': 'org.apache.zookeeper.server.auth.SASLAuthenticationProvider',
      },
      jvmOptions: [`-Djava.security.auth.login.config=${jaas}`],
    });
  });

  afterAll(async () => {
    await server?.stop();
    dir[Symbol.dispose]();
  });

  it('keeps ACLs, and who may read is who proved who they are', async () => {
    const owner = await connected(server.connectString, {
      credentials: [digestCredentials('alice', 'secret')],
    });
    await owner.create('/secret', Buffer.from('x'), { acl: CREATOR_ALL_ACL });
    const { acl, stat } = await owner.getAcl('/secret');
    const id = digestAclId('alice', 'secret');
    expect(acl).toEqual([{ permissions: Permission.ALL, scheme: 'digest', id }]);
    const stranger = await connected(server.connectString);
    await expect(stranger.getData('/secret')).rejects.toMatchObject({ code: 'NO_AUTH' });
    const readable = [...acl, { permissions: Permission.READ, scheme: 'world', id: 'anyone' }];
    expect((await owner.setAcl('/secret', readable, stat.aversion)).aversion).toBe(1);
    await expect(owner.setAcl('/secret', readable, 0)).rejects.toMatchObject({
      code: 'BAD_VERSION',
    });
    expect((await stranger.getData('/secret')).data.toString()).toBe('x');
    await expect(stranger.setData('/secret', EMPTY, -1)).rejects.toMatchObject({ code: 'NO_AUTH' });
    await expect(
      stranger.create('/bad', EMPTY, { acl: [{ permissions: 31, scheme: 'none', id: '' }] }),
    ).rejects.toMatchObject({ code: 'INVALID_ACL' });
  });

  it('takes SASL DIGEST-MD5 with the right password, and only then', async () => {
    const saslLogin = { username: 'kafka', password: 'it\'s a "secret"' };
    const owner = await connected(server.connectString, { saslLogin });
    await owner.create('/sasl', EMPTY, { acl: CREATOR_ALL_ACL });
    expect((await owner.getAcl('/sasl')).acl).toMatchObject([{ scheme: 'sasl', id: 'kafka' }]);
    const wrong = session({
      connectString: server.connectString,
      saslLogin: { ...saslLogin, password: 'wrong' },
    });
    await expect(wrong.connect(CONNECT_MS)).rejects.toMatchObject({ code: 'AUTH_FAILED' });
  });

  it('takes as much as it says, and what would be more is not sent', async () => {
    const client = await connected(server.connectString);
    await expect(client.create('/large', Buffer.alloc(1_048_575))).rejects.toMatchObject({
      code: 'PACKET_TOO_LARGE',
    });
    const data = Buffer.alloc(1_048_000, 'x');
    await client.create('/large', data);
    expect((await client.getData('/large')).data.equals(data)).toBe(true);
    expect(client.state).toBe('connected');
  });

  it('answers thousands of requests in order', async () => {
    const client = await connected(server.connectString);
    await client.create('/many', EMPTY);
    const names = Array.from({ length: 2_000 }, (_, index) => `/many/${index}`);
    await Promise.all(names.map((name) => client.create(name, Buffer.from(name))));
    const read = await Promise.all(names.map((name) => client.getData(name)));
    expect(read.map(({ data }) => data.toString())).toEqual(names);
    expect((await client.getChildren('/many')).children.length).toBe(names.length);
  });

  it('killed and started again: the session goes on, and hears what it missed', async () => {
    const client = await connected(server.connectString);
    const other = await connected(server.connectString);
    const events: WatchEvent[] = [];
    await client.create('/mine', EMPTY, { ephemeral: true });
    await client.create('/watched', EMPTY);
    await client.getData('/watched', (event) => events.push(event));
    await client.exists('/made', (event) => events.push(event));
    const { id } = client;
    await server.kill();
    const whileAway = untilAnswered(() => other.setData('/watched', EMPTY, 0));
    const waiting = untilAnswered(() => client.exists('/mine'));
    await server.restart();
    expect((await waiting)?.ephemeralOwner).toBe(id);
    expect(client.id).toBe(id);
    await whileAway;
    await other.create('/made', EMPTY);
    await client.sync();
    expect(events).toEqual([
      { type: 'data-changed', path: '/watched' },
      { type: 'created', path: '/made' },
    ]);
  });

  it('told that we go: ephemeral nodes go at once', async () => {
    const [client, other] = [
      await connected(server.connectString),
      await connected(server.connectString),
    ];
    await client.create('/short', EMPTY, { ephemeral: true });
    await client.close();
    expect(await other.exists('/short')).toBeUndefined();
  });
});

describe.skipIf(missing !== undefined)('over TLS', () => {
  it('both sides prove who they are', async () => {
    using dir = tempDir('zookeeper-tls');
    const [ours, theirs] = [await keyStore(dir.path, 'ours'), await keyStore(dir.path, 'theirs')];
    const trusted = join(dir.path, 'trusted.pem');
    writeFileSync(trusted, ours.certificate);
    const securePort = await freePort();
    const server = await ZooKeeperProcess.start({
      dataDir: join(dir.path, 'server'),
      properties: {
        secureClientPort: String(securePort),
        serverCnxnFactory: 'org.apache.zookeeper.server.NettyServerCnxnFactory',
        'ssl.keyStore.location': theirs.path,
        'ssl.keyStore.password': STORE_PASSWORD,
        'ssl.trustStore.location': trusted,
        'authProvider.x509': 'org.apache.zookeeper.server.auth.X509AuthenticationProvider',
      },
    });
    try {
      const connectString = `localhost:${securePort}`;
      const key = { pfx: readFileSync(ours.path), passphrase: STORE_PASSWORD };
      const client = await connected(connectString, { tls: { ...key, ca: theirs.certificate } });
      await client.create('/a', Buffer.alloc(200_000, 'x'), { acl: CREATOR_ALL_ACL });
      expect((await client.getData('/a')).data.length).toBe(200_000);
      expect((await client.getAcl('/a')).acl).toMatchObject([{ scheme: 'x509', id: 'CN=ours' }]);
      await client.close();
      for (const tls of [key, { ca: theirs.certificate }]) {
        const stranger = session({ connectString, tls });
        await expect(stranger.connect(1_500)).rejects.toMatchObject({ code: 'CONNECTION_LOSS' });
      }
    } finally {
      await server.stop();
    }
  });
});

const STORE_PASSWORD = 'changeit';

/** A key of its own, as Java's tools make it: PKCS12 with a self-signed certificate. */
async function keyStore(dir: string, name: string): Promise<{ path: string; certificate: string }> {
  const path = join(dir, `${name}.p12`);
  const store = ['-alias', name, '-keystore', path, '-storepass', STORE_PASSWORD];
  const host = ['-dname', `CN=${name}`, '-ext', 'san=dns:localhost,ip:127.0.0.1'];
  await mustRun('keytool', ['-genkeypair', '-keyalg', 'EC', '-validity', '9', ...host, ...store]);
  const { stdout } = await mustRun('keytool', ['-exportcert', '-rfc', ...store]);
  return { path, certificate: stdout.toString() };
}

describe.skipIf(missing !== undefined)('an ensemble of three', () => {
  let dir: TempDir;
  let ensemble: ZooKeeperEnsemble;

  beforeAll(async () => {
    dir = tempDir('zookeeper-ensemble');
    ensemble = await ZooKeeperEnsemble.start({
      dataDir: dir.path,
      properties: { maxSessionTimeout: '60000' },
    });
  });

  afterAll(async () => {
    await ensemble?.stop();
    dir[Symbol.dispose]();
  });

  it('one server after the other killed, the leader too: the session moves, each write happens once', async () => {
    const client = await connected(ensemble.connectString);
    const { id } = client;
    await client.create('/mine', EMPTY, { ephemeral: true });
    await client.create('/count', Buffer.from('0'));
    let isOver = false;
    let unknown = 0;
    let done = 0;
    const count = async (): Promise<void> => {
      for (let version = 0; !isOver;) {
        const data = Buffer.from(String(version + 1));
        try {
          await multiSurely(client, [{ type: 'set', path: '/count', data, version }]);
          version++;
          done++;
        } catch (error) {
          if (!isZooKeeperError(error, 'CONNECTION_LOSS')) throw error;
          unknown++;
        }
      }
    };
    const counting = count();
    const leader = await ensemble.leader();
    const others = ensemble.members.filter((member) => member !== leader);
    for (const member of [...others, leader]) {
      const before = done;
      await member.kill();
      await waitFor(() => done > before + 20);
      await member.restart();
    }
    isOver = true;
    await counting;
    // One writer: what is in the tree is always its own doing.
    expect(unknown).toBe(0);
    const { data, stat } = await client.getData('/count');
    expect(stat.version).toBe(done);
    expect(data.toString()).toBe(String(done));
    expect(client.id).toBe(id);
    expect((await client.exists('/mine'))?.ephemeralOwner).toBe(id);
  });

  it('all down and up again: the session goes on', async () => {
    const client = await connected(ensemble.connectString);
    const { id } = client;
    const events: string[] = [];
    await client.create('/owned', EMPTY, { ephemeral: true });
    await client.exists('/news', ({ type }) => events.push(type));
    await Promise.all(ensemble.members.map((member) => member.kill()));
    const waiting = untilAnswered(() => client.exists('/owned'));
    await Promise.all(ensemble.members.map((member) => member.restart(false)));
    await ensemble.ready();
    expect((await waiting)?.ephemeralOwner).toBe(id);
    await client.create('/news', EMPTY);
    expect(events).toEqual(['created']);
  });

  it('cut off from its leader a server serves nobody: the session goes to the others', async () => {
    const client = await connected(ensemble.connectString, { sessionTimeoutMs: 6_000 });
    const { id } = client;
    const leader = await ensemble.leader();
    leader.signal('SIGSTOP');
    try {
      await waitFor(async () => {
        const stat = await untilAnswered(() => client.exists('/'));
        return stat !== undefined && (await ensemble.leader()) !== leader;
      });
      const { path } = await client.create('/after_', EMPTY, { sequential: true });
      expect(path).toMatch(/^\/after_\d{10}$/);
      expect(client.id).toBe(id);
    } finally {
      leader.signal('SIGCONT');
    }
  });
});
