#!/usr/bin/env node
// The command line's entry: everything is in src/main.ts, built and bundled to dist.
import { loadBundle } from './load-bundle.js';

const { main } = loadBundle();

/** By now all is closed: what holds the process all the same must not hold up whoever waits for its end. */
const LEFT_OPEN_MS_MAX = 5_000;

process.exitCode = await main(process.argv);
setTimeout(() => {
  const open = process.getActiveResourcesInfo().join(', ');
  process.stderr.write(`zurau: still open after ${LEFT_OPEN_MS_MAX} ms: ${open}; ending\n`);
  process.exit();
}, LEFT_OPEN_MS_MAX).unref();
