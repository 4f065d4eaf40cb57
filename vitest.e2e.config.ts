import { defineConfig } from 'vitest/config'

/** End-to-end: the built bundle against real hosts from lab/. Needs root (script/test asks for sudo). */
export default defineConfig({
  test: {
    include: ['__tests__/e2e/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 300_000,
  },
})
