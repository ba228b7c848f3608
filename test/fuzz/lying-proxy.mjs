/**
 * Stands between a client and its broker, and changes what the broker answers: values, so that the answer still decodes, or bytes. Requests pass as they are.
 */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { allApis, decodeResponseFrame, encodeResponseFrame } from '@zurau/protocol';
import { mutateBody, mutateFrame } from './mutate.mjs';

const SIZE_BYTES = 4;
const CORRELATION_ID_AT = 8;
const API_VERSIONS_KEY = 18;
const apisByKey = new Map(allApis.map((api) => [api.key, api]));

export class LyingProxy {
  /** Answers that were changed, by API. */
  lies = new Map();
  #random;
  /** Of a hundred answers so many are changed. */
  percent;
  #upstream;
  #server;
  #sockets = new Set();
  /** Ports as the broker tells them, and whom to connect to instead. */
  #port;

  constructor(random, percent) {
    this.#random = random;
    this.percent = percent;
  }

  /** Listens. Answers pass once `connectTo` has said whose. */
  async listen() {
    this.#server = createServer((socket) => this.#accept(socket));
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = this.#server.address().port;
    return this.#port;
  }

  connectTo(port) {
    this.#upstream = port;
  }

  get lieCount() {
    return [...this.lies.values()].reduce((sum, count) => sum + count, 0);
  }

  async close() {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #accept(client) {
    const broker = connect(this.#upstream, '127.0.0.1');
    const asked = [];
    const requests = new Frames((frame) => {
      asked.push({
        key: frame.readInt16BE(SIZE_BYTES),
        version: frame.readInt16BE(SIZE_BYTES + 2),
      });
      broker.write(frame);
    });
    const answers = new Frames((frame) => client.write(this.#passOn(frame, asked.shift())));
    for (const [socket, frames, other] of [
      [client, requests, broker],
      [broker, answers, client],
    ]) {
      this.#sockets.add(socket);
      socket.on('data', (chunk) => frames.take(chunk));
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
  }

  #passOn(frame, request) {
    const random = this.#random;
    const api = request === undefined ? undefined : apisByKey.get(request.key);
    // Whoever is lied to about versions speaks to nobody; now and then that too.
    const percent = request?.key === API_VERSIONS_KEY ? this.percent / 5 : this.percent;
    if (api === undefined || random.int(1000) >= percent * 10) return frame;
    this.lies.set(api.name, (this.lies.get(api.name) ?? 0) + 1);
    if (random.chance(30)) return keepingCorrelation(mutateFrame(frame, random), frame, random);
    try {
      const { version } = request;
      const { correlationId, body } = decodeResponseFrame(api, version, frame.subarray(SIZE_BYTES));
      const changed = mutateBody(body, random);
      return Buffer.concat(encodeResponseFrame(api, version, correlationId, changed));
    } catch {
      // Not every change can be written, nor does every answer come in the version that was asked for.
      return keepingCorrelation(mutateFrame(frame, random), frame, random);
    }
  }
}

/** An answer to another question ends the connection at once: seldom. */
function keepingCorrelation(changed, frame, random) {
  if (changed.length >= CORRELATION_ID_AT && !random.chance(3)) {
    frame.copy(changed, SIZE_BYTES, SIZE_BYTES, CORRELATION_ID_AT);
  }
  return changed;
}

/** Cuts a stream into frames, each with its size. */
class Frames {
  #onFrame;
  #rest = Buffer.alloc(0);

  constructor(onFrame) {
    this.#onFrame = onFrame;
  }

  take(chunk) {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    while (bytes.length >= SIZE_BYTES) {
      const end = SIZE_BYTES + bytes.readInt32BE(0);
      if (end < SIZE_BYTES || end > bytes.length) break;
      this.#onFrame(Buffer.from(bytes.subarray(0, end)));
      bytes = bytes.subarray(end);
    }
    this.#rest = bytes;
  }
}
