/** The generator's command line: compares src/messages with what the schemas give, and writes what differs. */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import { generateFiles } from './generate.ts';

const directory = new URL('../src/messages/', import.meta.url);

/** Returns the exit code. */
export async function run(args: readonly string[]): Promise<number> {
  const checkOnly = args.includes('--check');
  await mkdir(directory, { recursive: true });
  const stale = new Set<string>(await readdir(directory));
  let differing = 0;
  let total = 0;
  for (const [name, source] of generateFiles()) {
    total++;
    stale.delete(name);
    const wanted = await format(source, {
      parser: 'typescript',
      printWidth: 100,
      singleQuote: true,
    });
    const found = await readFile(new URL(name, directory), 'utf8').catch(() => undefined);
    if (found === wanted) continue;
    differing++;
    if (checkOnly) console.error(`differs from its schema: src/messages/${name}`);
    else await writeFile(new URL(name, directory), wanted);
  }
  for (const name of stale) {
    differing++;
    if (checkOnly) console.error(`has no schema: src/messages/${name}`);
    else await rm(new URL(name, directory), { recursive: true });
  }
  console.log(
    `${fileURLToPath(directory)}: ${total} files, ${differing} ${checkOnly ? 'differ' : 'written'}`,
  );
  return checkOnly && differing > 0 ? 1 : 0;
}
