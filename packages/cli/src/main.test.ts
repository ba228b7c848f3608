import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { capturedIo, run } from './fixtures/captured-io.ts';
import { VERSION } from './version.ts';

/** Nobody listens on port 1. */
const NOBODY = '127.0.0.1:1';

it('knows its version', async () => {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  expect(JSON.parse(text)).toMatchObject({ version: VERSION });
  expect(await run(['--version'])).toEqual({ exitCode: 0, out: `${VERSION}\n`, err: '' });
});

it.each([
  [[]],
  [['start']],
  [['topics']],
  [['topics', 'create']],
  [['topics', 'list']],
  [['topics', 'describe']],
  [['topics', 'delete']],
  [['produce']],
  [['consume']],
  [['log']],
  [['log', 'dump']],
  [['log', 'verify']],
])('zurau %j --help has examples, within 120 columns', async (command) => {
  const { exitCode, out } = await run([...command, '--help']);
  expect(exitCode).toBe(0);
  if (!['topics', 'log'].includes(command.join(' '))) expect(out).toContain('Examples:\n  ');
  for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(130);
});

it.each([
  [['nonsense'], "unknown command 'nonsense'"],
  [['topics', 'lsit'], 'Did you mean list?'],
  [['topics', 'list', '--bootstrap-serve'], 'Did you mean --bootstrap-server?'],
  [['topics', 'create'], "missing required argument 'topics'"],
  [['topics', 'create', 'a', '-p', '0'], '--partitions takes a whole number from 1, not "0".'],
  [['topics', 'create', 'a', '-c', 'nonsense'], '--config takes key=value, not "nonsense".'],
  [['produce', 'a', '--acks', '2'], '--acks takes 0, 1 or all, not "2".'],
  [['produce', 'a', '-z', 'rar'], '--compression takes none, gzip, snappy, lz4, zstd, not "rar".'],
  [['produce', 'a', '--json', '-k', ':'], '--json and --key-separator exclude each other.'],
  [['consume', 'a', '--from', 'noon'], '--from takes beginning, end, an offset, or a time'],
  [['consume', 'a', '--from', '5', '--tail', '5'], '--from and --tail exclude each other.'],
  [['consume', 'a', '--count', 'x'], '--count takes a whole number from 1, not "x".'],
  [['start', '--in-memory', '--data-dir', 'x'], '--in-memory and --data-dir exclude each other.'],
  [['start', '--log-format', 'xml'], '--log-format takes pretty, json or silent, not "xml".'],
  [['start', '--config', '/nowhere/at.all'], 'There is no file /nowhere/at.all.'],
])('%j is wrong usage', async (command, message) => {
  const { exitCode, out, err } = await run(command);
  expect(err).toContain(message);
  expect(err).toContain('--help');
  expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' });
});

it.each([
  [['topics', 'list']],
  [['topics', 'create', 'a']],
  [['topics', 'describe', 'a']],
  [['topics', 'delete', 'a']],
  [['produce', 'a']],
  [['consume', 'a']],
])('%j says at once that no broker is there, and what to do', async (command) => {
  const { exitCode, err } = await run([...command, '--bootstrap-server', NOBODY]);
  expect(err).toContain(`Connecting to ${NOBODY}: connection refused`);
  expect(err).toContain('zurau start');
  expect(exitCode).toBe(3);
});

it('takes the address from the environment, and the option over it', async () => {
  const env = { ZURAU_BOOTSTRAP_SERVER: NOBODY };
  expect((await run(['topics', 'list'], capturedIo([], env))).err).toContain(NOBODY);
  const other = await run(['topics', 'list', '-b', '127.0.0.1:2'], capturedIo([], env));
  expect(other.err).toContain('127.0.0.1:2');
  expect((await run(['topics', 'list', '-b', 'a:b'])).exitCode).toBe(2);
});
