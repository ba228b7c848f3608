/**
 * The cluster behind a client: finds brokers, keeps metadata, knows whom to ask for what.
 *
 * Owns one {@link BrokerNode} a broker, the metadata, and the look-ups of controller and coordinators. Producer, consumer and admin
 * client each own one Cluster. Must never know what a request is for.
 */
import type { Platform, Timer } from '@zurau/platform';
import {
  ErrorCode,
  findCoordinatorApi,
  loadCodecs,
  metadataApi,
  type MetadataRequestInput,
} from '@zurau/protocol';
import { bootstrapAddresses, type CommonConfig } from '../config/common-settings.ts';
import { brokerError, clientError, type KafkaError } from '../errors.ts';
import { type BrokerAddress, formatAddress } from '../network/address.ts';
import { createReadStage } from '../network/frame-reader.ts';
import { saslMechanism } from '../network/sasl/sasl-config.ts';
import { tlsOptionsOf } from '../network/tls-setting.ts';
import { clientSoftware } from '../version.ts';
import { ClientMetrics } from '../observability/client-metrics.ts';
import { publish } from '../observability/events.ts';
import { BrokerNode, type BrokerNodeOptions } from './broker-node.ts';
import { ClusterMetadata, type KnownTopic } from './metadata.ts';
import { abortable, backoffMs, retrying } from './retry.ts';

export type CoordinatorKind = 'group' | 'transaction';

export interface ClusterOptions {
  /** Whether to ask for a topic may create it, on clusters that allow that. */
  readonly autoCreateTopics: boolean;
  /** Whether the client reads or writes zstd: only then is it loaded, which takes a while where Node has none of its own. */
  readonly usesZstd: boolean;
}

export interface LeaderHint {
  readonly topic: string;
  readonly partition: number;
  readonly leaderId: number;
  readonly leaderEpoch: number;
  /** Where that broker is, if the answer said so. */
  readonly address: BrokerAddress | undefined;
}

export interface OperationOptions {
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** At most so many tries after the first, then the last failure; by default as many as fit into the time. */
  readonly retriesMax?: number | undefined;
}

/** A broker that has not let us in after so long is not waited for alone. */
const HEDGE_MS = 1_000;

/** Metadata can create topics only from version 4 on without doing so unasked. */
const METADATA_VERSIONS = { min: 4, max: 12 } as const;

export class Cluster {
  readonly platform: Platform;
  readonly config: Required<CommonConfig>;
  readonly metadata: ClusterMetadata = new ClusterMetadata();
  /** What this client counts; its parts add to it. */
  readonly metrics: ClientMetrics;
  /** Called after each metadata response. One listener. */
  onMetadata: (() => void) | undefined;

  readonly #nodeOptions: BrokerNodeOptions;
  readonly #autoCreateTopics: boolean;
  readonly #nodes: Map<number, BrokerNode> = new Map();
  readonly #bootstrap: readonly BrokerNode[];
  readonly #closing = new AbortController();
  readonly #coordinators: Map<string, number> = new Map();
  /** Topics that the next refresh asks for. */
  #wanted: Set<string> = new Set();
  #refreshing: Promise<void> | undefined;
  #nextRefresh: Promise<void> | undefined;
  readonly #codecs: Promise<void>;

