/**
 * One ill-behaved connection after another. What a connection does is drawn from its own number and the seed before it begins, so that it can be done again alone.
 *
 *   usual   some frames that decode, all of them answered; then at most one spoilt frame, for which the connection may be closed
 *   half    a frame that ends in the middle, and nothing more
 *   drip    a frame, byte by byte
 *   huge    the size of the largest frame that is allowed, a few bytes of it, and silence
 *   flood   more requests at once than may be under way, by somebody who does not read the answers for a while
 *   crowd   a hundred connections that say little or nothing
 */
import { connect } from 'node:net';

const FRAMES_PER_CONNECTION_MAX = 40;
const ANSWERS_WAIT_MS_MAX = 300;
/** For the broker to close the connection after a spoilt frame, which it need not do. */
const CLOSE_WAIT_MS = 3;
const FRAME_BYTES_MAX = 104_857_600;
const HUGE_BYTES_SENT_MAX = 200_000;
const HOLD_MS = 150;
const DRIP_BYTES_MAX = 120;
const FLOOD_FRAMES = 1500;
const FLOOD_APIS = ['Fetch', 'DescribeConfigs', 'Metadata', 'ListOffsets', 'ApiVersions'];
const CROWD = 100;
const RARE_SITUATIONS = ['half', 'half', 'drip', 'drip', 'huge', 'huge', 'flood', 'crowd'];
const RARE_PERCENT = 2;

/** Counts the answers on a socket without looking at them. */
export class AnswerCounter {
  count = 0;
  #missing = 0;
  #size = Buffer.alloc(4);
  #sizeFilled = 0;

