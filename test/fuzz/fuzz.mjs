/**
 * Throws mutated and random frames at a live broker, and checks that it lives.
 *
 *   node test/fuzz/fuzz.mjs [--frames 1000000] [--seconds 60] [--seed N]
 *
 * Frames are real ones (every API, every version, written by the protocol package from random values) with bytes flipped, cut, repeated or
 * inserted, sizes falsified, and plain noise. Meanwhile a well-behaved connection must get its answers, and the broker's memory must stay
 * bounded. Ends with a status other than 0 when one of that fails. Needs the built packages.
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import { parseArgs } from 'node:util';
import { allApis, encodeRequestFrame } from '@zurau/protocol';
import { BrokerProcess, tempDir } from '@zurau/testkit';

const { values } = parseArgs({
  options: {
    frames: { type: 'string', default: '1000000' },
    seconds: { type: 'string', default: '600' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
const FRAMES = Number(values.frames);
const SECONDS = Number(values.seconds);
const SEED = Number(values.seed);
const CONNECTIONS = 8;
const FRAMES_PER_WRITE = 64;
const RESIDENT_BYTES_MAX = 1024 * 1024 * 1024;
const ANSWER_MS_MAX = 5_000;

let state = SEED >>> 0 || 1;
function int(bound) {
  state ^= state << 13;
  state >>>= 0;
  state ^= state >>> 17;
  state ^= state << 5;
  state >>>= 0;
  return state % bound;
}

/** Real request frames to start from: as decoded from random bytes that happened to be readable, or as simple as they get. */
function corpus() {
  const frames = [];
  for (const api of allApis) {
    for (let version = api.request.minVersion; version <= api.request.maxVersion; version++) {
      frames.push(Buffer.concat(encodeRequestFrame(api, version, { correlationId: int(1000), clientId: 'fuzz' }, emptyBody(api, version))));
    }
  }
  return frames;
}

/** A body that decodes: what the reader makes of zeros. */
function emptyBody(api, version) {
  return api.request.read(zeroReader(), version);
}

function mutate(frame) {
  const kind = int(10);
  if (kind === 0) return frame;
  let bytes = Buffer.from(frame);
  if (kind <= 5) {
    // Past the size and the API key mostly, so that the handler's decoder sees it.
    for (let flips = 1 + int(6); flips > 0; flips--) bytes[4 + int(bytes.length - 4)] = int(256);
  } else if (kind === 6) {
    bytes = bytes.subarray(0, 4 + int(bytes.length - 4));
    bytes = Buffer.concat([bytes, noise(int(64))]);
  } else if (kind === 7) {
    const at = 4 + int(bytes.length - 4);
    bytes = Buffer.concat([bytes.subarray(0, at), noise(1 + int(300)), bytes.subarray(at)]);
  } else if (kind === 8) {
    bytes = Buffer.concat([Buffer.alloc(4), noise(1 + int(400))]);
  } else {
    bytes.writeInt32BE([-1, 0, 0x7fffffff, -0x80000000, 1, 104_857_601][int(6)], 0);
    return bytes;
  }
  bytes.writeInt32BE(bytes.length - 4, 0);
  return bytes;
}

function noise(length) {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; at++) bytes[at] = int(4) === 0 ? 0xff : int(256);
  return bytes;
}

let zeroReader;
let sent = 0;
let reconnects = 0;

async function attack(port, frames, until) {
  while (sent < FRAMES && performance.now() < until) {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.on('data', () => undefined);
    if ((await Promise.race([once(socket, 'connect').then(() => 'ok'), once(socket, 'close').then(() => 'closed')])) !== 'ok') continue;
    reconnects += 1;
    while (!socket.destroyed && sent < FRAMES && performance.now() < until) {
      const batch = [];
      const count = 1 + int(FRAMES_PER_WRITE);
      for (let i = 0; i < count; i++) batch.push(mutate(frames[int(frames.length)]));
      sent += count;
      const flushed = socket.write(Buffer.concat(batch));
      await (flushed
        ? new Promise((resolve) => setImmediate(resolve))
        : Promise.race([once(socket, 'drain'), once(socket, 'close')]).catch(() => undefined));
    }
    socket.destroy();
  }
}

/** One request, one answer, on a connection of its own that is never misused. */
class Witness {
  #socket;
  #waiting = [];
  #buffer = Buffer.alloc(0);

  async open(port) {
    this.#socket = connect(port, '127.0.0.1');
    await once(this.#socket, 'connect');
    this.#socket.on('data', (chunk) => {
      this.#buffer = Buffer.concat([this.#buffer, chunk]);
      while (this.#buffer.length >= 4 && this.#buffer.length >= 4 + this.#buffer.readInt32BE(0)) {
        const size = this.#buffer.readInt32BE(0);
        this.#waiting.shift()?.(this.#buffer.subarray(4, 4 + size));
        this.#buffer = this.#buffer.subarray(4 + size);
      }
    });
    this.#socket.on('close', () => this.#waiting.forEach((resolve) => resolve(undefined)));
    this.#socket.on('error', () => undefined);
  }

  async ask(frame) {
    const answer = new Promise((resolve) => this.#waiting.push(resolve));
    this.#socket.write(frame);
    const timer = new Promise((resolve) => setTimeout(resolve, ANSWER_MS_MAX).unref());
    return Promise.race([answer, timer]);
  }

  close() {
    this.#socket.destroy();
  }
}

const { ByteReader } = await import('@zurau/protocol');
zeroReader = () => {
  // Flexible readers see an unsigned varint 1 as an empty array or string; others see lengths of zero.
  const zeros = Buffer.alloc(4096);
  return new ByteReader(zeros);
};
const frames = corpus();
using dir = tempDir('fuzz');
await using broker = await BrokerProcess.start({ dataDir: dir.path });
const metadata = Buffer.from('0000001b00030001000000070004' + '66757a7a' + '00000000', 'hex');
metadata.writeInt32BE(metadata.length - 4, 0);
const witness = new Witness();
await witness.open(broker.port);
const until = performance.now() + SECONDS * 1000;
const startedAt = performance.now();
process.stdout.write(`fuzz: seed ${SEED}, ${frames.length} real frames to start from\n`);
const attackers = Array.from({ length: CONNECTIONS }, () => attack(broker.port, frames, until));
let done = false;
const finished = Promise.all(attackers).then(() => {
  done = true;
});
let answers = 0;
let residentMax = 0;
let failure;
while (!done && failure === undefined) {
  const answer = await witness.ask(metadata);
  if (answer === undefined) failure = 'the well-behaved connection got no answer';
  else answers += 1;
  if (!broker.isRunning) failure = 'the broker died';
  else residentMax = Math.max(residentMax, broker.residentBytes());
  if (residentMax > RESIDENT_BYTES_MAX) failure = `the broker holds ${residentMax} bytes`;
  await new Promise((resolve) => setTimeout(resolve, 50));
}
if (failure === undefined) await finished;
witness.close();
const seconds = (performance.now() - startedAt) / 1000;
process.stdout.write(
  `fuzz: ${sent} frames in ${seconds.toFixed(1)} s over ${reconnects} connections, ${answers} answers to the well-behaved one, at most ${(residentMax / 1e6).toFixed(0)} MB resident\n`,
);
if (failure !== undefined) {
  process.stdout.write(`fuzz FAILED (seed ${SEED}): ${failure}\n${broker.output.slice(-3000)}\n`);
  process.exitCode = 1;
}
