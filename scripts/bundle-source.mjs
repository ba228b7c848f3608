/** Bundles a program of the tests with all it uses of the packages, from source, so that no build is needed. Native addons stay outside: the result has to lie inside of the tree. */
import { rolldown } from 'rolldown';

const EXTERNAL = [
  /^node:/,
  '@node-rs/crc32',
  'snappy',
  'lz4-napi',
  '@hpcc-js/wasm-zstd',
  'pino-pretty',
];

/** Writes `main.mjs` into `directory`. */
export async function bundleSource(program, directory, plugins = []) {
  const input = await rolldown({
    input: program,
    platform: 'node',
    resolve: { conditionNames: ['@zurau/source', 'import', 'node', 'default'] },
    external: EXTERNAL,
    plugins,
    logLevel: 'silent',
  });
  await input.write({ dir: directory, format: 'esm', sourcemap: true, entryFileNames: 'main.mjs' });
  await input.close();
}
