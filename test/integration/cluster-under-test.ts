/**
 * The cluster that a suite runs against: the one at ZURAU_TEST_BOOTSTRAP (Apache Kafka, say), or else a broker of ours in this process.
 */
import { startBroker } from '@zurau/broker';

export interface ClusterUnderTest {
  readonly bootstrapServers: string;
  close(): Promise<void>;
}

/** Members of `consumer` groups hear of changes with their heartbeats, by default every 5 s. */
const groupProperties = {
  'group.consumer.min.heartbeat.interval.ms': '50',
  'group.consumer.heartbeat.interval.ms': '100',
};

export async function clusterUnderTest(): Promise<ClusterUnderTest> {
  const given = process.env['ZURAU_TEST_BOOTSTRAP'];
  if (given !== undefined) return { bootstrapServers: given, close: () => Promise.resolve() };
  return await startBroker({ port: 0, properties: groupProperties });
}

let count = 0;

/** A name that no other test, run or cluster has used. */
export function freshTopic(about: string): string {
  count += 1;
  return `${about}-${process.pid}-${Date.now()}-${count}`;
}

/** Which protocols of groups the cluster offers; older ones do not know `consumer` (`ZURAU_TEST_GROUP_PROTOCOLS=classic`). */
export const groupProtocols = (
  process.env['ZURAU_TEST_GROUP_PROTOCOLS'] ?? 'classic,consumer'
).split(',') as ('classic' | 'consumer')[];
