/** KafkaJS's admin client: its lifetime and its events. What it can do is in a file an area. */
import { Admin as EngineAdmin } from '../admin/admin.ts';
import { aclMethods } from './admin-acls.ts';
import { type AdminAccess, ask } from './admin-calls.ts';
import { configMethods } from './admin-configs.ts';
import { groupMethods } from './admin-groups.ts';
import { topicMethods } from './admin-topics.ts';
import type { Admin, AdminConfig } from './admin-types.ts';
import { type ClientContext, commonConfig, policyOf } from './client-context.ts';
import { toKafkaJSError } from './engine-errors.ts';
import { EngineSlot } from './engine-slot.ts';
import { adminEvents, type AdminEvents, Emitter } from './events.ts';
import { RequestEvents } from './request-events.ts';
import { retrying } from './retry.ts';

const NO_CONTROLLER = -1;

export class DoorAdmin {
  readonly #context: ClientContext;
  readonly #access: AdminAccess;
  readonly #emitter: Emitter<AdminEvents>;
  readonly #requests: RequestEvents;
  readonly #engine: EngineSlot<EngineAdmin> = new EngineSlot(() => this.#createEngine());

  constructor(context: ClientContext, { retry }: AdminConfig) {
    const { clock } = context.platform;
    const logger = context.logger.namespace('Admin');
    this.#context = context;
    this.#access = { logger, policy: policyOf(context, retry), engine: () => this.#engine.open() };
    this.#emitter = new Emitter('admin', adminEvents, logger, clock);
    this.#requests = new RequestEvents(clock, {
      owns: (instanceId) => this.#engine.owns(instanceId),
      onRequest: (payload) => this.#emitter.emit('admin.network.request', payload),
      onTimeout: (payload) => this.#emitter.emit('admin.network.request_timeout', payload),
    });
    this.#emitter.onWanted = (name) => {
      if (name.startsWith('admin.network.')) this.#requests.start();
    };
  }

  /** The door itself: functions that need no `this`, as KafkaJS's. */
  get door(): Admin {
    return {
      ...topicMethods(this.#access),
      ...groupMethods(this.#access),
      ...configMethods(this.#access),
      ...aclMethods(this.#access),
      connect: () => this.#connect(),
      disconnect: () => this.#disconnect(),
      describeCluster: () => this.#describeCluster(),
      events: adminEvents,
      on: (name: string, listener: (event: never) => unknown) =>
        this.#emitter.on(name as never, listener),
      logger: () => this.#access.logger,
    };
  }

  async #connect(): Promise<void> {
    await retrying(this.#context.platform, this.#access.policy, async () => {
      const engine = await this.#engine.open();
      await engine.connect();
    });
    this.#emitter.emit('admin.connect');
  }

  async #disconnect(): Promise<void> {
    await this.#engine.close();
    this.#requests.stop();
    this.#emitter.emit('admin.disconnect');
  }

  async #describeCluster(): ReturnType<Admin['describeCluster']> {
    const { brokers, controllerId, clusterId } = await ask(this.#access, (engine, options) =>
      engine.describeCluster(options),
    );
    return {
      brokers: brokers.map(({ id, host, port }) => ({ nodeId: id, host, port })),
      controller: controllerId === NO_CONTROLLER ? null : controllerId,
      clusterId: clusterId ?? '',
    };
  }

  async #createEngine(): Promise<EngineAdmin> {
    const common = await commonConfig(this.#context, this.#access.policy);
    try {
      return new EngineAdmin(common);
    } catch (error) {
      throw toKafkaJSError(error);
    }
  }
}
