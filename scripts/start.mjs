/**
 * `npm start`: builds what is not built yet and runs `zurau start`, passing on what follows `--`.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = fileURLToPath(new URL('../packages/cli/bin/zurau.js', import.meta.url));
const built = fileURLToPath(new URL('../packages/cli/dist/bundle/main.cjs', import.meta.url));

if (!existsSync(built)) {
  process.stdout.write('Building (once) ...\n');
  const build = spawnSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: 'inherit' });
  if (build.status !== 0) process.exit(build.status ?? 1);
}

const broker = spawn(process.execPath, [bin, 'start', ...process.argv.slice(2)], {
  stdio: 'inherit',
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => broker.kill(signal));
broker.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 1));
