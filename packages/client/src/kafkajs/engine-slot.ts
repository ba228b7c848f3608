/** The engine's client behind a door of KafkaJS's: made when it is needed, and anew after it was closed or could not be made. */

interface EngineClient {
  /** By which its events are told from those of others. */
  readonly instanceId: number;
  close(): Promise<void>;
}

export class EngineSlot<Engine extends EngineClient> {
  readonly #create: () => Promise<Engine>;
  #engine: Promise<Engine> | undefined;
  #instanceId: number | undefined;

  constructor(create: () => Promise<Engine>) {
    this.#create = create;
  }

  /** Whether that is the instance id of the client made last. */
  owns(instanceId: number): boolean {
    return instanceId === this.#instanceId;
  }

  /** The client, made now if need be. Rejects when it cannot be made; the next call tries again. */
  async open(): Promise<Engine> {
    if (this.#engine === undefined) {
      const engine = this.#make();
      this.#engine = engine;
      engine.catch(() => {
        if (this.#engine === engine) this.#engine = undefined;
      });
    }
    return await this.#engine;
  }

  /** Closes the client, if there is one. */
  async close(): Promise<void> {
    const engine = this.#engine;
    this.#engine = undefined;
    await (await engine)?.close();
  }

  async #make(): Promise<Engine> {
    const engine = await this.#create();
    this.#instanceId = engine.instanceId;
    return engine;
  }
}
