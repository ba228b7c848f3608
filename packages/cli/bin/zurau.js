#!/usr/bin/env node
// The command line's entry: everything is in src/main.ts, built and bundled to dist.
import module from 'node:module';

// From Node 22.8 on, compiled code is kept from one run to the next.
module.enableCompileCache?.();
const { main } = await import('../dist/bundle/main.js');

process.exitCode = await main(process.argv);
