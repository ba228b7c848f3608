import { describe, expect, it } from 'vitest';
import { simulatedPlatform, type SimulatedHost } from './simulation.ts';

const HOUR_MS = 3_600_000;

describe('virtual time', () => {
  it('jumps to the next timer, in order of time and then of setting', async () => {
    const { timers, clock, simulation } = simulatedPlatform(1);
    const startMs = clock.now();
    const order: string[] = [];
    const note = (what: string): void => {
      order.push(`${what}@${clock.now() - startMs}`);
    };
    timers.after(24 * HOUR_MS, () => note('day'));
    timers.after(5, () => note('a'));
    timers.after(5, () => note('b'));
    timers.nextTurn(() => note('turn'));
    timers.after(0, () => {
      note('now');
      timers.after(1, () => note('nested'));
    });
    expect(order).toEqual([]);
    await simulation.run();
    expect(order).toEqual(['turn@0', 'now@0', 'nested@1', 'a@5', 'b@5', 'day@86400000']);
    expect(clock.monotonicMs()).toBe(24 * HOUR_MS);
  });

  it('lets promises run between events', async () => {
    const { timers, simulation } = simulatedPlatform(1);
    const sleep = (ms: number): Promise<void> =>
      new Promise((resolve) => timers.after(ms, resolve));
    const order: string[] = [];
    const walk = async (name: string): Promise<void> => {
      for (let step = 0; step < 3; step++) {
        await sleep(10);
        for (let microtask = 0; microtask < 20; microtask++) await Promise.resolve();
        await new Promise<void>((resolve) => process.nextTick(resolve));
        order.push(`${name}${step}`);
      }
    };
    const walks = Promise.all([walk('a'), walk('b')]);
    await simulation.runUntilSettled(walks);
    expect(order).toEqual(['a0', 'b0', 'a1', 'b1', 'a2', 'b2']);
    expect(simulation.nowMs).toBe(30);
  });

  it('runs for as long as it is told, periodic timers included', async () => {
    const { timers, simulation } = simulatedPlatform(1);
    let ticks = 0;
    const timer = timers.every(100, () => ticks++);
    timers.after(5_000, () => expect.unreachable());
    await simulation.runFor(1_050);
    expect(ticks).toBe(10);
    expect(simulation.nowMs).toBe(1_050);
    timer.cancel();
    await simulation.runFor(1_000);
    expect(ticks).toBe(10);
  });

  it('is over when only periodic timers are left', async () => {
    const { timers, simulation } = simulatedPlatform(1);
    let ticks = 0;
    timers.every(100, () => ticks++);
    timers.after(250, () => {});
    await simulation.run();
    expect(simulation.nowMs).toBe(250);
    expect(ticks).toBe(2);
  });

  it('cancels timers, twice too, from within a callback too', async () => {
    const { timers, simulation } = simulatedPlatform(1);
    const later = timers.after(10, () => expect.unreachable());
    let ticks = 0;
    const periodic = timers.every(1, () => {
      if (++ticks === 3) periodic.cancel();
    });
    timers.after(5, () => later.cancel());
    const done = timers.after(20, () => {});
    await simulation.run();
    done.cancel();
    later.cancel();
    expect(ticks).toBe(3);
    expect(simulation.nowMs).toBe(20);
  });

  it('says so when what is waited for does not come', async () => {
    const { timers, simulation } = simulatedPlatform(1);
    await expect(simulation.runUntil(() => false)).rejects.toThrow('still not so');
    const timer = timers.every(100, () => {});
    await expect(simulation.runUntil(() => false, 1_000)).rejects.toThrow('1000 ms');
    timer.cancel();
    await expect(simulation.runUntilSettled(Promise.reject(new Error('its own')))).rejects.toThrow(
      'its own',
    );
  });

  it('ends a run that gets nowhere', async () => {
    const { timers, simulation } = simulatedPlatform(1, { eventsMax: 1_000 });
    const spin = (): void => timers.nextTurn(spin);
    spin();
    await expect(simulation.run()).rejects.toThrow('does not end');
  });

  it('passes on what a callback throws', async () => {
    const { timers, simulation } = simulatedPlatform(1);
    timers.after(1, () => {
      throw new Error('a bug');
    });
    await expect(simulation.run()).rejects.toThrow('a bug');
    await simulation.run();
  });

  it('can be wrong about the wall clock on one host', async () => {
    const { simulation } = simulatedPlatform(1, { epochMs: 1_000_000 });
    const a = simulation.host('a');
    const b = simulation.host('b');
    a.clock.skewMs = -500;
    await simulation.runFor(10.75);
    expect([a.clock.now(), b.clock.now()]).toEqual([999_510, 1_000_010]);
    expect(a.clock.monotonicMs()).toBe(b.clock.monotonicMs());
  });
});

