/**
 * The random models of the storage engine, seed after seed: a log against a list of batches, a compacted log against a map.
 *
 *   npm run model -- [--seeds 2000] [--from 1] [--seconds 0] [--processes 2] [--model log|compaction]
 *   npm run model -- --seed 4711 [--model log|compaction]
 *
 * Stops after so many seeds, or after so many seconds if that is given. Each seed runs through both models. Prints the count and every seed that fails,
 * with its last steps; a seed fails the same way whenever it is run again.
 */
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { rolldown } from 'rolldown';

const FIXTURES = fileURLToPath(new URL('../packages/log/src/fixtures/', import.meta.url));
const MODELS = { log: 'runLogModel', compaction: 'runCompactionModel' };
const EXTERNAL = [/^node:/, '@node-rs/crc32', 'snappy', 'lz4-napi', '@hpcc-js/wasm-zstd'];
const FAILURES_SHOWN = 5;

if (process.argv[2] === '--worker') await work(process.argv[3]);
else process.exitCode = await lead();

async function lead() {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: '2000' },
      from: { type: 'string', default: '1' },
      seed: { type: 'string' },
      seconds: { type: 'string', default: '0' },
      processes: { type: 'string', default: '2' },
      model: { type: 'string' },
    },
  });
  if (values.model !== undefined && !Object.hasOwn(MODELS, values.model)) {
    process.stderr.write(`--model is one of ${Object.keys(MODELS).join(', ')}\n`);
    return 2;
  }
  const models = values.model === undefined ? Object.keys(MODELS) : [values.model];
  const seconds = Number(values.seconds);
  const seeds = seedsOf(values, seconds);
  const deadline = seconds > 0 ? Date.now() + seconds * 1000 : Infinity;
  // Inside the work tree, where node_modules is found.
  const dir = mkdtempSync(join(FIXTURES, '../../dist/model-'));
  try {
    return await run({ dir, models, seeds, deadline, processes: Number(values.processes) });
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function* seedsOf({ seed, seeds, from }, seconds) {
  if (seed !== undefined) return yield Number(seed);
  const count = seconds > 0 ? Infinity : Number(seeds);
  for (let i = 0; i < count; i++) yield Number(from) + i;
}

async function run({ dir, models, seeds, deadline, processes }) {
  const bundles = Object.fromEntries(
    await Promise.all(models.map(async (model) => [model, await bundled(dir, model)])),
  );
  const startedAt = Date.now();
  const failed = [];
  let count = 0;
  const next = () => {
    if (Date.now() >= deadline || failed.length >= FAILURES_SHOWN) return undefined;
    const { value, done } = seeds.next();
    return done ? undefined : value;
  };
  await Promise.all(
    Array.from({ length: processes }, () =>
      serve(bundles, next, (seed, problem) => {
        count++;
        if (problem === undefined) return;
        failed.push(seed);
        process.stdout.write(`${problem}\n`);
      }),
    ),
  );
  const tookSeconds = ((Date.now() - startedAt) / 1000).toFixed(0);
  const verdict = failed.length === 0 ? 'all sound' : `failed: ${failed.join(', ')}`;
  process.stdout.write(
    `${count} seeds of ${models.join(' and ')} in ${tookSeconds} s, ${verdict}\n`,
  );
  return failed.length === 0 ? 0 : 1;
}

async function bundled(dir, model) {
  const bundle = await rolldown({
    input: join(FIXTURES, `${model}-model.ts`),
    platform: 'node',
    external: EXTERNAL,
    resolve: { conditionNames: ['@zurau/source', 'node', 'import'] },
    logLevel: 'warn',
  });
  const file = join(dir, `${model}.mjs`);
  await bundle.write({ file, format: 'esm', sourcemap: true, codeSplitting: false });
  await bundle.close();
  return file;
}

/** One process, which is given seed after seed. */
function serve(bundles, next, onDone) {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(import.meta.url), ['--worker', JSON.stringify(bundles)], {
      execArgv: ['--enable-source-maps', '--max-semi-space-size=32'],
    });
    let current;
    const give = () => {
      current = next();
      if (current === undefined) child.disconnect();
      else child.send(current);
    };
    child.on('message', (problem) => {
      if (problem !== 'ready') onDone(current, problem ?? undefined);
      give();
    });
    child.on('error', reject);
    child.on('exit', (code) => {
      if (code === 0) return resolve();
      onDone(current, `seed ${current} ended the process with ${code}`);
      resolve();
    });
  });
}

async function work(bundles) {
  const runs = [];
  for (const [model, file] of Object.entries(JSON.parse(bundles))) {
    const module = await import(pathToFileURL(file).href);
    runs.push({ model, runSeed: module[MODELS[model]] });
  }
  const run = async (seed) => {
    let problem = null;
    for (const { model, runSeed } of runs) {
      try {
        await runSeed(seed);
      } catch (error) {
        problem = `${model} model: ${error.stack}\n  because of ${error.cause?.stack}`;
      }
    }
    process.send(problem);
  };
  process.on('message', (seed) => void run(seed));
  process.send('ready');
}
