import * as net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { describeNetworkConformance } from '../conformance/network-conformance.ts';
import type { Socket } from '../network.ts';
import { nodeNetwork } from './node-network.ts';

/**
 * Listens, and never accepts: its thread sleeps. Two connections fill its queue, what comes then
 * gets no answer.
 */
const SLEEPING_LISTENER = `
  const { parentPort } = require('node:worker_threads');
  const address = { port: 0, host: '127.0.0.1', backlog: 1 };
  const server = require('node:net').createServer().listen(address, () => {
    parentPort.postMessage(server.address().port);
    setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20_000));
  });
`;

describe('node network', () => {
  describeNetworkConformance(() => {
    const closers: (() => unknown)[] = [];
    return {
      network: nodeNetwork,
      settle: (promise) => promise,
      quiet: () => sleep(10),
      async silentAddress() {
        const worker = new Worker(SLEEPING_LISTENER, { eval: true });
        closers.push(() => worker.terminate());
        const port = await new Promise<number>((resolve) => worker.once('message', resolve));
        await sleep(20);
        for (let count = 0; count < 4; count++) {
          const filler = net.connect(port, '127.0.0.1').on('error', () => {});
          closers.push(() => filler.destroy());
        }
        await sleep(20);
        return { host: '127.0.0.1', port };
      },
      async close() {
        for (const close of closers) await close();
      },
    };
  });

  const handles = (): string[] =>
    process.getActiveResourcesInfo().filter((name) => /TCP|Timeout|Connect/.test(name));

  /** The sockets of the tests before close in their own time. */
  async function handlesAtRest(): Promise<string[]> {
    while (handles().some((name) => name.startsWith('TCP'))) await sleep(2);
    return handles();
  }

  it('leaves no handle behind', async () => {
    const before = await handlesAtRest();
    const serverSide = new Promise<Socket>((resolve) => {
      void nodeNetwork.listen({ host: '127.0.0.1', port: 0 }, resolve).then(async (listener) => {
        const address = { host: '127.0.0.1', port: listener.port, timeoutMs: 60_000 };
        const client = await nodeNetwork.connect(address);
        client.start({
          nextBuffer: () => Buffer.alloc(1),
          onBytes() {},
          onEnd: () => client.end(),
        });
        await listener.close();
      });
    });
    const server = await serverSide;
    server.start({ nextBuffer: () => Buffer.alloc(1), onBytes() {}, onEnd() {} });
    expect(handles().length).toBeGreaterThan(before.length);
    const closed = new Promise((resolve) => (server.onClose = resolve));
    server.end();
    await closed;
    expect(await handlesAtRest()).toEqual(before);
  });

  it('shows IPv4 peers of a listener for both families by their own address', async () => {
    const accepted = deferred<Socket>();
    const listener = await nodeNetwork.listen({ host: '', port: 0 }, accepted.resolve);
    const client = await nodeNetwork.connect({ host: '127.0.0.1', port: listener.port });
    const server = await accepted.promise;
    expect(server.remoteAddress).toBe('127.0.0.1');
    expect(server.localAddress).toBe('127.0.0.1');
    client.destroy();
    server.destroy();
    await listener.close();
  });

  it('sends many buffers in few system calls', async () => {
    const accepted = deferred<Socket>();
    const listener = await nodeNetwork.listen({ host: '127.0.0.1', port: 0 }, accepted.resolve);
    const client = await nodeNetwork.connect({ host: '127.0.0.1', port: listener.port });
    const server = await accepted.promise;
    const sizes: number[] = [];
    const all = deferred<void>();
    server.start({
      nextBuffer: () => Buffer.alloc(65_536),
      onBytes(byteCount) {
        sizes.push(byteCount);
        if (sizes.reduce((sum, size) => sum + size, 0) === 6400) all.resolve();
      },
      onEnd() {},
    });
    client.write(Array.from({ length: 64 }, () => Buffer.alloc(100)));
    await all.promise;
    // One byte apart from the rest: see FIRST_BYTE in node-socket.ts.
    expect(sizes).toEqual([1, 6399]);
    client.destroy();
    server.destroy();
    await listener.close();
  });
});

function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve };
}
