/**
 * `zurau start`: a broker in this process until it is told to stop. The only command that loads the broker, and it loads no client.
 */
import type { Command } from 'commander';
import { ExitCode } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { write } from '../io.ts';
import { keyValues, repeated, wholeNumber } from '../options.ts';
import { readText } from '../read-text.ts';
import { UsageError } from '../usage-error.ts';

interface StartOptions {
  readonly port?: number;
  readonly host?: string;
  readonly dataDir?: string;
  readonly inMemory?: boolean;
  readonly zookeeper?: string;
  readonly brokers?: number;
  readonly config?: string;
  readonly set?: readonly string[];
  readonly logFormat?: string;
  readonly logLevel?: string;
}

const DEFAULT_PORT = 9092;
const DEFAULT_DATA_DIR = './data';

export function addStart(program: Command, io: Io, setExitCode: (code: number) => void): void {
  program
    .command('start')
    .description('Start a broker.')
    .option(
      '-p, --port <n>',
      `port to listen on; 0 takes a free one (default: ${DEFAULT_PORT})`,
      wholeNumber('--port', 0),
    )
    .option('--host <address>', 'address to listen on and to tell clients (default: 127.0.0.1)')
    .option('-d, --data-dir <dir>', `where logs and metadata lie (default: ${DEFAULT_DATA_DIR})`)
    .option(
      '--brokers <n>',
      'start a cluster of n brokers in this process, on ports that follow each other (default: 1)',
      wholeNumber('--brokers', 1),
    )
    .option('--in-memory', 'keep everything in memory, write nothing to disk')
    .option(
      '--zookeeper <host:port,...>',
      'the ZooKeeper that keeps the metadata of a cluster, as zookeeper.connect (default: kept in the data directory)',
    )
    .option('-c, --config <file>', "a server.properties with Kafka's names")
    .option(
      '--set <key=value>',
      'one setting of server.properties; wins over the file; may be repeated',
      repeated,
    )
    .option(
      '--log-format <format>',
      'pretty, json or silent (default: pretty on a terminal, json otherwise)',
    )
    .option('--log-level <level>', 'trace, debug, info, warn, error (default: info)')
    .addHelpText(
      'after',
      `
Prints one line with the address when it accepts connections. Ctrl-C closes it cleanly, a second one at once.

Examples:
  zurau start
  zurau start --port 0 --in-memory
  zurau start --brokers 3
  zurau start --data-dir /var/lib/zurau --set num.partitions=4
  zurau start --config server.properties --log-format json
  zurau start --zookeeper zk1:2181,zk2:2181,zk3:2181/kafka --set broker.id=1`,
    )
    .action((options: StartOptions) => start(io, options, setExitCode));
}

async function start(
  io: Io,
  options: StartOptions,
  setExitCode: (code: number) => void,
): Promise<void> {
  const properties = keyValues('--set', options.set);
  const logFormat = logFormatOf(io, options.logFormat);
  if (options.inMemory === true && options.dataDir !== undefined) {
    throw new UsageError('--in-memory and --data-dir exclude each other.');
  }
  const { startBroker, startCluster } = await import('@zurau/broker');
  const configText = options.config === undefined ? undefined : await readText(options.config);
  const says = (key: string): boolean => key in properties || saysKey(configText ?? '', key);
  // Several brokers share neither directories nor listeners: what a file says of them cannot be meant for all.
  const isCluster = options.brokers !== undefined && options.brokers > 1;
  const saysWhere = !isCluster && (says('log.dirs') || says('log.dir'));
  const dataDir =
    options.dataDir ?? (options.inMemory === true || saysWhere ? undefined : DEFAULT_DATA_DIR);
  const saysListeners = !isCluster && says('listeners') && options.host === undefined;
  const port = options.port ?? (saysListeners ? undefined : DEFAULT_PORT);

  // Before the broker starts: an early Ctrl-C must not leave half a start behind.
  const interrupted = nextInterrupt(io);
  const started = {
    ...(port === undefined ? {} : { port }),
    ...(options.host === undefined ? {} : { host: options.host }),
    ...(dataDir === undefined ? {} : { dataDir }),
    ...(options.zookeeper === undefined ? {} : { zookeeperConnect: options.zookeeper }),
    ...(configText === undefined ? {} : { configText }),
    ...(options.logLevel === undefined ? {} : { logLevel: options.logLevel }),
    properties,
    logFormat,
  } as const;
  const broker = isCluster
    ? await startCluster({ ...started, brokers: options.brokers })
    : await startBroker(started);
  const where = dataDir === undefined ? '' : `, data in ${dataDir}`;
  await write(io.stdout, `zurau is listening on ${broker.bootstrapServers}${where}\n`);
  const failure = await Promise.race(
    'failed' in broker ? [interrupted, broker.failed] : [interrupted],
  );
  if (failure !== undefined) {
    // At once, as Kafka: there is nothing left that could be written.
    await write(io.stderr, `${failure.message}\n`);
    io.exit(ExitCode.FAILED);
    return;
  }
  await broker.close();
  setExitCode(ExitCode.OK);
}

/** Resolves at the first interrupt; the second ends the process. */
function nextInterrupt(io: Io): Promise<void> {
  return new Promise((resolve) => {
    let count = 0;
    io.onInterrupt(() => {
      count += 1;
      if (count > 1) io.exit(ExitCode.FORCED);
      resolve();
    });
  });
}

/** Whether a properties text sets a key; the broker parses it properly. */
function saysKey(text: string, key: string): boolean {
  const escaped = key.replaceAll('.', '\\.');
  return new RegExp(`^[ \\t]*${escaped}[ \\t]*[=: \\t]`, 'm').test(text);
}

function logFormatOf(io: Io, text: string | undefined): 'pretty' | 'json' | 'silent' {
  switch (text) {
    case undefined:
      return io.stdout.isTTY === true ? 'pretty' : 'json';
    case 'pretty':
    case 'json':
    case 'silent':
      return text;
    default:
      throw new UsageError(`--log-format takes pretty, json or silent, not "${text}".`);
  }
}
