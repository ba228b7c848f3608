/**
 * What an operator does to a cluster, by Kafka's own tools: creates a topic, expands, reassigns, elects, deletes. Each step is done when the tree in ZooKeeper says so.
 */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { KafkaTool, ToolShell } from '@zurau/testkit';
import { waitFor } from '../wait-for.ts';
import { IDS } from './mixed-cluster.ts';
import type { MixedCluster } from './mixed-cluster.ts';

export class Administration {
  readonly #cluster: MixedCluster;
  readonly #shell: ToolShell;
  readonly #dir: string;

  constructor(cluster: MixedCluster, shell: ToolShell, dir: string) {
    this.#cluster = cluster;
    this.#shell = shell;
    this.#dir = dir;
  }

  /** Runs a tool against the cluster; what it printed. A status other than 0 rejects. */
  async run(tool: KafkaTool, args: readonly string[]): Promise<string> {
    const { bootstrapServers } = this.#cluster;
    const result = await this.#shell.run(tool, ['--bootstrap-server', bootstrapServers, ...args]);
    const stdout = result.stdout.toString();
    if (result.status !== 0) {
      throw new Error(`${tool} ${args.join(' ')}: ${result.status}\n${stdout}\n${result.stderr}`);
    }
    return stdout;
  }

  /** The whole life of a topic, under the controller of now. */
  async exercise(topic: string): Promise<void> {
    await this.create(topic, 3, 2);
    await this.#change('kafka-topics', ['--alter', '--topic', topic, '--partitions', '5']);
    await this.#cluster.allInSync(topic);
    await this.#reassign(topic);
    await this.#elect(topic);
    await this.#change('kafka-topics', ['--delete', '--topic', topic]);
    await waitFor(async () => {
      expect(await this.#cluster.tree.exists(`/brokers/topics/${topic}`)).toBeUndefined();
      for (const id of IDS) expect(this.#directoriesOf(topic, id)).toEqual([]);
    });
  }

  async create(topic: string, partitions: number, replicas: number): Promise<void> {
    const shape = ['--partitions', String(partitions), '--replication-factor', String(replicas)];
    await this.run('kafka-topics', ['--create', '--topic', topic, ...shape]);
    await this.#cluster.allInSync(topic);
  }

  /** What `kafka-topics` prints of partitions without all their replicas; nothing for a cluster that is whole. */
  underReplicated(): Promise<string> {
    return this.run('kafka-topics', ['--describe', '--under-replicated-partitions']);
  }

  /** Of a group, in each partition that it has committed an offset of. */
  async lagOf(group: string): Promise<string[]> {
    const table = await this.run('kafka-consumer-groups', ['--describe', '--group', group]);
    const rows = table.split('\n').filter((line) => line.startsWith(group));
    return rows.map((row) => row.split(/\s+/)[5] ?? '');
  }

  /** Tools ask any broker what there is, and one may not have heard of it yet: then they change nothing, and are asked again. */
  async #change(tool: KafkaTool, args: readonly string[]): Promise<void> {
    await waitFor(() => this.run(tool, args));
  }

  /** Every partition to the two brokers that come next, in the ring of three. */
  async #reassign(topic: string): Promise<void> {
    const next = (id: number): number => (id % IDS.length) + 1;
    const wanted = Object.entries(await this.#cluster.replicasOf(topic)).map(
      ([partition, replicas]) => ({
        topic,
        partition: Number(partition),
        replicas: replicas.map(next),
      }),
    );
    const file = this.#write(`${topic}-reassignment.json`, { version: 1, partitions: wanted });
    const plan = ['--reassignment-json-file', file];
    await this.#change('kafka-reassign-partitions', [...plan, '--execute']);
    await waitFor(async () => {
      const verified = await this.run('kafka-reassign-partitions', [...plan, '--verify']);
      expect(verified.match(/is completed\./g)?.length).toBe(wanted.length);
    });
    const replicas = await this.#cluster.replicasOf(topic);
    for (const each of wanted) expect(replicas[each.partition]).toEqual(each.replicas);
    await this.#cluster.allInSync(topic);
  }

  /** Whoever leads now, in the end the first replica does. */
  async #elect(topic: string): Promise<void> {
    await this.#change('kafka-leader-election', [
      ...['--election-type', 'preferred', '--all-topic-partitions'],
    ]);
    await waitFor(async () => {
      for (const [partition, replicas] of Object.entries(await this.#cluster.replicasOf(topic))) {
        const { leader } = await this.#cluster.stateOf(topic, Number(partition));
        expect(leader).toBe(replicas[0]);
      }
    });
  }

  /** Also those that only wait for their deletion. */
  #directoriesOf(topic: string, id: number): string[] {
    const dir = this.#cluster.logDir(id);
    if (!existsSync(dir)) return [];
    return readdirSync(dir).filter(
      (name) => name.startsWith(`${topic}-`) && !name.endsWith('-delete'),
    );
  }

  #write(name: string, value: unknown): string {
    const path = join(this.#dir, name);
    writeFileSync(path, JSON.stringify(value));
    return path;
  }
}
