/**
 * What every implementation of Network must do, as tests. Called by the test file of each
 * implementation; knows only the interface.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  NetworkError,
  type ConnectAddress,
  type Listener,
  type Network,
  type NetworkErrorCode,
  type Socket,
  type SocketReader,
} from '../network.ts';

/** A network under test. */
export interface NetworkBench {
  readonly network: Network;
  /** Waits for something that depends on the network, running the simulation where there is one. */
  settle<T>(promise: Promise<T>): Promise<T>;
  /** Lets everything happen that can happen now, without anything to wait for. */
  quiet(): Promise<void>;
  /** Somewhere a connect gets no answer from. */
  silentAddress(): Promise<{ host: string; port: number }>;
  close(): Promise<void>;
}

/** Collects what arrives, through memory of any size. */
class Collector implements SocketReader {
  readonly chunks: Buffer[] = [];
  byteCount = 0;
  ended = false;
  onEvent: () => void = () => {};
  readonly #memorySizeBytes: () => number;
  #offered: Buffer | undefined;

  constructor(memorySizeBytes: () => number = () => 4096) {
    this.#memorySizeBytes = memorySizeBytes;
  }

  get content(): Buffer {
    return Buffer.concat(this.chunks);
  }

  nextBuffer(): Buffer {
    this.#offered = Buffer.alloc(this.#memorySizeBytes());
    return this.#offered;
  }

  onBytes(byteCount: number, buffer: Buffer): void {
    expect(buffer).toBe(this.#offered);
    expect(byteCount).toBeGreaterThan(0);
    expect(this.ended).toBe(false);
    this.chunks.push(Buffer.from(buffer.subarray(0, byteCount)));
    this.byteCount += byteCount;
    this.onEvent();
  }

  onEnd(): void {
    expect(this.ended).toBe(false);
    this.ended = true;
    this.onEvent();
  }

  /** Resolves when `condition` holds after something arrived. */
  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const check = (): void => {
        if (condition()) resolve();
      };
      this.onEvent = check;
      check();
    });
  }
}

/** Resolves with the error that ended the connection. */
function closeOf(socket: Socket): Promise<NetworkError | undefined> {
  return new Promise((resolve, reject) => {
    let calls = 0;
    socket.onClose = (error) => {
      if (++calls > 1) reject(new Error('closed twice'));
      resolve(error);
    };
  });
}

function writeTo(socket: Socket, ...buffers: Buffer[]): Promise<NetworkErrorCode | undefined> {
  return new Promise((resolve, reject) => {
    let returned = false;
    socket.write(buffers, (error) => {
      if (!returned) reject(new Error('called back inside the call'));
      resolve(error?.code);
    });
    returned = true;
  });
}

/** Bytes of which any 4 in a row say where they are. */
function pattern(sizeBytes: number): Buffer {
  const bytes = Buffer.alloc(sizeBytes + 4);
  for (let at = 0; at < sizeBytes; at += 4) bytes.writeUInt32BE((at * 2_654_435_761) >>> 0, at);
  return bytes.subarray(0, sizeBytes);
}

