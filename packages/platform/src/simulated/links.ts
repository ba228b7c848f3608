/**
 * The state of the paths between simulated hosts, by direction: how long a segment takes, how
 * likely it is lost, and whether anything gets through at all. Tests change it while the simulation
 * runs; streams ask at each delivery.
 */
import type { LatencyMs } from './disk-faults.ts';
import type { SeededRandom } from './seeded-random.ts';

const DELAY_MS_DEFAULT: LatencyMs = { min: 0.05, max: 2 };

/** A host's way to itself does not leave the machine. */
const LOOPBACK_DELAY_MS: LatencyMs = { min: 0.01, max: 0.05 };

export class Links {
  /** For all pairs of different hosts that have no setting of their own. */
  delayMs: LatencyMs = DELAY_MS_DEFAULT;
  /** Probability that a segment has to be sent again; for all pairs as above. */
  loss = 0;

  readonly #random: SeededRandom;
  readonly #delays = new Map<string, LatencyMs>();
  readonly #losses = new Map<string, number>();
  readonly #cuts = new Set<string>();
  readonly #downHosts = new Set<string>();

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  /**
   * Nothing gets from `a` to `b` or back. Neither is told: connections seem to live until they run
   * into a timeout.
   */
  cut(a: string, b: string): void {
    this.cutOneWay(a, b);
    this.cutOneWay(b, a);
  }

  cutOneWay(from: string, to: string): void {
    this.#cuts.add(direction(from, to));
  }

  /** What was under way when the link was cut still arrives, as TCP sends it again. */
  heal(a: string, b: string): void {
    this.#cuts.delete(direction(a, b));
    this.#cuts.delete(direction(b, a));
  }

  healAll(): void {
    this.#cuts.clear();
  }

  /** Both ways. */
  setDelay(a: string, b: string, delay: LatencyMs): void {
    this.#delays.set(direction(a, b), delay).set(direction(b, a), delay);
  }

  /** Both ways. */
  setLoss(a: string, b: string, probability: number): void {
    this.#losses.set(direction(a, b), probability).set(direction(b, a), probability);
  }

  /** A host without power neither sends nor answers. */
  setDown(host: string, down: boolean): void {
    if (down) this.#downHosts.add(host);
    else this.#downHosts.delete(host);
  }

  isCut(from: string, to: string): boolean {
    if (this.#downHosts.has(from) || this.#downHosts.has(to)) return true;
    return this.#cuts.has(direction(from, to));
  }

  /** Whether the segment sent now gets lost. Draws. */
  loses(from: string, to: string): boolean {
    if (this.isCut(from, to)) return true;
    const probability = this.#losses.get(direction(from, to)) ?? (from === to ? 0 : this.loss);
    return probability > 0 && this.#random.chance(probability);
  }

  /** How long the segment sent now takes. Draws. */
  nextDelayMs(from: string, to: string): number {
    const usual = from === to ? LOOPBACK_DELAY_MS : this.delayMs;
    const { min, max } = this.#delays.get(direction(from, to)) ?? usual;
    return this.#random.between(min, max);
  }
}

function direction(from: string, to: string): string {
  return `${from} ${to}`;
}
