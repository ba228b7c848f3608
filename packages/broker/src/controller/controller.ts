/**
 * The controller: of all brokers one decides who leads which partition, reacts to brokers and topics that come and go, and tells everyone.
 *
 * Owns: the candidacy of this broker and, while it is controller, its term ({@link ControllerTerm}). All work is done in events, one after another. When
 * anything goes wrong with the store the term ends, and the next controller (perhaps this one again) reads everything anew: what
 * is not in the store is not true.
 *
 * A term belongs to a session: when that expires it is over, and the broker runs again on its next session once it has registered there.
 */
import type { Timer } from '@zurau/platform';
import { ErrorCode } from '@zurau/protocol';
import type { Logger } from '../logging.ts';
import type { MetadataSession, WatchEvent } from '../metadata/store.ts';
import {
  controllerZnode,
  type ProducerIdBlock,
  type TopicPartition,
} from '../metadata/znodes/controller.ts';
import type { ControllerDependencies } from './controller-dependencies.ts';
import { becomeController, currentController } from './controller-election.ts';
import { ControllerTerm } from './controller-term.ts';
import type { ElectionKind, ElectionOutcome } from './leader-elections.ts';
import { EventQueue } from './event-queue.ts';
import type { AlterationAnswer, IsrAlteration } from './isr-alteration.ts';
import { FencedStore } from './fenced-store.ts';
import { claimProducerIdBlock } from './producer-ids.ts';
import type {
  OngoingReassignment,
  ReassignmentOutcome,
  ReassignmentRequest,
} from './reassignments.ts';

/** How long after a failed term this broker runs again. */
const RETRY_MS = 1_000;

export class Controller {
  readonly #dependencies: ControllerDependencies;
  readonly #logger: Logger;
  readonly #queue: EventQueue;
  #session: MetadataSession;
  #stopListening: () => void = () => undefined;
  #term: ControllerTerm | undefined;
  #controllerId = -1;
  #retry: Timer | undefined;
  #closed = false;

  constructor(dependencies: ControllerDependencies) {
    this.#dependencies = dependencies;
    this.#session = dependencies.session;
    this.#logger = dependencies.logger;
    this.#queue = new EventQueue((error) => this.#onEventFailed(error));
    this.#listen();
  }

  /** Runs for controller; resolves when there is one, this broker or another. The broker must be registered. */
  async start(): Promise<void> {
    await this.#queue.call(() => this.#elect());
  }

  /** The session is over, and `next` has come in its place, on which the broker is registered: runs again, as {@link start}. */
  async reelect(next: MetadataSession): Promise<void> {
    this.#stopListening();
    this.#resign('the session is over');
    this.#session = next;
    this.#listen();
    await this.start();
  }

  /** Whether this broker is controller, as far as it knows. */
  get isActive(): boolean {
    return this.#term !== undefined;
  }

  /** Epoch of this broker's term; -1 when it is not controller. */
  get epoch(): number {
    return this.#term?.epoch ?? -1;
  }

  /** Who is controller, as far as this broker knows; -1 for nobody. */
  get controllerId(): number {
    return this.#controllerId;
  }

  /** Resolves when all events that have happened are processed; for tests. */
  async idle(): Promise<void> {
    await this.#queue.idle();
  }

