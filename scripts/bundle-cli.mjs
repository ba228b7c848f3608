/**
 * Bundles the command line into a few files, dist/bundle/main.js and what it loads lazily: Node's module loader takes longer over four hundred files
 * than the broker takes to start. Native addons and the optional WebAssembly package stay outside.
 */
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const cli = fileURLToPath(new URL('../packages/cli/', import.meta.url));

const bundle = await rolldown({
  input: `${cli}dist/main.js`,
  platform: 'node',
  external: [/^node:/, '@node-rs/crc32', 'snappy', 'lz4-napi', '@hpcc-js/wasm-zstd', 'pino-pretty'],
  logLevel: 'warn',
});
await bundle.write({
  dir: `${cli}dist/bundle`,
  format: 'esm',
  sourcemap: true,
  // Comments and blanks go, names stay: stack traces remain readable, and there is half as much to parse.
  minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
  comments: { legal: false },
  cleanDir: true,
  entryFileNames: '[name].js',
  chunkFileNames: '[name]-[hash].js',
});
await bundle.close();
