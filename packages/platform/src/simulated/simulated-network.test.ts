import { describe, expect, it } from 'vitest';
import { describeNetworkConformance } from '../conformance/network-conformance.ts';
import type { NetworkError, Socket } from '../network.ts';
import { simulatedPlatform, type SimulatedHost, type Simulation } from './simulation.ts';

describe('simulated network', () => {
  for (const seed of [1, 2, 3]) {
    describe(`seed ${seed}`, () => {
      describeNetworkConformance(() => {
        const { network, simulation } = simulatedPlatform(seed);
        return {
          network,
          settle: (promise) => simulation.runUntilSettled(promise),
          quiet: () => simulation.runFor(100),
          silentAddress: () => {
            simulation.links.cut('localhost', simulation.host('silent').name);
            return Promise.resolve({ host: 'silent', port: 1 });
          },
          close: () => simulation.run(),
        };
      });
    });
  }

  interface Pair {
    readonly simulation: Simulation;
    readonly a: SimulatedHost;
    readonly b: SimulatedHost;
    readonly atA: Socket;
    readonly atB: Socket;
    /** What each side has read so far. */
    readonly readAtA: () => string;
    readonly readAtB: () => string;
    /** How the connection ended on each side: `open`, `closed`, or the error's code. */
    readonly endAtA: () => string;
    readonly endAtB: () => string;
  }

  async function connectHosts(seed: number): Promise<Pair> {
    const { simulation } = simulatedPlatform(seed);
    const a = simulation.host('a');
    const b = simulation.host('b');
    let atB: Socket | undefined;
    await simulation.runUntilSettled(b.network.listen({ host: '', port: 9092 }, (s) => (atB = s)));
    const atA = await simulation.runUntilSettled(a.network.connect({ host: 'b', port: 9092 }));
    const read = new Map<Socket, string>();
    const ends = new Map<Socket, string>();
    for (const socket of [atA, atB!]) {
      read.set(socket, '');
      ends.set(socket, 'open');
      socket.onClose = (error?: NetworkError) => ends.set(socket, error?.code ?? 'closed');
      socket.start({
        nextBuffer: () => Buffer.alloc(100),
        onBytes: (count, buffer) =>
          read.set(socket, read.get(socket)! + buffer.toString('latin1', 0, count)),
        onEnd: () => {},
      });
    }
    return {
      simulation,
      a,
      b,
      atA,
      atB: atB!,
      readAtA: () => read.get(atA)!,
      readAtB: () => read.get(atB!)!,
      endAtA: () => ends.get(atA)!,
      endAtB: () => ends.get(atB!)!,
    };
  }

  it('delays within the bounds of the link', async () => {
    const { simulation, atA, readAtB } = await connectHosts(1);
    simulation.links.setDelay('a', 'b', { min: 500, max: 600 });
    const startMs = simulation.nowMs;
    atA.write([Buffer.from('x')]);
    await simulation.runUntil(() => readAtB() === 'x');
    expect(simulation.nowMs - startMs).toBeGreaterThanOrEqual(500);
    expect(simulation.nowMs - startMs).toBeLessThan(600);
  });

  it('delivers everything in order however much is lost on the way', async () => {
    const { simulation, atA, readAtB } = await connectHosts(2);
    simulation.links.setLoss('a', 'b', 0.5);
    const content = Array.from({ length: 20_000 }, (_, index) => String(index % 10)).join('');
    atA.write([Buffer.from(content)]);
    await simulation.runUntil(() => readAtB().length === content.length);
    expect(readAtB()).toBe(content);
  });

  it('holds what is sent over a cut link until it heals', async () => {
    const { simulation, atA, readAtB, endAtA } = await connectHosts(3);
    simulation.links.cut('a', 'b');
    atA.write([Buffer.from('late')]);
    await simulation.runFor(30_000);
    expect(readAtB()).toBe('');
    expect(endAtA()).toBe('open');
    simulation.links.heal('a', 'b');
    await simulation.runUntil(() => readAtB() === 'late');
  });

  it('ends the sender of a link that stays cut, and leaves the silent side half open', async () => {
    const { simulation, atA, endAtA, endAtB } = await connectHosts(4);
    simulation.links.cut('a', 'b');
    atA.write([Buffer.from('x')]);
    await simulation.runFor(200_000);
    expect(endAtA()).toBe('TIMED_OUT');
    expect(endAtB()).toBe('open');
  });

  it('tells the half-open side as soon as it sends', async () => {
    const { simulation, atA, atB, endAtA, endAtB } = await connectHosts(5);
    simulation.links.cut('a', 'b');
    atA.write([Buffer.from('x')]);
    await simulation.runUntil(() => endAtA() === 'TIMED_OUT');
    simulation.links.heal('a', 'b');
    await simulation.runFor(1000);
    expect(endAtB()).toBe('open');
    atB.write([Buffer.from('hello?')]);
    await simulation.runUntil(() => endAtB() === 'RESET');
  });

  it('can be cut one way', async () => {
    const { simulation, atA, atB, readAtA, readAtB } = await connectHosts(6);
    simulation.links.cutOneWay('a', 'b');
    atA.write([Buffer.from('ping')]);
    atB.write([Buffer.from('pong')]);
    await simulation.runFor(10_000);
    expect(readAtA()).toBe('pong');
    expect(readAtB()).toBe('');
    simulation.links.healAll();
    await simulation.runUntil(() => readAtB() === 'ping');
  });

  it('resets the connections between two hosts', async () => {
    const { simulation, a, endAtA, endAtB } = await connectHosts(7);
    a.network.resetConnections('b');
    await simulation.runFor(100);
    expect([endAtA(), endAtB()]).toEqual(['RESET', 'RESET']);
  });

  it('connects once the link heals', async () => {
    const { simulation, a } = await connectHosts(8);
    simulation.links.cut('a', 'b');
    const connecting = a.network.connect({ host: 'b', port: 9092 });
    await simulation.runFor(5_000);
    simulation.links.heal('a', 'b');
    const socket = await simulation.runUntilSettled(connecting);
    expect(socket.remoteAddress).toBe('b');
  });

  it('closes the connections of a killed process, and lets the next one listen', async () => {
    const { simulation, a, b, atA, endAtB } = await connectHosts(9);
    let ended = false;
    b.network.resetConnections();
    await simulation.runFor(100);
    expect(endAtB()).toBe('RESET');
    expect(atA.closed).toBe(true);
    const again = await simulation.runUntilSettled(a.network.connect({ host: 'b', port: 9092 }));
    again.start({
      nextBuffer: () => Buffer.alloc(1),
      onBytes: () => {},
      onEnd: () => (ended = true),
    });
    b.kill();
    await simulation.runFor(100);
    expect(ended).toBe(true);
    await expect(
      simulation.runUntilSettled(a.network.connect({ host: 'b', port: 9092 })),
    ).rejects.toMatchObject({ code: 'REFUSED' });
    await simulation.runUntilSettled(b.network.listen({ host: '', port: 9092 }, () => {}));
    await simulation.runUntilSettled(a.network.connect({ host: 'b', port: 9092 }));
  });

  it('says nothing when a host loses power, and resets what reaches it afterwards', async () => {
    const { simulation, a, b, atA, endAtA, endAtB } = await connectHosts(10);
    b.crash();
    await simulation.runFor(1000);
    expect(endAtA()).toBe('open');
    await expect(
      simulation.runUntilSettled(a.network.connect({ host: 'b', port: 9092, timeoutMs: 3000 })),
    ).rejects.toMatchObject({ code: 'TIMED_OUT' });
    b.powerOn();
    atA.write([Buffer.from('anybody there?')]);
    await simulation.runUntil(() => endAtA() === 'RESET');
    expect(endAtB()).toBe('open');
  });

  it('lets only the host itself reach what listens on a loopback address', async () => {
    const { simulation, a, b } = await connectHosts(11);
    await simulation.runUntilSettled(b.network.listen({ host: '127.0.0.1', port: 7 }, () => {}));
    await simulation.runUntilSettled(b.network.connect({ host: 'localhost', port: 7 }));
    await expect(
      simulation.runUntilSettled(a.network.connect({ host: 'b', port: 7 })),
    ).rejects.toMatchObject({ code: 'REFUSED' });
  });
});
