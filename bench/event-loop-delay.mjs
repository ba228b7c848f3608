/**
 * Loaded into a broker with `--import`: measures how late its event loop is, and says so on a signal. SIGUSR2 begins anew, SIGUSR1 writes
 * `{ p50, p99, max }` in milliseconds to the file that `ZURAU_BENCH_DELAY_FILE` names.
 */
import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const NS_PER_MS = 1e6;
const file = process.env['ZURAU_BENCH_DELAY_FILE'];

if (file !== undefined) {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  process.on('SIGUSR2', () => delay.reset());
  process.on('SIGUSR1', () => {
    const p50 = delay.percentile(50) / NS_PER_MS;
    const p99 = delay.percentile(99) / NS_PER_MS;
    writeFileSync(file, JSON.stringify({ p50, p99, max: delay.max / NS_PER_MS }));
  });
}
