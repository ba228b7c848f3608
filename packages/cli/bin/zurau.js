#!/usr/bin/env node
// The command line's entry: everything is in src/main.ts, built and bundled to dist.
import { main } from '../dist/bundle/main.js';

process.exitCode = await main(process.argv);
