/**
 * Compares what the replicas of a partition have on their disks, byte by byte. At rest and in sync they are the same from the first byte that all have.
 */
import type { SimulatedHost } from '@zurau/platform';
import { batchBaseOffset, batchSizeBytes, BATCH_OVERHEAD_BYTES } from '@zurau/protocol';
import { DATA_DIR } from './simulated-cluster.ts';

/** What differs, a line each. */
export function replicaDifferences(
  hosts: readonly SimulatedHost[],
  topic: string,
  partition: number,
): string[] {
  const [first, ...others] = hosts.map((host) => ({
    name: host.name,
    batches: batchesOf(host, `${DATA_DIR}/${topic}-${partition}`),
  }));
  if (first === undefined) return [];
  const differences: string[] = [];
  for (const other of others) {
    const offsets = new Set([...first.batches.keys(), ...other.batches.keys()]);
    for (const offset of [...offsets].sort((one, two) => one - two)) {
      const [one, two] = [first.batches.get(offset), other.batches.get(offset)];
      if (one !== undefined && two !== undefined && one.equals(two)) continue;
      const [have, has] = [one, two].map((batch) => (batch === undefined ? 'nothing' : 'another'));
      differences.push(
        `${topic}-${partition}: at offset ${offset} ${first.name} has ${have}, ${other.name} ${has}`,
      );
      break;
    }
  }
  return differences;
}

/** By base offset. */
function batchesOf(host: SimulatedHost, directory: string): Map<number, Buffer> {
  const batches = new Map<number, Buffer>();
  for (const { name } of host.disk.readDirSync(directory)) {
    if (!name.endsWith('.log')) continue;
    const content = host.disk.readFileSync(`${directory}/${name}`);
    for (let at = 0; at + BATCH_OVERHEAD_BYTES <= content.length;) {
      const size = batchSizeBytes(content, at);
      batches.set(batchBaseOffset(content, at), content.subarray(at, at + size));
      at += size;
    }
  }
  return batches;
}