export function describeNetworkConformance(openBench: () => NetworkBench): void {
  describe('network conformance', () => {
    let bench: NetworkBench;
    let network: Network;
    let listener: Listener;
    let accepted: Socket[];
    let onAccepted: () => void;
    const sockets: Socket[] = [];

    beforeEach(async () => {
      bench = openBench();
      network = bench.network;
      accepted = [];
      onAccepted = () => {};
      const listening = network.listen({ host: '127.0.0.1', port: 0 }, (socket) => {
        accepted.push(socket);
        sockets.push(socket);
        onAccepted();
      });
      listener = await bench.settle(listening);
    });

    afterEach(async () => {
      for (const socket of sockets.splice(0)) socket.destroy();
      await bench.settle(listener.close());
      await bench.close();
    });

    async function connect(to: Partial<ConnectAddress> = {}): Promise<Socket> {
      const address = { host: '127.0.0.1', port: listener.port, ...to };
      const socket = await bench.settle(network.connect(address));
      sockets.push(socket);
      return socket;
    }

    async function connectPair(): Promise<{ client: Socket; server: Socket }> {
      const before = accepted.length;
      const accepting = new Promise<void>((resolve) => (onAccepted = resolve));
      const client = await connect();
      if (accepted.length === before) await bench.settle(accepting);
      return { client, server: accepted[before]! };
    }

    async function expectFailure(
      promise: Promise<unknown>,
      ...codes: NetworkErrorCode[]
    ): Promise<void> {
      const error = await bench.settle(
        promise.then(
          () => undefined,
          (thrown: unknown) => thrown,
        ),
      );
      expect(error).toBeInstanceOf(NetworkError);
      expect(codes).toContain((error as NetworkError).code);
    }

    describe('streams', () => {
      it('carry bytes in order, both ways at once, through memory of any size', async () => {
        const { client, server } = await connectPair();
        let turn = 0;
        const sizes = [1, 70_000, 7, 1024];
        const atServer = new Collector(() => sizes[turn++ % sizes.length]!);
        const atClient = new Collector(() => 65_536);
        server.start(atServer);
        client.start(atClient);
        const up = pattern(600_000);
        const down = pattern(3_000_001);
        client.write([up.subarray(0, 10), Buffer.alloc(0), up.subarray(10)]);
        server.write([down.subarray(0, 2_000_000)]);
        server.write([down.subarray(2_000_000)]);
        await bench.settle(atServer.until(() => atServer.byteCount === up.length));
        await bench.settle(atClient.until(() => atClient.byteCount === down.length));
        expect(atServer.content.equals(up)).toBe(true);
        expect(atClient.content.equals(down)).toBe(true);
      });

      it('tell where they lead', async () => {
        const { client, server } = await connectPair();
        expect(client.remotePort).toBe(listener.port);
        expect(server.localPort).toBe(listener.port);
        expect(server.remotePort).toBe(client.localPort);
        expect(server.remoteAddress).toBe(client.localAddress);
        expect(client.closed).toBe(false);
      });

      it('ask for memory right after each read, and not for the dead', async () => {
        const { client, server } = await connectPair();
        const calls: string[] = [];
        const allRead = new Promise<void>((resolve) => {
          server.start({
            nextBuffer() {
              calls.push('next');
              return Buffer.alloc(2);
            },
            onBytes() {
              calls.push('bytes');
              if (calls.length < 6) return;
              server.destroy();
              resolve();
            },
            onEnd: () => {},
          });
        });
        await bench.quiet();
        expect(calls).toEqual([]);
        client.write([Buffer.from('0123456789')]);
        await bench.settle(allRead);
        await bench.quiet();
        expect(calls).toEqual(['next', 'bytes', 'next', 'bytes', 'next', 'bytes']);
      });

      it('hold what comes before start', async () => {
        const { client, server } = await connectPair();
        await bench.settle(writeTo(client, Buffer.from('early')));
        await bench.quiet();
        const atServer = new Collector();
        server.start(atServer);
        expect(atServer.byteCount).toBe(0);
        await bench.settle(atServer.until(() => atServer.byteCount === 5));
        expect(atServer.content.toString()).toBe('early');
        expect(() => server.start(atServer)).toThrow('started');
      });

      it('stop at once when paused, in the middle of what has arrived', async () => {
        const { client, server } = await connectPair();
        const atServer = new Collector(() => 10);
        let pauseAt = 1;
        atServer.onEvent = () => {
          if (atServer.byteCount >= pauseAt) server.pause();
        };
        server.start(atServer);
        client.write([pattern(1000)]);
        let stoppedAt = 0;
        for (let round = 0; round < 5; round++) {
          await bench.quiet();
          expect(atServer.byteCount).toBeGreaterThan(stoppedAt);
          expect(atServer.byteCount).toBeLessThan(pauseAt + 10);
          stoppedAt = atServer.byteCount;
          await bench.quiet();
          expect(atServer.byteCount).toBe(stoppedAt);
          pauseAt = stoppedAt + 25;
          server.resume();
          expect(atServer.byteCount).toBe(stoppedAt);
        }
        pauseAt = Infinity;
        server.resume();
        await bench.settle(atServer.until(() => atServer.byteCount === 1000));
        expect(atServer.content.equals(pattern(1000))).toBe(true);
      });

      it('can be paused before start, and ended while paused', async () => {
        const { client, server } = await connectPair();
        const atServer = new Collector();
        server.pause();
        server.start(atServer);
        client.write([Buffer.from('x')]);
        client.end();
        await bench.quiet();
        expect(atServer.byteCount).toBe(0);
        expect(atServer.ended).toBe(false);
        server.resume();
        await bench.settle(atServer.until(() => atServer.ended));
        expect(atServer.byteCount).toBe(1);
      });
    });

    describe('back-pressure', () => {
      it('reaches the writer when the reader pauses, and is lifted by onDrain', async () => {
        const { client, server } = await connectPair();
        const atServer = new Collector(() => 65_536);
        server.pause();
        server.start(atServer);
        const block = pattern(1_000_000);
        let written = 0;
        let writes = 0;
        let more = true;
        while (more) {
          expect(++writes).toBeLessThan(200);
          more = client.write([block], (error) => {
            expect(error).toBeUndefined();
            written++;
          });
          if (writes % 8 === 0) await bench.quiet();
        }
        await bench.quiet();
        expect(client.bufferedBytes).toBeGreaterThan(0);
        expect(written).toBeLessThan(writes);
        const drained = new Promise<void>((resolve) => (client.onDrain = resolve));
        server.resume();
        await bench.settle(drained);
        expect(client.bufferedBytes).toBe(0);
        await bench.settle(atServer.until(() => atServer.byteCount === writes * block.length));
        await bench.quiet();
        expect(written).toBe(writes);
      });

      it('tells of writes in their order', async () => {
        const { client, server } = await connectPair();
        server.start(new Collector());
        const order: number[] = [];
        const all = [0, 1, 2, 3].map(
          (index) =>
            new Promise<void>((resolve) => {
              const parts = index === 2 ? [] : [pattern(100_000 * index), pattern(5)];
              client.write(parts, () => {
                order.push(index);
                resolve();
              });
            }),
        );
        await bench.settle(Promise.all(all));
        expect(order).toEqual([0, 1, 2, 3]);
      });
    });

    describe('ends', () => {
      it('come after everything written, and leave the other way open', async () => {
        const { client, server } = await connectPair();
        const closes = Promise.all([closeOf(client), closeOf(server)]);
        const atServer = new Collector();
        const atClient = new Collector();
        server.start(atServer);
        client.start(atClient);
        client.write([pattern(500_000)]);
        client.end();
        client.end();
        expect(await bench.settle(writeTo(client, Buffer.from('late')))).toBe('CLOSED');
        await bench.settle(atServer.until(() => atServer.ended));
        expect(atServer.byteCount).toBe(500_000);
        expect(server.closed).toBe(false);
        expect(await bench.settle(writeTo(server, Buffer.from('answer')))).toBeUndefined();
        await bench.settle(atClient.until(() => atClient.byteCount === 6));
        server.end();
        expect(await bench.settle(closes)).toEqual([undefined, undefined]);
        expect(atClient.ended).toBe(true);
        expect(client.closed && server.closed).toBe(true);
      });

      it('can be forced at any time, more than once', async () => {
        const { client, server } = await connectPair();
        const atServer = new Collector();
        server.start(atServer);
        const closing = closeOf(client);
        client.destroy();
        client.destroy();
        expect(client.closed).toBe(true);
        expect(await bench.settle(closing)).toBeUndefined();
        expect(await bench.settle(writeTo(client, Buffer.from('x')))).toBe('CLOSED');
        await bench.settle(atServer.until(() => atServer.ended));
      });

      it('fail the writes that were waiting when the socket is destroyed', async () => {
        const { client } = await connectPair();
        const big = pattern(8_000_000);
        const results = Promise.all([writeTo(client, big), writeTo(client, big)]);
        await bench.quiet();
        client.destroy();
        expect(await bench.settle(results)).toContain('CLOSED');
      });

      it('show as RESET to who writes to somebody that is gone', async () => {
        const { client, server } = await connectPair();
        const closing = closeOf(client);
        client.start(new Collector());
        server.destroy();
        const keepWriting = async (): Promise<void> => {
          while (!client.closed) {
            client.write([Buffer.from('x')]);
            await bench.quiet();
          }
        };
        await keepWriting();
        expect((await bench.settle(closing))?.code).toBe('RESET');
      });

      it('show as RESET to the peer of who drops bytes unread', async () => {
        const { client, server } = await connectPair();
        const closing = closeOf(client);
        client.start(new Collector());
        client.write([Buffer.from('unread')]);
        await bench.quiet();
        server.destroy();
        expect((await bench.settle(closing))?.code).toBe('RESET');
      });

      it('can be forced from within onBytes', async () => {
        const { client, server } = await connectPair();
        const atServer = new Collector(() => 3);
        atServer.onEvent = () => server.destroy();
        const closing = closeOf(server);
        server.start(atServer);
        client.write([Buffer.from('0123456789')]);
        expect(await bench.settle(closing)).toBeUndefined();
        await bench.quiet();
        expect(atServer.chunks).toHaveLength(1);
      });
    });

    describe('connecting', () => {
      it('is refused where nobody listens', async () => {
        const { port } = listener;
        await bench.settle(listener.close());
        await expectFailure(network.connect({ host: '127.0.0.1', port }), 'REFUSED');
      });

      it('fails for names that are none', async () => {
        const address = { host: 'no-such-host.invalid', port: 1 };
        await expectFailure(network.connect(address), 'NAME_NOT_FOUND');
      });

      it('can be aborted, before and while it waits', async () => {
        const silent = await bench.silentAddress();
        const aborted = AbortSignal.abort();
        await expectFailure(network.connect({ ...silent, signal: aborted }), 'ABORTED');
        const controller = new AbortController();
        const connecting = network.connect({ ...silent, signal: controller.signal });
        connecting.catch(() => {});
        await bench.quiet();
        controller.abort();
        await expectFailure(connecting, 'ABORTED');
      });

      it('gives up after its timeout', async () => {
        const silent = await bench.silentAddress();
        await expectFailure(network.connect({ ...silent, timeoutMs: 50 }), 'TIMED_OUT');
      });

      it('is not undone by a signal or a timeout that comes later', async () => {
        const controller = new AbortController();
        const client = await connect({ signal: controller.signal, timeoutMs: 1000 });
        controller.abort();
        await bench.quiet();
        expect(client.closed).toBe(false);
      });
    });

    describe('listening', () => {
      it('takes a port once', async () => {
        const { port } = listener;
        await expectFailure(
          network.listen({ host: '127.0.0.1', port }, () => {}),
          'ADDRESS_IN_USE',
        );
      });

      it('fails on an address of somebody else', async () => {
        await expectFailure(
          network.listen({ host: '192.0.2.1', port: 0 }, () => {}),
          'UNREACHABLE',
        );
      });

      it('on an empty host takes connections to all addresses', async () => {
        let count = 0;
        const opened = await bench.settle(
          network.listen({ host: '', port: 0 }, (socket) => {
            count++;
            sockets.push(socket);
          }),
        );
        for (const host of ['127.0.0.1', 'localhost']) await connect({ host, port: opened.port });
        await bench.quiet();
        expect(count).toBe(2);
        await bench.settle(opened.close());
      });

      it('ends without ending connections, more than once', async () => {
        const { client, server } = await connectPair();
        await bench.settle(Promise.all([listener.close(), listener.close()]));
        const atServer = new Collector();
        server.start(atServer);
        client.write([Buffer.from('still here')]);
        await bench.settle(atServer.until(() => atServer.byteCount === 10));
      });
    });
  });
}
