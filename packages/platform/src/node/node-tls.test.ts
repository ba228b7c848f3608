/** TLS as a client sees it, against Node's own server: the rest of the socket's contract is the conformance suite's. */
import * as net from 'node:net';
import * as tls from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { testAuthority } from '../fixtures/test-certificates.ts';
import { NetworkError, type Socket, type TlsOptions } from '../network.ts';
import { nodeNetwork } from './node-network.ts';

const authority = testAuthority();
const stranger = testAuthority('Somebody else');
const localhost = authority.issue('server', ['localhost', '127.0.0.1']);
const elsewhere = authority.issue('server', ['broker.example']);

const cleanUps: (() => void)[] = [];

afterEach(() => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
});

/** A server that answers with what it is sent, and ends when its peer does. */
async function echoServer(options: tls.TlsOptions = localhost): Promise<number> {
  const server = tls.createServer({ ...options, allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    socket.pipe(socket);
  });
  server.on('tlsClientError', () => {});
  return await portOf(server);
}

async function portOf(server: net.Server): Promise<number> {
  const sockets = new Set<net.Socket>();
  server.on('connection', (socket: net.Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
  });
  cleanUps.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as net.AddressInfo).port;
}

async function connect(
  port: number,
  options: TlsOptions = {},
  host = '127.0.0.1',
): Promise<Socket> {
  const socket = await nodeNetwork.connect({
    host,
    port,
    tls: { ca: authority.cert, ...options },
    timeoutMs: 10_000,
  });
  cleanUps.push(() => socket.destroy());
  return socket;
}

async function failureOf(promise: Promise<Socket>): Promise<string> {
  const error: unknown = await promise.then(
    (socket) => socket.destroy(),
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(NetworkError);
  return (error as NetworkError).code;
}

describe('a connection with TLS', () => {
  it('carries bytes both ways, into memory of the reader, and ends on both sides', async () => {
    const socket = await connect(await echoServer());
    const sent = Buffer.alloc(3_000_001, 'abcdefg');
    const received: Buffer[] = [];
    const closed = new Promise((resolve) => (socket.onClose = resolve));
    let offered = Buffer.alloc(0);
    let paused = false;
    socket.start({
      nextBuffer: () => (offered = Buffer.alloc(40_000)),
      onBytes: (byteCount, buffer) => {
        expect(buffer).toBe(offered);
        expect(paused).toBe(false);
        received.push(Buffer.from(buffer.subarray(0, byteCount)));
        if (received.length !== 5) return;
        paused = true;
        socket.pause();
        setImmediate(() => {
          paused = false;
          socket.resume();
        });
      },
      onEnd: () => {},
    });
    const drained = new Promise<void>((resolve) => (socket.onDrain = resolve));
    expect(socket.write([sent.subarray(0, 10), sent.subarray(10)])).toBe(false);
    await drained;
    expect(socket.bufferedBytes).toBe(0);
    socket.end();
    expect(await closed).toBeUndefined();
    expect(Buffer.concat(received).equals(sent)).toBe(true);
    expect(socket.closed).toBe(true);
    expect(socket.remoteAddress).toBe('127.0.0.1');
  });

  it('loses nothing that the peer says before the reader is there', async () => {
    const server = tls.createServer(localhost, (socket) => socket.end('welcome'));
    const socket = await connect(await portOf(server));
    await new Promise((resolve) => setImmediate(resolve));
    const chunks: string[] = [];
    const ended = new Promise<void>((resolve) => {
      socket.start({
        nextBuffer: () => Buffer.alloc(100),
        onBytes: (byteCount, buffer) => chunks.push(buffer.toString('latin1', 0, byteCount)),
        onEnd: resolve,
      });
    });
    await ended;
    expect(chunks.join('')).toBe('welcome');
  });

  it('names the host it wants (SNI), or another that it is told', async () => {
    const names: (string | false | null)[] = [];
    const server = tls.createServer(localhost, (socket) => {
      names.push(socket.servername);
      socket.end();
    });
    const port = await portOf(server);
    for (const [host, options] of [
      ['localhost', {}],
      ['127.0.0.1', { servername: 'localhost' }],
      ['127.0.0.1', {}],
    ] as const) {
      const socket = await connect(port, options, host);
      await new Promise<void>((resolve) => {
        socket.start({ nextBuffer: () => Buffer.alloc(1), onBytes() {}, onEnd: resolve });
      });
    }
    expect(names).toEqual(['localhost', 'localhost', false]);
  });

  it('shows a certificate of its own to a server that asks for one', async () => {
    const { key, cert } = authority.issue('client');
    const port = await echoServer({ ...localhost, ca: authority.cert, requestCert: true });
    const socket = await connect(port, { key, cert });
    const bytes = new Promise<string>((resolve) => {
      socket.start({
        nextBuffer: () => Buffer.alloc(10),
        onBytes: (byteCount, buffer) => resolve(buffer.toString('latin1', 0, byteCount)),
        onEnd: () => {},
      });
    });
    socket.write([Buffer.from('x')]);
    expect(await bytes).toBe('x');
  });
});

describe('a connection is refused with TLS_FAILED', () => {
  it('when the certificate is of an authority that is not trusted', async () => {
    const port = await echoServer();
    expect(await failureOf(connect(port, { ca: stranger.cert }))).toBe('TLS_FAILED');
    const socket = await connect(port, { ca: stranger.cert, rejectUnauthorized: false });
    expect(socket.closed).toBe(false);
  });

  it('when the certificate is of another host, unless the caller says who it is', async () => {
    const port = await echoServer(elsewhere);
    expect(await failureOf(connect(port))).toBe('TLS_FAILED');
    await connect(port, { servername: 'broker.example' });
    await connect(port, { checkServerIdentity: () => undefined });
  });

  it('when the peer does not speak TLS', async () => {
    const server = net.createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    expect(await failureOf(connect(await portOf(server)))).toBe('TLS_FAILED');
  });

  it('when a key cannot be read', async () => {
    const port = await echoServer();
    expect(await failureOf(connect(port, { key: 'not a key', cert: localhost.cert }))).toBe(
      'TLS_FAILED',
    );
  });
});

describe('a handshake', () => {
  it('that the peer breaks off is RESET', async () => {
    const server = net.createServer((socket) => {
      socket.once('data', () => socket.destroy());
    });
    expect(await failureOf(connect(await portOf(server)))).toBe('RESET');
  });

  it('that the peer does not answer runs into the time limit, or is aborted', async () => {
    const port = await portOf(net.createServer(() => {}));
    const address = { host: '127.0.0.1', port, tls: {} };
    expect(await failureOf(nodeNetwork.connect({ ...address, timeoutMs: 50 }))).toBe('TIMED_OUT');
    const signal = AbortSignal.timeout(50);
    expect(await failureOf(nodeNetwork.connect({ ...address, signal }))).toBe('ABORTED');
  });
});
