/** `npm run soak`: bundles test/soak with clients and brokers from source, so that no build is needed, and runs it. What follows `--` is the soak's. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleSource } from './bundle-source.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
// Inside of the tree, so that native addons are found.
const directory = mkdtempSync(join(root, 'node_modules/.soak-'));
try {
  await bundleSource(`${root}test/soak/main.ts`, directory);
  const { status } = spawnSync(
    process.execPath,
    ['--enable-source-maps', join(directory, 'main.mjs'), ...process.argv.slice(2)],
    { stdio: 'inherit' },
  );
  process.exitCode = status ?? 1;
} finally {
  rmSync(directory, { recursive: true, force: true });
}
