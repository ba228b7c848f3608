/**
 * Apache Kafka's own command line tools and broker, from the jars that `test/interop/kafka/pom.xml` names. `ZURAU_KAFKA_LIBS` is the directory that holds
 * them; without it and without the default directory the suites that need it say that they are skipped.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { CommandOptions, CommandResult } from './run-command.ts';
import { mustRun, runCommand } from './run-command.ts';

const DEFAULT_LIBS = fileURLToPath(new URL('../../test/interop/kafka/libs', import.meta.url));

/** Tool name to main class, as the scripts in Kafka's bin directory have it. */
const MAIN_CLASSES = {
  'kafka-topics': 'org.apache.kafka.tools.TopicCommand',
  'kafka-configs': 'kafka.admin.ConfigCommand',
  'kafka-console-producer': 'kafka.tools.ConsoleProducer',
  'kafka-console-consumer': 'org.apache.kafka.tools.consumer.ConsoleConsumer',
  'kafka-get-offsets': 'org.apache.kafka.tools.GetOffsetShell',
  'kafka-delete-records': 'org.apache.kafka.tools.DeleteRecordsCommand',
  'kafka-log-dirs': 'org.apache.kafka.tools.LogDirsCommand',
  'kafka-verifiable-producer': 'org.apache.kafka.tools.VerifiableProducer',
  'kafka-verifiable-consumer': 'org.apache.kafka.tools.VerifiableConsumer',
  'kafka-consumer-groups': 'org.apache.kafka.tools.consumer.group.ConsumerGroupCommand',
  'kafka-broker-api-versions': 'kafka.admin.BrokerApiVersionsCommand',
  'kafka-producer-perf-test': 'org.apache.kafka.tools.ProducerPerformance',
  'kafka-consumer-perf-test': 'org.apache.kafka.tools.ConsumerPerformance',
  'kafka-replica-verification': 'org.apache.kafka.tools.ReplicaVerificationTool',
  'kafka-reassign-partitions': 'org.apache.kafka.tools.reassign.ReassignPartitionsCommand',
  'kafka-leader-election': 'org.apache.kafka.tools.LeaderElectionCommand',
  'zookeeper-shell': 'org.apache.zookeeper.ZooKeeperMain',
  'kafka-dump-log': 'kafka.tools.DumpLogSegments',
  'kafka-e2e-latency': 'org.apache.kafka.tools.EndToEndLatency',
  'kafka-transactions': 'org.apache.kafka.tools.TransactionsCommand',
  'transactional-message-copier': 'org.apache.kafka.tools.TransactionalMessageCopier',
} as const;

export type KafkaTool = keyof typeof MAIN_CLASSES;

export function kafkaLibs(): string {
  return process.env['ZURAU_KAFKA_LIBS'] ?? DEFAULT_LIBS;
}

/** Why Kafka's tools cannot run here; undefined when they can. */
export async function kafkaToolsMissing(): Promise<string | undefined> {
  if (!existsSync(kafkaLibs())) {
    return `no Apache Kafka jars at ${kafkaLibs()} (mvn -f test/interop/kafka/pom.xml dependency:copy-dependencies, or set ZURAU_KAFKA_LIBS)`;
  }
  const java = await runCommand('java', ['-version']).catch(() => undefined);
  return java?.status === 0 ? undefined : 'java is not on the PATH';
}

/** Runs a tool; a status other than 0 rejects with its output. */
export function kafkaTool(
  tool: KafkaTool,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  return mustRun('java', kafkaToolArgs(tool, args), { timeoutMs: 120_000, ...options });
}

export function mainClassOf(tool: KafkaTool): string {
  return MAIN_CLASSES[tool];
}

/** The arguments for `java` that run a tool, for callers who want the process itself. */
export function kafkaToolArgs(tool: KafkaTool, args: readonly string[]): string[] {
  // Most tools run for a second: the quick compiler suits them. Those that measure get the whole one.
  const compiler = tool.endsWith('perf-test') ? [] : ['-XX:TieredStopAtLevel=1'];
  return ['-Xmx512m', ...compiler, '-cp', `${kafkaLibs()}/*`, MAIN_CLASSES[tool], ...args];
}
