/**
 * Starts the bundled broker once, on a directory of its own, and keeps the code that V8 compiled for it, so that even the first real start finds it.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { keepAllCompiled, loadBundle } from '../packages/cli/bin/load-bundle.js';

const directory = mkdtempSync(join(tmpdir(), 'zurau-build-'));
const { main } = loadBundle();

let interrupt;
/** The first line says that the broker listens. */
const stdout = new Writable({
  write(_chunk, _encoding, done) {
    keepAllCompiled();
    done();
    interrupt('SIGTERM');
  },
});

try {
  process.exitCode = await main(
    ['node', 'zurau', 'start', '--port', '0', '--data-dir', directory, '--log-format', 'json'],
    {
      stdin: process.stdin,
      stdout,
      stderr: process.stderr,
      env: process.env,
      onInterrupt(callback) {
        interrupt = callback;
        return () => {};
      },
      exit: (code) => process.exit(code),
    },
  );
} finally {
  rmSync(directory, { recursive: true, force: true });
}
