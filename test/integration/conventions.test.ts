/** House rules that no linter knows. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PLACES = ['packages', 'testkit', 'test', 'bench', 'scripts'];
const SOURCE_FILE = /\.(ts|mts|cts|js|mjs|cjs)$/;
/** Put together, so that this file does not contain what it looks for. */
const NO_CHECK = `@ts-${'nocheck'}`;
const WHOLE_FILE_SUPPRESSION = /\/\*\s*(?:eslint|oxlint)-disable(?!-(?:next-)?line)/;

const files = PLACES.flatMap((place) =>
  readdirSync(join(ROOT, place), { recursive: true, encoding: 'utf8' })
    .map((path) => join(place, path))
    .filter((path) => SOURCE_FILE.test(path) && !/(^|\/)(node_modules|dist|\.cache)\//.test(path)),
);

test('there are files to look at', () => {
  expect(files.length).toBeGreaterThan(100);
});

test('no file switches checks off for itself as a whole', () => {
  const offenders = files.filter((path) => {
    const text = readFileSync(join(ROOT, path), 'utf8');
    return text.includes(NO_CHECK) || WHOLE_FILE_SUPPRESSION.test(text);
  });
  expect(offenders).toEqual([]);
});

test('file names are kebab-case, and none is called after nothing in particular', () => {
  const offenders = files.filter((path) => {
    const [name] = basename(path).replace(/^\./, '').split('.', 1);
    return !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name!) || /^(utils?|helpers?|common|misc)$/.test(name!);
  });
  expect(offenders).toEqual([]);
});

const tracked = spawnSync('git', ['ls-files'], { cwd: ROOT, encoding: 'utf8' });
const isCheckout = tracked.status === 0 && tracked.stdout !== '';
if (!isCheckout) process.stdout.write('skipped: what git keeps (this is no git checkout)\n');

test.skipIf(!isCheckout)('what the suites fetch is not kept here', () => {
  const fetched = tracked.stdout
    .split('\n')
    .filter((path) =>
      /(^|\/)(libs|node_modules|dist|\.cache)\/|\.(so|jar|node)(\.\d+)*$/.test(path),
    );
  expect(fetched).toEqual([]);
});
