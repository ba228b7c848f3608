/**
 * Real ZooKeeper servers, each a process: one alone, or an ensemble.
 *
 * Owns: their configuration, their ports, which they keep over restarts, and their lives. The jars are those that Kafka 3.9 comes with.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { JavaProcess } from './java-process.ts';

export interface ZooKeeperOptions {
  readonly dataDir: string;
  /** The address to serve at; 127.0.0.1 unless given. */
  readonly host?: string;
  /** Sessions last between 2 and 20 ticks; 500 ms by default. */
  readonly tickMs?: number;
  /** Lines of `zoo.cfg` beyond those that a server needs. */
  readonly properties?: Readonly<Record<string, string>>;
  /** Options of the JVM, `-Djava.security.auth.login.config` among them. */
  readonly jvmOptions?: readonly string[];
  readonly readyTimeoutMs?: number;
}

const TICK_MS_DEFAULT = 500;
const READY_TIMEOUT_MS_DEFAULT = 60_000;
const HOST_DEFAULT = '127.0.0.1';

/** One server; an ensemble is made of these. */
export class ZooKeeperProcess {
  readonly port: number;
  readonly #options: ZooKeeperOptions;
  #process: JavaProcess;

  private constructor(options: ZooKeeperOptions, port: number, process: JavaProcess) {
    this.#options = options;
    this.port = port;
    this.#process = process;
  }

  /** Resolves when it serves. */
  static async start(options: ZooKeeperOptions): Promise<ZooKeeperProcess> {
    const port = await freePort();
    const server = ZooKeeperProcess.launch(options, port, []);
    await server.#ready();
    return server;
  }

  /** Starts the process and does not wait: a member of an ensemble serves when others are up. */
  static launch(
    options: ZooKeeperOptions,
    port: number,
    memberLines: readonly string[],
  ): ZooKeeperProcess {
    const { dataDir, tickMs = TICK_MS_DEFAULT, properties = {}, host = HOST_DEFAULT } = options;
    mkdirSync(join(dataDir, 'data'), { recursive: true });
    const lines = [
      `tickTime=${tickMs}`,
      `dataDir=${join(dataDir, 'data')}`,
      `clientPortAddress=${host}`,
      `clientPort=${port}`,
      'maxClientCnxns=0',
      'admin.enableServer=false',
      '4lw.commands.whitelist=srvr,dump',
      ...memberLines,
      ...Object.entries(properties).map(([key, value]) => `${key}=${value}`),
    ];
    writeFileSync(join(dataDir, 'zoo.cfg'), `${lines.join('\n')}\n`);
    return new ZooKeeperProcess(options, port, run(options));
  }

  get host(): string {
    return this.#options.host ?? HOST_DEFAULT;
  }

  /** `host:port`, for connect strings. */
  get connectString(): string {
    return `${this.host}:${this.port}`;
  }

  /** `leader`, `follower`, `standalone`; undefined while it does not serve. */
  async mode(): Promise<string | undefined> {
    return /^Mode: (\w+)/m.exec(await fourLetters(this.host, this.port, 'srvr'))?.[1];
  }

  /** Sessions that own ephemeral nodes, as the server knows them. */
  async ephemeralOwners(): Promise<Set<bigint>> {
    const [, owners = ''] = (await fourLetters(this.host, this.port, 'dump')).split(
      'Sessions with Ephemerals',
    );
    return new Set([...owners.matchAll(/^(0x[0-9a-f]+):$/gm)].map((match) => BigInt(match[1]!)));
  }

  /** Resolves when `condition` holds; rejects when the process ends before, or after a minute. */
  async until(condition: () => Promise<boolean>): Promise<void> {
    await this.#process.until(condition, READY_TIMEOUT_MS_DEFAULT);
  }

  /** `SIGSTOP` and `SIGCONT`. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#process.signal(signal);
  }

  /** `SIGKILL` unless told otherwise. Its data stays. */
  async kill(signal: 'SIGTERM' | 'SIGKILL' = 'SIGKILL'): Promise<void> {
    await this.#process.kill(signal);
  }

  /** Starts it again on its data and port, after {@link kill}; `isReady` as in the ensemble: it need not serve yet. */
  async restart(isReady = true): Promise<void> {
    this.#process = run(this.#options);
    if (isReady) await this.#ready();
  }

  async stop(): Promise<void> {
    await this.kill();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #ready(): Promise<void> {
    const timeoutMs = this.#options.readyTimeoutMs ?? READY_TIMEOUT_MS_DEFAULT;
    try {
      await this.#process.until(async () => (await this.mode()) !== undefined, timeoutMs);
    } catch (error) {
      await this.kill();
      throw error;
    }
  }

  /** Resolves when it serves; for members of an ensemble. */
  async ready(): Promise<void> {
    await this.#ready();
  }
}

/** Several servers that agree. */
export class ZooKeeperEnsemble {
  readonly members: readonly ZooKeeperProcess[];

  private constructor(members: readonly ZooKeeperProcess[]) {
    this.members = members;
  }

  /** Resolves when all members serve. */
  static async start(options: ZooKeeperOptions, size = 3): Promise<ZooKeeperEnsemble> {
    const ports: number[] = [];
    for (let count = 0; count < 3 * size; count++) ports.push(await freePort());
    const names = Array.from({ length: size }, (_, index) => index + 1);
    const memberLines = [
      'initLimit=20',
      'syncLimit=10',
      ...names.map((id, index) => {
        const [peer, election] = [ports[3 * index + 1]!, ports[3 * index + 2]!];
        return `server.${id}=127.0.0.1:${peer}:${election}`;
      }),
    ];
    const members = names.map((id, index) => {
      const dataDir = join(options.dataDir, `member-${id}`);
      mkdirSync(join(dataDir, 'data'), { recursive: true });
      writeFileSync(join(dataDir, 'data', 'myid'), `${id}\n`);
      return ZooKeeperProcess.launch({ ...options, dataDir }, ports[3 * index]!, memberLines);
    });
    const ensemble = new ZooKeeperEnsemble(members);
    try {
      await ensemble.ready();
    } catch (error) {
      await ensemble.stop();
      throw error;
    }
    return ensemble;
  }

  get connectString(): string {
    return this.members.map((member) => member.connectString).join(',');
  }

  /** The member that leads; rejects when none does. */
  async leader(): Promise<ZooKeeperProcess> {
    for (const member of this.members) if ((await member.mode()) === 'leader') return member;
    throw new Error('no member of the ensemble leads');
  }

  /** Resolves when all members serve. */
  async ready(): Promise<void> {
    await Promise.all(this.members.map((member) => member.ready()));
  }

  async stop(): Promise<void> {
    await Promise.all(this.members.map((member) => member.stop()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

function run({ dataDir, jvmOptions = [] }: ZooKeeperOptions): JavaProcess {
  return new JavaProcess(dataDir, 'zookeeper', [
    '-Xmx128m',
    '-XX:TieredStopAtLevel=1',
    ...jvmOptions,
    'org.apache.zookeeper.server.quorum.QuorumPeerMain',
    join(dataDir, 'zoo.cfg'),
  ]);
}

/** What a server answers to one of its administrator's words; empty when it does not. */
function fourLetters(host: string, port: number, word: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(port, host);
    socket.setTimeout(2_000, () => socket.destroy());
    socket.once('connect', () => socket.write(word));
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.once('error', () => undefined);
    socket.once('close', () => resolve(answer));
  });
}
