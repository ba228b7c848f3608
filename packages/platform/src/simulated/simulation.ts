/**
 * A simulated world: hosts with a clock, a disk and a network each, in one virtual time, all that
 * happens decided by one seed.
 *
 *     const platform = simulatedPlatform(42);
 *     const broker = new Broker(platform);                       // code that knows only Platform
 *     await platform.simulation.runUntilSettled(broker.start());
 *     platform.crash();                                          // power loss
 *     platform.powerOn();                                        // what was synced is there
 *
 * The same seed and the same calls give the same run, event for event; compare
 * `simulation.fingerprint`.
 */
import type { Platform } from '../platform.ts';
import { Links } from './links.ts';
import { Scheduler, type EventOwner, type TracedEvent } from './scheduler.ts';
import { SeededRandom } from './seeded-random.ts';
import { SimulatedDisk } from './simulated-disk.ts';
import { SimulatedNetwork } from './simulated-network.ts';
import { VirtualClock, VirtualTimers } from './virtual-time.ts';

export interface SimulationOptions {
  /** Wall clock at the start, milliseconds since the epoch; by default 2025-01-01T00:00:00Z. */
  readonly epochMs?: number;
  /** Ends a run that does not end by itself; fifty million by default. */
  readonly eventsMax?: number;
  /** Called with each event before it runs: a trace to read when a seed fails. */
  readonly onEvent?: (event: TracedEvent) => void;
}

const EPOCH_MS_DEFAULT = Date.UTC(2025, 0, 1);

/**
 * The first host of a new simulation, `localhost`; `platform.simulation` runs it and has the other
 * hosts.
 */
export function simulatedPlatform(seed: number, options: SimulationOptions = {}): SimulatedHost {
  return new Simulation(seed, options).host('localhost');
}

export class Simulation {
  readonly seed: number;
  /** Delay, loss and cuts between the hosts. */
  readonly links: Links;
  /** For the decisions of the test itself, so that they follow from the seed too. */
  readonly random: SeededRandom;

  readonly #scheduler: Scheduler;
  readonly #epochMs: number;
  readonly #streams: SeededRandom;
  readonly #hosts = new Map<string, SimulatedHost>();
  readonly #networks = new Map<string, SimulatedNetwork>();

  constructor(seed: number, options: SimulationOptions = {}) {
    this.seed = seed;
    this.#streams = new SeededRandom(seed);
    this.random = this.#streams.fork('test');
    this.links = new Links(this.#streams.fork('links'));
    this.#scheduler = new Scheduler(options.eventsMax);
    this.#scheduler.onEvent = options.onEvent;
    this.#epochMs = options.epochMs ?? EPOCH_MS_DEFAULT;
  }

  /** The host of this name; made on first use. */
  host(name: string): SimulatedHost {
    let host = this.#hosts.get(name);
    if (host === undefined) {
      const owner: EventOwner = { name };
      const scheduler = this.#scheduler;
      const random = this.#streams.fork(`host/${name}`);
      const clock = new VirtualClock(scheduler, this.#epochMs);
      const wire = { scheduler, random: random.fork('network'), links: this.links };
      const network = new SimulatedNetwork(wire, owner, this.#networks);
      const disk = new SimulatedDisk(scheduler, random.fork('disk'), name, () => clock.now());
      host = new SimulatedHost(this, scheduler, owner, { clock, random, disk, network });
      this.#hosts.set(name, host);
      this.#networks.set(name, network);
    }
    return host;
  }

  /** Virtual milliseconds since the simulation began. */
  get nowMs(): number {
    return this.#scheduler.nowMs;
  }

  /** Events that ran so far. */
  get eventCount(): number {
    return this.#scheduler.eventCount;
  }

  /** Equal for runs that went the same way so far. */
  get fingerprint(): string {
    return this.#scheduler.fingerprint;
  }

  /** Runs until nothing is left to happen but periodic timers (`Timers.every`). */
  run(): Promise<void> {
    return this.#scheduler.run();
  }

  /** Runs what is due in the next `durationMs`, and ends at exactly that time. */
  runFor(durationMs: number): Promise<void> {
    return this.#scheduler.runFor(durationMs);
  }

  /**
   * Runs until `predicate` holds, which is asked after every event. Throws when it does not within
   * `limitMs` of virtual time (an hour by default), or when nothing is left to happen.
   */
  runUntil(predicate: () => boolean, limitMs?: number): Promise<void> {
    return this.#scheduler.runUntil(predicate, limitMs);
  }

  /** Runs until `promise` settles, and returns or throws what it does. Limited as `runUntil`. */
  runUntilSettled<T>(promise: Promise<T>, limitMs?: number): Promise<T> {
    return this.#scheduler.runUntilSettled(promise, limitMs);
  }
}

interface HostParts {
  readonly clock: VirtualClock;
  readonly random: SeededRandom;
  readonly disk: SimulatedDisk;
  readonly network: SimulatedNetwork;
}

/**
 * One machine of a simulation, on which one process of ours runs at a time. When that process ends
 * by `kill` or `crash`, its timers and callbacks are gone and its promises never settle; the next
 * process uses the same host. Call both from outside the process's own code, or what is left of the
 * current call still runs.
 */
export class SimulatedHost implements Platform {
  readonly simulation: Simulation;
  readonly name: string;
  readonly clock: VirtualClock;
  readonly timers: VirtualTimers;
  readonly random: SeededRandom;
  readonly disk: SimulatedDisk;
  readonly network: SimulatedNetwork;
  readonly #scheduler: Scheduler;
  readonly #owner: EventOwner;

  constructor(simulation: Simulation, scheduler: Scheduler, owner: EventOwner, parts: HostParts) {
    this.simulation = simulation;
    this.name = owner.name;
    this.clock = parts.clock;
    this.timers = new VirtualTimers(scheduler, owner);
    this.random = parts.random;
    this.disk = parts.disk;
    this.network = parts.network;
    this.#scheduler = scheduler;
    this.#owner = owner;
  }

  /** `kill -9`: all that was written is there, the peers see their connections closed. */
  kill(): void {
    this.network.kill();
    this.disk.kill();
    this.#scheduler.cancelAllOf(this.#owner);
  }

  /**
   * The power fails: what was not synced may be gone, the peers see nothing. Down until {@link
   * powerOn}.
   */
  crash(): void {
    this.simulation.links.setDown(this.name, true);
    this.network.vanish();
    this.disk.crash();
    this.#scheduler.cancelAllOf(this.#owner);
  }

  powerOn(): void {
    this.simulation.links.setDown(this.name, false);
  }
}
