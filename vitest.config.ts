import { defineConfig } from 'vitest/config';

const report = process.env.CAMSWEEP_TEST_REPORT;

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Needs namespaces and Debian daemons: `npm run test:lab`.
    exclude: ['test/lab-network/**'],
    environment: 'node',
    pool: 'forks',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
  },
});
