import type { Outcome } from './outcome.js'

const SUITES = ['endpoints', 'cluster', 'run'] as const

interface Check {
  readonly suite: (typeof SUITES)[number]
  readonly name: string
  /** Milliseconds; absent where nothing was measured. */
  readonly ms?: number | undefined
  /** Why it did not hold, a line each; empty where it did. */
  readonly faults: readonly string[]
}

/**
 * The outcome as a JUnit document, in the form that GitLab and Jenkins read: a test for each endpoint, one for what all of them have
 * to agree on, and one for the operation as a whole.
 */
export const renderJunit = (outcome: Outcome): string => {
  const suites = SUITES.map((suite) => ({
    suite,
    checks: checksOf(outcome).filter((check) => check.suite === suite),
  }))
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites name="etcd-deploy">',
    ...suites
      .filter(({ checks }) => checks.length > 0)
      .flatMap(({ suite, checks }) => [
        `  <testsuite${attributes({
          name: suite,
          tests: String(checks.length),
          failures: String(checks.filter(failed).length),
          timestamp: outcome.startedAt,
        })}>`,
        ...checks.flatMap(testcase),
        '  </testsuite>',
      ]),
    '</testsuites>',
    '',
  ].join('\n')
}

const checksOf = ({ operation, verdict, failure, timings }: Outcome): readonly Check[] => [
  ...(verdict?.endpoints ?? []).map(({ endpoint, healthy, tookMs, error }): Check => ({
    suite: 'endpoints',
    name: endpoint,
    ms: tookMs,
    faults: healthy ? [] : [error],
  })),
  ...(verdict === undefined
    ? []
    : [{ suite: 'cluster', name: 'is healthy', faults: verdict.problems } satisfies Check]),
  {
    suite: 'run',
    name: operation,
    ms: timings.reduce((sum, { ms }) => sum + ms, 0),
    faults: failure === undefined ? [] : failure.split('\n'),
  },
]

const failed = ({ faults }: Check): boolean => faults.length > 0

const testcase = (check: Check): readonly string[] => {
  const { suite, name, ms, faults } = check
  const time = ms === undefined ? {} : { time: (ms / 1000).toFixed(3) }
  const start = `    <testcase${attributes({ classname: `etcd-deploy.${suite}`, name, ...time })}`
  return failed(check)
    ? [
        `${start}>`,
        `      <failure${attributes({ message: faults[0] ?? '' })}>${escaped(faults.join('\n'))}</failure>`,
        '    </testcase>',
      ]
    : [`${start}/>`]
}

const attributes = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([name, value]) => ` ${name}="${escaped(value).replaceAll('\n', '&#10;')}"`)
    .join('')

/** XML 1.0 knows no control characters but these three, not even as references, and no halves of surrogate pairs. */
const FORBIDDEN = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu

const escaped = (text: string): string =>
  text.replace(FORBIDDEN, '?').replace(/[&<>"'\r]/g, (sign) => `&#${sign.charCodeAt(0)};`)
