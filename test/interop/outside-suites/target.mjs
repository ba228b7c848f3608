/** What a client's own test suite is run against: one broker, Zurau's or Apache Kafka's, with the same settings. Needs the built packages. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BrokerProcess, kafkaToolsMissing, ZooKeeperKafka } from '@zurau/testkit';

/** The names that `--against` takes, as they are called in reports. */
export const TARGETS = { zurau: 'Zurau', kafka: 'Apache Kafka 3.9.1' };

/** Both print a line of progress to standard error, as does the rest of these scripts. */
export async function startTarget(kind, properties) {
  const dataDir = mkdtempSync(join(tmpdir(), `zurau-suite-${kind}-`));
  const remove = () => rmSync(dataDir, { recursive: true, force: true, maxRetries: 3 });
  try {
    const { bootstrapServers, stop, errorLines } = await start(kind, dataDir, properties);
    say(`${TARGETS[kind]} is up at ${bootstrapServers}`);
    return {
      bootstrapServers,
      /** Resolves to what the broker complained about meanwhile. */
      async stop() {
        await stop();
        remove();
        return errorLines();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}

async function start(kind, dataDir, properties) {
  if (kind === 'zurau') {
    const broker = await BrokerProcess.start({ dataDir, properties });
    const { bootstrapServers } = broker;
    return { bootstrapServers, stop: () => broker.stop(), errorLines: () => broker.errorLines };
  }
  const missing = await kafkaToolsMissing();
  if (missing !== undefined) throw new Error(missing);
  const kafka = await ZooKeeperKafka.start({ dataDir, properties });
  const { bootstrapServers } = kafka;
  return { bootstrapServers, stop: () => kafka.stop(), errorLines: () => [] };
}

export function say(text) {
  process.stderr.write(`${text}\n`);
}
