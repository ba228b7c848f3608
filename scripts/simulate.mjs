/**
 * `npm run simulate`: bundles the simulator with the brokers from source, so that no build is needed, and runs it. What follows `--` is the simulator's, but for
 *
 *   --bug NAME      makes one of the mistakes of test/simulator/bugs.mjs while bundling
 *   --prove         makes each of them in turn, and fails when the simulator does not notice within --count seeds
 *   --quick         with --prove: only those that are noticed within a few seeds
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleSource } from './bundle-source.mjs';
import { BUGS } from '../test/simulator/bugs.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Exit code of the simulator when a promise was broken; anything else than that and 0 is its own failure. */
const VIOLATED = 3;
/** A simulated cluster makes much garbage that is young. */
const NODE_OPTIONS = ['--max-semi-space-size=32'];

const args = process.argv.slice(2);
if (takeFlag('--prove')) {
  const isQuick = takeFlag('--quick');
  process.exitCode = await prove(BUGS.filter(({ quick }) => !isQuick || quick === true));
} else process.exitCode = (await simulate(bugNamed(takeValue('--bug')), args, 'inherit')).status;

/** Seeds until the mistake is noticed, for each; as many at a time as there are processors. */
async function prove(bugs) {
  let missedCount = 0;
  const left = [...bugs];
  const proveNext = async () => {
    for (let bug = left.shift(); bug !== undefined; bug = left.shift()) {
      const { status, output } = await simulate(
        bug,
        ['--quiet', ...faultsOf(bug), ...args],
        'pipe',
      );
      const isNoticed = status === VIOLATED;
      if (!isNoticed) missedCount++;
      process.stdout.write(`${isNoticed ? 'noticed' : 'MISSED '} ${bug.name} (${bug.what})\n`);
      const lines = output.trim().split('\n');
      const at = lines.findIndex((line) => line.startsWith('seed '));
      const shown = isNoticed ? lines.slice(at, at + 2) : lines.slice(-3);
      for (const line of shown) process.stdout.write(`        ${line}\n`);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, proveNext));
  process.stdout.write(
    `${bugs.length - missedCount} of ${bugs.length} mistakes made on purpose were noticed\n`,
  );
  return missedCount === 0 ? 0 : 1;
}

/** Runs the simulator, with its output shown or returned. */
async function simulate(bug, simulatorArgs, stdio) {
  // Inside of the tree, so that native addons are found.
  const directory = mkdtempSync(join(root, 'node_modules/.simulate-'));
  try {
    await bundle(directory, bug);
    const child = spawn(
      process.execPath,
      ['--enable-source-maps', ...NODE_OPTIONS, join(directory, 'main.mjs'), ...simulatorArgs],
      { stdio: ['ignore', stdio, 'inherit'] },
    );
    let output = '';
    child.stdout?.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
    const status = await new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => resolve(code ?? 1));
    });
    return { status, output };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function bundle(directory, bug) {
  const left = new Set(bug?.edits);
  const plugins = bug === undefined ? [] : [mistake(left)];
  await bundleSource(`${root}test/simulator/main.ts`, directory, plugins);
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
        if (!id.endsWith(`packages/${edit.file}`) || !code.includes(edit.from)) continue;
        changed = changed.replace(edit.from, edit.to);
        left.delete(edit);
      }
      return changed === code ? undefined : { code: changed, map: null };
    },
  };
}

function faultsOf({ faults }) {
  return faults === undefined ? [] : ['--faults', faults.join(',')];
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