  /**
   * Moves leadership away from a broker that wants to leave (KIP-380). Error NONE and what it still leads: empty when it may go.
   */
  async controlledShutdown(
    brokerId: number,
    brokerEpoch: number,
  ): Promise<{ errorCode: number; remaining: TopicPartition[] }> {
    return this.#queue.call(async () => {
      if (this.#term === undefined) return { errorCode: ErrorCode.NOT_CONTROLLER, remaining: [] };
      return this.#guarded(this.#term.controlledShutdown(brokerId, brokerEpoch));
    });
  }

  /** A block of producer ids for a broker (KIP-730); undefined with an error. Rejects with StoreError. */
  async allocateProducerIds(
    brokerId: number,
    brokerEpoch: number,
  ): Promise<{ errorCode: number; block: ProducerIdBlock | undefined }> {
    return this.#queue.call(async () => {
      const errorCode = this.#term?.brokerError(brokerId, brokerEpoch) ?? ErrorCode.NOT_CONTROLLER;
      if (errorCode !== ErrorCode.NONE) return { errorCode, block: undefined };
      return { errorCode, block: await claimProducerIdBlock(this.#session, brokerId) };
    });
  }

  /** Writes in-sync sets that leaders have decided on (KIP-497). */
  async alterPartitions(
    brokerId: number,
    brokerEpoch: number,
    alterations: readonly IsrAlteration[],
  ): Promise<AlterationAnswer> {
    return this.#queue.call(async () => {
      if (this.#term === undefined) return { errorCode: ErrorCode.NOT_CONTROLLER, outcomes: [] };
      return this.#guarded(this.#term.alterPartitions(brokerId, brokerEpoch, alterations));
    });
  }

  /** Elects leaders as an operator asks for it; `undefined` for every partition. Not controller: undefined. */
  async electLeaders(
    kind: ElectionKind,
    partitions: readonly TopicPartition[] | undefined,
  ): Promise<ElectionOutcome[] | undefined> {
    return this.#queue.call(async () => {
      if (this.#term === undefined) return undefined;
      return this.#guarded(this.#term.electLeaders(kind, partitions));
    });
  }

  /** To be called when `unclean.leader.election.enable` became true for a topic, or by default (`undefined`). */
  uncleanElectionEnabled(topic: string | undefined): void {
    this.#queue.push(async () => this.#term?.uncleanElectionEnabled(topic));
  }

  /** Moves partitions to other brokers, or cancels that, each for itself (KIP-455). Not controller: undefined. */
  async reassign(
    requests: readonly ReassignmentRequest[],
  ): Promise<ReassignmentOutcome[] | undefined> {
    return this.#queue.call(async () => {
      if (this.#term === undefined) return undefined;
      return this.#guarded(this.#term.reassign(requests));
    });
  }

  /** Partitions that move, of those asked for or of all. Not controller: undefined. */
  async ongoingReassignments(
    partitions: readonly TopicPartition[] | undefined,
  ): Promise<OngoingReassignment[] | undefined> {
    return this.#queue.call(() => Promise.resolve(this.#term?.ongoingReassignments(partitions)));
  }

  /** Steps down, and lets another broker take over at once. Idempotent. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#stopListening();
    this.#retry?.cancel();
    const wasActive = this.isActive;
    this.#resign('the broker stops');
    await this.#queue.close();
    if (wasActive && this.#session.state === 'connected') await this.#removeOurNode();
  }

  #listen(): void {
    this.#stopListening = this.#session.onStateChange((state) => {
      // Without the session we are not controller; another may be by now.
      if (state !== 'connected' && state !== 'disconnected') this.#resign('the session is over');
    });
  }

  async #elect(): Promise<void> {
    if (this.#closed) return;
    const session = this.#session;
    const controller = await currentController(session, this.#onControllerChanged);
    this.#controllerId = controller?.brokerId ?? -1;
    if (controller !== undefined) {
      if (!controller.isOurs) this.#resign('another broker is controller');
      else if (this.#term === undefined) await this.#removeOurNode();
      return;
    }
    this.#resign('there is no controller');
    if (this.#closed) return;
    const { brokerId, platform } = this.#dependencies;
    const won = await becomeController(session, brokerId, platform.clock.now());
    // What a session won that is over by now is lost with it; its listener found no term to end.
    if (won === undefined || session !== this.#session || isOver(session)) return;
    // Nor did `close`, which waits for this event.
    if (this.#closed) return this.#removeOurNode();
    this.#controllerId = brokerId;
    this.#logger.info({ epoch: won.epoch }, 'this broker is controller');
    const term = new ControllerTerm(
      new FencedStore(session, won.epoch, won.epochVersion),
      this.#queue,
      this.#dependencies,
    );
    this.#term = term;
    await term.start();
  }

  readonly #onControllerChanged = (_event: WatchEvent): void => {
    this.#queue.push(() => this.#elect());
  };

  /** Runs what a caller waits for so that a failure ends the term as well. */
  async #guarded<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      this.#onEventFailed(error);
      throw error;
    }
  }

  #resign(reason: string): void {
    if (this.#term === undefined) return;
    this.#logger.info({ epoch: this.#term.epoch, reason }, 'this broker is controller no more');
    this.#term.close();
    this.#term = undefined;
  }

  /** An event that failed half-way leaves state that nobody can trust: the term ends, and the next one reads everything anew. */
  #onEventFailed(error: unknown): void {
    if (this.#closed) return;
    this.#resign('an event failed');
    if (isOver(this.#session)) return;
    this.#logger.error({ err: error }, 'the controller failed');
    this.#retry?.cancel();
    this.#retry = this.#dependencies.platform.timers.after(RETRY_MS, () => {
      this.#queue.push(() => this.#elect());
    });
  }

  /** Gives up `/controller`, if it is this session's; its watchers elect the next. */
  async #removeOurNode(): Promise<void> {
    const controller = await currentController(this.#session);
    if (controller?.isOurs === true) await this.#session.delete(controllerZnode.path, -1);
  }
}

function isOver({ state }: MetadataSession): boolean {
  return state === 'expired' || state === 'closed';
}
