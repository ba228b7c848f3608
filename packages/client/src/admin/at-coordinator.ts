/** Requests to the coordinator of a group: looked up, asked, and looked up again when it is not the coordinator any more. */
import type { BrokerNode } from '../cluster/broker-node.ts';
import type { Cluster, OperationOptions } from '../cluster/cluster.ts';
import { KafkaError } from '../errors.ts';

/** Retries what may get better; `what` names the operation in errors. */
export async function atCoordinator<T>(
  cluster: Cluster,
  groupId: string,
  what: string,
  options: OperationOptions,
  ask: (node: BrokerNode) => Promise<T>,
): Promise<T> {
  return await cluster.retrying(what, options, async () => {
    const node = await cluster.coordinator('group', groupId, options.signal);
    try {
      return await ask(node);
    } catch (error) {
      if (error instanceof KafkaError && error.retriable) {
        cluster.forgetCoordinator('group', groupId);
      }
      throw error;
    }
  });
}
