/**
 * Members of a consumer group, each a process of its own that can be killed: kcat, KafkaJS, kafka-python, librdkafka of today, Java's console and
 * verifiable consumer.
 *
 * Owns how each is started and how what it prints is understood: every one tells of the generations that it joins (of the consumer protocol:
 * of its member id) and of every record, on one stream, so that the order of the two is known.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { kafkaLibs, runCommand } from '@zurau/testkit';

const KAFKA4_LIBS =
  process.env['ZURAU_KAFKA4_LIBS'] ?? fileURLToPath(new URL('../kafka4/libs', import.meta.url));
const PYTHON_LIBS =
  process.env['ZURAU_PYTHON_LIBS'] ?? fileURLToPath(new URL('../python/libs', import.meta.url));
const SESSION_TIMEOUT_MS = 3000;
const ERROR_TEXT_MAX = 4000;
/** A member that is told to leave gets so long for it. */
const LEAVE_MS_MAX = 20_000;

export type MemberKind =
  'kcat' | 'kafkajs' | 'kafka-python' | 'console' | 'verifiable' | 'librdkafka';

/** How the members of a group share it. */
export type GroupMode = 'roundrobin' | 'cooperative-sticky' | 'consumer';

export interface GroupOfMembers {
  readonly bootstrapServers: string;
  readonly group: string;
  readonly topic: string;
  readonly mode: GroupMode;
  /**
   * Members that can name several assignors put range in front of roundrobin, so that the group's choice depends on who is in it. Not for a coordinator
   * that fails over: its records keep of each member the protocol that was chosen, so that after it members with another are refused, by Kafka too.
   */
  readonly prefersRange?: boolean;
}

export interface ConsumedRecord {
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  readonly value: string;
  /** Of the member that consumed it; empty while it has none. */
  readonly memberId: string;
  /** That the member said it was in; -1 in the consumer protocol, and before the first. */
  readonly generation: number;
}

type Event =
  | { readonly event: 'generation'; readonly generation: number; readonly member: string }
  | { readonly event: 'member'; readonly member: string }
  | ({ readonly event: 'record' } & Pick<ConsumedRecord, 'partition' | 'offset' | 'key' | 'value'>);

/** A member with what it has said so far. */
export class GroupMember {
  readonly kind: MemberKind;
  readonly name: string;
  readonly consumed: ConsumedRecord[] = [];
  readonly exited: Promise<void>;
  readonly #child: ChildProcess;
  #memberId = '';
  #generation = -1;
  #errors = '';
  #endSignal: 'SIGTERM' | 'SIGKILL' | undefined;

