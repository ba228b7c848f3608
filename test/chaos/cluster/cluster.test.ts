/**
 * A cluster on a real ZooKeeper ensemble under faults, each broker a process on a machine of its own: leaders and controllers are killed, paused for longer than
 * their session, cut off from everything, from ZooKeeper alone and from the other brokers alone; ZooKeepers are killed, one and all.
 *
 * Our producer and Java's write all the time. What was acknowledged is read back, once and in order; what a consumer saw stays; and in the end the replicas are the
 * same, byte by byte.
 *
 * `ZURAU_ROUNDS=10` goes through all faults ten times.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  kafkaTool,
  kafkaToolsMissing,
  kcatMissing,
  NetworkLab,
  networkLabMissing,
  tempDir,
  unmetRequirement,
} from '@zurau/testkit';
import type { Machine, TempDir } from '@zurau/testkit';
import { waitFor } from '../../interop/wait-for.ts';
import { BROKER_IDS, ChaosCluster } from './chaos-cluster.ts';
import { Observer } from './observer.ts';
import { expectAllThere, expectSameBytes, verifyReplicas } from './replicas.ts';
import { JavaWriter, OwnWriter } from './writers.ts';
import type { Writer } from './writers.ts';

const ROUNDS = Number(process.env['ZURAU_ROUNDS'] ?? 1);
const PARTITIONS = 6;
const OURS = 'from-ours';
const JAVAS = 'from-java';

const missing = await unmetRequirement('chaos cluster', [kafkaToolsMissing, kcatMissing]);
/** Where a machine does not permit them, that is no fault of ours. */
const unconnected = missing ?? (await networkLabMissing());
if (missing === undefined && unconnected !== undefined) {
  process.stdout.write(`SKIPPED chaos cluster, brokers cut off: ${unconnected}\n`);
}

