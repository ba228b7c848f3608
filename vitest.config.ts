import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const everything = [
  'packages/*/src/**/*.test.ts',
  'packages/protocol/generator/**/*.test.ts',
  'testkit/src/**/*.test.ts',
  'test/integration/**/*.test.ts',
];

/** What these change or measure belongs to the whole process: its environment, its clock, its console, its memory, what it has open. */
const ownProcess = [
  'packages/platform/src/node/node-timers.test.ts',
  'packages/protocol/src/compression/compression.test.ts',
  'packages/protocol/src/compression/without-addons.test.ts',
  'test/integration/connections.test.ts',
  'test/integration/embedded-broker.test.ts',
  'test/integration/examples.test.ts',
];

export default defineConfig({
  resolve: { conditions: ['@zurau/source'] },
  ssr: { resolve: { conditions: ['@zurau/source'], externalConditions: ['@zurau/source'] } },
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // How long is waited says nothing about what is waited for: a machine may be busy.
    expect: { poll: { timeout: 30_000 } },
    // Vitest leaves one core to itself; of two that is half of the machine, and it needs little.
    maxWorkers: Math.max(2, availableParallelism()),
    projects: [
      {
        extends: true,
        test: {
          name: 'shared',
          include: everything,
          exclude: ownProcess,
          // The same modules for file after file: to load them anew for each is half of the work otherwise.
          isolate: false,
          setupFiles: ['test/load-codecs.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'own process',
          include: ownProcess,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
