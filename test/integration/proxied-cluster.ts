/**
 * Brokers of ours in this process whose clients reach them through proxies alone: what happens to a proxy happens to clients, and not between brokers.
 *
 * A broker listens for clients on the port of its proxy, at another address of this machine; so no port can be taken by somebody else in between, and a
 * broker that is started again is found behind the same proxy.
 */
import { startCluster, type RunningCluster } from '@zurau/broker';
import { TcpProxy } from '@zurau/testkit';

/** Not the address of the proxies. Elsewhere 127.0.0.2 has to be set up first. */
const BROKER_HOST = process.platform === 'linux' ? '127.0.0.2' : '::1';

export interface ProxiedClusterOptions {
  /** How many; 3 by default. */
  readonly brokers?: number;
  readonly properties?: Readonly<Record<string, string>>;
  readonly dataDir?: string;
}

export class ProxiedCluster {
  readonly cluster: RunningCluster;
  /** By broker id. */
  readonly proxies: readonly TcpProxy[];

  private constructor(cluster: RunningCluster, proxies: readonly TcpProxy[]) {
    this.cluster = cluster;
    this.proxies = proxies;
  }

  static async start(options: ProxiedClusterOptions = {}): Promise<ProxiedCluster> {
    const { brokers = 3, properties = {}, dataDir } = options;
    const proxies = await Promise.all(
      Array.from({ length: brokers }, () =>
        TcpProxy.start(({ port }) => ({ host: BROKER_HOST, port })),
      ),
    );
    const shownHost = BROKER_HOST.includes(':') ? `[${BROKER_HOST}]` : BROKER_HOST;
    try {
      const cluster = await startCluster({
        brokers,
        properties,
        ...(dataDir === undefined ? {} : { dataDir }),
        propertiesOf: (id) => ({
          'listener.security.protocol.map': 'CLIENT:PLAINTEXT,INTERNAL:PLAINTEXT',
          listeners: `CLIENT://${shownHost}:${proxies[id]!.port},INTERNAL://127.0.0.1:0`,
          'advertised.listeners': `CLIENT://${proxies[id]!.address},INTERNAL://127.0.0.1:0`,
          'inter.broker.listener.name': 'INTERNAL',
        }),
      });
      return new ProxiedCluster(cluster, proxies);
    } catch (error) {
      await Promise.all(proxies.map((proxy) => proxy.stop()));
      throw error;
    }
  }

  /** Of the proxies: for clients. */
  get bootstrapServers(): string {
    return this.proxies.map(({ address }) => address).join(',');
  }

  proxy(brokerId: number): TcpProxy {
    const proxy = this.proxies[brokerId];
    if (proxy === undefined) throw new RangeError(`there is no broker ${brokerId}`);
    return proxy;
  }

  heal(): void {
    for (const proxy of this.proxies) proxy.heal();
  }

  async close(): Promise<void> {
    this.heal();
    await this.cluster.close();
    await Promise.all(this.proxies.map((proxy) => proxy.stop()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
