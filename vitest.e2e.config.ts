import { defineConfig } from 'vitest/config'
import { WORKERS } from './__tests__/e2e/global-setup.js'

/** End-to-end: the built bundle against real hosts from lab/. Needs root (script/test asks for sudo). */
export default defineConfig({
  test: {
    include: ['__tests__/e2e/**/*.test.ts'],
    globalSetup: ['__tests__/e2e/global-setup.ts'],
    // One lab a worker; with a lab of your own (E2E_LAB) one file after the other.
    maxWorkers: process.env['E2E_LAB'] === undefined ? WORKERS : 1,
    testTimeout: 180_000,
    hookTimeout: 300_000,
  },
})
