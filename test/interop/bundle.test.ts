/** The built command line and the compiled code that it keeps: what lies there may be missing, broken or another version's. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const CLI = fileURLToPath(new URL('../../packages/cli/', import.meta.url));
/** Beside the real one, so that it finds the same node_modules. */
const COPY = join(CLI, `dist/bundle-test-${process.pid}`);

const caches = (): string[] =>
  readdirSync(join(COPY, 'dist/bundle')).filter((name) => name.endsWith('.cache'));

function version(): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [join(COPY, 'bin/zurau.js'), '--version'], {
    encoding: 'utf8',
  });
}

describe('the bundle', () => {
  const expected = `${(JSON.parse(readFileSync(join(CLI, 'package.json'), 'utf8')) as { version: string }).version}\n`;

  beforeAll(() => {
    mkdirSync(join(COPY, 'dist'), { recursive: true });
    for (const part of ['bin', 'package.json', 'dist/bundle']) {
      cpSync(join(CLI, part), join(COPY, part), { recursive: true });
    }
  });

  afterAll(() => rmSync(COPY, { recursive: true, force: true }));

  it('comes with compiled code from the build', () => {
    expect(caches().join(' ')).toContain(`main.cjs.${process.versions.v8}-${process.arch}.cache`);
  });

  it('runs without compiled code, and keeps it for the next time', () => {
    for (const name of caches()) rmSync(join(COPY, 'dist/bundle', name));
    expect(version()).toMatchObject({ status: 0, stdout: expected, stderr: '' });
    expect(caches()).not.toEqual([]);
  });

  it('does not take broken compiled code, and replaces it', () => {
    const path = join(
      COPY,
      'dist/bundle',
      caches().find((name) => name.startsWith('main.'))!,
    );
    const good = readFileSync(path);
    const broken = Buffer.from(good);
    broken.fill(0xff, 100, 4_000);
    for (const content of [broken, good.subarray(0, 1000), Buffer.alloc(0)]) {
      writeFileSync(path, content);
      expect(version()).toMatchObject({ status: 0, stdout: expected, stderr: '' });
      expect(readFileSync(path).length).toBeGreaterThan(1000);
    }
  });
});
