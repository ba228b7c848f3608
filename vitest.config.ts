import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['@zurau/source'] },
  ssr: { resolve: { conditions: ['@zurau/source'], externalConditions: ['@zurau/source'] } },
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'packages/protocol/generator/**/*.test.ts',
      'testkit/src/**/*.test.ts',
      'test/integration/**/*.test.ts',
    ],
    testTimeout: 20_000,
  },
});
