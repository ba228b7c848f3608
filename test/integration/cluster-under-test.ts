/**
 * The cluster that a suite runs against: the one at ZURAU_TEST_BOOTSTRAP (Apache Kafka, say), or else a broker of ours in this process.
 */
import { startBroker } from '@zurau/broker';

export interface ClusterUnderTest {
  readonly bootstrapServers: string;
  close(): Promise<void>;
}

export async function clusterUnderTest(): Promise<ClusterUnderTest> {
  const given = process.env['ZURAU_TEST_BOOTSTRAP'];
  if (given !== undefined) return { bootstrapServers: given, close: () => Promise.resolve() };
  return await startBroker({ port: 0 });
}

let count = 0;

/** A name that no other test, run or cluster has used. */
export function freshTopic(about: string): string {
  count += 1;
  return `${about}-${process.pid}-${Date.now()}-${count}`;
}
