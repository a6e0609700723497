/** Tests in network namespaces (`npm run test:lab`): one file after the other, because they share the kernel's neighbour table. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/lab-network/**/*.test.ts'],
    environment: 'node',
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 180_000,
    teardownTimeout: 30_000,
  },
});
