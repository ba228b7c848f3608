/** What the benchmarks share: medians, processor time of a process, and the sections of RESULTS.md. */
import { readFileSync, writeFileSync } from 'node:fs';

const RESULTS = new URL('./RESULTS.md', import.meta.url);
const TICKS_PER_SECOND = 100;

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  return (lower + upper) / 2;
}

/** User and system time that a process has used so far, in seconds. Linux only. */
export function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** `label  min  median  max  (runs)`, for a terminal. */
export function spread(label, values, digits = 0) {
  const shown = [Math.min(...values), median(values), Math.max(...values)].map((v) =>
    v.toFixed(digits),
  );
  return `${label.padEnd(55)} min ${shown[0]}  median ${shown[1]}  max ${shown[2]}  (${values.length} runs)`;
}

/** Replaces what stands between `<!-- name -->` and `<!-- /name -->`. */
export function writeSection(name, text) {
  const begin = `<!-- ${name} -->`;
  const end = `<!-- /${name} -->`;
  const results = readFileSync(RESULTS, 'utf8');
  const from = results.indexOf(begin);
  const to = results.indexOf(end);
  if (from < 0 || to < 0) throw new Error(`bench/RESULTS.md has no section ${begin}`);
  writeFileSync(
    RESULTS,
    `${results.slice(0, from + begin.length)}\n\n${text}\n\n${results.slice(to)}`,
  );
}
