/**
 * The controller's way to each broker: requests to one broker go one after another, and again until they arrive or the broker is gone.
 *
 * Owns: the queues and the links. Answers go back to the controller as events; nothing waits for them here.
 */
import type {
  LeaderAndIsrRequest,
  LeaderAndIsrResponse,
  StopReplicaRequest,
  StopReplicaResponse,
  UpdateMetadataRequest,
  UpdateMetadataResponse,
} from '@zurau/protocol';
import type { Timer, Timers } from '@zurau/platform';
import type { Logger } from '../logging.ts';
import type { BrokerAddress, BrokerLink, BrokerLinkFactory } from './broker-link.ts';

const RETRY_MS = 100;

/** A broker this far behind will be told everything anew when it registers again. */
const QUEUED_REQUESTS_MAX = 10_000;

export type ControlRequest =
  | { readonly type: 'leader-and-isr'; readonly request: LeaderAndIsrRequest }
  | { readonly type: 'update-metadata'; readonly request: UpdateMetadataRequest }
  | { readonly type: 'stop-replica'; readonly request: StopReplicaRequest };

export type ControlAnswer =
  | {
      readonly type: 'leader-and-isr';
      readonly request: LeaderAndIsrRequest;
      readonly response: LeaderAndIsrResponse;
    }
  | {
      readonly type: 'update-metadata';
      readonly request: UpdateMetadataRequest;
      readonly response: UpdateMetadataResponse;
    }
  | {
      readonly type: 'stop-replica';
      readonly request: StopReplicaRequest;
      readonly response: StopReplicaResponse;
    };

interface Channel {
  readonly link: BrokerLink;
  readonly queue: ControlRequest[];
  busy: boolean;
  isFailing: boolean;
  closed: boolean;
  retry: Timer | undefined;
}

export class BrokerChannels {
  readonly #linkTo: BrokerLinkFactory;
  readonly #timers: Timers;
  readonly #logger: Logger;
  readonly #onAnswer: (brokerId: number, answer: ControlAnswer) => void;
  readonly #channels = new Map<number, Channel>();
  #closed = false;

  constructor(dependencies: {
    readonly linkTo: BrokerLinkFactory;
    readonly timers: Timers;
    readonly logger: Logger;
    readonly onAnswer: (brokerId: number, answer: ControlAnswer) => void;
  }) {
    this.#linkTo = dependencies.linkTo;
    this.#timers = dependencies.timers;
    this.#logger = dependencies.logger;
    this.#onAnswer = dependencies.onAnswer;
  }

  /** Nothing once closed: an event that was under way may not have noticed yet. */
  add(broker: BrokerAddress): void {
    this.remove(broker.id);
    if (this.#closed) return;
    this.#channels.set(broker.id, {
      link: this.#linkTo(broker),
      queue: [],
      busy: false,
      isFailing: false,
      closed: false,
      retry: undefined,
    });
  }

  remove(brokerId: number): void {
    const channel = this.#channels.get(brokerId);
    if (channel === undefined) return;
    this.#channels.delete(brokerId);
    channel.closed = true;
    channel.queue.length = 0;
    channel.retry?.cancel();
    channel.link.close();
  }

  /** Queues a request. To a broker that is gone it is dropped. */
  send(brokerId: number, request: ControlRequest): void {
    const channel = this.#channels.get(brokerId);
    if (channel === undefined) return;
    if (channel.queue.length >= QUEUED_REQUESTS_MAX) {
      this.#logger.error(
        { brokerId },
        'too many control requests wait for a broker; closing its channel',
      );
      this.remove(brokerId);
      return;
    }
    channel.queue.push(request);
    if (!channel.busy) void this.#drain(brokerId, channel);
  }

  /** Drops what is queued and every link, for good. */
  close(): void {
    this.#closed = true;
    for (const brokerId of [...this.#channels.keys()]) this.remove(brokerId);
  }

  async #drain(brokerId: number, channel: Channel): Promise<void> {
    channel.busy = true;
    for (let next = channel.queue[0]; next !== undefined; next = channel.queue[0]) {
      let answer: ControlAnswer;
      try {
        answer = await deliver(channel.link, next);
      } catch (error) {
        if (channel.closed) return;
        // Said once: a broker that is gone stays so until its session is over.
        const level = channel.isFailing ? 'debug' : 'warn';
        channel.isFailing = true;
        this.#logger[level](
          { brokerId, reason: reasonOf(error) },
          'a control request did not reach a broker; trying again',
        );
        channel.retry = this.#timers.after(RETRY_MS, () => void this.#drain(brokerId, channel));
        return;
      }
      if (channel.closed) return;
      channel.isFailing = false;
      channel.queue.shift();
      this.#onAnswer(brokerId, answer);
    }
    channel.busy = false;
  }
}

async function deliver(link: BrokerLink, next: ControlRequest): Promise<ControlAnswer> {
  switch (next.type) {
    case 'leader-and-isr':
      return { ...next, response: await link.leaderAndIsr(next.request) };
    case 'update-metadata':
      return { ...next, response: await link.updateMetadata(next.request) };
    case 'stop-replica':
      return { ...next, response: await link.stopReplica(next.request) };
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
