/**
 * One direction of a simulated connection: bytes in order, cut into segments at random, a bounded
 * number of them under way.
 *
 *     write -> unsent (the sender's process) -> flight (the wire, the receiver's kernel) -> read
 *                                               at most WINDOW_BYTES
 *
 * Lost segments are sent again after a growing pause, and hold up those behind them, until the
 * sender's kernel gives up. Knows links and time, but not what the two ends do.
 */
import type { NetworkError } from '../network.ts';
import type { Links } from './links.ts';
import type { EventOwner, ScheduledEvent, Scheduler } from './scheduler.ts';
import type { SeededRandom } from './seeded-random.ts';

const WINDOW_BYTES = 256 * 1024;
const SEGMENT_BYTES_MAX = 16 * 1024;
/** Now and then a segment is this small, to find readers that count on more. */
const SEGMENT_BYTES_TINY = 8;
const TINY_SEGMENT_CHANCE = 0.1;

const RETRANSMIT_MS_MIN = 200;
const RETRANSMIT_MS_MAX = 5_000;
/** Linux gives up after some 15 minutes; tests should not need that much patience. */
const GIVE_UP_AFTER_MS = 60_000;

export type Segment =
  | { readonly kind: 'data'; readonly bytes: Buffer }
  /** The other side's listener has taken the connection. */
  | { readonly kind: 'accepted' }
  | { readonly kind: 'end' }
  | { readonly kind: 'reset' };

export type OnWritten = (error: NetworkError | undefined) => void;

/** What all streams of a simulation run on. */
export interface Wire {
  readonly scheduler: Scheduler;
  readonly random: SeededRandom;
  readonly links: Links;
}

export interface StreamEnds {
  /** A segment arrived. */
  deliver(segment: Segment): void;
  /** These writes are on their way; nothing is unsent any more if `allSent`. */
  onSent(written: readonly OnWritten[], allSent: boolean): void;
  /** Nothing has got through for too long. */
  onGiveUp(): void;
}

export class SimulatedStream {
  readonly #wire: Wire;
  readonly #from: string;
  readonly #to: string;
  readonly #owner: EventOwner;
  readonly #ends: StreamEnds;
  #unsent: { bytes: Buffer; onWritten: OnWritten | undefined }[] = [];
  #unsentBytes = 0;
  #end: 'open' | 'wanted' | 'sent' = 'open';
  readonly #flight: { readonly segment: Segment; readonly earliestMs: number }[] = [];
  /** Bytes under way or arrived, and not read. */
  #outstandingBytes = 0;
  #delivery: ScheduledEvent | undefined;

  constructor(wire: Wire, from: string, to: string, ends: StreamEnds) {
    this.#wire = wire;
    this.#from = from;
    this.#to = to;
    this.#owner = { name: `${from}>${to}` };
    this.#ends = ends;
  }

  get unsentBytes(): number {
    return this.#unsentBytes;
  }

  write(buffers: readonly Buffer[], onWritten: OnWritten | undefined): void {
    for (const bytes of buffers) {
      if (bytes.length === 0) continue;
      this.#unsent.push({ bytes, onWritten: undefined });
      this.#unsentBytes += bytes.length;
    }
    if (onWritten !== undefined) this.#unsent.push({ bytes: Buffer.alloc(0), onWritten });
    this.#send();
  }

