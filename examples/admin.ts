/** Looks after a cluster. */
import { Admin, PartialFailure } from '@zurau/client';

await using admin = new Admin({
  bootstrapServers: process.env['BOOTSTRAP'] ?? 'localhost:9092',
});

const { clusterId, brokers } = await admin.describeCluster();
console.log(`cluster ${clusterId} has ${brokers.length} brokers`);

try {
  await admin.createTopics([
    { name: 'example-a', partitions: 3, replicationFactor: 1 },
    { name: 'not a name' },
  ]);
} catch (error) {
  // Some were created: the error says which were not, and why.
  if (!(error instanceof PartialFailure)) throw error;
  for (const [name, { code }] of error.failures) console.log(`${name}: ${code}`);
}

await admin.alterConfigs([
  {
    resource: { type: 'topic', name: 'example-a' },
    changes: [{ name: 'retention.ms', operation: 'set', value: '86400000' }],
  },
]);
const ends = await admin.listOffsets(
  [0, 1, 2].map((partition) => ({ topic: 'example-a', partition, at: 'end' as const })),
);
console.log(`it ends at ${ends.map(({ offset }) => offset).join(', ')}`);

for (const { groupId, state } of await admin.listGroups()) console.log(`${groupId}: ${state}`);
await admin.deleteTopics(['example-a']);