  take(chunk) {
    let at = 0;
    while (at < chunk.length) {
      if (this.#missing > 0) {
        const taken = Math.min(this.#missing, chunk.length - at);
        this.#missing -= taken;
        at += taken;
        if (this.#missing === 0) this.count += 1;
        continue;
      }
      this.#size[this.#sizeFilled++] = chunk[at++];
      if (this.#sizeFilled < 4) continue;
      this.#sizeFilled = 0;
      this.#missing = this.#size.readInt32BE(0);
    }
  }
}

export class Attack {
  sent = 0;
  connections = 0;
  due = 0;
  answers = 0;
  refused = 0;
  /** By situation, how many connections. */
  situations = {};
  /** Numbers of the connections that are open now. */
  underWay = new Set();
  #port;
  #source;
  #random;
  #seed;
  #next;

  constructor({ port, source, random, seed, firstConnection }) {
    this.#port = port;
    this.#source = source;
    this.#random = random;
    this.#seed = seed;
    this.#next = firstConnection;
  }

  /** Resolves when it may go on no longer. */
  async run(mayGoOn) {
    while (mayGoOn()) {
      const number = this.#next++;
      const plan = this.#plan(number);
      this.underWay.add(number);
      this.situations[plan.situation] = (this.situations[plan.situation] ?? 0) + 1;
      await this.#carryOut(plan);
      this.underWay.delete(number);
    }
  }

  #plan(number) {
    const random = this.#random;
    const source = this.#source;
    random.reseed(this.#seed, number);
    const situation = random.chance(RARE_PERCENT) ? random.pick(RARE_SITUATIONS) : 'usual';
    const resets = random.chance(80);
    switch (situation) {
      case 'half': {
        const { frame } = source.readable();
        return { situation, resets, bytes: frame.subarray(0, 1 + random.int(frame.length - 1)) };
      }
      case 'drip':
        return { situation, resets, bytes: source.readable().frame };
      case 'huge': {
        const bytes = random.bytes(4 + random.int(HUGE_BYTES_SENT_MAX));
        bytes.writeInt32BE(FRAME_BYTES_MAX, 0);
        return { situation, resets, bytes };
      }
      case 'flood': {
        const name = random.pick(FLOOD_APIS);
        const frames = Array.from({ length: FLOOD_FRAMES }, () => source.plain(name));
        return { situation, resets, bytes: Buffer.concat(frames), readsLater: random.chance(50) };
      }
      case 'crowd':
        return { situation, resets, bytes: random.bytes(random.int(6)) };
      default: {
        const readable = Array.from({ length: random.int(FRAMES_PER_CONNECTION_MAX) }, () =>
          source.readable(),
        );
        const isSpoilt = readable.length === 0 || random.chance(70);
        return {
          situation,
          resets,
          readable: inTwo(Buffer.concat(readable.map(({ frame }) => frame)), random),
          frameCount: readable.length,
          due: readable.filter(({ isAnswerDue }) => isAnswerDue).length,
          spoilt: isSpoilt ? inTwo(source.spoilt(), random) : undefined,
        };
      }
    }
  }

  #carryOut(plan) {
    switch (plan.situation) {
      case 'half':
        return this.#half(plan);
      case 'drip':
        return this.#drip(plan);
      case 'huge':
        return this.#huge(plan);
      case 'flood':
        return this.#flood(plan);
      case 'crowd':
        return this.#crowd(plan);
      default:
        return this.#usual(plan);
    }
  }

  async #usual({ readable, frameCount, due, spoilt, resets }) {
    const answers = new AnswerCounter();
    let wake = () => undefined;
    const socket = await this.#connect((chunk) => {
      answers.take(chunk);
      if (answers.count >= due) wake();
    });
    socket.on('close', () => wake());
    if (socket.destroyed) return;
    this.sent += frameCount;
    this.due += due;
    writeParts(socket, readable);
    if (due > 0) {
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, ANSWERS_WAIT_MS_MAX);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
        if (socket.destroyed) wake();
      });
    }
    // The connection does not outlive most spoilt frames: nothing that comes before should be lost with it.
    if (!socket.destroyed && spoilt !== undefined) {
      this.sent += 1;
      writeParts(socket, spoilt);
      await sleep(CLOSE_WAIT_MS);
    }
    if (socket.destroyed) this.refused += 1;
    this.answers += answers.count;
    hangUp(socket, resets);
  }

  async #half({ bytes, resets }) {
    const socket = await this.#connect();
    socket.write(bytes);
    this.sent += 1;
    await sleep(CLOSE_WAIT_MS);
    hangUp(socket, resets);
  }

  async #drip({ bytes, resets }) {
    const socket = await this.#connect();
    socket.setNoDelay(true);
    this.sent += 1;
    const from = Math.min(bytes.length, DRIP_BYTES_MAX);
    for (let at = 0; at < from && !socket.destroyed; at++) {
      socket.write(bytes.subarray(at, at + 1));
      await nextTurn();
    }
    socket.write(bytes.subarray(from));
    await sleep(CLOSE_WAIT_MS);
    hangUp(socket, resets);
  }

  async #huge({ bytes, resets }) {
    const socket = await this.#connect();
    socket.write(bytes);
    this.sent += 1;
    await sleep(HOLD_MS);
    hangUp(socket, resets);
  }

  async #flood({ bytes, resets, readsLater }) {
    const answers = new AnswerCounter();
    const socket = await this.#connect((chunk) => answers.take(chunk));
    socket.pause();
    socket.write(bytes);
    this.sent += FLOOD_FRAMES;
    await sleep(HOLD_MS);
    if (readsLater) {
      socket.resume();
      await sleep(HOLD_MS);
      this.answers += answers.count;
      this.due += answers.count;
    }
    hangUp(socket, resets);
  }

  async #crowd({ bytes, resets }) {
    const sockets = await Promise.all(Array.from({ length: CROWD }, () => this.#connect()));
    for (const socket of sockets) if (bytes.length > 0) socket.write(bytes);
    await sleep(CLOSE_WAIT_MS);
    for (const socket of sockets) hangUp(socket, resets);
  }

  /** A socket that is connected, or destroyed. */
  async #connect(onData = () => undefined) {
    const socket = connect(this.#port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.on('data', onData);
    await new Promise((resolve) => {
      socket.once('connect', resolve);
      socket.once('close', resolve);
    });
    if (!socket.destroyed) this.connections += 1;
    return socket;
  }
}

/** In one piece, or cut somewhere. */
function inTwo(bytes, random) {
  if (bytes.length === 0) return [];
  if (random.chance(50)) return [bytes];
  const cut = random.int(bytes.length);
  return [bytes.subarray(0, cut), bytes.subarray(cut)];
}

function writeParts(socket, [first, second]) {
  if (first !== undefined) socket.write(first);
  if (second !== undefined) setImmediate(() => socket.write(second));
}

function hangUp(socket, resets) {
  if (resets) socket.resetAndDestroy();
  else socket.destroy();
}

function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function nextTurn() {
  return new Promise((resolve) => setImmediate(resolve));
}
