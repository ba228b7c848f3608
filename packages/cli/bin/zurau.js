#!/usr/bin/env node
// The command line's entry: everything is in src/main.ts, built and bundled to dist.
import { loadBundle } from './load-bundle.js';

const { main } = loadBundle();

process.exitCode = await main(process.argv);
