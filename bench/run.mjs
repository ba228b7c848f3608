/**
 * `npm run bench -- NAME [options]`: the benchmarks that bench/RESULTS.md quotes. Each runs Zurau and its rival in turn in one
 * run and reports ratios; absolute figures belong to the machine.
 */
const BENCHMARKS = {
  broker: () => import('./broker.mjs'),
  start: () => import('./start.mjs'),
  append: () => import('./append.mjs'),
  partitions: () => import('./partitions.mjs'),
  recovery: () => import('./recovery.mjs'),
  compaction: () => import('./compaction.mjs'),
  cluster: () => import('./cluster.mjs'),
  groups: () => import('./groups.mjs'),
  clients: () => import('./clients.mjs'),
};

const [name, ...args] = process.argv.slice(2);
if (!Object.hasOwn(BENCHMARKS, name ?? '')) {
  process.stderr.write(`usage: npm run bench -- ${Object.keys(BENCHMARKS).join('|')} [options]\n`);
  process.exit(2);
}
const { run } = await BENCHMARKS[name]();
await run(args);
