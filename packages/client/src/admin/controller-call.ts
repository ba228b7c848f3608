/** Requests that only the controller serves: finds it, and looks again when it has moved. */
import { ErrorCode } from '@zurau/protocol';
import type { BrokerNode } from '../cluster/broker-node.ts';
import type { Cluster, OperationOptions } from '../cluster/cluster.ts';
import { brokerError, KafkaError, notRetriable } from '../errors.ts';

/** Leaves the broker time to answer before the client gives up. */
const BROKER_SHARE = 0.8;

export interface ControllerAttempt {
  readonly controller: BrokerNode;
  /** For the request's own time limit. */
  readonly timeoutMs: number;
}

/**
 * Runs `attempt` with the controller. Retries what the broker refused before it did anything (NOT_CONTROLLER), and a connection that could
 * not be made; a change whose outcome is unknown is not sent twice, unless it says that to do it twice is harmless (`repeatable`).
 */
export async function callController<T>(
  cluster: Cluster,
  about: string,
  options: OperationOptions & { readonly repeatable?: boolean },
  attempt: (attempt: ControllerAttempt) => Promise<T>,
): Promise<T> {
  return await cluster.retrying(about, options, async (remainingMs) => {
    const controller = await cluster.controller(options.signal);
    await controller.connect(options.signal);
    const timeoutMs = Math.ceil(
      Math.min(remainingMs, cluster.config.requestTimeoutMs) * BROKER_SHARE,
    );
    try {
      return await attempt({ controller, timeoutMs });
    } catch (error) {
      if (!(error instanceof KafkaError)) throw error;
      const moved = error.errorCode === ErrorCode.NOT_CONTROLLER;
      if (moved || error.retriable) cluster.forgetController();
      // Said of each item, it holds for all of them: nothing was done.
      if (moved) throw brokerError(ErrorCode.NOT_CONTROLLER, about);
      if (options.repeatable === true || !error.retriable) throw error;
      throw notRetriable(error);
    }
  });
}
