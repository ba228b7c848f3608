/** What a client's own test suite is run against: one broker, Zurau's or Apache Kafka's, with the same settings. Needs the built packages. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BrokerProcess, freePort, kafkaToolsMissing, ZooKeeperKafka } from '@zurau/testkit';

/** The names that `--against` takes, as they are called in reports. */
export const TARGETS = { zurau: 'Zurau', kafka: 'Apache Kafka 3.9.1' };

// Brokers end with this process, and it ends by itself.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130));

/** At 127.0.0.1, or under the name of the machine itself where a suite expects that. */
export async function startTarget(kind, settings, host = '127.0.0.1') {
  const dataDir = mkdtempSync(join(tmpdir(), `zurau-suite-${kind}-`));
  const port = await freePort();
  const bootstrapServers = `${host}:${port}`;
  const properties =
    host === '127.0.0.1'
      ? settings
      : { 'advertised.listeners': `PLAINTEXT://${bootstrapServers}`, ...settings };
  try {
    const broker = await start(kind, { dataDir, port, properties });
    say(`${TARGETS[kind]} is up at ${bootstrapServers}`);
    return {
      bootstrapServers,
      /** Resolves to what the broker complained about meanwhile. */
      async stop() {
        await broker.stop();
        rmSync(dataDir, { recursive: true, force: true, maxRetries: 3 });
        return broker.errorLines ?? [];
      },
    };
  } catch (error) {
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 3 });
    throw error;
  }
}

async function start(kind, options) {
  if (kind === 'zurau') return await BrokerProcess.start(options);
  const missing = await kafkaToolsMissing();
  if (missing !== undefined) throw new Error(missing);
  return await ZooKeeperKafka.start(options);
}

/** Progress goes to standard error. */
export function say(text) {
  process.stderr.write(`${text}\n`);
}