  constructor(kind: MemberKind, name: string, group: GroupOfMembers) {
    this.kind = kind;
    this.name = name;
    const { program, args, understand } = commandOf(kind, group);
    this.#child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, PYTHONPATH: PYTHON_LIBS },
    });
    const { stdout, stderr } = this.#child;
    if (stdout === null || stderr === null) throw new Error('no pipes');
    const lines = new MarkedLines((text) => {
      const event = understand(text);
      if (event !== undefined) this.#note(event);
    });
    stdout.setEncoding('utf8').on('data', (chunk: string) => lines.take(chunk));
    stderr.setEncoding('utf8').on('data', (chunk: string) => {
      this.#errors = (this.#errors + chunk).slice(-ERROR_TEXT_MAX);
    });
    this.exited = new Promise((resolve) => this.#child.once('close', () => resolve()));
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** It ended though nobody told it to. */
  get hasFailed(): boolean {
    return !this.isRunning && this.#endSignal === undefined;
  }

  /** It was asked to leave, not killed. */
  get wasAskedToLeave(): boolean {
    return this.#endSignal === 'SIGTERM';
  }

  /** The last of what it said on standard error. */
  get errors(): string {
    return this.#errors;
  }

  /** Resolves when the process is gone and all that it said is here. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (this.isRunning) this.#endSignal ??= signal;
    this.#child.kill(signal);
    const killer = setTimeout(() => this.#child.kill('SIGKILL'), LEAVE_MS_MAX);
    await this.exited;
    clearTimeout(killer);
  }

  #note(event: Event): void {
    if (event.event === 'record') {
      const { partition, offset, key, value } = event;
      const [memberId, generation] = [this.#memberId, this.#generation];
      this.consumed.push({ partition, offset, key, value, memberId, generation });
      return;
    }
    this.#memberId = event.member;
    if (event.event === 'generation') this.#generation = event.generation;
  }
}

/** Why a kind of member cannot run here; undefined when it can. */
export async function pythonClientsMissing(): Promise<string | undefined> {
  if (!existsSync(PYTHON_LIBS)) {
    return `no Python clients at ${PYTHON_LIBS} (pip install --target test/interop/python/libs -r test/interop/python/requirements.txt)`;
  }
  const python = await runCommand('python3', ['--version']).catch(() => undefined);
  return python?.status === 0 ? undefined : 'python3 is not on the PATH';
}

export function kafka4Missing(): Promise<string | undefined> {
  return Promise.resolve(
    existsSync(KAFKA4_LIBS)
      ? undefined
      : `no jars of Apache Kafka 4 at ${KAFKA4_LIBS} (mvn -f test/interop/kafka4/pom.xml dependency:copy-dependencies -DoutputDirectory=libs)`,
  );
}

/**
 * Lines, and between them or within them messages between U+0001 and U+0002: Java's logger puts them where they fall, a record that is being
 * printed in another thread included.
 */
class MarkedLines {
  readonly #onText: (text: string) => void;
  #line = '';
  #message: string | undefined;

  constructor(onText: (text: string) => void) {
    this.#onText = onText;
  }

  take(chunk: string): void {
    // oxlint-disable-next-line no-control-regex -- these two are what is looked for
    for (const part of chunk.split(/([\u0001\u0002\n])/)) this.#part(part);
  }

  #part(part: string): void {
    if (part === '\u0001') {
      this.#message = '';
    } else if (part === '\u0002') {
      this.#onText(this.#message ?? '');
      this.#message = undefined;
    } else if (this.#message !== undefined) {
      this.#message += part;
    } else if (part === '\n') {
      this.#onText(this.#line);
      this.#line = '';
    } else {
      this.#line += part;
    }
  }
}

interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly understand: (text: string) => Event | undefined;
}

function commandOf(kind: MemberKind, group: GroupOfMembers): Command {
  const session = String(SESSION_TIMEOUT_MS);
  const { bootstrapServers, group: groupId, topic, mode } = group;
  const where = [bootstrapServers, groupId, topic];
  switch (kind) {
    case 'kcat':
      return kcatCommand(group);
    case 'kafkajs':
      return {
        program: process.execPath,
        args: [besides('kafkajs-member.mjs'), ...where, session, mode],
        understand: asJson,
      };
    case 'kafka-python': {
      return {
        program: 'python3',
        args: [besides('kafka_python_member.py'), ...where, session, assignorsOf(group)],
        understand: asJson,
      };
    }
    case 'librdkafka':
      return {
        program: 'python3',
        args: [besides('librdkafka_member.py'), ...where],
        understand: asJson,
      };
    case 'console':
      return javaCommand(mode, 'org.apache.kafka.tools.consumer.ConsoleConsumer', [
        ...['--bootstrap-server', bootstrapServers, '--topic', topic, '--group', groupId],
        ...['partition', 'offset', 'key'].flatMap((what) => ['--property', `print.${what}=true`]),
        ...Object.entries(consoleSettings(group)).flatMap(([name, value]) => [
          '--consumer-property',
          `${name}=${value}`,
        ]),
      ]);
    case 'verifiable':
      return javaCommand(mode, 'org.apache.kafka.tools.VerifiableConsumer', [
        ...['--bootstrap-server', bootstrapServers, '--topic', topic, '--group-id', groupId],
        ...['--verbose', '--reset-policy', 'earliest'],
        ...(mode === 'consumer'
          ? ['--group-protocol', 'CONSUMER']
          : [
              ...['--session-timeout', session, '--assignment-strategy', JAVA_ASSIGNORS[mode]],
              ...['--consumer.config', besides('verifiable-consumer.properties')],
            ]),
      ]);
  }
}

/** By comma, of members that may name several. */
function assignorsOf({ mode, prefersRange }: GroupOfMembers): string {
  return prefersRange === true ? `range,${mode}` : mode;
}

