/**
 * `npm run generate -w @zurau/protocol` writes src/messages from schemas/; with `-- --check` it only compares, and exits with 1 when
 * a file differs.
 *
 * Plain JavaScript, because it has to run before anything is built: it makes Node able to load the TypeScript of the generator, then starts it.
 */
import { register } from 'node:module';

// Node 22.18 and later strip types themselves; Node 20 needs the loader.
if (!process.features.typescript) register('./typescript-loader.mjs', import.meta.url);

const { run } = await import('./run.ts');
process.exitCode = await run(process.argv.slice(2));
