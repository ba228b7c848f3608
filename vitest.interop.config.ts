import { defineConfig } from 'vitest/config';

/** The suites that need more than Node: kcat, Java, real processes. Each says what it skips and why. */
export default defineConfig({
  resolve: { conditions: ['@zurau/source'] },
  ssr: { resolve: { conditions: ['@zurau/source'], externalConditions: ['@zurau/source'] } },
  test: {
    include: ['test/interop/**/*.test.ts', 'test/chaos/**/*.test.ts'],
    testTimeout: 300_000,
    hookTimeout: 120_000,
    // Two cores: suites that each drive several processes would only slow each other down.
    fileParallelism: false,
  },
});
