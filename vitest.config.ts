import { defineConfig } from 'vitest/config'

/** The fast part: no root, no hosts, no network beyond loopback. */
export default defineConfig({
  test: {
    include: ['__tests__/**/*.test.ts'],
    exclude: ['__tests__/e2e/**', 'node_modules/**'],
    // A bound for what hangs, not for what is slow: real shells take their time on a busy machine.
    testTimeout: 30_000,
    // Programs speak the language of whoever runs the tests, and shells complain of one that is not installed.
    env: { LC_ALL: 'C' },
  },
})
