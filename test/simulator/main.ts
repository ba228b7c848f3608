/**
 * `npm run simulate`: runs seeds until one fails or time is over.
 *
 *   npm run simulate -- --seed 42             one seed, with the brokers' logs when it fails
 *   npm run simulate -- --count 1000          seeds from --from on (default 1)
 *   npm run simulate -- --seconds 60          as many as fit
 *
 * `--faults kills,partitions` has these happen and no others, in place of those that the seed chooses; `--virtual-seconds` says for how long (30),
 * `--brokers` on how many (3).
 */
import { parseArgs } from 'node:util';
import { loadCodecs } from '@zurau/protocol';
import { faultKind } from './faults.ts';
import { simulate, type RunResult } from './simulate.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    from: { type: 'string', default: '1' },
    count: { type: 'string' },
    seconds: { type: 'string' },
    'virtual-seconds': { type: 'string', default: '30' },
    brokers: { type: 'string', default: '3' },
    faults: { type: 'string' },
    quiet: { type: 'boolean', default: false },
  },
});

// Loaded in real time, once: the first seed must run as the others do.
await loadCodecs();

/** Exit code for a broken promise, as against a simulator that failed itself. */
const VIOLATED = 3;

const startedMs = Date.now();
const from = Number(values.seed ?? values.from);
const count = values.seed !== undefined ? 1 : Number(values.count ?? Infinity);
const seconds = Number(values.seconds ?? Infinity);
const faultKinds = values.faults?.split(',').map(faultKind);
const durationMs = Number(values['virtual-seconds']) * 1000;
const totals = {
  seeds: 0,
  acknowledged: 0,
  read: 0,
  expired: 0,
  controllerEpochs: 0,
  virtualMs: 0,
  events: 0,
};
const faults: Record<string, number> = {};
const transactions: Record<string, number> = {};
let failed: RunResult | undefined;

for (let seed = from; seed < from + count; seed++) {
  if (Date.now() - startedMs > seconds * 1000) break;
  const result = await simulate(seed, {
    durationMs,
    brokerCount: Number(values.brokers),
    faultKinds,
  });
  totals.seeds++;
  totals.acknowledged += result.acknowledgedCount;
  totals.read += result.readCount;
  addTo(faults, result.faults);
  addTo(transactions, result.transactions);
  totals.controllerEpochs += result.controllerEpochs;
  totals.expired += result.expiredSessions;
  totals.virtualMs += result.virtualMs;
  totals.events += result.events;
  if (values.seed !== undefined || !values.quiet) {
    const { log: _log, violations: _violations, ...shown } = result;
    process.stdout.write(`${JSON.stringify(shown)}\n`);
  }
  if (result.violations.length > 0) {
    failed = result;
    break;
  }
}

if (failed !== undefined) {
  if (values.seed !== undefined) {
    for (const { atMs, broker, ...line } of failed.log) {
      process.stdout.write(`${atMs.toFixed(1).padStart(9)} ${broker} ${JSON.stringify(line)}\n`);
    }
  }
  process.stdout.write(
    `seed ${failed.seed} FAILED:\n${failed.violations.slice(0, 20).join('\n')}\n`,
  );
  process.stdout.write(`again with: npm run simulate -- --seed ${failed.seed}\n`);
  process.exitCode = VIOLATED;
}
const realSeconds = (Date.now() - startedMs) / 1000;
const times = (totals.virtualMs / 1000 / realSeconds).toFixed(0);
process.stdout.write(
  `${totals.seeds} seeds in ${realSeconds.toFixed(0)} s (${times} times real time), ${totals.events} events: ` +
    `${totals.acknowledged} records acknowledged, ${totals.read} read; transactions: ${listed(transactions)}; ` +
    `${sumOf(faults)} faults (${listed(faults)}); ${totals.expired} sessions expired, ${totals.controllerEpochs} controllers\n`,
);

function addTo(sums: Record<string, number>, counts: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(counts)) sums[name] = (sums[name] ?? 0) + count;
}

function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, each) => sum + each, 0);
}

function listed(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ');
}