  constructor(config: Required<CommonConfig>, options: ClusterOptions) {
    this.config = config;
    this.platform = config.platform;
    this.metrics = new ClientMetrics(config.clientId);
    this.#autoCreateTopics = options.autoCreateTopics;
    this.#nodeOptions = {
      platform: config.platform,
      clientId: config.clientId,
      software: clientSoftware,
      stage: createReadStage(),
      connectTimeoutMs: config.socketConnectionSetupTimeoutMs,
      requestTimeoutMs: config.requestTimeoutMs,
      idleTimeoutMs: config.connectionsMaxIdleMs === 0 ? undefined : config.connectionsMaxIdleMs,
      metrics: this.metrics,
      tls: tlsOptionsOf(config.ssl),
      sasl: config.sasl === undefined ? undefined : saslMechanism(config.sasl, config.platform),
      reconnect: { baseMs: config.reconnectBackoffMs, maxMs: config.reconnectBackoffMaxMs },
    };
    this.#bootstrap = bootstrapAddresses(config.bootstrapServers).map(
      (address) => new BrokerNode(-1, address, this.#nodeOptions),
    );
    if (this.#bootstrap.length === 0) {
      throw clientError('INVALID_ARGUMENT', 'bootstrapServers is missing: name at least one.');
    }
    this.#codecs = options.usesZstd ? loadCodecs() : Promise.resolve();
    this.#codecs.catch(() => {});
  }

  get closed(): boolean {
    return this.#closing.signal.aborted;
  }

  /** The broker of that id, if the metadata know it. */
  node(id: number): BrokerNode | undefined {
    return this.#nodes.get(id);
  }

  /** One more connection to that broker, for requests that keep a connection waiting. Belongs to the caller, who closes it. */
  separateNode({ id, address }: BrokerNode): BrokerNode {
    return new BrokerNode(id, address, this.#nodeOptions);
  }

  /** Runs an operation with this client's retry settings; the default limit is `defaultApiTimeoutMs`. */
  async retrying<T>(
    about: string,
    options: OperationOptions,
    attempt: (remainingMs: number) => Promise<T>,
  ): Promise<T> {
    await this.#codecs;
    const { retryBackoffMs, retryBackoffMaxMs, defaultApiTimeoutMs } = this.config;
    return await retrying(
      {
        platform: this.platform,
        policy: { baseMs: retryBackoffMs, maxMs: retryBackoffMaxMs },
        timeoutMs: options.timeoutMs ?? defaultApiTimeoutMs,
        signal:
          options.signal === undefined
            ? this.#closing.signal
            : AbortSignal.any([options.signal, this.#closing.signal]),
        retriesMax: options.retriesMax,
        about,
      },
      async ({ remainingMs }) => {
        if (this.closed) throw this.#closedError();
        return await attempt(remainingMs);
      },
    );
  }

  /** Pause before retry number `attempt` (0 is the first), by this client's retry settings. */
  retryPauseMs(attempt: number): number {
    const { retryBackoffMs, retryBackoffMaxMs } = this.config;
    const policy = { baseMs: retryBackoffMs, maxMs: retryBackoffMaxMs };
    return backoffMs(this.platform, policy, attempt);
  }

  /** Tries every address once; resolves when one answers. For those who want to know at once, instead of by a time-out. */
  async connect(options: OperationOptions = {}): Promise<void> {
    await this.#codecs;
    await this.anyBroker(options.signal);
  }

  /**
   * Some broker that can be talked to, connected. Tries them all before it rejects: with the last failure, retriable, or at once with a final one. One that is
   * slow to answer does not hold up the next.
   */
  anyBroker(signal?: AbortSignal): Promise<BrokerNode> {
    const candidates = this.#candidates();
    const [first] = candidates;
    if (this.closed) return Promise.reject(this.#closedError());
    if (first?.link !== undefined) return Promise.resolve(first);
    return new Promise((resolve, reject) => {
      let failure: KafkaError | undefined;
      let timer: Timer | undefined;
      let openCount = 0;
      let settled = false;
      const settle = (action: () => void): void => {
        settled = true;
        timer?.cancel();
        action();
      };
      const tryNext = (): void => {
        timer?.cancel();
        const node = candidates.shift();
        if (node === undefined) {
          if (openCount > 0) return;
          const none = clientError('CONNECTION_FAILED', 'No broker is known.');
          settle(() => reject(failure ?? none));
          return;
        }
        openCount += 1;
        timer = this.platform.timers.after(HEDGE_MS, tryNext);
        node.connect(signal).then(
          () => {
            if (!settled) settle(() => resolve(node));
          },
          (error: unknown) => {
            if (settled) return;
            openCount -= 1;
            failure = error as KafkaError;
            if (this.closed) settle(() => reject(this.#closedError()));
            else if (!failure.retriable) settle(() => reject(error as KafkaError));
            else tryNext();
          },
        );
      };
      tryNext();
    });
  }

  /** Fetches the metadata of these topics. Concurrent calls share requests. Rejects retriable when no broker answers. */
  refresh(topics: Iterable<string> = [], signal?: AbortSignal): Promise<void> {
    for (const topic of topics) this.#wanted.add(topic);
    this.#nextRefresh ??= this.#startNextRefresh();
    return abortable(this.#nextRefresh, signal);
  }

  /** The same, when nobody waits for it. */
  refreshInBackground(topics: Iterable<string> = []): void {
    this.refresh(topics).catch(() => {});
  }

  /** Metadata of all topics of the cluster. */
  async refreshAll(signal?: AbortSignal): Promise<void> {
    await this.#fetchMetadata(null, signal);
  }

  /** Metadata of a topic if it is known; when it is old, newer is fetched in the background. */
  knownTopic(name: string): KnownTopic | undefined {
    const known = this.metadata.topic(name);
    if (known !== undefined) {
      const ageMs = this.platform.clock.monotonicMs() - known.updatedMs;
      if (ageMs > this.config.metadataMaxAgeMs && !this.#wanted.has(name)) {
        this.refreshInBackground([name]);
      }
    }
    return known;
  }

  /** Metadata of a topic, from the cache or fetched. Rejects when there is no such topic, after retries within `timeoutMs`. */
  async topic(name: string, options: OperationOptions = {}): Promise<KnownTopic> {
    const known = this.knownTopic(name);
    if (known !== undefined) return known;
    return await this.retrying(`Looking up topic ${name}`, options, async () => {
      await this.refresh([name], options.signal);
      const topic = this.metadata.topic(name);
      if (topic !== undefined) return topic;
      const errorCode = this.metadata.topicError(name);
      throw brokerError(
        errorCode === ErrorCode.NONE ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION : errorCode,
        `Topic ${name}`,
      );
    });
  }

  /** Names of all topics of the cluster, internal ones too, as of now. */
  async topicNames(options: OperationOptions = {}): Promise<string[]> {
    return await this.retrying('Listing topics', options, async () => {
      const startMs = this.platform.clock.monotonicMs();
      await this.refreshAll(options.signal);
      const known = [...this.metadata.topics()];
      return known.filter(({ updatedMs }) => updatedMs >= startMs).map(({ name }) => name);
    });
  }

  /** The leader of a partition. Rejects with a retriable LEADER_NOT_AVAILABLE, having asked for newer metadata. */
  leader(topic: string, partition: number): BrokerNode {
    const node = this.#nodes.get(this.metadata.partition(topic, partition)?.leader ?? -1);
    if (node !== undefined) return node;
    this.refreshInBackground([topic]);
    throw brokerError(ErrorCode.LEADER_NOT_AVAILABLE, `Partition ${topic}-${partition}`);
  }

  /** Takes over who leads a partition now, as the former leader says (KIP-951). False when that is no news; then metadata have to be asked for. */
  moveLeader(hint: LeaderHint): boolean {
    const { topic, partition, leaderId, leaderEpoch, address } = hint;
    if (!this.metadata.moveLeader(topic, partition, leaderId, leaderEpoch)) return false;
    if (address !== undefined) this.#updateNode(leaderId, address);
    return this.#nodes.has(leaderId);
  }

  /** The broker to send changes of topics and configs to. */
  async controller(signal?: AbortSignal): Promise<BrokerNode> {
    if (!this.#nodes.has(this.metadata.controllerId)) await this.refresh([], signal);
    const node = this.#nodes.get(this.metadata.controllerId);
    if (node === undefined) throw brokerError(ErrorCode.NOT_CONTROLLER, 'No controller is elected');
    return node;
  }

  /** Forgets who the controller is, after NOT_CONTROLLER. */
  forgetController(): void {
    this.metadata.controllerId = -1;
  }

  /** The coordinator of a group or transactional id. */
  async coordinator(kind: CoordinatorKind, key: string, signal?: AbortSignal): Promise<BrokerNode> {
    const cacheKey = `${kind}:${key}`;
    const known = this.#nodes.get(this.#coordinators.get(cacheKey) ?? -1);
    if (known !== undefined) return known;
    const asked = await this.anyBroker(signal);
    const keyType = kind === 'group' ? 0 : 1;
    const response = await asked.request(
      findCoordinatorApi,
      (version) => (version >= 4 ? { keyType, coordinatorKeys: [key] } : { keyType, key }),
      { signal, versions: { min: 1 } },
    );
    const found = response.coordinators[0] ?? response;
    if (found.errorCode !== ErrorCode.NONE) {
      throw brokerError(found.errorCode, `Coordinator of ${kind} ${key}`, found.errorMessage);
    }
    this.#coordinators.set(cacheKey, found.nodeId);
    return this.#updateNode(found.nodeId, { host: found.host, port: found.port });
  }

  /** Forgets a coordinator, after NOT_COORDINATOR or a broken connection. */
  forgetCoordinator(kind: CoordinatorKind, key: string): void {
    this.#coordinators.delete(`${kind}:${key}`);
  }

  /** Drops all connections; what waits is rejected. Idempotent. */
  async close(): Promise<void> {
    const reason = this.#closedError();
    this.#closing.abort(reason);
    const nodes = [...this.#bootstrap, ...this.#nodes.values()];
    await Promise.all(nodes.map((node) => node.close(reason)));
  }

  /** Connected ones first, then those not just found dead; in random order otherwise, so that clients spread. */
  #candidates(): BrokerNode[] {
    const rank = (node: BrokerNode): number =>
      node.link !== undefined ? 0 : node.inBackoff ? 2 : 1;
    return [...this.#nodes.values(), ...this.#bootstrap]
      .map((node, index) => ({ node, order: rank(node), tie: this.#tie(node, index) }))
      .sort((a, b) => a.order - b.order || a.tie - b.tie)
      .map(({ node }) => node);
  }

  /** Bootstrap addresses come after known brokers, in the order given. */
  #tie(node: BrokerNode, index: number): number {
    return node.id < 0 ? index + 1 : this.platform.random.float();
  }

  #startNextRefresh(): Promise<void> {
    const previous = this.#refreshing ?? Promise.resolve();
    const refresh = previous
      .catch(() => {})
      .then(async () => {
        const topics = this.#wanted;
        this.#wanted = new Set();
        this.#refreshing = refresh;
        this.#nextRefresh = undefined;
        await this.#fetchMetadata([...topics], this.#closing.signal);
      })
      .finally(() => {
        if (this.#refreshing === refresh) this.#refreshing = undefined;
      });
    return refresh;
  }

  async #fetchMetadata(topics: string[] | null, signal?: AbortSignal): Promise<void> {
    if (this.closed) throw this.#closedError();
    const node = await this.anyBroker(signal);
    const body: MetadataRequestInput = {
      topics: topics?.map((name) => ({ name })) ?? null,
      allowAutoTopicCreation: this.#autoCreateTopics,
    };
    const response = await node.request(metadataApi, body, { signal, versions: METADATA_VERSIONS });
    if (this.closed) throw this.#closedError();
    this.metadata.apply(response, this.platform.clock.monotonicMs(), topics === null);
    this.#updateNodes();
    this.metrics.metadataRefreshes += 1;
    publish('zurau:client:metadata', () => ({
      clientId: this.config.clientId,
      clusterId: this.metadata.clusterId,
      controllerId: this.metadata.controllerId,
      brokerIds: [...this.metadata.brokers.keys()],
    }));
    this.onMetadata?.();
  }

  #updateNodes(): void {
    for (const broker of this.metadata.brokers.values()) this.#updateNode(broker.id, broker);
    for (const [id, node] of this.#nodes) {
      if (this.metadata.brokers.has(id)) continue;
      this.#nodes.delete(id);
      void node.close(leftError(node));
    }
  }

  /** The node of a broker at its current address; takes over an open bootstrap connection to the same address. */
  #updateNode(id: number, { host, port }: BrokerAddress): BrokerNode {
    const known = this.#nodes.get(id);
    if (known?.address.host === host && known.address.port === port) return known;
    if (known !== undefined) void known.close(leftError(known));
    const text = formatAddress({ host, port });
    const link = this.#bootstrap
      .find((node) => node.link !== undefined && formatAddress(node.address) === text)
      ?.release();
    const node = new BrokerNode(id, { host, port }, this.#nodeOptions, link);
    this.#nodes.set(id, node);
    return node;
  }

  #closedError(): KafkaError {
    return clientError('CLIENT_CLOSED', 'The client was closed.');
  }
}

/** A broker left the cluster, or moved: what was under way may succeed elsewhere. */
function leftError(node: BrokerNode): KafkaError {
  const address = formatAddress(node.address);
  return clientError('CONNECTION_LOST', `Broker ${node.id} is no longer at ${address}.`);
}
