/**
 * Bundles the command line into a few scripts, dist/bundle/main.cjs and what it loads lazily: Node's module loader takes longer over four hundred
 * files than the broker takes to start. Native addons and the optional WebAssembly package stay outside.
 *
 * Then starts a broker from it, once, to keep the code that V8 compiled on the way (packages/cli/bin/load-bundle.js).
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const cli = fileURLToPath(new URL('../packages/cli/', import.meta.url));

/** A script can import an ES module only through a function that it is given; its name is as long, which keeps the source map right. */
const importsThroughLoader = {
  name: 'imports-through-loader',
  renderChunk: (code) => ({
    code: code.replaceAll(/(?<![\w.$'"`])import\(/g, 'loadEs('),
    map: null,
  }),
};

const bundle = await rolldown({
  input: `${cli}dist/main.js`,
  platform: 'node',
  external: [/^node:/, '@node-rs/crc32', 'snappy', 'lz4-napi', '@hpcc-js/wasm-zstd', 'pino-pretty'],
  plugins: [importsThroughLoader],
  logLevel: 'warn',
});
await bundle.write({
  dir: `${cli}dist/bundle`,
  format: 'cjs',
  sourcemap: true,
  // Comments and blanks go, names stay: stack traces remain readable, and there is half as much to parse.
  minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
  comments: { legal: false },
  cleanDir: true,
  entryFileNames: '[name].cjs',
  chunkFileNames: '[name]-[hash].cjs',
});
await bundle.close();

// One character beyond Latin-1, and V8 keeps the whole script with two bytes a character. Such characters stand in texts alone, where an escape is the same.
for (const name of readdirSync(`${cli}dist/bundle`).filter((name) => name.endsWith('.cjs'))) {
  const path = `${cli}dist/bundle/${name}`;
  const escape = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  writeFileSync(path, readFileSync(path, 'utf8').replaceAll(/[^\0-\x7f]/g, escape));
}

const warmUp = fileURLToPath(new URL('keep-compiled.mjs', import.meta.url));
const { status } = spawnSync(process.execPath, [warmUp], {
  stdio: ['ignore', 'ignore', 'inherit'],
});
if (status !== 0) process.exit(1);
