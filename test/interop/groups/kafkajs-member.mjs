/**
 * A member of a consumer group, with KafkaJS: tells on standard output of each generation that it is in, and of each record.
 *
 *   node kafkajs-member.mjs <bootstrap> <group> <topic> <session timeout ms> [name of the assignor]
 *
 * KafkaJS's only assignor is the round robin one, in the consumer protocol's own format, but under the name `RoundRobinAssigner`, which no other
 * client knows. Under the name `roundrobin` it is what the others mean by that.
 */
import kafkajs from 'kafkajs';

const [bootstrap, group, topic, sessionTimeoutMs, assignor] = process.argv.slice(2);
const { Kafka, PartitionAssigners, logLevel } = kafkajs;

function tell(event) {
  process.stdout.write(`${JSON.stringify(event)}\n`);
}

function onLog({ level, log }) {
  if (log.message.startsWith('Response JoinGroup') && log.data !== undefined) {
    const { generationId: generation, memberId: member } = log.data;
    tell({ event: 'generation', generation, member });
  }
  if (level === logLevel.ERROR) process.stderr.write(`${log.message} ${log.error ?? ''}\n`);
}

const kafka = new Kafka({
  brokers: [bootstrap],
  logLevel: logLevel.DEBUG,
  logCreator: () => onLog,
  retry: { initialRetryTime: 50, maxRetryTime: 500, retries: 1000 },
});
const consumer = kafka.consumer({
  groupId: group,
  sessionTimeout: Number(sessionTimeoutMs),
  heartbeatInterval: 500,
  rebalanceTimeout: 20_000,
  maxWaitTimeInMs: 100,
  ...(assignor === undefined
    ? {}
    : {
        partitionAssigners: [
          (context) => ({ ...PartitionAssigners.roundRobin(context), name: assignor }),
        ],
      }),
});
let isLeaving = false;

process.on('SIGTERM', () => {
  isLeaving = true;
  consumer.disconnect().then(
    () => process.exit(0),
    () => process.exit(1),
  );
});
consumer.on(consumer.events.CRASH, ({ payload }) => {
  tell({ event: 'crash', error: payload.error.type ?? payload.error.message });
  if (!payload.restart) process.exit(2);
});

await consumer.connect();
await consumer.subscribe({ topic, fromBeginning: true });
await consumer.run({
  autoCommitInterval: 500,
  eachBatchAutoResolve: false,
  eachBatch: async ({ batch, resolveOffset, heartbeat, isRunning, isStale }) => {
    for (const { offset, key, value } of batch.messages) {
      if (isLeaving || !isRunning() || isStale()) return;
      const partition = batch.partition;
      tell({
        event: 'record',
        partition,
        offset: Number(offset),
        key: `${key}`,
        value: `${value}`,
      });
      resolveOffset(offset);
    }
    await heartbeat();
  },
});
