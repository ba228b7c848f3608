/**
 * A connection of its own to the coordinator of a group.
 *
 * A broker answers the requests of a connection in their order, and a JoinGroup is answered when the rebalance is over: on a shared connection it would
 * hold up fetches, and a waiting fetch would hold up heartbeats. Must never retry: what an error means is for the caller to say.
 */
import type { Api } from '@zurau/protocol';
import type { BrokerNode, NodeRequestOptions } from '../../cluster/broker-node.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import { clientError } from '../../errors.ts';
import { formatAddress } from '../../network/address.ts';

export class CoordinatorLink {
  readonly #cluster: Cluster;
  readonly #groupId: string;
  #node: BrokerNode | undefined;
  #isKnown = false;

  constructor(cluster: Cluster, groupId: string) {
    this.#cluster = cluster;
    this.#groupId = groupId;
  }

  /** Looks the coordinator up and connects if need be. Rejects retriable when it cannot be found or reached now. */
  async request<Request, RequestInput, Response, ResponseInput>(
    api: Api<Request, RequestInput, Response, ResponseInput>,
    body: RequestInput | ((version: number) => RequestInput),
    options: NodeRequestOptions = {},
  ): Promise<Response> {
    const node = await this.#find(options.signal);
    return await node.request(api, body, options);
  }

  /** After NOT_COORDINATOR, or when it cannot be reached: the next request looks it up again. */
  forget(): void {
    this.#isKnown = false;
    this.#cluster.forgetCoordinator('group', this.#groupId);
  }

  /** Drops the connection, and what waits on it; the next request opens another. */
  async close(): Promise<void> {
    const node = this.#node;
    this.#node = undefined;
    await node?.close(clientError('CLIENT_CLOSED', 'The consumer is closed.'));
  }

  async #find(signal: AbortSignal | undefined): Promise<BrokerNode> {
    if (this.#node !== undefined && this.#isKnown) return this.#node;
    const found = await this.#cluster.coordinator('group', this.#groupId, signal);
    this.#isKnown = true;
    const before = this.#node;
    if (before?.id === found.id && formatAddress(before.address) === formatAddress(found.address)) {
      return before;
    }
    this.#node = this.#cluster.separateNode(found);
    void before?.close(clientError('CONNECTION_LOST', 'The coordinator moved.'));
    return this.#node;
  }
}
