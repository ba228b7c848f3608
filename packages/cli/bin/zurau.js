#!/usr/bin/env node
// The command line's entry: everything is in src/main.ts, built to dist.
import { main } from '../dist/main.js';

process.exitCode = await main(process.argv);
