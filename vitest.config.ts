import { defineConfig } from 'vitest/config'

/** The fast part: no root, no hosts, no network beyond loopback. */
export default defineConfig({
  test: { include: ['__tests__/**/*.test.ts'], exclude: ['__tests__/e2e/**', 'node_modules/**'] },
})
