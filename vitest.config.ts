import { defineConfig } from 'vitest/config';

// biome-ignore lint/style/noDefaultExport: vitest reads its configuration from the default export
export default defineConfig({
  test: {
    include: ['__test__/**/*.spec.ts'],
    pool: 'forks',
    testTimeout: 30_000,
    // Two cores: files at the same time would only starve each other's workers.
    fileParallelism: false,
    allowOnly: false,
    server: { deps: { external: [/\/(dist|lib)\//] } },
  },
});
