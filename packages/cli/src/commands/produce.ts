/** `zurau produce`: lines of stdin as records. */
import type { Producer } from '@zurau/client';
import type { Command } from 'commander';
import { type Io, write } from '../io.ts';
import { linesOf } from '../line-splitter.ts';
import {
  addClusterOptions,
  clientConfig,
  type ClusterOptions,
  keyValues,
  repeated,
  unescaped,
  wholeNumber,
} from '../options.ts';
import { type LineFormat, recordOfLine } from '../produce-line.ts';
import { UsageError } from '../usage-error.ts';

interface ProduceOptions extends ClusterOptions {
  readonly keySeparator?: string;
  readonly json?: boolean;
  readonly partition?: number;
  readonly acks?: string;
  readonly compression?: string;
  readonly header?: readonly string[];
  readonly maxRequestSize?: number;
}

/** Larger batches and a little patience: the input is a stream, nobody waits for a single record. */
const BATCH_SIZE_BYTES = 128 * 1024;
const LINGER_MS = 5;

const CODECS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;

export function addProduce(program: Command, io: Io): void {
  addClusterOptions(program.command('produce <topic>'))
    .description('Send the lines of stdin, each as a record.')
    .option(
      '-k, --key-separator <text>',
      'each line is key, this text, value; \\t stands for a tab',
    )
    .option('--json', 'each line is a JSON object: value, key, headers, partition, timestamp')
    .option(
      '-p, --partition <n>',
      'the partition (default: by key, or spread)',
      wholeNumber('--partition', 0),
    )
    .option('--acks <acks>', '0, 1 or all: how many replicas must have a record (default: all)')
    .option('-z, --compression <codec>', `${CODECS.join(', ')} (default: none)`)
    .option('-H, --header <key=value>', 'a header for every record; may be repeated', repeated)
    .option(
      '--max-request-size <bytes>',
      'largest record (default: 1048576)',
      wholeNumber('--max-request-size', 1),
    )
    .addHelpText(
      'after',
      `
Keys and values are bytes: what is not text goes through as it is. In JSON, a key or value that is not a string is sent as JSON,
{"base64": "..."} as the bytes that it stands for, null as no value.

Examples:
  echo hello | zurau produce orders
  zurau produce orders --key-separator : < pairs.txt
  echo '{"key":"a","value":{"n":1},"headers":{"from":"me"}}' | zurau produce orders --json
  zurau produce orders --compression zstd < big.log`,
    )
    .action((topic: string, options: ProduceOptions) => produce(io, topic, options));
}

async function produce(io: Io, topic: string, options: ProduceOptions): Promise<void> {
  const format = formatOf(topic, options);
  const acks = acksOf(options.acks);
  const compressionType = codecOf(options.compression);
  const client = await import('@zurau/client');
  const config = clientConfig(io, options);
  const producer = new client.Producer({
    ...config,
    acks,
    compressionType,
    batchSize: BATCH_SIZE_BYTES,
    lingerMs: LINGER_MS,
    maxBlockMs: config.defaultApiTimeoutMs,
    ...(options.maxRequestSize === undefined ? {} : { maxRequestSize: options.maxRequestSize }),
  });
  let count: number;
  try {
    await producer.connect();
    count = await sendLines(io, producer, format);
  } finally {
    await producer.close();
  }
  if (io.stderr.isTTY === true) await write(io.stderr, `${count} records to ${topic}.\n`);
}

/** Sends until the input ends, an interrupt comes, or a record fails; returns how many were acknowledged. */
async function sendLines(io: Io, producer: Producer, format: LineFormat): Promise<number> {
  let failure: Error | undefined;
  let count = 0;
  let number = 0;
  const stop = new AbortController();
  const detach = io.onInterrupt(() => stop.abort());
  // Two functions for all records, not two for each.
  const onAcknowledged = (): void => {
    count += 1;
  };
  const onFailed = (error: unknown): void => {
    failure ??= error instanceof Error ? error : new Error(String(error));
    stop.abort();
  };
  try {
    for await (const lines of linesOf(untilAborted(io.stdin, stop.signal))) {
      for (const line of lines) {
        number += 1;
        producer.send(recordOfLine(line, number, format)).then(onAcknowledged, onFailed);
      }
      await producer.room();
      if (stop.signal.aborted) break;
    }
    await producer.flush();
  } finally {
    detach();
  }
  if (failure !== undefined) throw failure;
  return count;
}

/** The chunks of a stream until its end or the signal, whichever comes first. */
async function* untilAborted(
  stream: NodeJS.ReadableStream,
  signal: AbortSignal,
): AsyncGenerator<Buffer | string, void, undefined> {
  const { addAbortSignal, Readable } = await import('node:stream');
  const readable = addAbortSignal(
    signal,
    stream instanceof Readable ? stream : new Readable().wrap(stream),
  );
  try {
    yield* readable as AsyncIterable<Buffer | string>;
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

function formatOf(topic: string, options: ProduceOptions): LineFormat {
  if (options.json === true && options.keySeparator !== undefined) {
    throw new UsageError('--json and --key-separator exclude each other.');
  }
  return {
    topic,
    json: options.json === true,
    keySeparator:
      options.keySeparator === undefined ? undefined : Buffer.from(unescaped(options.keySeparator)),
    partition: options.partition,
    headers: options.header === undefined ? undefined : keyValues('--header', options.header),
  };
}

function acksOf(text = 'all'): 0 | 1 | 'all' {
  switch (text) {
    case '0':
      return 0;
    case '1':
      return 1;
    case 'all':
    case '-1':
      return 'all';
    default:
      throw new UsageError(`--acks takes 0, 1 or all, not "${text}".`);
  }
}

function codecOf(text = 'none'): (typeof CODECS)[number] {
  const codec = CODECS.find((name) => name === text);
  if (codec !== undefined) return codec;
  throw new UsageError(`--compression takes ${CODECS.join(', ')}, not "${text}".`);
}
