/**
 * `npm run simulate`: bundles the simulator with the brokers from source, so that no build is needed, and runs it. What follows `--` is the simulator's, but for
 *
 *   --bug NAME      makes one of the mistakes of test/simulator/bugs.mjs while bundling
 *   --prove         makes each of them in turn, and fails when the simulator does not notice within --count seeds
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { BUGS } from '../test/simulator/bugs.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Exit code of the simulator when a promise was broken; anything else than that and 0 is its own failure. */
const VIOLATED = 3;

const args = process.argv.slice(2);
if (takeFlag('--prove')) process.exitCode = await prove();
else process.exitCode = await simulate(bugNamed(takeValue('--bug')), args, 'inherit');

/** Seeds until the bug is noticed, for each. */
async function prove() {
  let missed = 0;
  for (const bug of BUGS) {
    const { status, output } = await simulateAndListen(bug);
    const noticed = status === VIOLATED;
    if (!noticed) missed++;
    process.stdout.write(`${noticed ? 'noticed' : 'MISSED '} ${bug.name} (${bug.what})\n`);
    const lines = output.trim().split('\n');
    const shown = noticed
      ? [lines.find((line) => line.startsWith('seed ')), ...firstViolation(lines)]
      : lines.slice(-3);
    for (const line of shown) process.stdout.write(`        ${line}\n`);
  }
  process.stdout.write(
    `${BUGS.length - missed} of ${BUGS.length} mistakes made on purpose were noticed\n`,
  );
  return missed === 0 ? 0 : 1;
}

function firstViolation(lines) {
  const at = lines.findIndex((line) => line.startsWith('seed '));
  return lines.slice(at + 1, at + 2);
}

async function simulateAndListen(bug) {
  let output = '';
  const status = await simulate(bug, ['--quiet', ...args], 'pipe', (text) => {
    output += text;
  });
  return { status, output };
}

async function simulate(bug, simulatorArgs, stdio, onOutput) {
  // Inside of the tree, so that native addons are found.
  const directory = mkdtempSync(join(root, 'node_modules/.simulate-'));
  try {
    await bundle(directory, bug);
    const { status, stdout } = spawnSync(
      process.execPath,
      ['--enable-source-maps', join(directory, 'main.mjs'), ...simulatorArgs],
      { stdio: ['ignore', stdio, 'inherit'], encoding: 'utf8' },
    );
    onOutput?.(stdout ?? '');
    return status ?? 1;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function bundle(directory, bug) {
  const left = new Set(bug?.edits);
  const input = await rolldown({
    input: `${root}test/simulator/main.ts`,
    platform: 'node',
    resolve: { conditionNames: ['@zurau/source', 'import', 'node', 'default'] },
    external: [
      /^node:/,
      '@node-rs/crc32',
      'snappy',
      'lz4-napi',
      '@hpcc-js/wasm-zstd',
      'pino-pretty',
    ],
    plugins: bug === undefined ? [] : [mistake(left)],
    logLevel: 'silent',
  });
  await input.write({ dir: directory, format: 'esm', sourcemap: true, entryFileNames: 'main.mjs' });
  await input.close();
  for (const { file, from } of left) {
    throw new Error(`${file} does not have "${from}": bring test/simulator/bugs.mjs up to date`);
  }
}

/** Makes the edits while the sources are read, and takes those that were made out of `left`. */
function mistake(left) {
  return {
    name: 'mistake',
    transform(code, id) {
      let changed = code;
      for (const edit of [...left]) {
        if (!id.endsWith(`packages/broker/src/${edit.file}`) || !code.includes(edit.from)) continue;
        changed = changed.replace(edit.from, edit.to);
        left.delete(edit);
      }
      return changed === code ? undefined : { code: changed, map: null };
    },
  };
}

function bugNamed(name) {
  if (name === undefined) return undefined;
  const bug = BUGS.find((each) => each.name === name);
  if (bug === undefined)
    throw new Error(`there is ${BUGS.map((each) => each.name).join(', ')}, no ${name}`);
  return bug;
}

function takeFlag(flag) {
  const at = args.indexOf(flag);
  if (at >= 0) args.splice(at, 1);
  return at >= 0;
}

function takeValue(option) {
  const at = args.indexOf(option);
  return at < 0 ? undefined : args.splice(at, 2)[1];
}