describe.skipIf(missing !== undefined)('a cluster under faults', () => {
  let dir: TempDir;
  let lab: NetworkLab | undefined;
  let cluster: ChaosCluster;
  let writers: Writer[] = [];
  let observer: Observer;
  let faults = 0;

  /** Whom it hits: in turn the controller, and who leads the first partition. */
  const victim = async (): Promise<number> => {
    const hitsController = faults++ % 2 === 0;
    let id = -1;
    // On a busy machine sessions end by themselves, too.
    await waitFor(async () => {
      id = hitsController ? await cluster.controller() : (await cluster.states(OURS))[0]!.leader;
      return BROKER_IDS.includes(id);
    });
    return id;
  };

  const machineOf = (id: number): Machine => lab!.machines[id - 1]!;

  const progress = (): Promise<unknown> => Promise.all(writers.map((writer) => writer.progress()));

  /** The others lead and are written to, and another is controller. */
  const replaced = async (id: number): Promise<void> => {
    for (const topic of [OURS, JAVAS]) await cluster.leadsNothing(id, topic);
    await waitFor(async () => expect(await cluster.controller()).not.toBe(id));
    await progress();
  };

  /** Whatever becomes of it, the network is whole afterwards. */
  const broken = async (
    cut: () => Promise<void>,
    meanwhile: () => Promise<void>,
  ): Promise<void> => {
    try {
      await cut();
      await meanwhile();
    } finally {
      for (const machine of lab!.machines) await lab!.heal(machine);
    }
  };

  /** As before the fault. */
  const recovered = async (): Promise<void> => {
    for (const topic of [OURS, JAVAS]) await cluster.allInSync(topic);
    await progress();
  };

  beforeAll(async () => {
    dir = tempDir('chaos-cluster');
    lab = unconnected === undefined ? await NetworkLab.create(BROKER_IDS.length) : undefined;
    cluster = await ChaosCluster.start(dir.path, lab);
    const { bootstrapServers } = cluster;
    const shape = ['--partitions', String(PARTITIONS), '--replication-factor', '3'];
    for (const topic of [OURS, JAVAS]) {
      const create = ['--create', '--topic', topic, ...shape];
      await kafkaTool('kafka-topics', ['--bootstrap-server', bootstrapServers, ...create]);
    }
    writers = [
      new OwnWriter(bootstrapServers, OURS, PARTITIONS),
      new JavaWriter(bootstrapServers, JAVAS, PARTITIONS, dir.path),
    ];
    observer = await Observer.start(bootstrapServers, [OURS, JAVAS]);
    await progress();
  });

  afterAll(async () => {
    await Promise.allSettled([observer?.stop(), ...writers.map((writer) => writer.stop())]);
    await cluster?.stop();
    await lab?.close();
    dir?.[Symbol.dispose]();
  });

  describe.each(Array.from({ length: ROUNDS }, (_, round) => round + 1))('round %i', () => {
    it('killed', async () => {
      const id = await victim();
      await cluster.broker(id).kill();
      await replaced(id);
      await cluster.startBroker(id);
      await recovered();
    });

    it('paused for longer than its session', async () => {
      const id = await victim();
      const { pid } = cluster.broker(id);
      process.kill(pid, 'SIGSTOP');
      try {
        await cluster.gone(id);
        await replaced(id);
      } finally {
        process.kill(pid, 'SIGCONT');
      }
      await recovered();
    });

    it.skipIf(unconnected !== undefined)('cut off from everything', async () => {
      const id = await victim();
      await broken(
        () => lab!.isolate(machineOf(id)),
        async () => {
          await cluster.gone(id);
          await replaced(id);
        },
      );
      await recovered();
    });

    it.skipIf(unconnected !== undefined)('cut off from ZooKeeper alone', async () => {
      const id = await victim();
      await broken(
        () => lab!.lose(machineOf(id), lab!.serviceAddress),
        async () => {
          await cluster.gone(id);
          await replaced(id);
        },
      );
      await recovered();
    });

    it.skipIf(unconnected !== undefined)('cut off from the other brokers alone', async () => {
      // With the controller cut off nobody could change an in-sync set until it is back.
      let controller = -1;
      await waitFor(async () => (controller = await cluster.controller()) > 0);
      const id = BROKER_IDS.find((each) => each !== controller)!;
      await broken(
        async () => {
          for (const other of BROKER_IDS.filter((each) => each !== id)) {
            await lab!.lose(machineOf(id), machineOf(other).address);
            await lab!.lose(machineOf(other), machineOf(id).address);
          }
        },
        // It stays registered, and leads what it led, though it can commit nothing there; the others go on without it.
        () =>
          waitFor(async () => {
            if ((await cluster.controller()) === id) return;
            for (const { leader, isr } of await cluster.states(OURS)) {
              if (leader !== id) expect(isr).not.toContain(id);
            }
          }),
      );
      await recovered();
    });

    it('one ZooKeeper of three killed, the one that leads', async () => {
      await waitFor(() => cluster.ensemble.leader());
      const leader = await cluster.ensemble.leader();
      await leader.kill();
      await progress();
      await leader.restart();
      await recovered();
    });

    it('all ZooKeepers killed', async () => {
      const { members } = cluster.ensemble;
      await Promise.all(members.map((member) => member.kill()));
      await progress();
      await Promise.all(members.map((member) => member.restart(false)));
      await cluster.ensemble.ready();
      await recovered();
    });
  });

  it('what was acknowledged is there, once, in order, and the replicas are the same', async () => {
    const { bootstrapServers } = cluster;
    await Promise.all(writers.map((writer) => writer.stop()));
    for (const writer of writers) {
      const readCount = await expectAllThere(bootstrapServers, writer);
      const count = [...writer.acknowledged.values()].reduce((sum, each) => sum + each.length, 0);
      const told = `${count} acknowledged, ${readCount} read back, ${writer.failures.length} failed`;
      process.stdout.write(`${writer.topic} over ${faults} faults of brokers: ${told}\n`);
      expect(writer.failures.slice(0, 5)).toEqual([]);
    }
    await observer.expectUnchanged(bootstrapServers);
    await verifyReplicas(bootstrapServers, `${OURS}|${JAVAS}`);
    const behind = ['--describe', '--under-replicated-partitions'];
    const args = ['--bootstrap-server', bootstrapServers, ...behind];
    expect((await kafkaTool('kafka-topics', args)).stdout.toString().trim()).toBe('');
    await cluster.killBrokers();
    for (const topic of [OURS, JAVAS]) {
      expectSameBytes(
        BROKER_IDS.map((id) => cluster.dataDirOf(id)),
        topic,
      );
    }
  });
});