const JAVA_ASSIGNORS = {
  roundrobin: 'org.apache.kafka.clients.consumer.RoundRobinAssignor',
  'cooperative-sticky': 'org.apache.kafka.clients.consumer.CooperativeStickyAssignor',
} as const;

function consoleSettings({ mode, prefersRange }: GroupOfMembers): Record<string, string> {
  const common = {
    'auto.offset.reset': 'earliest',
    'auto.commit.interval.ms': '500',
    'max.poll.interval.ms': '20000',
  };
  if (mode === 'consumer') return { ...common, 'group.protocol': 'consumer' };
  const assignors = [
    ...(prefersRange === true ? ['org.apache.kafka.clients.consumer.RangeAssignor'] : []),
    JAVA_ASSIGNORS[mode],
  ];
  return {
    ...common,
    'session.timeout.ms': String(SESSION_TIMEOUT_MS),
    'heartbeat.interval.ms': '500',
    'partition.assignment.strategy': assignors.join(','),
  };
}

function javaCommand(mode: GroupMode, main: string, args: readonly string[]): Command {
  const isNew = mode === 'consumer';
  const logging = isNew
    ? `-Dlog4j2.configurationFile=${besides('log4j2.properties')}`
    : `-Dlog4j.configuration=file:${besides('log4j.properties')}`;
  const classPath = `${isNew ? KAFKA4_LIBS : kafkaLibs()}/*`;
  const jvm = ['-Xmx128m', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', logging];
  return { program: 'java', args: [...jvm, '-cp', classPath, main, ...args], understand: asJava };
}

/** What kcat's library says of the group goes where its records go; `stdbuf` makes each record one write. */
function kcatCommand(members: GroupOfMembers): Command {
  const { bootstrapServers, group, topic } = members;
  const settings = {
    debug: 'cgrp',
    'auto.offset.reset': 'earliest',
    'auto.commit.interval.ms': '500',
    'session.timeout.ms': String(SESSION_TIMEOUT_MS),
    'heartbeat.interval.ms': '500',
    'max.poll.interval.ms': '20000',
    'partition.assignment.strategy': assignorsOf(members),
  };
  const kcat = [
    ...['kcat', '-E', '-b', bootstrapServers, '-G', group],
    ...Object.entries(settings).flatMap(([name, value]) => ['-X', `${name}=${value}`]),
    ...['-f', 'R %p %o %k %s\\n', topic],
  ];
  return {
    program: 'sh',
    args: ['-c', 'exec stdbuf -oL "$@" 2>&1', 'sh', ...kcat],
    understand: asKcat,
  };
}

function besides(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url));
}

// --- what they print ----------------------------------------------------------------------------------------------------------

function asJson(line: string): Event | undefined {
  return line.startsWith('{') ? (JSON.parse(line) as Event) : undefined;
}

function asKcat(line: string): Event | undefined {
  const record = /^R (\d+) (\d+) (\S+) (\S+)$/.exec(line);
  if (record !== null) return recordEvent(record);
  const joined = /JoinGroup response: GenerationId (\d+), .*my MemberId ([^,]+),/.exec(line);
  if (joined === null) return undefined;
  return { event: 'generation', generation: Number(joined[1]), member: joined[2]! };
}

function asJava(text: string): Event | undefined {
  const record = /^Partition:(\d+)\tOffset:(\d+)\t(\S+)\t(\S+)$/.exec(text);
  if (record !== null) return recordEvent(record);
  if (text.startsWith('{')) {
    const { name, partition, offset, key, value } = JSON.parse(text) as VerifiableEvent;
    return name === 'record_data' ? { event: 'record', partition, offset, key, value } : undefined;
  }
  const joined =
    /Successfully joined group with generation Generation\{generationId=(\d+), memberId='([^']+)'/.exec(
      text,
    );
  if (joined !== null) {
    return { event: 'generation', generation: Number(joined[1]), member: joined[2]! };
  }
  const member = /\] Member (\S+) with epoch \d+ transitioned/.exec(text)?.[1];
  return member === undefined ? undefined : { event: 'member', member };
}

interface VerifiableEvent {
  readonly name: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  readonly value: string;
}

function recordEvent([, partition, offset, key, value]: RegExpExecArray): Event {
  return {
    event: 'record',
    partition: Number(partition),
    offset: Number(offset),
    key: key!,
    value: value!,
  };
}