describe('the end of a process', () => {
  it.for(['kill', 'crash'] as const)(
    'silences its timers, not those of others (%s)',
    async (end) => {
      const { simulation } = simulatedPlatform(1);
      const a = simulation.host('a');
      const b = simulation.host('b');
      let ticks = 0;
      a.timers.every(1, () => expect.unreachable());
      a.timers.after(10, () => expect.unreachable());
      b.timers.every(1, () => ticks++);
      a[end]();
      a.timers.after(20.5, () => {});
      await simulation.run();
      expect(ticks).toBe(20);
    },
  );
});

describe('randomness', () => {
  it('follows from the seed, apart for each host', () => {
    const draw = (seed: number, host: string): string => {
      const { random } = simulatedPlatform(seed).simulation.host(host);
      return [
        random.float(),
        random.int(1000),
        random.bytes(8).toString('hex'),
        random.uuid(),
      ].join();
    };
    expect(draw(1, 'a')).toBe(draw(1, 'a'));
    expect(new Set([draw(1, 'a'), draw(1, 'b'), draw(2, 'a'), draw(3, 'a')]).size).toBe(4);
  });

  it('is even enough, and within its bounds', () => {
    const { random } = simulatedPlatform(7);
    const counts = Array.from({ length: 10 }, () => 0);
    for (let draw = 0; draw < 20_000; draw++) counts[random.int(10)]!++;
    for (const count of counts) expect(Math.abs(count - 2_000)).toBeLessThan(250);
    for (let draw = 0; draw < 1_000; draw++) expect(random.int(2 ** 53 - 1)).toBeLessThan(2 ** 53);
    for (let draw = 0; draw < 200; draw++) expect(random.uuid()).toMatch(/^[\w][\w-]{21}$/);
  });
});

describe('determinism', () => {
  /** Hosts that talk, write, sync, lose power and packets, all by their seed. */
  async function turmoil(seed: number): Promise<{ trace: string[]; fingerprint: string }> {
    const trace: string[] = [];
    const { simulation } = simulatedPlatform(seed, {
      onEvent: ({ atMs, owner, label }) => trace.push(`${atMs} ${owner} ${label}`),
    });
    const hosts = ['a', 'b', 'c'].map((name) => simulation.host(name));
    simulation.links.loss = 0.1;
    for (const host of hosts) live(host, trace);
    for (let round = 0; round < 10; round++) {
      await simulation.runFor(simulation.random.int(2_000));
      const host = hosts[simulation.random.int(hosts.length)]!;
      if (simulation.random.chance(0.5)) {
        host.crash();
        await simulation.runFor(500);
        host.powerOn();
        live(host, trace);
      } else {
        simulation.links.cut('a', 'b');
        await simulation.runFor(1_000);
        simulation.links.healAll();
      }
    }
    return { trace, fingerprint: simulation.fingerprint };
  }

  function live(host: SimulatedHost, trace: string[]): void {
    const { network, disk, timers, random } = host;
    const file = disk.openSync('/journal', 'write');
    trace.push(`${host.name} starts with ${file.sizeSync()} bytes, ${random.uuid()}`);
    void network.listen({ host: '', port: 1 }, (socket) => {
      socket.onClose = (error) => trace.push(`${host.name} lost a client: ${error?.code}`);
      socket.start({
        nextBuffer: () => Buffer.alloc(1 + random.int(1000)),
        onBytes(byteCount, buffer) {
          const bytes = Buffer.from(buffer.subarray(0, byteCount));
          file.write([bytes], file.sizeSync(), () => file.sync(() => socket.write([bytes])));
        },
        onEnd: () => socket.end(),
      });
    });
    disk.syncDirSync('/');
    timers.every(100, () => {
      const peer = ['a', 'b', 'c'][random.int(3)]!;
      network.connect({ host: peer, port: 1, timeoutMs: 300 }).then(
        (socket) => {
          socket.write([random.bytes(random.int(5_000))]);
          socket.end();
        },
        (error: unknown) => trace.push(`${host.name} to ${peer}: ${String(error)}`),
      );
    });
  }

  it('gives the same trace for the same seed, another for another', async () => {
    const [first, again, other] = [await turmoil(5), await turmoil(5), await turmoil(6)];
    expect(first.trace.length).toBeGreaterThan(1_000);
    expect(again.trace).toEqual(first.trace);
    expect(again.fingerprint).toBe(first.fingerprint);
    expect(other.fingerprint).not.toBe(first.fingerprint);
  });
});