  /** The end of the stream follows what is unsent. */
  end(): void {
    if (this.#end === 'open') this.#end = 'wanted';
    this.#send();
  }

  /** Ahead of any data. */
  accept(): void {
    this.#launch({ kind: 'accepted' });
  }

  /** Takes back what is unsent, and returns who waits for it. */
  dropUnsent(): OnWritten[] {
    const waiting = this.#unsent.flatMap(({ onWritten }) => onWritten ?? []);
    this.#unsent = [];
    this.#unsentBytes = 0;
    return waiting;
  }

  /** Takes back everything that has not arrived, and sends a reset in its place. */
  reset(): void {
    this.vanish();
    this.#launch({ kind: 'reset' });
  }

  /** Takes back everything without a word, as a power failure does. */
  vanish(): void {
    this.dropUnsent();
    this.#flight.length = 0;
    if (this.#delivery !== undefined) this.#wire.scheduler.cancel(this.#delivery);
    this.#delivery = undefined;
  }

  /** The receiver has read: that much more may be sent, which the sender learns a little later. */
  consumed(byteCount: number): void {
    const { scheduler, links } = this.#wire;
    const delayMs = links.nextDelayMs(this.#to, this.#from);
    scheduler.schedule(this.#owner, 'window', delayMs, () => {
      this.#outstandingBytes -= byteCount;
      this.#send();
    });
  }

  #send(): void {
    const written: OnWritten[] = [];
    let taken = 0;
    for (const entry of this.#unsent) {
      while (entry.bytes.length > 0 && this.#outstandingBytes < WINDOW_BYTES) {
        entry.bytes = this.#launchSegmentOf(entry.bytes);
      }
      if (entry.bytes.length > 0) break;
      if (entry.onWritten !== undefined) written.push(entry.onWritten);
      taken++;
    }
    this.#unsent.splice(0, taken);
    const allSent = this.#unsent.length === 0;
    if (allSent && this.#end === 'wanted') {
      this.#end = 'sent';
      this.#launch({ kind: 'end' });
    }
    if (taken > 0) this.#ends.onSent(written, allSent);
  }

  /** Sends a first part of `bytes`, and returns the rest. */
  #launchSegmentOf(bytes: Buffer): Buffer {
    const { random } = this.#wire;
    const sizeMax = random.chance(TINY_SEGMENT_CHANCE) ? SEGMENT_BYTES_TINY : SEGMENT_BYTES_MAX;
    const roomBytes = WINDOW_BYTES - this.#outstandingBytes;
    const size = Math.min(bytes.length, roomBytes, 1 + random.int(sizeMax));
    this.#outstandingBytes += size;
    this.#unsentBytes -= size;
    this.#launch({ kind: 'data', bytes: Buffer.from(bytes.subarray(0, size)) });
    return bytes.subarray(size);
  }

  #launch(segment: Segment): void {
    const { scheduler, links } = this.#wire;
    const earliestMs = scheduler.nowMs + links.nextDelayMs(this.#from, this.#to);
    this.#flight.push({ segment, earliestMs });
    this.#scheduleDelivery();
  }

  /** Only the first segment has an event: those behind it cannot overtake it. */
  #scheduleDelivery(): void {
    const first = this.#flight[0];
    if (first === undefined || this.#delivery !== undefined) return;
    const { scheduler } = this.#wire;
    const delayMs = first.earliestMs - scheduler.nowMs;
    this.#attemptAfter(delayMs, RETRANSMIT_MS_MIN, scheduler.nowMs + GIVE_UP_AFTER_MS);
  }

  #attemptAfter(delayMs: number, retransmitMs: number, giveUpAtMs: number): void {
    const { scheduler, links } = this.#wire;
    const label = labelOf(this.#flight[0]!.segment);
    this.#delivery = scheduler.schedule(this.#owner, label, delayMs, () => {
      this.#delivery = undefined;
      if (!links.loses(this.#from, this.#to)) {
        const { segment } = this.#flight.shift()!;
        this.#ends.deliver(segment);
        this.#scheduleDelivery();
      } else if (scheduler.nowMs >= giveUpAtMs) {
        this.vanish();
        this.#ends.onGiveUp();
      } else {
        this.#attemptAfter(retransmitMs, Math.min(2 * retransmitMs, RETRANSMIT_MS_MAX), giveUpAtMs);
      }
    });
  }
}

function labelOf(segment: Segment): string {
  return segment.kind === 'data' ? `data ${segment.bytes.length}` : segment.kind;
}
