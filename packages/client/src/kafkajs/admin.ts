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
import { adminEvents, type AdminEvents, Emitter } from './events.ts';
import { RequestEvents, requestPayload, timeoutPayload } from './request-events.ts';
import { retrying } from './retry.ts';

const NO_CONTROLLER = -1;

export class DoorAdmin {
  readonly #context: ClientContext;
  readonly #access: AdminAccess;
  readonly #emitter: Emitter<AdminEvents>;
  readonly #requests: RequestEvents;
  #engine: Promise<EngineAdmin> | undefined;
  #instanceId: number | undefined;

  constructor(context: ClientContext, { retry }: AdminConfig) {
    const { clock } = context.platform;
    const logger = context.logger.namespace('Admin');
    this.#context = context;
    this.#access = { logger, policy: policyOf(context, retry), engine: () => this.#open() };
    this.#emitter = new Emitter('admin', adminEvents, logger, clock);
    this.#requests = new RequestEvents(
      (instanceId) => instanceId === this.#instanceId,
      (request) => {
        const payload = requestPayload(request, clock);
        if (request.error?.code === 'REQUEST_TIMEOUT') {
          this.#emitter.emit('admin.network.request_timeout', timeoutPayload(payload));
        } else this.#emitter.emit('admin.network.request', payload);
      },
    );
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
      const engine = await this.#open();
      await engine.connect();
    });
    this.#emitter.emit('admin.connect');
  }

  async #disconnect(): Promise<void> {
    const engine = this.#engine;
    this.#engine = undefined;
    await (await engine)?.close();
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

  async #open(): Promise<EngineAdmin> {
    if (this.#engine === undefined) {
      const engine = this.#createEngine();
      this.#engine = engine;
      engine.catch(() => {
        if (this.#engine === engine) this.#engine = undefined;
      });
    }
    return await this.#engine;
  }

  async #createEngine(): Promise<EngineAdmin> {
    const common = await commonConfig(this.#context, this.#access.policy);
    try {
      const engine = new EngineAdmin(common);
      this.#instanceId = engine.instanceId;
      return engine;
    } catch (error) {
      throw toKafkaJSError(error);
    }
  }
}
