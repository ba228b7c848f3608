/** `npm run soak`: bundles test/soak with clients and brokers from source, so that no build is needed, and runs it. What follows `--` is the soak's. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('..', import.meta.url));
// Inside of the tree, so that native addons are found.
const directory = mkdtempSync(join(root, 'node_modules/.soak-'));
try {
  const input = await rolldown({
    input: `${root}test/soak/main.ts`,
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
    logLevel: 'silent',
  });
  await input.write({ dir: directory, format: 'esm', sourcemap: true, entryFileNames: 'main.mjs' });
  await input.close();
  const { status } = spawnSync(
    process.execPath,
    ['--enable-source-maps', join(directory, 'main.mjs'), ...process.argv.slice(2)],
    { stdio: 'inherit' },
  );
  process.exitCode = status ?? 1;
} finally {
  rmSync(directory, { recursive: true, force: true });
}
